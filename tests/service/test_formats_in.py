"""Articles in every form over HTTP: ninjs, Superdesk's push, pages, feeds, other encodings and languages."""

import json
from typing import Any

import asyncpg
import httpx
import pytest

from service.embedded.postgres import run_apart
from service.push import PushSecrets, signature
from service.secrets import Vault
from tests.support.service import Service

FIRST = "Norland's Deputy Transport Minister Olga Varen, 58, was dismissed from her post on Tuesday, the ministry said."
SECOND = (
    "She will be replaced by Piet Halloran, who ran the port of Aldmouth for eleven years and is an engineer."
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Post</title>
<link rel="canonical" href="https://post.example/varen">
<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "2026-03-10T09:00:00Z"}}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Minister out</h1><p><b>{FIRST}</b></p>
<figure><figcaption>Ida Marsh, president of Elbonia, in June.</figcaption></figure><p>{SECOND}</p></article>
<aside>President Lea Stone resigned.</aside></body></html>"""
GERMAN = "Der Minister hat das Amt nicht mehr und die Behörde wurde von dem Minister für ein Jahr geschlossen, hieß es."


def item(**changed: Any) -> dict[str, Any]:
    return {
        "guid": "tag:desk.example:1",
        "type": "text",
        "version": "1",
        "versioncreated": "2026-03-10T08:00:57+0000",
        "pubstatus": "usable",
        "language": "en-GB",
        "headline": "Minister out",
        "body_html": f"<p>{FIRST}</p><p>{SECOND}</p>",
        "source": "Norland Wire",
    } | changed


def stored(service: Service, article: str, version: int = 1) -> dict[str, Any]:
    """What the log holds of a version: the event and the original's bytes."""

    async def ask() -> dict[str, Any]:
        connection = await asyncpg.connect(service.database.database_url)
        try:
            rows = await connection.fetch(
                "SELECT payload FROM event WHERE stream = $1 ORDER BY version", article
            )
            events = [json.loads(row["payload"]) for row in rows]
            event: dict[str, Any] = next(
                e for e in events if e["type"] == "article.received" and e["version"] == version
            )
            event["bytes"] = await connection.fetchval(
                "SELECT body FROM content WHERE hash = $1", bytes.fromhex(event["original"]["hash"])
            )
            return event
        finally:
            await connection.close()

    event: dict[str, Any] = run_apart(ask())
    return event


def claims(answer: httpx.Response) -> set[tuple[str, str]]:
    return {(claim["kind"], claim["person_name"]) for claim in answer.json()["claims"]}


BOTH = {("out", "Olga Varen"), ("in", "Piet Halloran")}


def test_a_page_is_read_and_kept_byte_for_byte(service: Service, client: httpx.Client) -> None:
    body = PAGE.encode("cp1252")
    answer = client.post(
        "/v1/articles", content=body, headers={"Content-Type": "text/html; charset=windows-1252"}
    )

    assert answer.status_code == 201, answer.text
    event = stored(service, answer.json()["article"]["id"])
    assert claims(answer) >= BOTH
    assert not {"Lea Stone", "Ida Marsh"} & {name for _, name in claims(answer)}
    assert event["bytes"] == body
    assert event["original"]["media_type"] == "text/html; charset=windows-1252"
    assert event["deriver"].startswith("html/1+trafilatura/")
    assert (event["uri"], event["published_basis"]) == ("https://post.example/varen", "derived")
    text = f"Minister out\n{FIRST}\n\n{SECOND}"
    for claim in answer.json()["claims"]:
        assert claim["quote"] == text[claim["quote_start"] : claim["quote_end"]]
    assert any("windows-1252" in note for note in answer.json()["notes"])


@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.iptc.ninjs+json"])
def test_a_ninjs_item_is_known_by_its_type_or_its_members(
    service: Service, client: httpx.Client, content_type: str
) -> None:
    body = json.dumps(item(guid=f"tag:desk.example:{content_type}")).encode()

    answer = client.post("/v1/articles", content=body, headers={"Content-Type": content_type})

    assert answer.status_code == 201, answer.text
    assert claims(answer) >= BOTH
    event = stored(service, answer.json()["article"]["id"])
    assert event["bytes"] == body
    assert (event["deriver"], event["credit"], event["language"]) == ("ninjs/1", "Norland Wire", "en-GB")
    assert event["published"] == "2026-03-10T08:00:57+00:00"


def test_a_killed_item_takes_its_claims_back_and_versions_keep_their_numbers(
    service: Service, client: httpx.Client
) -> None:
    def send(**changed: Any) -> httpx.Response:
        return client.post("/v1/articles", json=item(guid="tag:desk.example:kill", **changed))

    third = send(version="3")
    again = send(version="3")
    late = send(version="2", body_html=f"<p>{FIRST}</p>")
    killed = send(version="4", pubstatus="canceled", body_html="", headline="Minister out (killed)")

    assert third.json()["article"]["version"] == again.json()["article"]["version"] == 3
    assert late.json()["article"]["version"] == 3
    assert killed.status_code == 201, killed.text
    assert killed.json()["article"]["version"] == 4
    assert {claim["review_state"] for claim in killed.json()["claims"]} == {"withdrawn"}
    assert stored(service, killed.json()["article"]["id"], 2)["version"] == 2


def test_withheld_and_embargoed_items_are_safe_in_the_log_and_not_read(
    service: Service, client: httpx.Client
) -> None:
    withheld = client.post("/v1/articles", json=item(guid="tag:desk.example:held", pubstatus="withheld"))
    embargoed = client.post(
        "/v1/articles", json=item(guid="tag:desk.example:later", embargoed="2099-01-01T00:00:00+0000")
    )

    assert (withheld.status_code, embargoed.status_code) == (202, 202)
    assert stored(service, withheld.json()["article"])["pubstatus"] == "withheld"
    assert stored(service, embargoed.json()["article"])["embargoed"] == "2099-01-01T00:00:00+00:00"


def test_a_feed_s_items_are_articles_each(service: Service, client: httpx.Client) -> None:
    entry = f"<item><title>Minister out</title><link>https://post.example/rss/1</link><description>{FIRST} {SECOND}"
    entry += "</description><pubDate>Tue, 10 Mar 2026 08:00:00 GMT</pubDate></item>"
    empty = "<item><title>Nothing</title><link>https://post.example/rss/2</link></item>"
    body = f"<rss version='2.0'><channel><title>Post</title>{entry}{empty}</channel></rss>".encode()

    answer = client.post("/v1/articles", content=body, headers={"Content-Type": "application/rss+xml"})

    assert answer.status_code == 202, answer.text
    (taken,), (unfit,) = answer.json()["articles"], answer.json()["unfit"]
    assert (unfit["uri"], unfit["why"]) == ("https://post.example/rss/2", "the text is empty")
    assert stored(service, taken["article"])["bytes"] == entry.encode()
    read = None
    for _ in range(50):
        read = client.get(taken["url"], params={"min_position": answer.json()["position"]})
        if read.json().get("extractor"):
            break
    assert read is not None
    assert claims(read) >= BOTH
    head = service.head()
    assert client.post("/v1/articles", content=body, headers={"Content-Type": "text/xml"}).status_code == 202
    assert service.head() == head


def test_another_language_is_recognised_and_left_alone(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/articles", json={"uri": "https://desk.example/de", "text": GERMAN, "published": "2026-03-10"}
    )

    assert answer.status_code == 201, answer.text
    assert (answer.json()["claims"], answer.json()["article"]["language"]) == ([], "de")
    assert any("another language than English (de)" in note for note in answer.json()["notes"])


def test_a_declared_language_counts_where_the_text_is_too_short_to_tell(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/articles",
        json=item(
            guid="tag:desk.example:sv", language="sv-SE", body_html="<p>Nora Quill ny vd i Aldmouth.</p>"
        ),
    )

    assert answer.json()["article"]["language"] == "sv-SE"
    assert any("(sv-SE)" in note for note in answer.json()["notes"])


def test_weekdays_stay_unresolved_where_the_date_lies_in_the_future(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/articles", json={"uri": "https://desk.example/2099", "text": FIRST, "published": "2099-03-10"}
    )

    assert answer.status_code == 201, answer.text
    assert (answer.json()["article"]["published"], answer.json()["article"]["published_basis"]) == (
        None,
        "missing",
    )
    assert [claim["date"] for claim in answer.json()["claims"] if claim["kind"] == "out"] == [None]
    assert any("weekdays stay unresolved" in note for note in answer.json()["notes"])


def test_what_may_not_be_included_is_said(client: httpx.Client) -> None:
    answer = client.post("/v1/articles", json={"uri": "https://desk.example/inc", "text": FIRST})
    url = f"/v1/articles/{answer.json()['article']['id']}"

    assert answer.json()["refused"] == 0
    assert client.get(url, params={"include": "refused"}).json()["refusals"] == []
    assert client.get(url, params={"include": "everything"}).status_code == 400


@pytest.fixture
def pushing(service: Service) -> tuple[str, str, str]:
    """A key with a push secret: its id, its bearer secret and its push secret."""
    secret = service.key("ingest", publishers=("Superdesk House",))

    async def give() -> tuple[str, str]:
        async with asyncpg.create_pool(service.database.database_url, min_size=1, max_size=2) as pool:
            id_ = None
            while id_ is None:  # until the read side has come to it
                id_ = await pool.fetchval(
                    "SELECT id FROM api_key WHERE subject = 'tester with ingest' ORDER BY created_position DESC"
                )
            return id_, await PushSecrets(pool, Vault([service.secret_key])).give(id_)

    id_, push_secret = run_apart(give())
    return id_, secret, push_secret


def test_superdesk_s_push_needs_nothing_but_its_signature(
    service: Service, pushing: tuple[str, str, str]
) -> None:
    id_, bearer, secret = pushing
    body = json.dumps(item(guid="tag:desk.example:push")).encode()
    signed = {"x-superdesk-signature": signature(secret, body), "Content-Type": "application/json"}
    head = service.head()

    with service.client(None) as superdesk:
        wrong = [
            superdesk.post(f"/v1/push/{id_}", content=body),
            superdesk.post(f"/v1/push/{id_}", content=body + b" ", headers=signed),
            superdesk.post("/v1/push/key-none", content=body, headers=signed),
            superdesk.post(
                f"/v1/push/{id_}", content=body, headers={"x-superdesk-signature": "sha1=" + "0" * 40}
            ),
        ]
        with service.client(bearer) as client:
            wrong.append(
                client.post("/v1/articles", content=body, headers={"Content-Type": "application/json"})
            )
        unchanged = service.head() == head
        right = superdesk.post(f"/v1/push/{id_}", content=body, headers=signed)
    with service.client(bearer) as client:
        also = client.post("/v1/articles", content=body, headers=signed)

    assert [answer.status_code for answer in wrong] == [401] * 5
    assert {answer.json()["type"] for answer in wrong} == {"/problems/bad-signature"}
    assert unchanged
    assert right.status_code == 201, right.text
    assert right.json()["article"]["publisher"] == "publisher-superdesk-house"
    assert also.json()["article"]["id"] == right.json()["article"]["id"]
