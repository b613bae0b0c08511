"""Whether two texts are one report: they share a run of twelve words. Pure.

Texts that may do so are found by fingerprints: of every five neighbouring shingles of eight words the least hash is
kept, so that a run of twelve words (five such shingles) always leaves one in both texts (winnowing: Schleimer,
Wilkerson, Aiken, SIGMOD 2003). Told in docs/policy.md, "Origins".
"""

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import msgspec

RUN = 12  # words
MOST_WORDS = 3_000  # of a text, from its beginning: what is copied is there
_SHINGLE = 8  # words
_WINDOW = RUN - _SHINGLE + 1  # shingles

_WORD = re.compile(r"\w+")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A version of an article, and where its report comes from as far as is known."""

    article: str
    version: int
    position: int  # of its coming
    credit: str | None
    publisher: str
    traced: str | None = None  # the origin that it was traced to before

    @property
    def origin(self) -> str:
        return self.traced or self.credit or self.publisher


def words_of(text: str) -> list[str]:
    """The first words of a text; case and marks do not count."""
    found = (match.group().casefold() for match in _WORD.finditer(text))
    return [word for word, _ in zip(found, range(MOST_WORDS), strict=False)]


def fingerprints(words: Sequence[str]) -> list[int]:
    """Signed 64-bit numbers, each once; none for a text of fewer words than a run has."""
    hashes = [
        int.from_bytes(blake2b(" ".join(shingle).encode(), digest_size=8).digest(), signed=True)
        for shingle in _runs(words, _SHINGLE)
    ]
    return sorted({min(hashes[start : start + _WINDOW]) for start in range(len(hashes) - _WINDOW + 1)})


def is_copy(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the two share a run of RUN words."""
    return not set(_runs(words, RUN)).isdisjoint(_runs(others, RUN))


def traced(own: Source, copies: Sequence[Source]) -> dict[Source, str]:
    """The sources that have another origin than was thought, given that all of these print one report.

    The wire credit says whose it is, that of the text itself before that of the first copy that has one; else it is
    the first to have printed it. A credit of its own is never overruled.
    """
    everyone = sorted((own, *copies), key=lambda each: each.position)
    credits = [own.credit, *(each.credit for each in everyone)]
    origin = next((credit for credit in credits if credit), None) or everyone[0].origin
    return {each: origin for each in everyone if each.credit is None and each.origin != origin}


def _runs(words: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(length)), strict=False)
