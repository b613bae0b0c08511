"""A draft's claims held against the views: which persons and posts they mean, and what is known of these."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import asyncpg
from msgspec.structs import replace

from events.catalogue import Capacity, Claim, ClaimKind, Reason, Resolution
from events.dates import PartialDate
from events.naming.lookup import look_up
from events.naming.persons import person_keys
from events.naming.resolve import Known, resolve
from events.queries import queries
from events.register import Register
from projections.answering.answers import PostMatch, Tenure
from projections.answering.quoting import post_summary
from projections.answering.search import nearest_posts
from projections.answering.tenures import tenures
from projections.checking.sentences import sentence
from projections.checking.verdicts import Judgement, Said, Verdict, Why, judge
from projections.model import Membership, PostSummary, Value
from projections.rows import stored
from projections.settings import settings_of

_HERE = Path(__file__).parent.parent / "sql"
_KNOWN_THEN = queries(_HERE / "checks.sql")["known_then"]
_POSTS = queries(_HERE / "holders.sql")["posts"]
_MEMBERSHIPS = queries(_HERE / "memberships.sql")["memberships_of_posts"]
_CANDIDATES = 5
_MOST_SHOWN = 6  # memberships behind one finding


class PersonMatch(Value, frozen=True, kw_only=True):
    """Somebody whom a name may mean, with the posts by which to tell them from others."""

    id: str
    name: str
    posts: tuple[str, ...]


class Finding(Value, frozen=True, kw_only=True):
    """One role or change that the draft states, and what is known of it.

    `person_name`, `post_label` and `organization_name` are the draft's words, `start` and `end` of the place count
    Unicode code points of the text as it was sent. `evidence` holds the memberships that show it, the person's own
    first; `persons` and `posts` are candidates where the words leave it open.
    """

    verdict: Verdict
    why: Why
    sentence: str
    quote_start: int
    quote_end: int
    kind: ClaimKind
    person_name: str
    post_label: str
    organization_name: str | None
    capacity: Capacity
    date: PartialDate | None
    start: PartialDate | None
    end: PartialDate | None
    reason: Reason | None
    person: str | None
    post: PostSummary | None
    evidence: tuple[Tenure, ...]
    persons: tuple[PersonMatch, ...] = ()
    posts: tuple[PostMatch, ...] = ()


async def findings(
    pool: asyncpg.Pool, register: Register, claims: Sequence[Claim], as_of: date, at_position: int
) -> tuple[Finding, ...]:
    """A finding for each claim, in the order of the claims, for a day as known at a position.

    Names are resolved among the persons, posts and organizations of then, and nothing new is brought into being.
    """
    known = await _of_then(pool, await look_up(register, claims), at_position)
    resolutions = resolve(claims, known, mint=None).resolutions
    asked = sorted({each.post for each in resolutions if each.post is not None})
    rows = (
        {row["id"]: row for row in await pool.fetch(_POSTS, asked, [at_position] * len(asked))}
        if asked
        else {}
    )
    held, names = await _memberships(pool, list(rows), at_position)
    judged = [
        _judged(claim, each, known, rows, held, as_of)
        for claim, each in zip(claims, resolutions, strict=True)
    ]
    shown = await _tenures(pool, [each.evidence[:_MOST_SHOWN] for each in judged], names, at_position)
    return tuple(
        [
            await _finding(pool, claim, each, known, judgement, rows, evidence, at_position)
            for claim, each, judgement, evidence in zip(claims, resolutions, judged, shown, strict=True)
        ]
    )


async def _of_then(pool: asyncpg.Pool, known: Known, at_position: int) -> Known:
    """Without what came to be known behind the position. Spellings learned since still count."""
    asked = {
        *(person.id for person in known.persons),
        *(post.id for post in known.posts),
        *(post.id for person in known.persons for post in person.posts),
        *(organization.id for organization in known.organizations),
    }
    then = await _among(pool, asked, at_position)
    return Known(
        persons=[
            replace(person, posts=tuple(post for post in person.posts if post.id in then))
            for person in known.persons
            if person.id in then
        ],
        organizations=[each for each in known.organizations if each.id in then],
        posts=[each for each in known.posts if each.id in then],
    )


async def _among(pool: asyncpg.Pool, ids: Collection[str], at_position: int) -> set[str]:
    rows = await pool.fetch(_KNOWN_THEN, sorted(ids), at_position) if ids else ()
    return {row["id"] for row in rows}


async def _memberships(
    pool: asyncpg.Pool, posts: Sequence[str], at_position: int
) -> tuple[dict[str, list[Membership]], dict[str, str | None]]:
    held: dict[str, list[Membership]] = {}
    names: dict[str, str | None] = {}
    for row in await pool.fetch(_MEMBERSHIPS, posts, at_position) if posts else ():
        held.setdefault(row["post"], []).append(stored(row).membership)
        names[row["person"]] = row["name"]
    return held, names


def _judged(
    claim: Claim,
    resolution: Resolution,
    known: Known,
    rows: Mapping[str, asyncpg.Record],
    held: Mapping[str, Sequence[Membership]],
    as_of: date,
) -> Judgement:
    if (row := rows.get(resolution.post or "")) is None:
        return Judgement(why="unknown_post")
    if resolution.person is None and _namesakes(known, claim.person):
        return Judgement(why="ambiguous_person")
    said = Said(
        kind=claim.kind,
        person=resolution.person,
        capacity=claim.capacity,
        date=claim.date,
        start=claim.start,
        end=claim.end,
        reason=claim.reason,
    )
    return judge(said, held.get(row["id"], ()), settings_of(row), as_of)


async def _tenures(
    pool: asyncpg.Pool,
    groups: Sequence[Sequence[Membership]],
    names: Mapping[str, str | None],
    at_position: int,
) -> list[tuple[Tenure, ...]]:
    """The memberships of all groups with their claims, in one round."""
    flat = [each for group in groups for each in group]
    told = iter(await tenures(pool, flat, names, at_position, {}) if flat else ())
    return [tuple(next(told) for _ in group) for group in groups]


async def _finding(
    pool: asyncpg.Pool,
    claim: Claim,
    resolution: Resolution,
    known: Known,
    judgement: Judgement,
    rows: Mapping[str, asyncpg.Record],
    evidence: tuple[Tenure, ...],
    at_position: int,
) -> Finding:
    assert claim.quote is not None
    posts: tuple[PostMatch, ...] = ()
    if judgement.why == "unknown_post":
        near = await nearest_posts(pool, claim.post, claim.organization, _CANDIDATES)
        then = await _among(pool, {match.post.id for match in near}, at_position)
        posts = tuple(match for match in near if match.post.id in then)
        if any(match.score == 1 for match in posts):
            judgement = Judgement(why="ambiguous_post")
    row = rows.get(resolution.post or "")
    return Finding(
        verdict=judgement.verdict,
        why=judgement.why,
        sentence=sentence(judgement, claim.person, _wording(claim), evidence, resolution.person),
        quote_start=claim.quote.start,
        quote_end=claim.quote.end,
        kind=claim.kind,
        person_name=claim.person,
        post_label=claim.post,
        organization_name=claim.organization,
        capacity=claim.capacity,
        date=claim.date,
        start=claim.start,
        end=claim.end,
        reason=claim.reason,
        person=resolution.person,
        post=post_summary(row) if row is not None else None,
        evidence=evidence,
        persons=tuple(_namesakes(known, claim.person)) if judgement.why == "ambiguous_person" else (),
        posts=posts,
    )


def _namesakes(known: Known, name: str) -> list[PersonMatch]:
    """Those who go by the name, or may."""
    keys = set(person_keys(name))
    return [
        PersonMatch(id=person.id, name=person.names[0], posts=tuple(post.label for post in person.posts))
        for person in known.persons
        if keys & set(_keys(person.names))
    ][:_CANDIDATES]


def _keys(names: Iterable[str]) -> Iterable[str]:
    return (key for name in names for key in person_keys(name))


def _wording(claim: Claim) -> str:
    return f"{claim.post} of {claim.organization}" if claim.organization else claim.post
