"""Countries and their demonyms, and what counts as a place."""

from collections.abc import Iterator, Sequence

from events.reading.text import Token
from events.reading.words import mapping, words

DEMONYMS = mapping("countries")
PLACES = words("places") | frozenset(name.lower() for name in DEMONYMS.values())
COUNTRIES = frozenset(name.lower() for name in DEMONYMS.values()) | frozenset(
    ["united states", "united kingdom", "great britain", "hong kong", "burma"]
)
_DEMONYMS_OF: dict[str, list[str]] = {}
for _demonym, _country in DEMONYMS.items():
    _DEMONYMS_OF.setdefault(_country.lower(), []).append(_demonym)


def countries_in(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """The countries that a sentence names, by noun or demonym, with the token where each stands."""
    place = 0
    while place < len(tokens):
        if tokens[place].capital:
            for size in (3, 2, 1):
                text = " ".join(token.text for token in tokens[place : place + size])
                name = DEMONYMS.get(text.lower()) or (text if text.lower() in COUNTRIES else None)
                if name is not None:
                    yield place, name
                    place += size - 1
                    break
        place += 1


def country(words_: str) -> str | None:
    """The country that a demonym names ("Russian": Russia); None for other words."""
    return DEMONYMS.get(words_.lower())


def demonyms_of(name: str) -> Sequence[str]:
    """The demonyms by which a country may be named, in lower case ("russian" for Russia)."""
    return _DEMONYMS_OF.get(name.lower(), ())
