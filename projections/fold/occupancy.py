"""What the memberships of a post say of one day: who held it, how surely, and whether anybody did.

Pure, and without a clock: the day is given. Rules: docs/folding.md, "On a day".
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from projections.fold.order import in_order, shifted
from projections.fold.presence import Presence
from projections.fold.vacancy import is_declared_vacant
from projections.model import Membership, Occupancy, PostSettings, Value


class DayView(Value, frozen=True, kw_only=True):
    """Who holds a post on a day. Each tuple is in order of start; a person stands in at most one of the first two
    for each capacity."""

    occupancy: Occupancy
    certain: tuple[Membership, ...]
    possible: tuple[Membership, ...]
    incoming: tuple[Membership, ...]  # `incoming` says how: elected, nominated, appointed
    last_known: Membership | None  # where the occupancy is unknown
    complete: bool  # an editor or an import declared the list whole


def on_day(memberships: Iterable[Membership], settings: PostSettings, day: date) -> DayView:
    """The view of the post on that day, from its memberships as `projections.fold.timeline.timeline` gives them."""
    known = [Presence(each, settings.fresh_for) for each in memberships]
    holdings = [each for each in known if each.membership.incoming is None]
    certain = [
        each for each in holdings if each.is_certain(day) and not _overtaken(each, holdings, settings, day)
    ]
    rivals = _has_rivals(certain, settings)
    if rivals:  # of two holders of the one seat at least one is wrong: neither is certain
        certain = []
    sure = {_holder(each) for each in certain}
    vacant = is_declared_vacant(holdings, settings, day)
    possible = _once(
        each
        for each in holdings
        if _holder(each) not in sure
        and (each.is_possible(day) or each.is_contested(day))
        # A mention speaks backward only as far as the day on which the post was said to be vacant.
        and not (vacant and each.begun is not None and each.begun > day)
    )
    occupancy = _occupancy(holdings, certain, possible, settings, day, rivals, vacant)
    return DayView(
        occupancy=occupancy,
        certain=in_order(each.membership for each in _once(certain)),
        possible=in_order(each.membership for each in possible),
        incoming=_incoming(known, settings, day),
        last_known=_last_known(holdings, day) if occupancy == "unknown" else None,
        complete=settings.is_complete_on(day),
    )


def turning_days(memberships: Iterable[Membership], settings: PostSettings) -> tuple[date, ...]:
    """The days on which `on_day` may answer otherwise than on the day before, in order."""
    told = set(days_set(settings))
    told.update(day for each in memberships for day in Presence(each, settings.fresh_for).turning_days())
    return tuple(sorted(told))


def days_set(settings: PostSettings) -> Iterator[date]:
    """The days on which the settings alone may turn the view."""
    yield from (since for since, _ in settings.completeness)
    for vacancy in settings.vacancies:
        yield from (vacancy, shifted(vacancy, settings.fresh_for + 1))


def _holder(presence: Presence) -> tuple[str, str]:
    return presence.membership.person, presence.membership.capacity


def _once(presences: Iterable[Presence]) -> list[Presence]:
    """Of several spells of one person in one capacity that may cover a day, the latest."""
    return list({_holder(each): each for each in presences}.values())


def _overtaken(presence: Presence, holdings: Iterable[Presence], settings: PostSettings, day: date) -> bool:
    """Whether, of a post with one seat, somebody newer is known since the holder was last heard of.

    However sure the seat count, this alone ends nothing: the older holder stays possible.
    """
    if settings.seats != 1 or presence.membership.end is not None or presence.last_sign is None:
        return False
    return any(
        other.begun is not None and presence.last_sign < other.begun <= day and other.is_possible(other.begun)
        for other in holdings
        if other.membership.person != presence.membership.person
        and other.membership.capacity == presence.membership.capacity
    )


def _has_rivals(certain: Iterable[Presence], settings: PostSettings) -> bool:
    """Whether two persons hold one seat for certain, where somebody asserts that there is only one."""
    if settings.seats != 1 or settings.seats_basis == "table":
        return False
    return len({each.membership.person for each in certain if each.membership.capacity == "substantive"}) > 1


def _occupancy(
    holdings: Sequence[Presence],
    certain: Sequence[Presence],
    possible: Sequence[Presence],
    settings: PostSettings,
    day: date,
    rivals: bool,
    vacant: bool,
) -> Occupancy:
    sure = {each.membership.person for each in certain}
    contested = any(each.is_contested(day) and each.membership.person not in sure for each in possible)
    if rivals or (contested and (settings.seats == 1 or not certain)):
        return "disputed"
    if certain:
        return "held"
    told = settings.seats == 1 and any(each.leaves_vacant(day) for each in holdings)
    if not possible and (vacant or told):
        return "vacant"
    return "unknown"


def _incoming(known: Sequence[Presence], settings: PostSettings, day: date) -> tuple[Membership, ...]:
    """Those announced and not yet in office, unless another has taken the one seat since."""
    coming = []
    for each in known:
        if not each.is_incoming(day):
            continue
        if each.membership.incoming is None:
            coming.append(replace(each.membership, incoming="appointed"))
        elif not _forestalled(each, known, settings, day):
            coming.append(each.membership)
    return in_order(coming)


def _forestalled(presence: Presence, known: Iterable[Presence], settings: PostSettings, day: date) -> bool:
    announced = presence.membership.announced
    if settings.seats != 1 or announced is None:
        return False
    return any(
        other.begun is not None and announced < other.begun <= day
        for other in known
        if other.membership.incoming is None
        and other.membership.person != presence.membership.person
        and other.membership.start is not None
        and other.membership.start.basis != "attested"
        and other.membership.capacity == presence.membership.capacity
    )


def _last_known(holdings: Iterable[Presence], day: date) -> Membership | None:
    """The one of whom holding was last known for certain, on that day or before."""
    seen = [(last, each.membership) for each in holdings if (last := each.last_seen(day)) is not None]
    newest = max((last for last, _ in seen), default=None)
    latest = in_order(membership for last, membership in seen if last == newest)
    return latest[-1] if latest else None
