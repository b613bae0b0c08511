"""The pure diff: what one event did to the view of one post.

Which kind a change has is a table: docs/changes.md, kept in step with `projections.kinds`.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from events.dates import PartialDate
from projections.fold.occupancy import DayView
from projections.fold.order import in_order
from projections.kinds import Cause, PostView, Turn, turns
from projections.model import MOST_CLAIMS, ChangeKind, Membership, Occupancy, Value

MOST_TOLD = 20  # memberships in `before` and in `after` of one Change; the rest stands in the timeline


class Difference(Value, frozen=True, kw_only=True):
    """The memberships that only the one or only the other side has, each in the order of the timeline."""

    before: tuple[Membership, ...]
    after: tuple[Membership, ...]


class ChangeContent(Value, frozen=True, kw_only=True):
    """A Change but for its id, post, cause and time, which its writer knows."""

    kind: ChangeKind
    current_changed: bool
    effective: PartialDate | None
    before: tuple[Membership, ...]  # at most MOST_TOLD, each with MOST_CLAIMS of its claims
    after: tuple[Membership, ...]


class Answer(Value, frozen=True):
    """What `current_changed` compares: who holds the post, how surely, and who was last known to."""

    occupancy: Occupancy
    certain: frozenset[tuple[str, str]]  # person, capacity
    possible: frozenset[tuple[str, str]]
    last_known: tuple[str, str] | None


def change(cause: Cause, before: PostView, after: PostView) -> ChangeContent | None:
    """What the event did to the post, or None where it did nothing.

    `before` is the view that the event met, with the settings and the day of then; `after` the one that it left.
    For `clock.day_turned` the memberships are the same and the days differ. Raises UnknownCause.
    """
    concerned = diff(before.memberships, after.memberships)
    was, now = before.on(before.today), after.on(after.today)
    if not (concerned.before or concerned.after):
        if was == now and before.settings == after.settings:
            return None
        concerned = _moved(was, now)
    told = turns(cause, concerned.before, concerned.after, before, after)
    lost, gained = _most_telling(concerned.before, told), _most_telling(concerned.after, told)
    return ChangeContent(
        kind=told[0].kind,
        current_changed=answer(was) != answer(now),
        effective=told[0].effective,
        before=_shortened(lost, concerned.after),
        after=_shortened(gained, concerned.before),
    )


def diff(before: Iterable[Membership], after: Iterable[Membership]) -> Difference:
    """The memberships that differ between two timelines of a post."""
    one, other = set(before), set(after)
    return Difference(before=in_order(one - other), after=in_order(other - one))


def applied(difference: Difference, memberships: Iterable[Membership]) -> tuple[Membership, ...]:
    """The timeline after the difference, from the one before it: the inverse of `diff`."""
    return in_order((set(memberships) - set(difference.before)) | set(difference.after))


def answer(view: DayView) -> Answer:
    """The part of a day's view that a reader takes for the answer."""
    return Answer(
        view.occupancy,
        frozenset(_holders(view.certain)),
        frozenset(_holders(view.possible)),
        next(_holders((view.last_known,)), None) if view.last_known else None,
    )


def _holders(memberships: Iterable[Membership]) -> Iterator[tuple[str, str]]:
    return ((each.person, each.capacity) for each in memberships)


def _moved(was: DayView, now: DayView) -> Difference:
    """The memberships whose place in the view differs, where they themselves are the same."""
    before, after = _places(was), _places(now)
    moved = in_order(each for each in before.keys() | after.keys() if before.get(each) != after.get(each))
    return Difference(before=moved, after=moved)


def _places(view: DayView) -> Mapping[Membership, str]:
    places = dict.fromkeys(view.certain, "certain") | dict.fromkeys(view.possible, "possible")
    for each in view.incoming:
        places[replace(each, incoming=None) if each.incoming == "appointed" else each] = "incoming"
    return places


def _most_telling(memberships: tuple[Membership, ...], told: Iterable[Turn]) -> tuple[Membership, ...]:
    if len(memberships) <= MOST_TOLD:
        return memberships
    rank = {turn.about: place for place, turn in reversed(list(enumerate(told))) if turn.about is not None}
    first = sorted(memberships, key=lambda each: rank.get(each, len(memberships)))
    return in_order(first[:MOST_TOLD])


def _shortened(memberships: tuple[Membership, ...], others: Iterable[Membership]) -> tuple[Membership, ...]:
    """The memberships, each with at most MOST_CLAIMS of its claims: those that the other side lacks come first."""
    known = {claim for each in others for claim in each.claims}
    return tuple(
        replace(
            each,
            claims=tuple(
                sorted(sorted(each.claims, key=lambda claim: (claim in known, claim))[:MOST_CLAIMS])
            ),
        )
        if len(each.claims) > MOST_CLAIMS
        else each
        for each in memberships
    )
