"""What naming knows of English, as plain data: one file a table, `#` starts a comment."""

from functools import cache
from importlib.resources import files


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of `name`.txt without comments and blank lines."""
    text = (files(__name__) / f"{name}.txt").read_text(encoding="utf8")
    return tuple(line for raw in text.splitlines() if (line := raw.partition("#")[0].strip()))


@cache
def entries(name: str) -> tuple[str, ...]:
    """The entries of `name`.txt, where `;` parts them."""
    return tuple(entry.strip() for line in lines(name) for entry in line.split(";") if entry.strip())


@cache
def pairs(name: str) -> dict[str, str]:
    """The entries of `name`.txt that read `key = value`."""
    parted = (entry.partition("=") for entry in entries(name))
    return {key.strip(): value.strip() for key, _, value in parted}
