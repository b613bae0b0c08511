"""Who holds a post on a day, as known at a position: three round trips, or two where nobody does."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from events.queries import queries
from projections.answering.quoting import change_id, post_summary, quoted_claims
from projections.connection import Source
from projections.days import known_days, today
from projections.fold.leave import is_on_leave
from projections.fold.occupancy import on_day
from projections.fold.order import in_order
from projections.model import Certainty, Holder, HoldersAnswer, Membership, QuotedClaim
from projections.rows import stored
from projections.settings import settings_of

_SQL = queries(Path(__file__).parent.parent / "sql" / "holders.sql")
_MEMBERSHIPS = queries(Path(__file__).parent.parent / "sql" / "memberships.sql")["memberships_of_posts"]


class Known(msgspec.Struct, frozen=True):
    """An answer, the position up to which it shows everything, and the last event that touched its post."""

    answer: HoldersAnswer
    position: int
    touched: int


async def holders(source: Source, post: str, as_of: date | None, at_position: int | None) -> Known | None:
    """The answer for a day (None: the last one turned) as known at a position (None: now).

    None where no such post was known then. The first query settles the position for all that follow, so that they
    agree however much is projected in between.
    """
    row = await source.fetchrow(_SQL["post"], post, at_position)
    if row is None:
        return None
    position = row["watermark"] if at_position is None else at_position
    day = as_of or today(row["zone"], known_days(row), datetime.now(UTC))
    rows = await source.fetch(_MEMBERSHIPS, [post], position)
    memberships = in_order(stored(each).membership for each in rows)
    view = on_day(memberships, settings_of(row), day)
    named = {each["person"]: each["name"] for each in rows}
    listed: list[tuple[Membership, Certainty]] = [
        *((each, "certain") for each in view.certain),
        *((each, "possible") for each in view.possible),
        *((each, "incoming") for each in view.incoming),
        *([(view.last_known, "possible")] if view.last_known else ()),
    ]
    quoted = await quoted_claims(source, [each.claims for each, _ in listed], position)
    shown = [_holder(*each, named, claims, day) for each, claims in zip(listed, quoted, strict=True)]
    held, coming = len(view.certain) + len(view.possible), len(view.incoming)
    answer = HoldersAnswer(
        post=post_summary(row),
        as_of=day,
        at_position=at_position,
        occupancy=view.occupancy,
        complete=view.complete,
        holders=tuple(shown[:held]),
        incoming=tuple(shown[held : held + coming]),
        last_known_holder=shown[-1] if view.last_known else None,
        change=change_id(row["change_position"], row["change_ordinal"]),
    )
    return Known(answer, position, row["touched"])


def _holder(
    membership: Membership,
    certainty: Certainty,
    named: Mapping[str, str | None],
    claims: tuple[QuotedClaim, ...],
    day: date,
) -> Holder:
    return Holder(
        person=membership.person,
        name=named.get(membership.person) or membership.person,
        capacity=membership.capacity,
        certainty=certainty,
        start=membership.start,
        end=membership.end,
        reason=membership.reason,
        standing=membership.standing,
        checked_by=membership.checked_by,
        first_attested=membership.first_attested,
        last_attested=membership.last_attested,
        incoming=membership.incoming,
        claims=claims,
        on_leave=is_on_leave(membership, day),
    )
