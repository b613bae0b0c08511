"""CSV that a spreadsheet opens as what it is: text and dates, and nothing that it would calculate. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """RFC 4180 in UTF-8, with a header. None is an empty cell.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises.
    """
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return output.getvalue().encode()


def cell(value: object) -> str:
    """The value as a spreadsheet may safely see it."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
