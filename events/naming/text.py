"""Words out of a name, whatever its script, accents and punctuation. Everything in naming stands on this."""

import re
from functools import lru_cache

from anyascii import anyascii

_POSSESSIVE = re.compile(r"['`]s?(?=\s|$)")
_APOSTROPHE = re.compile(r"['`]")
_WORD = re.compile(r"[a-z0-9]+")
_INITIALS = re.compile(r"\b[a-z](?:\. ?[a-z])+\b\.?")


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Lower-case ASCII: accents dropped, other scripts transliterated, apostrophes and possessives removed."""
    latin = anyascii(text.casefold()).lower()
    return _APOSTROPHE.sub("", _POSSESSIVE.sub(" ", latin))


def words(text: str) -> list[str]:
    """The words of `plain(text)`; a hyphen, a dot or any other mark parts them."""
    return _WORD.findall(plain(text))


def words_with_initialisms(text: str) -> list[str]:
    """Like `words`, but "U.S." and "p.l.c." are one word each, and "&" is "and"."""
    return _WORD.findall(_INITIALS.sub(_join, plain(text).replace("&", " and ")))


def _join(initials: re.Match[str]) -> str:
    return initials[0].replace(".", "").replace(" ", "") + " "
