"""SQL is data with names: a file of blocks, each under a line `-- name: some_name`."""

import re
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)[ \t]*$", re.MULTILINE)


def queries(file: Path) -> dict[str, str]:
    """The statements of a .sql file by name. Raises ValueError for a name that stands twice."""
    parts = _NAME.split(file.read_text("utf-8"))
    named = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    if len(named) != len(parts) // 2:
        raise ValueError(f"{file.name} names a query twice")
    return named
