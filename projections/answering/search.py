"""Finding the post that some words mean: by its own wording first, then by the nearest of those that share words."""

from collections.abc import Collection, Sequence
from pathlib import Path

import asyncpg
import msgspec
from rapidfuzz import fuzz

from events.ids import category_of
from events.naming.organizations import organization_fingerprint
from events.naming.posts import post_key, worded
from events.queries import queries
from projections.answering.answers import PostMatch, WhoMatch
from projections.answering.quoting import post_summary
from projections.answering.words import tokens

MatchPlace = tuple[float, str, str]  # in the order of a search: score (negative), label and id of the post

_SQL = queries(Path(__file__).parent.parent / "sql" / "search.sql")
_CANDIDATES = 300  # that are looked at closely
_WORTH_SHOWING = 0.4  # of a score


async def which_post(pool: asyncpg.Pool, post: str, organization: str | None, limit: int) -> WhoMatch:
    """The one post whose wording this is, in the organization if one is named; else candidates. Never a guess."""
    question = await _question(pool, post, organization)
    own = await _of_its_wording(pool, question, 2)
    if len(own) == 1:
        return WhoMatch(post=post_summary(own[0]), candidates=())
    return WhoMatch(post=None, candidates=tuple(await nearest_posts(pool, post, organization, limit)))


async def nearest_posts(
    pool: asyncpg.Pool, query: str, organization: str | None, limit: int, after: MatchPlace | None = None
) -> list[PostMatch]:
    """At most `limit` posts behind a place that the words may mean, best first; score 1 only for their own wording.

    Words that name an organization ("French president") count as one. Without any words: the organization's posts,
    or any.
    """
    question = await _question(pool, query, organization)
    if not question.key:
        place = after[1:] if after else (None, None)
        rows = await pool.fetch(_SQL["any_posts"], question.bodies if question.body else None, limit, *place)
        return [PostMatch(post=post_summary(row), score=1.0) for row in rows]
    rows = [
        *await _of_its_wording(pool, question, max(limit, _CANDIDATES)),
        *(
            await pool.fetch(_SQL["any_posts"], question.bodies, _CANDIDATES, None, None)
            if question.bodies
            else ()
        ),
        *await pool.fetch(_SQL["posts_of_tokens"], sorted(question.tokens), _CANDIDATES),
    ]
    matches = {row["id"]: PostMatch(post=post_summary(row), score=_score(question, row)) for row in rows}
    likely = [match for match in matches.values() if match.score >= _WORTH_SHOWING]
    likely.sort(key=place_of)
    return [match for match in likely if after is None or place_of(match) > after][:limit]


def place_of(match: PostMatch) -> MatchPlace:
    """Where a match stands in the order of a search."""
    return -match.score, match.post.label, match.post.id


class _Question(msgspec.Struct, frozen=True):
    key: str  # post_key of the post's words
    body: str | None  # fingerprint of the organization asked for
    bodies: Sequence[str]  # the organizations that go by it
    tokens: Collection[str]


async def _question(pool: asyncpg.Pool, post: str, organization: str | None) -> _Question:
    if organization is not None and category_of(organization) == "organization":
        return _Question(
            key=post_key(worded(post, None).label),
            body=organization,
            bodies=[organization],
            tokens=tokens(post),
        )
    words = worded(post, organization)
    body = organization_fingerprint(words.organization) if words.organization else None
    rows = await pool.fetch(_SQL["organizations_of_fingerprint"], body) if body else []
    return _Question(
        key=post_key(words.label),
        body=body,
        bodies=[row["organization"] for row in rows],
        tokens=tokens(words.label) | tokens(words.organization or "") | tokens(post),
    )


async def _of_its_wording(pool: asyncpg.Pool, question: _Question, limit: int) -> list[asyncpg.Record]:
    """The posts that go by the very wording, in the organization where one is asked for."""
    if not question.key:
        return []
    return await pool.fetch(
        _SQL["posts_of_key"], question.key, question.bodies if question.body else None, limit
    )


def _score(question: _Question, row: asyncpg.Record) -> float:
    """How near a post is, 0 to 1: 1 for the same wording in the organization asked for, or where none was."""
    key, name = row["key"], row["organization_name"]
    by_words = fuzz.token_sort_ratio(question.key, key) / 100
    if question.body is None or row["organization"] in question.bodies:
        return 1.0 if question.key == key else min(by_words, 0.99)
    by_name = fuzz.token_sort_ratio(question.body, organization_fingerprint(name)) / 100 if name else 0.0
    return min(by_words * (0.5 + by_name / 2), 0.99)
