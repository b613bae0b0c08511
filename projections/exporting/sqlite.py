"""SQLite: tables with foreign keys and an index for each, for Datasette or any other reader."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from events.dates import PartialDate
from projections.exporting.snapshot import Snapshot, predecessors

_SCHEMA = (Path(__file__).parent.parent / "sql" / "sqlite.sql").read_text("utf-8")


def sqlite(view: Snapshot, file: Path) -> None:
    """Writes the database, which appears whole or not at all. Raises OSError and sqlite3.Error."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as database:
        database.executescript(_SCHEMA)
        with database:
            _fill(database, view)
    part.replace(file)


def _fill(database: sqlite3.Connection, view: Snapshot) -> None:
    database.execute("INSERT INTO export VALUES (?)", (view.position,))
    for name, rows in (
        ("organization", view.organizations), ("person", view.persons), ("publisher", view.publishers)
    ):  # fmt: skip
        database.executemany(f"INSERT INTO {name} VALUES (?, ?)", [(each.id, each.name) for each in rows])  # noqa: S608 - one of three names
    database.executemany(
        "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?)",
        [(p.id, p.label, p.organization, p.seats, p.seats_basis, p.fresh_for) for p in view.posts],
    )
    before = predecessors(view.memberships)
    database.executemany(
        "INSERT INTO membership VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(each.id, each.post, each.person, each.capacity),
                *(*_sides(each.start), each.start_basis, *_sides(each.end), each.end_basis),
                *(each.reason, each.standing, each.checked_by),
                *(_text(each.first_attested), _text(each.last_attested)),
                before[each.id].id if each.id in before else None,
            )
            for each in view.memberships
        ],
    )
    database.executemany(
        "INSERT INTO leave VALUES (?, ?, ?, ?, ?)",
        [
            (each.id, *_sides(leave.start), *_sides(leave.end))
            for each in view.memberships
            for leave in each.on_leave
        ],
    )
    claims = [claim for each in view.memberships for claim in each.claims]
    database.executemany(
        "INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(c.id, c.kind, c.person_name, c.post_label, c.publisher, c.url, c.said_on) for c in claims],
    )
    database.executemany("INSERT INTO membership_claim VALUES (?, ?)", [(c.membership, c.id) for c in claims])
    for kind, ids in (
        ("person", [each.id for each in view.persons]),
        ("organization", [each.id for each in view.organizations]),
        ("post", [each.id for each in view.posts]),
    ):
        database.executemany(
            f"INSERT INTO {kind}_same_as VALUES (?, ?, ?)",  # noqa: S608 - one of three names
            [(entity, *other) for entity in ids for other in view.same_as.get(entity, ())],
        )


def _sides(day: PartialDate | None) -> tuple[str | None, str | None]:
    return (None, None) if day is None else (_text(day.earliest), _text(day.latest))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
