"""Subscriptions over HTTP: made with care, seen by their owner only, tried, paused, looked into, sent again."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from redis import Redis
from standardwebhooks import Webhook

from events.log import Log
from events.redaction import redact
from service.webhooks.subscribing import MOST_OF_URL
from tests.support.receiver import Receiver, Reply, receiver
from tests.support.service import Service

TEXT = "Harbourline Ferries Plc {} {} as chairman, the company said on Wednesday."
_names = iter(
    f"{given} {family}"
    for given in ("Karel", "Edda", "Ivo", "Runa", "Odd", "Signe")
    for family in ("Moss", "Lunde", "Varg", "Holt", "Brenn", "Strand", "Tveit", "Aas")
)
_days = iter(range(1, 29))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(service: Service, desk_key: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=service.url, headers={"Authorization": f"Bearer {desk_key}"}, timeout=20, trust_env=False
    ) as client:
        yield client


async def appoint(desk: httpx.AsyncClient) -> int:
    """Somebody becomes chairman; the position up to which that is so."""
    name, day = next(_names), next(_days)
    answer = await desk.post(
        "/v1/articles",
        json={
            "uri": f"https://desk.example/{name}",
            "published": f"2026-10-{day:02}",
            "text": TEXT.format("has appointed", name),
        },
    )
    assert answer.status_code == 201, answer.text
    return int(answer.json()["position"])


async def subscribe(desk: httpx.AsyncClient, url: str, **more: Any) -> dict[str, Any]:
    answer = await desk.post("/v1/subscriptions", json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def eventually(ask: Callable[[], Any], seconds: float = 8.0) -> Any:
    """What is asked, as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := await ask()):
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.05)
    return found


async def test_a_subscription_says_how_it_is_served_and_shows_no_secret_again(
    desk: httpx.AsyncClient,
) -> None:
    async with receiver() as listening:
        answer = await desk.post(
            "/v1/subscriptions",
            json={
                "url": listening.url,
                "types": ["holder.changed", "event.redacted", "holder.changed"],
                "filter": {"areas": ["the United States", "Russian"], "capacities": ["acting"]},
                "headers": {"X-Desk": "politics"},
                "per_minute": 120,
                "concurrency": 3,
                "description": "the politics desk",
            },
            headers={"Idempotency-Key": "politics-desk-1"},
        )
        made = answer.json()
        view = made["subscription"]
        assert answer.headers["location"] == f"/v1/subscriptions/{view['id']}"
        assert answer.headers["cache-control"] == "no-store"
        assert made["secret"].startswith("whsec_")
        assert view["types"] == ["holder.changed", "event.redacted"]
        assert view["filter"] == {"areas": ["russia", "united-states"], "capacities": ["acting"]}
        assert (view["headers"], view["per_minute"], view["concurrency"]) == (["x-desk"], 120, 3)
        assert (view["state"], view["why"], view["from_position"]) == ("active", None, None)
        assert (await desk.get(f"/v1/subscriptions/{view['id']}")).json() == view
        again = await desk.post("/v1/subscriptions", json={}, headers={"Idempotency-Key": "politics-desk-1"})
        assert again.status_code in (409, 422)
        assert made["secret"] not in again.text


async def test_nobody_else_sees_or_touches_a_subscription(service: Service, desk: httpx.AsyncClient) -> None:
    async with receiver() as listening:
        id = (await subscribe(desk, listening.url))["subscription"]["id"]
        with service.client(service.key("subscribe", "admin")) as other:
            assert id not in other.get("/v1/subscriptions").text
            for method, path in (
                ("GET", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/resume"), ("POST", "/test"),
                ("POST", "/confirm"), ("POST", "/retries"), ("GET", "/deliveries"), ("GET", "/deliveries/stream"),
                ("GET", f"/deliveries/{id}-1-1"), ("GET", "/health"), ("GET", "/preview"),
            ):  # fmt: skip
                content = b"{}" if path == "/retries" else None
                answer = other.request(method, f"/v1/subscriptions/{id}{path}", content=content)
                assert answer.status_code == 404, (method, path, answer.text)
        assert listening.received == []


@pytest.mark.parametrize(
    ("body", "field", "advice"),
    [
        ({"filter": {"posts": ["post-00000000000000000000000000"]}}, "filter.posts", "there is no 'post-000"),
        ({"filter": {"persons": ["Ada"]}}, "filter.persons", "there is no 'Ada'"),
        ({"filter": {"organizations": [""]}}, "filter.organizations", "there is no ''"),
        ({"filter": {"areas": ["Atlantis"]}}, "filter.areas", "no country is known"),
        ({"filter": {"kinds": ["fired"]}}, "filter.kinds", "'fired' is none of appointed"),
        ({"filter": {"standings": ["sure"]}}, "filter.standings", "'sure' is none of official"),
        ({"filter": {"capacities": ["interim"]}}, None, "interim"),
        ({"filter": {"towns": ["Aldmouth"]}}, None, "towns"),
        ({"filter": {"posts": ["post-1"] * 1_001}}, "filter.posts", "at most 1000"),
        ({"types": []}, "types", "at least one type"),
        ({"types": ["holder.fired"]}, None, "holder.fired"),
        (
            {"headers": {"X-A": "1\r\nHost: evil.example"}},
            "headers",
            "a line break would start another header",
        ),
        ({"headers": {"Connection": "close"}}, "headers", "belongs to the connection"),
        ({"headers": {"Webhook-Id": "1"}}, "headers", "the service sets itself"),
        ({"per_minute": 0}, "per_minute", "1 to 60000"),
        ({"concurrency": 11}, "concurrency", "1 to 10"),
        ({"from_position": 10**12}, "from_position", "lies ahead"),
        ({"from_position": -1}, None, ">= 0"),
        ({"secret": "whsec_" + base64.b64encode(b"short").decode()}, "secret", "24 to 64 random bytes"),
        ({"secret": "hunter2"}, "secret", "whsec_"),
        ({"description": "a" * 501}, "description", "over 500"),
        ({"url": "http://no-such-host.invalid/"}, "url", "cannot be found"),
        ({"url": "http://10.0.0.1/"}, "url", "reached from the internet"),
        ({"url": "http://169.254.169.254/latest"}, "url", "reached from the internet"),
        ({"url": "http://[::ffff:10.0.0.1]/"}, "url", "reached from the internet"),
        ({"url": "ftp://example.org/"}, "url", "https://"),
        ({"url": "http://user:pass@example.org/"}, "url", "user name or password"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_what_to_do_and_nothing_is_kept(
    service: Service, desk: httpx.AsyncClient, body: dict[str, Any], field: str | None, advice: str
) -> None:
    head = service.head()

    answer = await desk.post("/v1/subscriptions", json={"url": "http://127.0.0.1:9/", **body})

    problem = answer.json()
    assert answer.status_code in (400, 403, 422), answer.text
    assert advice in problem["detail"]
    assert problem["remedy"]
    assert problem.get("field") == field
    assert service.head() == head


async def test_the_same_subscription_twice_is_refused_even_at_the_same_moment(
    desk: httpx.AsyncClient,
) -> None:
    async with receiver() as listening:
        body: dict[str, Any] = {
            "url": listening.url,
            "types": ["timeline.amended", "holder.changed"],
            "filter": {"areas": ["Norway", "Sweden"]},
        }
        same = {**body, "types": body["types"][::-1], "filter": {"areas": ["Swedish", "Norway", "norway"]}}
        answers = await asyncio.gather(
            *(desk.post("/v1/subscriptions", json=each) for each in [body, same] * 3)
        )
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
        [made] = [answer.json()["subscription"]["id"] for answer in answers if answer.status_code == 201]
        refused = next(answer.json() for answer in answers if answer.status_code == 409)
        assert (refused["type"], refused["see"]) == ("/problems/duplicate", f"/v1/subscriptions/{made}")
        await desk.delete(f"/v1/subscriptions/{made}")
        await subscribe(desk, **body)


async def test_one_url_takes_so_many_subscriptions_and_no_more_whoever_makes_them(
    service: Service, desk: httpx.AsyncClient
) -> None:
    async with receiver() as listening:
        areas = [
            f"{name}" for name in ("Norway", "Sweden", "Denmark", "Finland", "Iceland", "Estonia", "Latvia")
        ]
        bodies: list[dict[str, Any]] = [
            {"url": listening.url, "filter": {"areas": [area], "kinds": [kind]}}
            for area in areas
            for kind in ("appointed", "left_office", "vacated")
        ]
        for body in bodies[:MOST_OF_URL]:
            await subscribe(desk, **body)
        with service.client(service.key("subscribe")) as other:
            refused = other.post("/v1/subscriptions", json=bodies[MOST_OF_URL])
        assert refused.status_code == 409
        assert refused.json()["type"] == "/problems/too-many-subscriptions"
        answer = await desk.get("/v1/subscriptions", params={"limit": 5})
        page = answer.json()
        assert 'rel="next"' in answer.headers["link"]
        following = (await desk.get("/v1/subscriptions", params={"limit": 5, "cursor": page["next"]})).json()
        ids = [each["id"] for each in (*page["subscriptions"], *following["subscriptions"])]
        assert len(set(ids)) == 10


async def test_a_test_goes_through_the_same_door_and_tells_what_came_of_it(desk: httpx.AsyncClient) -> None:
    async with receiver(lambda _: Reply(503, body="later, café".encode())) as listening:
        made = await subscribe(desk, listening.url, headers={"X-Desk": "politics"})
        id = made["subscription"]["id"]

        probe = (await desk.post(f"/v1/subscriptions/{id}/test")).json()

        [request] = listening.received
        assert Webhook(made["secret"]).verify(request.body, request.headers)["type"] == "subscription.test"
        assert request.headers["x-desk"] == "politics"
        assert (probe["message"], probe["accepted"]) == (request.message, False)
        assert (probe["attempt"]["status"], probe["attempt"]["answer"]) == (503, "later, café")
        assert 0 < probe["attempt"]["answered_ms"] <= probe["attempt"]["total_ms"]
        listening.behave = lambda _: Reply(204)
        assert (await desk.post(f"/v1/subscriptions/{id}/test")).json()["accepted"] is True
    down = (await desk.post(f"/v1/subscriptions/{id}/test")).json()
    assert (down["accepted"], down["attempt"]["status"], down["attempt"]["failure"]) == (
        False,
        None,
        "connect",
    )


async def test_paused_looked_into_resumed_and_sent_again(desk: httpx.AsyncClient) -> None:
    async with receiver(lambda _: Reply(400, body=b"no" * 40_000)) as listening:
        made = await subscribe(desk, listening.url)
        path = f"/v1/subscriptions/{made['subscription']['id']}"
        await appoint(desk)
        await eventually(lambda: as_coroutine(bool(listening.received)))

        async def tried() -> Any:
            page = (await desk.get(f"{path}/deliveries")).json()["deliveries"]
            return page if page and page[0]["attempts"] else None

        [first, *_] = await eventually(tried)
        assert (first["state"], first["type"], first["redelivery"]) == ("pending", "holder.changed", False)
        detail = (await desk.get(f"{path}/deliveries/{first['message']}")).json()
        [attempt] = detail["attempts"]
        assert attempt["status"] == 400
        assert len(attempt["answer"]) == 65_536, "kept up to a bound"
        health = (await desk.get(f"{path}/health")).json()
        assert health["pending"] >= 1
        assert health["success_rate"] == 0
        assert health["oldest_pending"]["message"] == first["message"]
        assert health["lag"] >= 1

        paused = (await desk.post(f"{path}/pause")).json()
        assert paused["subscription"]["state"] == "paused"
        assert (await desk.post(f"{path}/pause")).json() == paused, "twice is once"
        listening.behave = lambda _: Reply(204)
        await appoint(desk)
        resumed = (await desk.post(f"{path}/resume")).json()
        assert resumed["subscription"]["state"] == "active"
        assert (await desk.post(f"{path}/resume")).json()["subscription"] == resumed["subscription"]

        async def all_well() -> Any:
            found = (await desk.get(f"{path}/health")).json()
            return found if not found["pending"] and found["lag"] == 0 else None

        health = await eventually(all_well, 12)
        assert 0 < health["success_rate"] < 1
        assert health["oldest_pending"] is None
        arrived = [request.message for request in listening.accepted]

        listening.received.clear()
        page = (await desk.get(f"{path}/deliveries", params={"only": "delivered"})).json()["deliveries"]
        oldest = page[-1]
        assert [each["message"] for each in page] == arrived[::-1]
        one = (await desk.get(f"{path}/deliveries", params={"only": "delivered", "limit": 1})).json()
        assert one["deliveries"] == page[:1]
        more = (
            await desk.get(
                f"{path}/deliveries", params={"only": "delivered", "limit": 1, "cursor": one["next"]}
            )
        ).json()
        assert more["deliveries"] == page[1:2]
        foreign = await desk.get(f"{path}/deliveries", params={"only": "dead", "cursor": one["next"]})
        assert foreign.json()["type"] == "/problems/wrong-cursor"
        answer = await desk.post(f"{path}/retries", json={"messages": [oldest["message"]], "delivered": True})
        assert answer.json() == {"messages": 1, "more": False}
        await eventually(lambda: as_coroutine(bool(listening.received)))
        [again] = listening.received
        assert again.message == oldest["message"]
        assert again.event["data"]["redelivery"] is True
        nothing = (await desk.post(f"{path}/retries", json={"since": 0})).json()
        assert nothing == {"messages": 0, "more": False}, "there is no dead letter"
        foreign = await desk.post(f"{path}/retries", json={"messages": ["subscription-x-1-1"]})
        assert (foreign.status_code, foreign.json()["field"]) == (422, "messages")
        await desk.delete(path)
        assert (await desk.get(f"{path}/deliveries")).status_code == 404


async def test_dead_letters_are_listed_and_sent_again_by_type_post_and_position(
    service: Service, desk: httpx.AsyncClient
) -> None:
    async with receiver(lambda _: Reply(422)) as listening:
        made = await subscribe(desk, listening.url)
        id = made["subscription"]["id"]
        path = f"/v1/subscriptions/{id}"
        positions = [await appoint(desk), await appoint(desk)]
        connection = await asyncpg.connect(service.database.admin_url)
        try:
            await eventually(lambda: as_coroutine(len(listening.received) >= 1))
            listed = (await desk.get(f"{path}/deliveries")).json()["deliveries"]
            assert listed
            await desk.post(f"{path}/pause")
            await asyncio.sleep(0.7)
            # As after five failures of each, which take hours.
            await connection.execute(
                "UPDATE webhook_delivery SET state = 'dead', ended_at = now() WHERE subscription = $1", id
            )
            await connection.execute(
                "UPDATE webhook_lane SET next_attempt_at = NULL WHERE subscription = $1", id
            )
        finally:
            await connection.close()
        dead = (await desk.get(f"{path}/deliveries", params={"only": "dead"})).json()["deliveries"]
        assert {each["message"] for each in dead} >= {each["message"] for each in listed}
        assert (await desk.get(f"{path}/health")).json()["dead"] == len(dead)

        async def retry(**wanted: Any) -> int:
            answer = await desk.post(f"{path}/retries", json=wanted)
            assert answer.status_code == 200, answer.text
            return int(answer.json()["messages"])

        assert await retry(types=["event.redacted"]) == 0
        assert await retry(posts=["post-of-nobody"]) == 0
        assert await retry(since=max(positions) + 1_000) == 0
        listening.behave = lambda _: Reply(204)
        assert await retry(since=0, posts=[dead[0]["subject"]], types=["holder.changed"]) == len(dead)
        await desk.post(f"{path}/resume")
        await eventually(lambda: as_coroutine(len(listening.accepted) >= len(dead)), 12)
        arrived = [request for request in listening.accepted if request.event["data"]["redelivery"]]
        assert [request.message for request in arrived] == [each["message"] for each in dead[::-1]], (
            "in order"
        )


async def test_a_preview_shows_what_the_last_changes_would_have_sent(desk: httpx.AsyncClient) -> None:
    await appoint(desk)
    async with receiver() as listening:
        everything = await subscribe(
            desk, listening.url, types=["holder.changed", "holder.announced", "timeline.amended"]
        )
        shown = (await desk.get(f"/v1/subscriptions/{everything['subscription']['id']}/preview")).json()
        assert 0 < shown["looked_at"] <= 100
        assert len(shown["messages"]) == shown["looked_at"]
        last = shown["messages"][-1]
        assert last["specversion"] == "1.0"
        assert last["data"]["post"]["label"] == "chairman"
        elsewhere = await subscribe(desk, listening.url, filter={"areas": ["Iceland"]})
        nothing = (await desk.get(f"/v1/subscriptions/{elsewhere['subscription']['id']}/preview")).json()
        assert nothing["messages"] == []
        assert listening.received == []


async def test_deliveries_are_told_as_they_are_made_and_again_from_where_a_reader_left(
    desk: httpx.AsyncClient,
) -> None:
    async with receiver() as listening:
        made = await subscribe(desk, listening.url)
        path = f"/v1/subscriptions/{made['subscription']['id']}/deliveries/stream"
        async with desk.stream("GET", path) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            telling = _events(stream)
            await appoint(desk)
            id, told = await asyncio.wait_for(anext(telling), 8)
            assert told["attempt"]["status"] == 204
            assert told["state"] == "delivered"
            assert told["message"] in [request.message for request in listening.accepted]
        async with desk.stream("GET", path, headers={"Last-Event-ID": str(int(id) - 1)}) as stream:
            again, repeated = await asyncio.wait_for(anext(_events(stream)), 8)
            assert (again, repeated) == (id, told)
        wrong = await desk.get(path, headers={"Last-Event-ID": "x"})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "Last-Event-ID")


async def test_a_redaction_of_an_article_is_told_with_the_posts_that_showed_it(
    service: Service, desk: httpx.AsyncClient
) -> None:
    name, day = next(_names), next(_days)
    sent = await desk.post(
        "/v1/articles",
        json={
            "uri": "https://desk.example/withdrawn",
            "published": f"2026-10-{day:02}",
            "text": TEXT.format("has appointed", name),
        },
    )
    article, post = sent.json()["article"]["id"], sent.json()["claims"][0]["post"]
    async with (
        receiver() as listening,
        asyncpg.create_pool(service.database.database_url, min_size=1) as pool,
    ):
        await subscribe(desk, listening.url, types=["event.redacted"], filter={"posts": [post]})
        log = Log(pool)
        try:
            redacted = await redact(log, pool, article, reason="by order", actor="tests")
        finally:
            await log.close()
        await eventually(lambda: as_coroutine(bool(listening.accepted)))
        [event] = [request.event for request in listening.accepted]
        assert (event["type"], event["subject"]) == ("event.redacted", article)
        assert (event["data"]["position"], event["data"]["posts"]) == (redacted.position, [post])
        assert name not in str(event)


async def test_what_redis_forgets_reaches_its_receiver_all_the_same(
    service: Service, desk: httpx.AsyncClient
) -> None:
    async with receiver(lambda _: Reply(503)) as listening:
        made = await subscribe(desk, listening.url)
        await appoint(desk)
        await eventually(lambda: as_coroutine(bool(listening.received)))
        with Redis.from_url(service.redis_url) as redis:
            redis.flushdb()
        listening.behave = lambda _: Reply(204)
        path = f"/v1/subscriptions/{made['subscription']['id']}"

        async def all_well() -> Any:
            found = (await desk.get(f"{path}/health")).json()
            return found["attempts"] and not found["pending"] and found["lag"] == 0

        await eventually(all_well, 20)
        listed = (await desk.get(f"{path}/deliveries")).json()["deliveries"]
        assert {each["message"] for each in listed} == {request.message for request in listening.accepted}


async def test_a_subscription_stops_with_its_key(service: Service, desk: httpx.AsyncClient) -> None:
    with service.client(service.key("admin")) as admin:
        key = admin.post("/v1/keys", json={"subject": "a desk", "scopes": ["subscribe"]}).json()
        async with receiver() as listening, receiver() as other:
            with service.client(key["secret"]) as owner:
                assert owner.post("/v1/subscriptions", json={"url": listening.url}).status_code == 201
            await subscribe(desk, other.url)
            await appoint(desk)
            await eventually(lambda: as_coroutine(bool(listening.accepted and other.accepted)))
            assert admin.post(f"/v1/keys/{key['key']['id']}/revocation").status_code in (200, 204)
            sent = len(listening.received)
            await asyncio.sleep(0.5)
            before = len(other.accepted)
            await appoint(desk)
            await eventually(lambda: as_coroutine(len(other.accepted) > before))
            await asyncio.sleep(0.3)
            assert len(listening.received) == sent


def arrived(listening: Receiver, type: str) -> bool:
    return any(request.event["type"] == type for request in listening.accepted)


async def as_coroutine(value: Any) -> Any:
    return value


async def _events(stream: httpx.Response) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Id and data of the events that have data."""
    id = ""
    async for line in stream.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            id = value
        elif name == "data":
            yield id, json.loads(value)
