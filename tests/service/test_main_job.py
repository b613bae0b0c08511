"""The main job over HTTP: an article goes in, who holds which post comes out, and a subscriber hears of it."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.support.receiver import receiver
from tests.support.service import Service

DISMISSAL = (
    "Norland's Deputy Transport Minister Olga Varen, 58, was dismissed from her post on Tuesday, the Transport"
    " Ministry said.\n\nShe will be replaced by Piet Halloran, who ran the port of Aldmouth."
)
POST = "deputy transport minister"


def send(
    client: httpx.Client, uri: str, text: str, published: str = "2026-03-10", **more: str
) -> httpx.Response:
    return client.post("/v1/articles", json={"uri": uri, "text": text, "published": published, **more})


def names(answer: dict[str, Any]) -> list[str]:
    return [holder["name"] for holder in answer["holders"]]


@pytest.fixture(scope="module")
def article(client: httpx.Client) -> dict[str, Any]:
    response = send(client, "https://desk.example/varen", DISMISSAL)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_an_article_answers_with_its_claims_and_verbatim_quotes(article: dict[str, Any]) -> None:
    claims = {(claim["kind"], claim["person_name"]): claim for claim in article["claims"]}

    out, came = claims["out", "Olga Varen"], claims["in", "Piet Halloran"]
    assert (out["date"], out["reason"], out["official"], out["review_state"]) == (
        "2026-03-10", "dismissed", True, "accepted",
    )  # fmt: skip
    assert came["review_state"] == "accepted"
    for claim in claims.values():
        assert claim["quote"] in DISMISSAL
        assert claim["quote"] == DISMISSAL[claim["quote_start"] : claim["quote_end"]]


def test_the_same_article_again_gives_the_same_answer_and_appends_nothing(
    service: Service, client: httpx.Client, article: dict[str, Any]
) -> None:
    head = service.head()

    again = send(client, "https://desk.example/varen", DISMISSAL)

    assert again.json() == article
    assert service.head() == head


def test_who_held_the_post_the_day_before_and_who_from_that_day(
    client: httpx.Client, article: dict[str, Any]
) -> None:
    before = client.get("/v1/who", params={"post": POST, "as_of": "2026-03-09"}).json()["answer"]
    after = client.get(
        "/v1/who", params={"post": "deputy minister of transport", "as_of": "2026-03-10"}
    ).json()

    assert (names(before), before["occupancy"]) == (["Olga Varen"], "held")
    assert names(after["answer"]) == ["Piet Halloran"]
    assert after["answer"]["holders"][0]["start"] == {"date": "2026-03-10", "basis": "paired"}
    assert not after["answer"]["complete"]


def test_each_holder_names_its_claims_and_their_article(
    client: httpx.Client, article: dict[str, Any]
) -> None:
    answer = client.get("/v1/who", params={"post": POST, "as_of": "2026-03-09"}).json()["answer"]

    claims = answer["holders"][0]["claims"]
    assert {claim["article"] for claim in claims} == {article["article"]["id"]}
    assert all(claim["quote"] in DISMISSAL for claim in claims)


def test_what_was_known_before_the_article_is_still_answered(
    client: httpx.Client, article: dict[str, Any]
) -> None:
    post = client.get("/v1/who", params={"post": POST}).json()["answer"]["post"]["id"]

    then = client.get(f"/v1/posts/{post}/holders", params={"as_of": "2026-03-10", "at_position": 1})
    now = client.get(
        f"/v1/posts/{post}/holders", params={"as_of": "2026-03-10", "at_position": article["position"]}
    )

    assert then.status_code == 404
    assert names(now.json()) == ["Piet Halloran"]


def test_posts_timeline_person_and_changes(client: httpx.Client, article: dict[str, Any]) -> None:
    found = client.get("/v1/posts", params={"q": POST}).json()["posts"]
    post = found[0]["post"]["id"]
    timeline = client.get(f"/v1/posts/{post}/timeline").json()["memberships"]
    person = client.get(f"/v1/persons/{timeline[0]['person']}").json()
    changes = client.get("/v1/changes", params={"post": post}).json()

    assert found[0]["score"] == 1
    assert [tenure["name"] for tenure in timeline] == ["Olga Varen", "Piet Halloran"]
    assert person["name"] == "Olga Varen"
    assert [change["kind"] for change in changes["changes"]] == ["appointed"]
    assert client.get("/v1/changes", params={"after": changes["next"], "post": post}).json()["changes"] == []


def test_an_answer_that_the_client_has_already_is_not_sent_again(
    client: httpx.Client, article: dict[str, Any]
) -> None:
    first = client.get("/v1/who", params={"post": POST})
    again = client.get("/v1/who", params={"post": POST}, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["etag"].startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")


def test_another_text_under_the_same_uri_is_the_next_version(client: httpx.Client) -> None:
    first = send(
        client, "https://desk.example/versions", "Norland's prime minister, Ida Marsh, spoke on Monday."
    )
    second = send(
        client, "https://desk.example/versions", "Norland's prime minister, Ida Marsh, spoke on Tuesday."
    )

    assert (first.json()["article"]["version"], second.json()["article"]["version"]) == (1, 2)
    assert first.json()["article"]["id"] == second.json()["article"]["id"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-03-10", "2026-03-10"),
        (" 2026-03-10\n", "2026-03-10"),
        ("2026-03-10T23:30:00-05:00", "2026-03-10T23:30:00-05:00"),
        ("18-MAR-1987 08:35:45.87", "1987-03-18"),
        ("November 1, 2017", "2017-11-01"),
    ],
)
def test_a_publication_date_is_kept_as_an_instant_or_a_day(
    client: httpx.Client, given: str, kept: str
) -> None:
    answer = send(client, f"https://desk.example/published/{kept}/{len(given)}", "Nothing happened.", given)

    assert answer.json()["article"]["published"] == kept


def test_a_write_can_be_read_at_once_by_its_position(client: httpx.Client) -> None:
    for number in range(5):
        name = f"Rosa Tellen{'abcde'[number]}"
        text = f"Chairwoman {name} of Aldmouth Harbour Plc opened the meeting."
        position = send(client, f"https://desk.example/raw/{number}", text).json()["position"]
        answer = client.get(
            "/v1/who", params={"post": "chairwoman", "org": "Aldmouth Harbour", "min_position": position}
        )
        assert answer.status_code == 200, answer.text


async def test_a_change_of_holder_is_delivered_signed(service: Service, desk_key: str) -> None:
    async with (
        receiver() as hook,
        httpx.AsyncClient(
            base_url=service.url, headers={"Authorization": f"Bearer {desk_key}"}, trust_env=False, timeout=20
        ) as client,
    ):
        made = await client.post("/v1/subscriptions", json={"url": hook.url, "types": ["holder.changed"]})
        assert made.status_code == 201, made.text
        text = "Lakeside Bank Plc has appointed Nora Quill as chief executive officer with immediate effect, it said."
        began = time.monotonic()
        sent = await client.post("/v1/articles", json={"uri": "https://desk.example/quill", "text": text,
                                                        "published": "2026-03-11"})  # fmt: skip
        assert sent.status_code == 201, sent.text
        await hook.until(lambda r: any("Nora Quill" in str(q.event) for q in r.received), seconds=5)
        took = time.monotonic() - began
        request = next(q for q in hook.received if "Nora Quill" in str(q.event))
        signed = Webhook(made.json()["secret"]).verify(request.body.decode(), request.headers)
        deleted = await client.delete(f"/v1/subscriptions/{made.json()['subscription']['id']}")

    assert signed["type"] == "holder.changed"
    assert signed["data"]["kind"] == "appointed"
    assert deleted.status_code == 200
    assert took < 5, "an idle machine takes well under a second; a loaded one is given time"


async def test_a_receiver_that_was_down_gets_it_after_coming_back(service: Service, desk_key: str) -> None:
    async with httpx.AsyncClient(
        base_url=service.url, headers={"Authorization": f"Bearer {desk_key}"}, trust_env=False, timeout=20
    ) as client:
        async with receiver() as hook:
            url = hook.url
            port = int(url.rsplit(":", 1)[1].split("/")[0])
        made = await client.post("/v1/subscriptions", json={"url": url})
        text = "Lakeside Bank Plc has appointed Tomas Brill as chief financial officer, it said on Thursday."
        await client.post("/v1/articles", json={"uri": "https://desk.example/brill", "text": text,
                                                 "published": "2026-03-12"})  # fmt: skip
        await asyncio.sleep(3)  # a few attempts fail
        arrived = asyncio.Event()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            if b"Tomas Brill" in await reader.readexactly(length):
                arrived.set()
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", port)
        try:
            await asyncio.wait_for(arrived.wait(), 60)
        finally:
            server.close()
            await server.wait_closed()
        await client.delete(f"/v1/subscriptions/{made.json()['subscription']['id']}")
