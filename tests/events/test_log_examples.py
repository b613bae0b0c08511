"""What was ever stored stays readable: an example of each version of each type, and followers that stop at others."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from events import upcast
from events.catalogue import SCHEMA_VERSIONS, PersonCreated, encode
from events.envelope import Append, NewEvent, Undecodable
from events.ids import mint
from events.log import Log
from events.upcast import stored_event
from tests.events.make_examples import EXAMPLES
from tests.support.servers import Database


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_an_example_of_every_version_is_read_as_the_event_that_it_was(example: Path) -> None:
    type_, _, version = example.stem.rpartition(".")

    event = stored_event(1, type_, int(version), example.read_bytes())

    assert f"{event!r}\n" == example.with_suffix(".txt").read_text("utf-8")


def test_every_version_of_every_type_has_an_example() -> None:
    kept = {path.stem for path in EXAMPLES.glob("*.json")}
    there_were = {
        f"{type_}.{version}" for type_, newest in SCHEMA_VERSIONS.items() for version in range(1, newest + 1)
    }

    assert kept == there_were, "add them with `python -m tests.events.make_examples`"


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_an_example_fills_every_field(example: Path) -> None:
    """So that a change of any field shows."""
    type_, _, version = example.stem.rpartition(".")
    fields = msgspec.json.decode(example.read_bytes())
    if int(version) == SCHEMA_VERSIONS[type_]:
        event = stored_event(1, type_, int(version), example.read_bytes())
        assert set(fields) - {"type"} == set(event.__struct_fields__)
        assert msgspec.json.decode(encode(event)) == fields


def test_an_old_payload_is_upcast_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(old: str, new: str) -> Any:
        return lambda fields: {new if key == old else key: value for key, value in fields.items()}

    monkeypatch.setitem(SCHEMA_VERSIONS, "person.created", 3)
    monkeypatch.setitem(upcast.UPCASTS, ("person.created", 1), renamed("nom", "label"))
    monkeypatch.setitem(upcast.UPCASTS, ("person.created", 2), renamed("label", "name"))

    for version, field in ((1, "nom"), (2, "label"), (3, "name")):
        payload = msgspec.json.encode({"type": "person.created", field: "Ada Quist"})
        assert stored_event(1, "person.created", version, payload) == PersonCreated(name="Ada Quist")


@pytest.mark.parametrize(("column", "value"), [("type", "'person.cloned'"), ("schema_version", "9")])
async def test_a_follower_stops_at_what_it_cannot_read_and_goes_on_once_it_can(
    each_database: Database, column: str, value: str
) -> None:
    async with asyncpg.create_pool(each_database.database_url, min_size=1, max_size=3) as pool:
        log = Log(pool, poll=0.1)
        start = await log.head()
        for number in range(5):
            new = NewEvent(stream=mint("person"), event=PersonCreated(name=f"No {number}"))
            await log.append(Append(events=(new,), actor="tester"))
        admin = await asyncpg.connect(each_database.admin_url)
        kept = await admin.fetchval(f"SELECT {column} FROM event WHERE position = $1", start + 3)
        await admin.execute(f"UPDATE event SET {column} = {value} WHERE position = $1", start + 3)
        seen: list[int] = []

        async def follow(until: int) -> None:
            async for batch in log.follow(max([start, *seen])):
                seen.extend(recorded.position for recorded in batch)
                if seen[-1] == until:
                    return

        with pytest.raises(Undecodable, match=f"position {start + 3} ") as stopped:
            await asyncio.wait_for(follow(start + 5), 5)
        assert stopped.value.position == start + 3
        assert seen == [start + 1, start + 2], "nothing before it is kept back, nothing behind it is read"

        await admin.execute(f"UPDATE event SET {column} = $2 WHERE position = $1", start + 3, kept)
        await admin.close()
        await asyncio.wait_for(follow(start + 5), 5)
        assert seen == list(range(start + 1, start + 6))
        await log.close()
