"""Lists of memberships and of claims, with filters, a page at a time, as known at a position of the log."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import asyncpg
import msgspec

from events.catalogue import Capacity, ClaimKind, Reason, ReviewState
from events.naming.organizations import organization_fingerprint
from events.queries import queries
from projections.answering.quoting import post_summary, quoted_claims
from projections.model import Endpoint, Leave, Membership, PostSummary, QuotedClaim, Standing, Value
from projections.rows import NOW, stored

_HERE = Path(__file__).parent.parent / "sql"
_SQL = queries(_HERE / "listing.sql")
_POSTS = queries(_HERE / "holders.sql")["posts"]
_SELECTIVE = ("post", "person", "organization", "article")  # filters of claims that few pass

MembershipPlace = int  # in the order of the list of memberships
ClaimPlace = tuple[int, str]  # position of the decision, claim


class ListedMembership(Value, frozen=True, kw_only=True):
    """A membership with its post and the person's name; its claims, and every spelling of the name, if asked for."""

    post: PostSummary
    person: str
    name: str
    names: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    capacity: Capacity
    start: Endpoint | None
    end: Endpoint | None
    reason: Reason | None
    standing: Standing
    checked_by: Literal["machine", "editor"]
    first_attested: date | None
    last_attested: date | None
    incoming: Literal["elected", "nominated", "appointed"] | None
    announced: date | None
    on_leave: tuple[Leave, ...]
    claim_ids: tuple[str, ...]
    claims: tuple[QuotedClaim, ...] | msgspec.UnsetType = msgspec.UNSET


class MembershipFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of memberships is to hold; None: any. `changed_since`: a position."""

    post: Sequence[str] | None = None
    person: Sequence[str] | None = None
    organization: Sequence[str] | None = None
    standing: Standing | None = None
    capacity: Capacity | None = None
    as_of: date | None = None
    changed_since: int | None = None


class ClaimFilter(msgspec.Struct, frozen=True, kw_only=True):
    """The same for claims."""

    post: Sequence[str] | None = None
    person: Sequence[str] | None = None
    organization: Sequence[str] | None = None
    article: str | None = None
    kind: ClaimKind | None = None
    capacity: Capacity | None = None
    changed_since: int | None = None


async def list_memberships(
    pool: asyncpg.Pool,
    wanted: MembershipFilter,
    after: MembershipPlace,
    limit: int,
    position: int,
    *,
    with_claims: bool,
    with_names: bool,
) -> tuple[list[ListedMembership], MembershipPlace | None]:
    """At most `limit` memberships behind a place, in the order in which they were opened; the place of the last."""
    statement, values = membership_statement(wanted)
    rows = await pool.fetch(statement, position, after, limit, *values)
    memberships = [stored(row).membership for row in rows]
    ids = sorted({each.post for each in memberships})
    posts = {row["id"]: post_summary(row) for row in await pool.fetch(_POSTS, ids, [position] * len(ids))}
    claims: Sequence[tuple[QuotedClaim, ...] | msgspec.UnsetType] = [msgspec.UNSET] * len(rows)
    if with_claims:
        claims = await quoted_claims(pool, [each.claims for each in memberships], position)
    names = await names_of(pool, [each.person for each in memberships], position) if with_names else None
    listed = [
        _listed(each, posts[each.post], row["name"], names, behind)
        for each, row, behind in zip(memberships, rows, claims, strict=True)
    ]
    return listed, rows[-1]["id"] if rows else None


async def list_claims(
    pool: asyncpg.Pool,
    state: ReviewState,
    wanted: ClaimFilter,
    after: ClaimPlace,
    limit: int,
    position: int | None,
) -> tuple[list[QuotedClaim], ClaimPlace | None]:
    """At most `limit` claims in a state behind a place, in the order in which they came into it; the last one's place.

    `position` None: as known now.
    """
    statement, values = claim_statement(wanted, now=position is None)
    at = NOW if position is None else position
    rows = await pool.fetch(statement, state, at, *after, limit, *values)
    groups = await quoted_claims(pool, [[row["claim"]] for row in rows], at, most=1)
    claims = [claim for group in groups for claim in group]
    return claims, (rows[-1]["from_position"], rows[-1]["claim"]) if rows else None


async def names_of(
    pool: asyncpg.Pool, persons: Sequence[str], position: int
) -> Mapping[str, tuple[str, ...]]:
    """Every spelling of some persons' names as known at a position, the first one first."""
    rows = await pool.fetch(_SQL["names_of_persons"], sorted(set(persons)), position)
    return {row["person"]: tuple(row["names"]) for row in rows}


async def organizations_called(pool: asyncpg.Pool, words: str) -> list[str]:
    """The organizations, countries among them, that go by a name."""
    rows = await pool.fetch(_SQL["organizations_called"], organization_fingerprint(words))
    return sorted(row["organization"] for row in rows)


def membership_statement(wanted: MembershipFilter) -> tuple[str, list[Any]]:
    """The statement that lists memberships, and the values of its filters, which follow position, place and limit."""
    return _composed(_SQL["memberships"], "memberships", wanted, first=4)


def claim_statement(wanted: ClaimFilter, *, now: bool) -> tuple[str, list[Any]]:
    """The same for claims; the values follow state, position, place (two values) and limit."""
    is_selective = any(getattr(wanted, name) is not None for name in _SELECTIVE)
    recorded = _SQL["recorded_now" if now else "recorded_then"]
    statement = _SQL["claims_of" if is_selective else "claims"].replace("recorded", recorded)
    return _composed(statement, "claims", wanted, first=6)


def _composed(
    statement: str, of: str, wanted: MembershipFilter | ClaimFilter, *, first: int
) -> tuple[str, list[Any]]:
    """The statement with the conditions of the filters that are given, and their values, numbered from `first`."""
    given = [(name, value) for name, value in msgspec.structs.asdict(wanted).items() if value is not None]
    conditions = [
        _SQL[f"{of}_{name}"].replace("$value", f"${number}") for number, (name, _) in enumerate(given, first)
    ]
    return statement.replace("wanted", "\n    AND ".join(conditions) or "true"), [value for _, value in given]


def _listed(
    membership: Membership,
    post: PostSummary,
    name: str | None,
    names: Mapping[str, tuple[str, ...]] | None,
    claims: tuple[QuotedClaim, ...] | msgspec.UnsetType,
) -> ListedMembership:
    same = {field: getattr(membership, field) for field in _SAME}
    return ListedMembership(
        **same,
        post=post,
        name=name or membership.person,
        names=msgspec.UNSET if names is None else names.get(membership.person, ()),
        claim_ids=membership.claims,
        claims=claims,
    )


_OTHERS = {"post", "name", "names", "claim_ids", "claims"}
_SAME = tuple(name for name in ListedMembership.__struct_fields__ if name not in _OTHERS)
