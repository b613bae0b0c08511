"""Countries and their demonyms, and what counts as a place."""

import re

from events.reading.words import mapping, words

DEMONYMS = mapping("countries")
PLACES = words("places") | frozenset(name.lower() for name in DEMONYMS.values())
_DEMONYMS_OF: dict[str, list[str]] = {}
for _demonym, _country in DEMONYMS.items():
    _DEMONYMS_OF.setdefault(_country.lower(), []).append(_demonym)


def country(words_: str) -> str | None:
    """The country that a demonym names ("Russian": Russia); None for other words."""
    return DEMONYMS.get(words_.lower())


def named_by(organization: str, text: str) -> bool:
    """Whether the lower-cased text names the country through its demonym ("Russian" for Russia)."""
    return any(
        re.search(rf"\b{re.escape(demonym)}(?!\w)", text) is not None
        for demonym in _DEMONYMS_OF.get(organization.lower(), ())
    )
