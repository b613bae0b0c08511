"""CSV that a spreadsheet may open: RFC 4180, UTF-8 with a byte order mark, and no cell that is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")  # the last four are full-width
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def csv_of(columns: Sequence[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """The table with its header."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def _safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would calculate gets an apostrophe in front, by which it is text."""
    if not isinstance(cell, str):
        return cell
    text = _CONTROL.sub("", cell)
    return f"'{text}" if _FORMULA.match(text) else text
