"""Countries: their other names and demonyms, found among the words of a name. Pure."""

from functools import cache

import msgspec

from events.naming.tables import lines
from events.naming.text import words_with_initialisms


class Country(msgspec.Struct, frozen=True):
    name: str  # as people write it: "Russia"
    key: str  # one word: "russia", "united-states"


def country_named(text: str) -> Country | None:
    """The country that the whole text names, by a noun or a demonym; None for anything else."""
    found = _table().get(tuple(word for word in words_with_initialisms(text) if word != "the"))
    return None if found is None else found[0]


def country_within(tokens: list[str], *, demonyms: bool) -> tuple[Country, int, int] | None:
    """The first and longest run of words that names a country, and where it stands: [start, end)."""
    for start in range(len(tokens)):
        for end in range(min(len(tokens), start + _longest()), start, -1):
            found = _table().get(tuple(word for word in tokens[start:end] if word != "the"))
            if found is not None and tokens[start] != "the" and (demonyms or not found[1]):
                return found[0], start, end
    return None


@cache
def _table() -> dict[tuple[str, ...], tuple[Country, bool]]:
    """From the words of each name to the country, and whether the name is a demonym."""
    table: dict[tuple[str, ...], tuple[Country, bool]] = {}
    for line in lines("countries"):
        names, _, demonyms = line.partition("|")
        common, _, others = names.partition("=")
        country = Country(common.strip(), "-".join(words_with_initialisms(common)))
        for text in (common, *others.split(",")):
            table.setdefault(_words(text), (country, False))
        for text in demonyms.split(","):
            table.setdefault(_words(text), (country, True))
    table.pop((), None)
    return table


@cache
def _longest() -> int:
    return max(map(len, _table())) + 2  # "the" may stand in between


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in words_with_initialisms(text) if word != "the")
