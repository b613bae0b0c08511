"""Rows of the registry, and articles and claims that are told more than once."""

import asyncpg
import pytest

from events.catalogue import (
    ArticleReceived,
    KeyCreated,
    KeyRevoked,
    KeyRotated,
    PersonNamed,
    PublisherTrustChanged,
    SubscriptionConfirmed,
    SubscriptionCreated,
    SubscriptionDeleted,
    SubscriptionDisabled,
    SubscriptionFilter,
    SubscriptionPaused,
    SubscriptionResumed,
)
from events.envelope import NewContent
from events.ids import mint
from projections.views import Views
from tests.projections.newsroom import Newsroom, Told

pytestmark = pytest.mark.usefixtures("projector")


async def test_a_key_lives_from_its_creation_to_its_revocation(
    newsroom: Newsroom, views: Views, pool: asyncpg.Pool
) -> None:
    key = mint("key")
    created = KeyCreated(
        subject="editor ada", scopes=("read", "ingest"), prefix="ik_1", secret_hash="ab" * 32,
        publishers=("publisher-1",), expires_at="2030-01-01T00:00:00Z",
    )  # fmt: skip
    first = await newsroom.say((key, created))
    last = await newsroom.say((key, KeyRevoked()), (key, KeyRevoked()))
    assert await views.wait_for(last, 10)

    row = await pool.fetchrow("SELECT * FROM api_key WHERE secret_hash = $1", b"\xab" * 32)

    assert row is not None
    assert (row["id"], row["subject"], row["scopes"], row["publishers"]) == (
        key, "editor ada", ["read", "ingest"], ["publisher-1"]
    )  # fmt: skip
    assert row["expires_at"].isoformat() == "2030-01-01T00:00:00+00:00"
    assert (row["created_position"], row["revoked_position"]) == (first, last - 1)


async def test_a_key_that_was_rotated_has_its_newest_secret(
    newsroom: Newsroom, views: Views, pool: asyncpg.Pool
) -> None:
    key = mint("key")
    created = KeyCreated(subject="site", scopes=("read",), prefix="ik_2", secret_hash="bc" * 32)
    rotated = KeyRotated(prefix="ik_3", secret_hash="cd" * 32, previous_until="2030-01-01T00:00:00Z")
    assert await views.wait_for(await newsroom.say((key, created), (key, rotated)), 10)

    row = await pool.fetchrow("SELECT prefix, secret_hash FROM api_key WHERE id = $1", key)

    assert row is not None
    assert (row["prefix"], row["secret_hash"]) == ("ik_3", b"\xcd" * 32)


async def test_a_subscription_lives_from_its_creation_to_its_deletion(
    newsroom: Newsroom, views: Views, pool: asyncpg.Pool
) -> None:
    subscription = mint("subscription")
    created = SubscriptionCreated(
        url="https://desk.example/hook", key="key-1", types=("holder.changed",),
        filter=SubscriptionFilter(posts=("post-1",)),
    )  # fmt: skip
    first = await newsroom.say((subscription, created))
    last = await newsroom.say((subscription, SubscriptionDeleted()))
    assert await views.wait_for(last, 10)

    row = await pool.fetchrow("SELECT * FROM subscription WHERE id = $1", subscription)

    assert row is not None
    assert (row["url"], row["key"], row["types"]) == (
        "https://desk.example/hook",
        "key-1",
        ["holder.changed"],
    )
    assert row["filter"] == b'{"posts":["post-1"]}'
    assert (row["created_position"], row["deleted_position"]) == (first, last)


async def test_a_subscription_is_stopped_and_resumed_by_its_events(
    newsroom: Newsroom, views: Views, pool: asyncpg.Pool
) -> None:
    subscription = mint("subscription")
    created = SubscriptionCreated(
        url="https://desk.example/hook", key="key-1", types=("event.redacted",), consent=True,
        from_position=7, per_minute=60, concurrency=2,
    )  # fmt: skip
    seen = []
    for event in (
        created,
        SubscriptionConfirmed(),
        SubscriptionPaused(),
        SubscriptionResumed(),
        SubscriptionDisabled(why="gone"),
        SubscriptionResumed(),
    ):
        position = await newsroom.say((subscription, event))
        assert await views.wait_for(position, 10)
        row = await pool.fetchrow("SELECT * FROM subscription WHERE id = $1", subscription)
        assert row is not None
        assert (row["from_position"], row["per_minute"], row["concurrency"]) == (7, 60, 2)
        assert row["changed_position"] == position
        resumed = row["resumed_position"] == position
        seen.append((row["stopped"], row["stopped_why"], resumed))

    assert seen == [
        ("unconfirmed", None, False),
        (None, None, True),
        ("paused", None, False),
        (None, None, True),
        ("disabled", "gone", False),
        (None, None, True),
    ]


async def test_trust_in_a_publisher_changes_its_row_and_no_timeline(
    newsroom: Newsroom, views: Views, pool: asyncpg.Pool
) -> None:
    publisher = await newsroom.publisher("Ledger", trusted=False)
    await newsroom.say((publisher, PublisherTrustChanged(trusted=True)))
    assert await views.wait_for(newsroom.position, 10)

    assert await pool.fetchval("SELECT trusted FROM publisher WHERE id = $1", publisher) is True
    assert await views.changes((newsroom.position - 1, 0)) == []


async def test_a_person_goes_by_every_spelling_and_is_shown_by_the_first(
    newsroom: Newsroom, views: Views
) -> None:
    person = await newsroom.person("Ada Quist")
    known = newsroom.position
    await newsroom.say((person, PersonNamed(name="Ada Kvist")))
    assert await views.wait_for(newsroom.position, 10)

    now, then = await views.person(person), await views.person(person, known)

    assert now is not None
    assert then is not None
    assert (now.name, now.names, then.names) == ("Ada Quist", ("Ada Quist", "Ada Kvist"), ("Ada Quist",))


async def test_a_claim_whose_person_is_not_known_is_in_no_timeline_until_it_is_resolved(
    newsroom: Newsroom, views: Views
) -> None:
    ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
    paper, told = await newsroom.publisher("Ledger"), Told("holds", ada, mayor, "Mayor Quist")
    text = "News\nMayor Quist"
    article = await newsroom.article(paper, "2024-03-01", text)
    claim = newsroom.claim(article, told, text)
    await newsroom.read(article, 1, claim)
    await newsroom.say((article, newsroom.decided("accepted", claim)))
    assert await views.wait_for(newsroom.position, 10)
    unresolved = await views.timeline(mayor)

    await newsroom.say((article, newsroom.resolved((claim, told))))
    assert await views.wait_for(newsroom.position, 10)
    resolved = await views.timeline(mayor)

    assert unresolved is not None
    assert resolved is not None
    assert unresolved.memberships == ()
    assert [each.name for each in resolved.memberships] == ["Ada Quist"]


async def test_a_claim_that_is_resolved_anew_moves_from_post_to_post(
    newsroom: Newsroom, views: Views
) -> None:
    ada = await newsroom.person("Ada Quist")
    mayor, reeve = await newsroom.post("mayor"), await newsroom.post("reeve")
    paper, told = await newsroom.publisher("Ledger"), Told("holds", ada, mayor, "Mayor Quist")
    text = "News\nMayor Quist"
    article = await newsroom.article(paper, "2024-03-01", text, told)
    claim = newsroom.claim(article, told, text)
    await newsroom.say((article, newsroom.resolved((claim, Told("holds", ada, reeve, "Mayor Quist")))))
    assert await views.wait_for(newsroom.position, 10)

    left, joined = await views.timeline(mayor), await views.timeline(reeve)
    changes = await views.changes((newsroom.position - 1, 10**6))

    assert left is not None
    assert joined is not None
    assert (len(left.memberships), len(joined.memberships)) == (0, 1)
    assert [(each.id.split(".")[1], each.post) for each in changes] == [
        (str(ordinal), post) for ordinal, post in enumerate(sorted((mayor, reeve)), start=1)
    ]


async def test_the_newest_version_of_an_article_gives_the_words_and_an_older_one_read_late_does_not(
    newsroom: Newsroom, views: Views
) -> None:
    ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
    paper, told = await newsroom.publisher("Ledger"), Told("holds", ada, mayor, "Mayor Quist")
    uri, old, new = "https://ledger.example/quist", "News\nMayor Quist", "News, corrected\nHer: Mayor Quist"
    article = await newsroom.article(paper, "2024-03-01", old, told, uri=uri)
    known = newsroom.position
    await newsroom.article(paper, "2024-03-01", new, told, uri=uri, article=article, version=2)
    await newsroom.read(article, 1, newsroom.claim(article, told, old))
    assert await views.wait_for(newsroom.position, 10)

    now, then = await views.timeline(mayor), await views.timeline(mayor, known)
    shown = await views.article(article)

    assert now is not None
    assert then is not None
    quotes = [each.memberships[0].claims[0] for each in (now, then)]
    assert [claim.quote for claim in quotes] == ["Mayor Quist", "Mayor Quist"]
    assert [claim.article_version for claim in quotes] == [2, 1]
    assert [claim.quote_start for claim in quotes] == [new.index("Mayor"), old.index("Mayor")]
    assert shown is not None
    assert (shown.version, shown.read_version, shown.title) == (2, 2, "News, corrected")


async def test_a_redacted_text_leaves_the_claim_without_its_words(
    newsroom: Newsroom, views: Views, admin: asyncpg.Connection
) -> None:
    ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
    paper = await newsroom.publisher("Ledger")
    article = await newsroom.article(
        paper, "2024-03-01", "News\nMayor Quist", Told("holds", ada, mayor, "Mayor Quist")
    )
    assert await views.wait_for(newsroom.position, 10)
    await admin.execute(
        "UPDATE content SET salt = NULL, body = NULL WHERE hash = ("
        " SELECT v.text_hash FROM article_version AS v WHERE v.article = $1)",
        article,
    )

    timeline, shown = await views.timeline(mayor), await views.article(article)

    assert timeline is not None
    assert shown is not None
    assert [claim.quote for claim in timeline.memberships[0].claims] == [None]
    assert shown.title is None


async def test_an_article_under_embargo_is_nowhere_but_on_the_desk(newsroom: Newsroom, views: Views) -> None:
    paper, article = await newsroom.publisher("Ledger"), mint("article")
    body = NewContent(body=b"News\nto come", media_type="text/plain")
    sealed = ArticleReceived(
        version=1, uri="https://ledger.example/sealed", publisher=paper, text=body.ref, original=body.ref,
        title_length=4, embargoed="2999-01-01T00:00:00Z",
    )  # fmt: skip
    await newsroom.say((article, sealed), contents=(body,))
    assert await views.wait_for(newsroom.position, 10)

    assert await views.article(article) is None
    assert await views.article_of_uri(sealed.uri) is None
    assert await views.article_of_uri(sealed.uri, sealed=True) is not None
