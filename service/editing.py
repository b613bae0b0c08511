"""Editors' acts on the log: reads the streams concerned, lets events.editing decide, appends expecting them so."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from events.catalogue import Event, NameReserved, PersonCreated
from events.editing import EditRefused
from events.envelope import NEW, Append, Appended, Conflict, NewContent, NewEvent, Recorded
from events.ids import mint
from events.log import Log
from events.naming.persons import is_bare, person_fingerprint
from events.naming.resolve import name_stream

_ATTEMPTS = 10

Streams = Mapping[str, Sequence[Recorded]]
Decide = Callable[[Streams], Mapping[str, Iterable[Event]]]


class NameTaken(EditRefused):
    """Somebody of that name is known already; `person` says who."""

    def __init__(self, name: str, person: str) -> None:
        super().__init__(
            f"{name!r} is the name of {person}: give that id, or a fuller name for somebody else"
        )
        self.person = person


class Once(msgspec.Struct, frozen=True):
    """Key and fingerprint of an append that is to happen once; no key: as often as it is asked for."""

    key: str | None = None
    fingerprint: bytes = b""


EACH_TIME = Once()


class NewPerson(msgspec.Struct, frozen=True):
    """A person whom an editor brings in, with the events for that."""

    id: str
    events: tuple[NewEvent, ...]
    expected: Mapping[str, int]


async def act(
    log: Log,
    streams: Iterable[str],
    decide: Decide,
    *,
    actor: str,
    contents: Sequence[NewContent],
    newcomer: NewPerson | None = None,
    once: Once = EACH_TIME,
) -> Appended | None:
    """Appends what `decide` makes of the streams; where that stands, None where there was nothing to say.

    What others append at the same moment is read and decided on anew. Contents that no event refers to are left out.
    Raises EditRefused, and what Log.append raises.
    """
    names = sorted(set(streams))
    for _ in range(_ATTEMPTS):
        read = {name: await stream(log, name) for name in names}
        decided = decide(read)
        events = [NewEvent(stream=name, event=event) for name, each in decided.items() for event in each]
        if not events:
            return None
        expected = {name: read[name][-1].version if read[name] else NEW for name in names}
        brought = newcomer.events if newcomer else ()
        if newcomer:
            expected |= newcomer.expected
        try:
            return await log.append(
                Append(
                    events=(*brought, *events),
                    actor=actor,
                    expected=expected,
                    contents=tuple(contents),
                    key=once.key,
                    fingerprint=once.fingerprint,
                )
            )
        except Conflict as conflict:
            if conflict.stream in names:
                continue
            await _taken(log, conflict, newcomer)
            raise
    raise Conflict(names[0], expected[names[0]], expected[names[0]])


def new_person(name: str) -> NewPerson:
    """The events by which an editor makes somebody known. Raises ValueError for a name that says too little."""
    name = " ".join(name.split())
    if is_bare(name):
        raise ValueError(f"{name!r} is a single word: give the full name")
    person, reservation = mint("person"), name_stream("person", person_fingerprint(name))
    reserved = NameReserved(kind="person", entity=person)
    return NewPerson(
        person,
        (
            NewEvent(stream=person, event=PersonCreated(name=name)),
            NewEvent(stream=reservation, event=reserved),
        ),
        {reservation: NEW},
    )


async def stream(log: Log, name: str) -> list[Recorded]:
    """All events of a stream."""
    events: list[Recorded] = []
    while batch := await log.read_stream(name, events[-1].version if events else 0):
        events.extend(batch)
    return events


async def _taken(log: Log, conflict: Conflict, newcomer: NewPerson | None) -> None:
    """Raises NameTaken where the conflict is about the newcomer's name."""
    for recorded in await log.read_stream(conflict.stream, limit=1):
        if newcomer and isinstance(recorded.event, NameReserved):
            created = newcomer.events[0].event
            assert isinstance(created, PersonCreated)
            raise NameTaken(created.name, recorded.event.entity)
