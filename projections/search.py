"""Finding the post that some words mean: by its own wording first, then by the nearest of those that share words."""

from collections.abc import Collection
from pathlib import Path

import asyncpg
from rapidfuzz import fuzz

from events.naming.organizations import organization_fingerprint
from events.naming.posts import post_key, worded
from events.queries import queries
from projections.answers import PostMatch, WhoMatch
from projections.quoting import post_summary
from projections.words import tokens

_SQL = queries(Path(__file__).parent / "sql" / "views.sql")
_CANDIDATES = 300  # that are looked at closely
_WORTH_SHOWING = 0.4


async def which_post(pool: asyncpg.Pool, post: str, organization: str | None, limit: int) -> WhoMatch:
    """The one post whose wording this is, in the organization if one is named; else candidates. Never a guess."""
    matches = await nearest_posts(pool, post, organization, limit)
    own = [match for match in matches if match.score == 1.0]
    if len(own) == 1:
        return WhoMatch(post=own[0].post, candidates=())
    return WhoMatch(post=None, candidates=tuple(matches))


async def nearest_posts(
    pool: asyncpg.Pool, query: str, organization: str | None, limit: int
) -> list[PostMatch]:
    """At most `limit` posts that the words may mean, best first; score 1 only for a post's own wording.

    Words that name an organization ("French president") count as one. Without any words: the organization's posts,
    or any.
    """
    question = worded(query, organization)
    body = organization_fingerprint(question.organization) if question.organization else None
    key = post_key(question.label)
    bodies = await _organizations(pool, body)
    if not key:
        rows = [
            row for each in bodies for row in await pool.fetch(_SQL["posts_of_organization"], each, limit)
        ]
        if body is None:
            rows = await pool.fetch(_SQL["all_posts"], limit)
        return [PostMatch(post=post_summary(row), score=1.0) for row in rows[:limit]]
    rows = await pool.fetch(_SQL["posts_of_key"], key, _CANDIDATES)
    sought = tokens(question.label) | tokens(question.organization or "") | tokens(query)
    rows += await pool.fetch(_SQL["posts_of_tokens"], sorted(sought), _CANDIDATES)
    found = {}
    for row in rows:
        score = _score(key, row["key"], body, bodies, row["organization"], row["organization_name"])
        if score >= _WORTH_SHOWING:
            found[row["id"]] = PostMatch(post=post_summary(row), score=score)
    return sorted(found.values(), key=lambda match: (-match.score, match.post.label, match.post.id))[:limit]


async def _organizations(pool: asyncpg.Pool, fingerprint: str | None) -> list[str]:
    rows = await pool.fetch(_SQL["organizations_of_fingerprint"], fingerprint) if fingerprint else []
    return [row["organization"] for row in rows]


def _score(
    key: str,
    other: str,
    body: str | None,
    bodies: Collection[str],
    organization: str | None,
    name: str | None,
) -> float:
    """How near a post is, 0 to 1: 1 for the same key in the organization asked for, or where none was asked for."""
    by_words = fuzz.token_sort_ratio(key, other) / 100
    if body is None:
        return 1.0 if key == other else min(by_words, 0.99)
    if organization is not None and organization in bodies:
        return 1.0 if key == other else min(by_words, 0.99)
    by_name = fuzz.token_sort_ratio(body, organization_fingerprint(name)) / 100 if name else 0.0
    return min(by_words * (0.5 + by_name / 2), 0.99)
