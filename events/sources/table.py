"""CSV with a header: one row a holding, its columns named by a map. Ends are half-open, as ours are."""

import csv
import io
from collections.abc import Iterator, Mapping

from events.catalogue import BrokenRecord, Identifier
from events.dates import InvalidDate, PartialDate
from events.sources.records import Entity, SourceFile, Tenure, UnreadableFile, reversed_span

FORMAT = "csv"
FIELDS = (
    "id", "person", "person_id", "person_wikidata", "post", "post_id", "post_wikidata", "organization",
    "organization_id", "organization_wikidata", "start", "end", "capacity", "on_leave", "seats", "url",
)  # fmt: skip
REQUIRED = ("person", "post", "id")
_NOTHING = frozenset(("", "null", "none"))
_YES = frozenset(("1", "true", "yes", "y", "t"))


class _Broken(ValueError):
    """A row that cannot be read; the message says why."""


def read_table(content: bytes, columns: Mapping[str, str]) -> SourceFile:
    """Every row of the file, those that are broken with their line. `columns` maps FIELDS to columns.

    Raises UnreadableFile where the file is no CSV in UTF-8 or lacks a column.
    """
    if unknown := sorted(set(columns) - set(FIELDS)):
        raise UnreadableFile(f"there is no field {', '.join(unknown)}; there are {', '.join(FIELDS)}")
    if missing := [field for field in REQUIRED if field not in columns]:
        raise UnreadableFile(f"name the column of {', '.join(missing)} with --map")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"it is no text in UTF-8: {error}") from None
    header = next(csv.reader(io.StringIO(text)), [])
    if absent := sorted(set(columns.values()) - set(header)):
        raise UnreadableFile(f"it has no column {', '.join(absent)}; it has {', '.join(header)}")
    return _read(text, columns)


def _read(text: str, columns: Mapping[str, str]) -> SourceFile:
    entities: dict[tuple[str, str], Entity] = {}
    tenures: dict[str, Tenure] = {}
    broken: list[BrokenRecord] = []
    for line, cells, raw in _rows(text):
        row = {field: _cell(cells.get(column)) for field, column in columns.items()}
        try:
            if row.get("id") in tenures:
                raise _Broken(f"the id {row['id']} stands twice")
            tenure, named = _row(row, raw)
        except (_Broken, InvalidDate) as error:
            broken.append(BrokenRecord(line=line, why=str(error)))
            continue
        for each in named:
            entities.setdefault((each.kind, each.record), each)
        tenures[tenure.record] = tenure
    head = text.split("\n", 1)[0].rstrip("\r").encode()
    header = Entity(kind="other", record="header", name="header", verbatim=head)
    return SourceFile(
        format=FORMAT,
        entities=[header, *entities.values()],
        tenures=list(tenures.values()),
        broken=broken,
    )


def _rows(text: str) -> Iterator[tuple[int, dict[str, str], bytes]]:
    """Each row with its first line and its very words. A quoted cell may hold line feeds."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(lines())
    header = next(reader)
    line = len(taken) + 1
    taken.clear()
    for cells in reader:
        if cells:
            yield line, dict(zip(header, cells, strict=False)), "".join(taken).rstrip("\r\n").encode()
        line += len(taken)
        taken.clear()


def _cell(text: str | None) -> str | None:
    stripped = "" if text is None else text.strip()
    return None if stripped.lower() in _NOTHING else stripped


def _row(row: Mapping[str, str | None], raw: bytes) -> tuple[Tenure, list[Entity]]:
    for field in REQUIRED:
        if row.get(field) is None:
            raise _Broken(f"it names no {field}")
    identity, person, post = row["id"], row["person"], row["post"]
    assert identity is not None
    assert person is not None
    assert post is not None
    start, end = (PartialDate.parse(text) if (text := row.get(side)) else None for side in ("start", "end"))
    if why := reversed_span(start, end):
        raise _Broken(why)
    named = []
    organization = row.get("organization") or row.get("organization_id")
    organization_record = row.get("organization_id") or organization
    if organization is not None and organization_record is not None:
        named.append(
            Entity(
                kind="organization", record=organization_record, name=organization,
                same_as=_wikidata(row.get("organization_wikidata")),
            )
        )  # fmt: skip
    person_record = row.get("person_id") or person
    post_record = row.get("post_id") or f"{organization_record or ''}/{post}"
    named.append(
        Entity(
            kind="person", record=person_record, name=person, same_as=_wikidata(row.get("person_wikidata"))
        )
    )
    named.append(
        Entity(
            kind="post", record=post_record, name=post, organization=organization_record,
            seats=_seats(row.get("seats")), same_as=_wikidata(row.get("post_wikidata")),
        )
    )  # fmt: skip
    tenure = Tenure(
        record=identity,
        person=person_record,
        post=post_record,
        capacity="acting" if _is_acting(row.get("capacity")) else "substantive",
        start=start,
        end=end,
        on_leave=(row.get("on_leave") or "").lower() in _YES,
        url=row.get("url"),
        verbatim=raw,
    )
    return tenure, named


def _is_acting(text: str | None) -> bool:
    return text is not None and text.lower() in _YES | {"acting"}


def _wikidata(text: str | None) -> tuple[Identifier, ...]:
    return () if text is None else (Identifier(scheme="wikidata", identifier=text),)


def _seats(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise _Broken(f"{text!r} is no number of seats")
    return int(text)
