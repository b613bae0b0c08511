"""The part of a post that an event touches: what is read of it, and what it is folded to.

What is not read is what the event does not bear on: other persons of the post, but for those whom a turn may end, and
the many mentions of a holding that one more mention of it leaves as it is. What decides is in `projections.fold.part`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from events.queries import queries
from projections.claims import Counted, accepted_claims, counted, fold_claim
from projections.connection import Connection
from projections.fold.part import attested, is_mention, mentioned_again, moved_turns, turn_days
from projections.fold.rules import Rules
from projections.fold.succession import asserts_one_seat, open_since
from projections.fold.timeline import alone, canonical, settled
from projections.model import MOST_CLAIMS, FoldClaim, Membership, PostSettings
from projections.rows import Stored, stored_now

_SQL = queries(Path(__file__).parent / "sql" / "folding.sql")

Holder = tuple[str, str]  # post, person
_SOURCES = (
    5  # claims looked at for whose word a membership of a single source is; those of a leave do not tell
)


class KnownPost(msgspec.Struct, frozen=True):
    """A post's settings and the time zone in which its days turn."""

    settings: PostSettings
    zone: str

    @property
    def id(self) -> str:
        return self.settings.post


class Part(msgspec.Struct, frozen=True):
    """The memberships of a post that an event may have moved: as they are stored, and as they are folded now.

    `published` gives the publication day of the claims behind them, as far as they may be new there.
    """

    before: Sequence[Stored]
    after: tuple[Membership, ...]
    published: Mapping[str, date | None]
    whole: bool = False  # these are all memberships of the post

    @property
    def memberships_before(self) -> list[Membership]:
        return [each.membership for each in self.before]

    @property
    def gained(self) -> set[Membership]:
        return set(self.after) - set(self.memberships_before)

    @property
    def moved(self) -> bool:
        return set(self.after) != set(self.memberships_before)

    @property
    def persons(self) -> set[str]:
        return {each.person for each in (*self.memberships_before, *self.after)}


async def whole_posts(connection: Connection, posts: Sequence[tuple[KnownPost, Rules]]) -> dict[str, Part]:
    """Posts folded by their rules from everything that is told of them, by id."""
    if not posts:
        return {}
    before: dict[str, list[Stored]] = {post.id: [] for post, _ in posts}
    for row in await connection.fetch(_SQL["of_posts"], list(before), None):
        before[row["post"]].append(stored_now(row))
    claims = await accepted_claims(connection, {post.id: post.zone for post, _ in posts})
    return {
        post.id: Part(
            before[post.id],
            rules.timeline(claims[post.id], post.settings),
            _published(claims[post.id]),
            whole=True,
        )
        for post, rules in posts
    }


async def touched_parts(
    connection: Connection, posts: Sequence[KnownPost], touched: Mapping[str, Counted]
) -> dict[str, Part]:
    """Of each post the part that an event touches by its claims, by id."""
    if not posts:
        return {}
    holders = {(post.id, person) for post in posts for person in touched[post.id].persons}
    holders |= await _dated_by(connection, touched)
    few = await _stored(connection, holders, MOST_CLAIMS)
    origins = await _origins(connection, few, touched)
    parts = {}
    for post in posts:
        part = _mentions(few.get(post.id, ()), touched[post.id], origins)
        if part is not None:
            parts[post.id] = part
    left = [post for post in posts if post.id not in parts]
    return parts | await _folded(connection, left, {each for each in holders if each[0] not in parts}, few)


async def all_memberships(connection: Connection, post: str) -> list[Membership]:
    """What is believed of a post now, each membership with the first few of its claims."""
    return [
        stored_now(row, partly=True).membership
        for row in await connection.fetch(_SQL["of_posts"], [post], MOST_CLAIMS)
    ]


async def _dated_by(connection: Connection, touched: Mapping[str, Counted]) -> set[Holder]:
    """Those whose undated turns the dated ones of the event's claims may date: they are in the same article."""
    articles = {
        (post, claim.article)
        for post, each in touched.items()
        for claim in (*each.before.values(), *each.now.values())
        if claim.article is not None and claim.date is not None and claim.kind in ("in", "out")
    }
    if not articles:
        return set()
    pairs = sorted(articles)
    rows = await connection.fetch(_SQL["persons_beside"], [post for post, _ in pairs], [a for _, a in pairs])
    return {(row["post"], row["person"]) for row in rows}


async def _stored(
    connection: Connection, holders: Iterable[Holder], most: int | None
) -> dict[str, list[Stored]]:
    """What is stored of some persons, each membership with at most so many of its claims."""
    found: dict[str, list[Stored]] = {}
    rows = await connection.fetch(_SQL["of_persons"], *_columns(holders), most)
    for row in rows:
        partly = most is not None and len(row["claims"] or ()) >= most
        found.setdefault(row["post"], []).append(stored_now(row, partly=partly))
    return found


def _brings_only_mentions(touched: Counted) -> bool:
    """Whether an event makes claims count that are mere mentions, and does nothing else to a post."""
    return touched.before.items() <= touched.now.items() and all(
        is_mention(claim) for claim in touched.now.values() if claim.id not in touched.before
    )


async def _origins(
    connection: Connection, before: Mapping[str, Sequence[Stored]], touched: Mapping[str, Counted]
) -> dict[str, str]:
    """Whose word some of the claims are that stand behind memberships of a single source, where one may be added."""
    asked = [
        claim
        for post, each in touched.items()
        if _brings_only_mentions(each)
        for known in before.get(post, ())
        if known.membership.standing == "single_source"
        for claim in known.membership.claims[:_SOURCES]
    ]
    if not asked:
        return {}
    found = await counted(connection, [(0, claim) for claim in asked])
    claims = (claim for each in found.get(0, {}).values() for claim in each.now.values())
    return {claim.id: claim.origin for claim in claims if not claim.on_leave}


def _mentions(before: Sequence[Stored], touched: Counted, origins: Mapping[str, str]) -> Part | None:
    """The part, where the event brings nothing but mentions that move nothing; None where it may do more."""
    if not _brings_only_mentions(touched):
        return None
    new = [claim for claim in touched.now.values() if claim.id not in touched.before]
    told = {**origins, **{claim.id: claim.origin for claim in new}}
    after = {each.id: each.membership for each in before}
    for claim in canonical(new):
        own = [each for each in after.values() if each.person == claim.person]
        known = mentioned_again(own, claim)
        if known is None:
            return None
        behind = {told[each] for each in known.claims if each in told}
        if known.standing == "single_source" and not behind:
            return None  # a leave alone, perhaps: that is nobody's word for the holding
        key = next(key for key, each in after.items() if each is known)
        after[key] = attested(known, claim, behind)
    return Part(before, tuple(after.values()), _published(touched.now.values()))


async def _folded(
    connection: Connection, posts: Sequence[KnownPost], holders: set[Holder], few: Mapping[str, list[Stored]]
) -> dict[str, Part]:
    """The parts of posts that some persons make, and whomever they end, dispute, or cease to."""
    if not posts:
        return {}
    folding = {post.id: _Folding(post) for post in posts}
    await _read(connection, folding, holders, few)
    across = [
        (post, day, min(day, *each.post.settings.vacancies) if each.post.settings.vacancies else day)
        for post, each in folding.items()
        if asserts_one_seat(each.post.settings)
        for day in moved_turns((known.membership for known in each.before), each.held)
    ]
    if across:
        rows = await connection.fetch(_SQL["across_days"], *map(list, zip(*across, strict=True)))
        if met := {(row["post"], row["person"]) for row in rows} - holders:
            holders = holders | met
            await _read(connection, folding, met, {})
    others = await _takers(
        connection, [each for each in folding.values() if asserts_one_seat(each.post.settings)]
    )
    return {
        post: Part(
            each.before,
            settled(each.held, each.told, each.post.settings, others.get(post, ())),
            _published(each.told),
        )
        for post, each in folding.items()
    }


class _Folding:
    """A part that is being read: what is stored of its persons, everything told of them, and what it says of each."""

    def __init__(self, post: KnownPost) -> None:
        self.post = post
        self.before: list[Stored] = []
        self.held: list[Membership] = []
        self.told: list[FoldClaim] = []
        self.persons: set[str] = set()


async def _read(
    connection: Connection,
    folding: Mapping[str, _Folding],
    holders: set[Holder],
    few: Mapping[str, list[Stored]],
) -> None:
    """Reads some more persons into the parts; `few`: what is known of them already, if with few of the claims."""
    complete = few and not any(
        len(each.links) >= MOST_CLAIMS for post in folding for each in few.get(post, ())
    )
    stored = few if complete else await _stored(connection, holders, None)
    told: dict[str, list[FoldClaim]] = {}
    beside: dict[str, list[FoldClaim]] = {}
    for row in await connection.fetch(_SQL["accepted_of_persons"], *_columns(holders)):
        claim = fold_claim(row, folding[row["post"]].post.zone)
        (beside if row["beside"] else told).setdefault(row["post"], []).append(claim)
    for post, person in holders:
        folding[post].persons.add(person)
    for post in {post for post, _ in holders}:
        each, own = folding[post], canonical(told.get(post, ()))
        each.before += stored.get(post, ())
        each.told += own
        each.held += alone(own, post, beside.get(post, ()))


async def _takers(connection: Connection, folding: Sequence[_Folding]) -> dict[str, list[Membership]]:
    """The holdings of others that bear on the parts: the first that may end each open one, and rivals for a seat."""
    days = sorted({(each.post.id, day) for each in folding for day in turn_days(each.held)})
    behind = sorted(
        {
            (each.post.id, since, held.capacity == "acting")
            for each in folding
            for held in each.held
            if (since := open_since(held)) is not None
        }
    )
    if not days and not behind:
        return {}
    own = sorted({(each.post.id, person) for each in folding for person in each.persons})
    rows = await connection.fetch(
        _SQL["takers"],
        *([post for post, _ in days], [day for _, day in days]),
        *(
            [post for post, _, _ in behind],
            [day for _, day, _ in behind],
            [acting for _, _, acting in behind],
        ),
        *_columns(own),
    )
    others: dict[str, dict[int, Membership]] = {}
    for row in rows:
        others.setdefault(row["post"], {})[row["id"]] = stored_now(row).membership
    return {post: list(each.values()) for post, each in others.items()}


def _published(claims: Iterable[FoldClaim]) -> dict[str, date | None]:
    return {claim.id: claim.published for claim in claims}


def _columns(holders: Iterable[Holder]) -> tuple[list[str], list[str]]:
    pairs = sorted(holders)
    return [post for post, _ in pairs], [person for _, person in pairs]
