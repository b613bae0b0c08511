"""A store that is full already: posts with memberships, as the fold would have left them, written by SQL alone."""

import asyncpg

TODAY = "2024-01-01"
NEWEST = "2023-12-01"  # when the last of the memberships began
COUNCIL, CHAIR = "council", "chair"  # any number at once; one seat, asserted, in which one followed the other

_NOW = 2**63 - 1
_ARTICLE_VERSION = """INSERT INTO article_version (article, version, position, uri, publisher, text_hash,
    text_media_type, text_length, original_hash, original_media_type, original_length, title_length, published,
    published_basis, pubstatus, deriver)"""
_CLAIM = """INSERT INTO claim (id, from_position, to_position, article, article_version, ordinal, kind, date,
    person_name, post_label, capacity, modality, background, official, confidence, rule, origin)"""


async def fill(
    admin: asyncpg.Connection, kind: str, posts: int, memberships: int, *, named: str = ""
) -> None:
    """Opens posts `kind-named-1`, ... with so many memberships each, `person-kind-named-1-1`, ..."""
    one_seat = kind == CHAIR
    prefix = f"{kind}-{named or memberships}"
    seats = 1 if one_seat else "NULL::integer"
    first = await admin.fetchval("SELECT coalesce(max(id), 0) FROM membership")
    spread = f"30 * ({memberships} - m)" if one_seat else f"30 * ({memberships} - m) / {memberships}"
    over = f"CASE WHEN m < {memberships} THEN k.day + 30 END" if one_seat else "NULL::date"
    over_by = f"CASE WHEN m < {memberships} THEN 'succeeded' END" if one_seat else "NULL"
    every = f"""FROM generate_series(1, {posts}) AS p, generate_series(1, {memberships}) AS m, LATERAL (
        SELECT '{prefix}-' || p AS post, '{prefix}-' || p || '-' || m AS name,
            {first} + p * {memberships}::bigint + m AS id, date '{NEWEST}' - {spread} AS day) AS k"""
    for statement in (
        f"""INSERT INTO post SELECT '{prefix}-' || p, '{prefix}-' || p, '{prefix}-' || p, NULL, {seats}, 'editor', 730,
            'UTC', false, 1 FROM generate_series(1, {posts}) AS p""",
        f"""INSERT INTO post_setting SELECT '{prefix}-' || p, 1, {_NOW}, {seats}, 'editor', 730, false, '{{}}', '{{}}',
            '{{}}' FROM generate_series(1, {posts}) AS p""",
        f"""INSERT INTO membership (id, from_position, to_position, fold_version, post, person, capacity,
            start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis, standing, checked_by,
            announced) SELECT k.id, 1, {_NOW}, 1, k.post, 'person-' || k.name, 'substantive', k.day, k.day, 'said',
            {over}, {over}, {over_by}, 'single_source', 'machine', k.day {every}""",
        f"INSERT INTO membership_claim SELECT k.id, 1, {_NOW}, 'claim-' || k.name, NULL {every}",
        f"""{_CLAIM} SELECT 'claim-' || k.name, 1, {_NOW}, 'article-' || k.name, 1, 0, 'in', k.day::text, 'A', 'b',
            'substantive', 'actual', false, false, 1, '', 'publisher-1' {every}""",
        f"""INSERT INTO claim_resolution SELECT 'claim-' || k.name, 1, {_NOW}, 'person-' || k.name, k.post, NULL,
            'exact' {every}""",
        f"""INSERT INTO claim_decision SELECT 'claim-' || k.name, 1, {_NOW}, 'accepted', 'machine', 'bench', 'desk',
            NULL {every}""",
        f"""{_ARTICLE_VERSION} SELECT 'article-' || k.name, 1, 1, k.name, 'publisher-1', '', 'text/plain', 1, '',
            'text/plain', 1, 0, k.day::text, 'given', 'usable', '' {every}""",
        f"""INSERT INTO due SELECT k.day + 731, k.post, 'person-' || k.name {every}
            WHERE m = {memberships} OR NOT {one_seat}""",
    ):  # fmt: skip
        await admin.execute(statement, timeout=1_200)


async def mention(admin: asyncpg.Connection, post: str, person: str, times: int) -> None:
    """So many reports that the person, who has one membership there, holds the post."""
    key = await admin.fetchval("SELECT id FROM membership WHERE post = $1 AND person = $2", post, person)
    every = f"""FROM generate_series(1, {times}) AS n,
        LATERAL (SELECT '{person}-' || n AS name, date '{NEWEST}' + n % 28 AS day) AS k"""
    for statement in (
        f"INSERT INTO membership_claim SELECT {key}, n + 1, {_NOW}, 'claim-' || k.name, k.day {every}",
        f"""{_CLAIM} SELECT 'claim-' || k.name, n + 1, {_NOW}, 'article-' || k.name, 1, 0, 'holds', NULL, 'A', 'b',
            'substantive', 'actual', false, false, 1, '', 'publisher-1' {every}""",
        f"""INSERT INTO claim_resolution SELECT 'claim-' || k.name, n + 1, {_NOW}, '{person}', '{post}', NULL, 'exact'
            {every}""",
        f"""INSERT INTO claim_decision SELECT 'claim-' || k.name, n + 1, {_NOW}, 'accepted', 'machine', 'bench', 'desk',
            NULL {every}""",
        f"""{_ARTICLE_VERSION} SELECT 'article-' || k.name, 1, n + 1, k.name, 'publisher-1', '', 'text/plain', 1, '',
            'text/plain', 1, 0, k.day::text, 'given', 'usable', '' {every}""",
    ):  # fmt: skip
        await admin.execute(statement, timeout=600)
