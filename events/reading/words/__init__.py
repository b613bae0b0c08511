"""Word lists, as plain data: one file a list, `#` starts a comment. What the rules know of English is here."""

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> frozenset[str]:
    """The entries of `name`.txt: words or phrases, separated by spaces, or by line where a line holds `;`."""
    return frozenset(_entries(name))


@cache
def mapping(name: str) -> dict[str, str]:
    """The entries of `name`.txt that read `key = value; key = value`."""
    pairs = (entry.partition("=") for entry in _entries(name))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _entries(name: str) -> list[str]:
    entries: list[str] = []
    for line in (files(__name__) / f"{name}.txt").read_text(encoding="utf8").splitlines():
        plain = line.partition("#")[0].strip()
        if ";" in plain or "=" in plain:
            entries.extend(part.strip() for part in plain.split(";") if part.strip())
        else:
            entries.extend(plain.split())
    return entries
