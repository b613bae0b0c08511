"""The shape of the database: the migrations of all rooms."""

from pathlib import Path

from events.migrate import Migration, migrations_in

_HOUSE = Path(__file__).parent.parent


def migrations() -> tuple[Migration, ...]:
    """The migrations of all rooms, in the order in which data flows."""
    rooms = (_HOUSE / room for room in ("events", "projections", "service"))
    return tuple(migration for room in rooms for migration in migrations_in(room))
