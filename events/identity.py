"""Who is who, decided by editors: two persons are one, or one is two. Pure.

Both are events that a later one undoes: a merge moves nothing but what names mean, and a split says which claims go
where. Told in docs/naming.md, "One person or two".
"""

from collections.abc import Iterable, Mapping, Sequence

from events.catalogue import (
    ClaimsResolved,
    Event,
    PersonCreated,
    PersonMerged,
    PersonSplit,
    Resolution,
)
from events.editing import EDITOR, Act, Undecidable, Unfit, Unknown
from events.envelope import Recorded


class PersonHistory:
    """Whether there is such a person, and into whom they were merged, as their stream tells it."""

    def __init__(self, person: str, events: Iterable[Recorded]) -> None:
        self.person = person
        self.is_known = False
        self.merge: Recorded | None = None  # the one that stands
        for recorded in events:
            match recorded.event:
                case PersonCreated():
                    self.is_known = True
                case PersonMerged():
                    self.merge = recorded
                case PersonSplit():
                    self.merge = None
                case _:
                    pass

    @property
    def merged_into(self) -> str | None:
        return self.merge.event.into if self.merge and isinstance(self.merge.event, PersonMerged) else None


def merged(person: PersonHistory, into: PersonHistory, act: Act) -> tuple[Event, ...]:
    """The event that merges a person into another; none where that is so already.

    Raises Unknown, Unfit and Undecidable.
    """
    for each in (person, into):
        if not each.is_known:
            raise Unknown(f"there is no person {each.person}")
    if person.person == into.person:
        raise Unfit("a person is merged into another one, not into themselves", "into")
    if person.merged_into == into.person:
        return ()
    for each in (person, into):
        if each.merged_into is not None:
            raise Undecidable(f"{each.person} was merged into {each.merged_into}: say that of the latter")
    return (PersonMerged(into=into.person, note=act.note),)


def split(
    person: PersonHistory, off: PersonHistory, moved: Mapping[str, Sequence[Resolution]], act: Act
) -> dict[str, list[Event]]:
    """The events, by stream, by which claims of `off` mean `person` from here on, whose merge ends with it.

    `moved` holds, by stream of the claims, what each means now. A person who is brought in by the same append counts
    as known. Raises Unknown, Unfit and Undecidable.
    """
    for each in (person, off):
        if not each.is_known:
            raise Unknown(f"there is no person {each.person}")
    if person.person == off.person:
        raise Unfit("claims go from one person to another one", "person")
    if off.merged_into is not None:
        raise Undecidable(f"{off.person} was merged into {off.merged_into}: say that of the latter")
    told = [each for resolutions in moved.values() for each in resolutions]
    if wrong := next((each for each in told if each.person != off.person), None):
        raise Unfit(f"{wrong.claim} means {wrong.person}, not {off.person}", "claims")
    claims = tuple(sorted(each.claim for each in told))
    events: dict[str, list[Event]] = {
        person.person: [PersonSplit(off=off.person, claims=claims, note=act.note)]
    }
    for stream, resolutions in moved.items():
        again = tuple(
            Resolution(
                claim=each.claim,
                person=person.person,
                post=each.post,
                organization=each.organization,
                basis=EDITOR,
            )
            for each in resolutions
        )
        events.setdefault(stream, []).append(ClaimsResolved(resolutions=again))
    return events
