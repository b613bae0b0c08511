"""The board: every post and who holds it, a line each, for a table in a terminal."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import asyncpg

from events.queries import queries
from projections.answering.answers import BoardRow
from projections.answering.quoting import quoted_claims
from projections.fold.order import in_order
from projections.fold.rules import FIRST, rules_of
from projections.model import Certainty, Membership
from projections.rows import NOW, stored
from projections.settings import settings_of

_HERE = Path(__file__).parent.parent / "sql"
_SQL = queries(_HERE / "views.sql")
_MEMBERSHIPS = queries(_HERE / "memberships.sql")["memberships_of_posts"]


Place = tuple[str, str, str]  # in the order of the board: organization's name, post's label and id


async def board_on(
    pool: asyncpg.Pool, day: date, limit: int, at_position: int | None, after: Place | None
) -> tuple[list[BoardRow], Place | None]:
    """The holders on the day of at most `limit` posts behind a place, as known at a position (None: now); the last
    one's place, None where none is left.
    """
    at = NOW if at_position is None else at_position
    posts = await pool.fetch(_SQL["board_posts"], limit, at, *(after or (None, None, None)))
    rows = await pool.fetch(_MEMBERSHIPS, [post["id"] for post in posts], at)
    names = {row["person"]: row["name"] or row["person"] for row in rows}
    by_post: dict[str, list[Membership]] = {}
    for row in rows:
        by_post.setdefault(row["post"], []).append(stored(row).membership)
    lines: list[tuple[asyncpg.Record, Membership | None, Certainty | None]] = []
    for post in posts:
        view = rules_of(post["fold"] or FIRST).on_day(
            in_order(by_post.get(post["id"], ())), settings_of(post), day
        )
        held: list[tuple[Membership, Certainty]] = [
            *((each, "certain") for each in view.certain), *((each, "possible") for each in view.possible)
        ]  # fmt: skip
        lines.extend((post, *each) for each in held)
        if not held:
            lines.append((post, None, None))
    behind = await quoted_claims(pool, [each.claims if each else () for _, each, _ in lines], at, most=1)
    sources = [claims[0].publisher if claims else None for claims in behind]
    asked = sorted({source for source in sources if source})
    titles = {row["id"]: row["name"] for row in await pool.fetch(_SQL["publishers"], asked)}
    found = [
        _line(*line, names, titles.get(source or "")) for line, source in zip(lines, sources, strict=True)
    ]
    last = posts[-1] if len(posts) == limit else None
    return found, (last["organization_name"] or "", last["label"], last["id"]) if last else None


def _line(
    post: asyncpg.Record,
    membership: Membership | None,
    certainty: Certainty | None,
    names: Mapping[str, str],
    source: str | None,
) -> BoardRow:
    return BoardRow(
        organization=post["organization_name"],
        post=post["label"],
        post_id=post["id"],
        holder=names[membership.person] if membership else None,
        person=membership.person if membership else None,
        capacity=membership.capacity if membership else None,
        certainty=certainty,
        since=_since(membership) if membership else None,
        standing=membership.standing if membership else None,
        source=source,
    )


def _since(membership: Membership) -> str | None:
    if membership.start is not None:
        return str(membership.start.date)
    return f"[..{membership.first_attested}]" if membership.first_attested else None
