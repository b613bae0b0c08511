"""Idempotency-Key: a request is carried out once, however often and however quickly it is sent."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from events.cursor import Cursor
from service.http.idempotency import parsed
from service.idempotency import (
    Answer,
    Idempotency,
    InFlight,
    Lease,
    Request,
    Reused,
    forget_answers,
    withhold_answers,
)
from service.problems import Problem
from tests.service.test_bad_input import is_helpful
from tests.support.servers import Database
from tests.support.service import Service, serving

TEXT = "Norland's Harbour Minister Petra Quill was dismissed on Tuesday, the Harbour Ministry said."
ARTICLE = {"uri": "https://desk.example/quill", "text": TEXT, "published": "2026-03-10"}


@pytest.fixture(scope="module")
def editor(service: Service) -> Iterator[httpx.Client]:
    key = service.key("read", "ingest", "review", "subscribe", publishers=("Desk",), trusted=True)
    with service.client(key) as client:
        yield client


@pytest.fixture(scope="module")
def claim(editor: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = editor.post("/v1/articles", json=ARTICLE).json()["claims"][0]
    return found


def a_claim(claim: dict[str, Any], name: str) -> dict[str, Any]:
    said = {"kind": "in", "person_name": name, "post": claim["post"], "date": "2026-04-01"}
    return {"claim": said, "reason": "She told us."}


def send(client: httpx.Client, key: str, body: dict[str, Any], path: str = "/v1/claims") -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": key})


def test_a_request_that_is_repeated_gives_the_first_answer_and_does_nothing(
    service: Service, editor: httpx.Client, claim: dict[str, Any]
) -> None:
    key = f'"{uuid.uuid4()}"'

    first = send(editor, key, a_claim(claim, "Vera Amundsen"))
    head = service.head()
    again = send(editor, key, a_claim(claim, "Vera Amundsen"))

    assert first.status_code == 201
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert service.head() == head


def test_another_request_under_the_same_key_is_422(
    service: Service, editor: httpx.Client, claim: dict[str, Any]
) -> None:
    key = str(uuid.uuid4())
    send(editor, key, a_claim(claim, "Ida Brandt")).raise_for_status()
    head = service.head()

    is_helpful(send(editor, key, a_claim(claim, "Ida Brandt-Moss")), 422, "idempotency-key-reused")
    assert service.head() == head


def test_a_key_is_of_its_api_key_and_its_route(
    service: Service, editor: httpx.Client, claim: dict[str, Any]
) -> None:
    key = str(uuid.uuid4())
    body = {"seats": 1, "reason": "by law"}
    path = f"/v1/posts/{claim['post']}"
    send(editor, key, body, f"{path}/settings").raise_for_status()

    with service.client(service.key("read", "review")) as other:
        others = send(other, key, {"seats": 2, "reason": "by decree"}, f"{path}/settings")
    elsewhere = send(editor, key, {"from": "2027-01-01", "reason": "so it is said"}, f"{path}/vacancies")

    assert others.status_code != 422, others.text
    assert elsewhere.status_code == 201, elsewhere.text


def test_what_was_refused_may_be_sent_again_under_the_same_key(
    editor: httpx.Client, claim: dict[str, Any]
) -> None:
    key = str(uuid.uuid4())
    wrong = send(editor, key, {"claim": {}, "reason": "x"})

    right = send(editor, key, a_claim(claim, "Nora Falk"))

    assert (wrong.status_code, right.status_code) == (422, 201)


def test_of_many_at_the_same_moment_one_is_carried_out(
    service: Service, editor: httpx.Client, claim: dict[str, Any]
) -> None:
    key, body = str(uuid.uuid4()), a_claim(claim, "Mona Osten")
    before = len(editor.get(f"/v1/posts/{claim['post']}/timeline").json()["memberships"])

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: send(editor, key, body), range(24)))
    settled = send(editor, key, body)

    carried_out = [
        each for each in answers if each.status_code == 201 and "idempotency-replayed" not in each.headers
    ]
    assert len(carried_out) == 1
    for each in answers:
        if each.status_code == 409:
            assert is_helpful(each, 409, "in-flight")
            assert each.headers["retry-after"]
        else:
            assert each.content == carried_out[0].content
    assert settled.content == carried_out[0].content
    timeline = editor.get(
        f"/v1/posts/{claim['post']}/timeline", params={"min_position": settled.json()["position"]}
    ).json()
    assert len(timeline["memberships"]) == before + 1


def test_articles_and_subscriptions_take_keys_too(service: Service, editor: httpx.Client) -> None:
    other = {**ARTICLE, "uri": "https://desk.example/again"}
    key = str(uuid.uuid4())
    first, again = send(editor, key, other, "/v1/articles"), send(editor, key, other, "/v1/articles")
    assert (first.status_code, again.content) == (201, first.content)
    key, hook = str(uuid.uuid4()), {"url": "http://127.0.0.1:9/"}
    first, again = send(editor, key, hook, "/v1/subscriptions"), send(editor, key, hook, "/v1/subscriptions")
    assert (first.status_code, again.status_code) == (201, 409), "its secret is shown once"
    assert again.json()["see"] == first.headers["location"]
    assert len(editor.get("/v1/subscriptions").json()["subscriptions"]) == 1


def test_answers_outlive_the_service(
    database: Database, redis_url: str, service: Service, claim: dict[str, Any], tmp_path: Path
) -> None:
    secret, key = service.key("read", "review"), str(uuid.uuid4())
    with service.client(secret) as client:
        first = send(client, key, a_claim(claim, "Greta Stolt"))

    with serving(database, redis_url, tmp_path) as other, other.client(secret) as client:
        again = send(client, key, a_claim(claim, "Greta Stolt"))

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("key", ["", '"', "a b", '"unfinished', "x" * 256, '"\t"', 'half"quoted'])
def test_a_key_that_cannot_be_read_is_400(service: Service, editor: httpx.Client, key: str) -> None:
    head = service.head()

    problem = is_helpful(send(editor, key, {}), 400, "bad-idempotency-key")

    assert problem["field"] == "Idempotency-Key"
    assert service.head() == head


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=255))
def test_a_key_in_quotes_is_what_stands_in_them(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')

    assert parsed([f'"{quoted}"']) == text


def test_two_keys_are_none() -> None:
    with pytest.raises(Problem):
        parsed(["one", "two"])


# What the store does that cannot be seen from outside.


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=12) as pool:
        yield pool


def a_request(fingerprint: bytes = b"f") -> Request:
    return Request("key-1", "POST /v1/claims", str(uuid.uuid4()), fingerprint)


ANSWER = Answer(201, {"location": "/v1/claims/claim-1"}, b"{}")


async def test_whoever_dies_over_a_request_leaves_it_to_be_carried_out_again(pool: asyncpg.Pool) -> None:
    store, request = Idempotency(pool), a_request()
    dead = await store.claim(request)
    assert isinstance(dead, Lease)
    assert isinstance(await store.claim(request), InFlight)
    await pool.execute("UPDATE idempotent_answer SET leased_until = now() WHERE key = $1", request.key)

    other = await store.claim(Request(*request.place, b"another"))
    heir = await store.claim(request)
    await store.keep(dead, Answer(500, {}, b"late"))

    assert isinstance(other, Reused)
    assert isinstance(heir, Lease)
    assert isinstance(await store.claim(request), InFlight)
    await store.keep(heir, ANSWER)
    assert await store.claim(request) == ANSWER


async def test_one_of_many_has_the_lease(pool: asyncpg.Pool) -> None:
    store, request = Idempotency(pool), a_request()

    claims = await asyncio.gather(*(store.claim(request) for _ in range(12)))

    assert sum(isinstance(each, Lease) for each in claims) == 1
    assert sum(isinstance(each, InFlight) for each in claims) == 11


async def test_after_seven_days_a_key_is_free(pool: asyncpg.Pool) -> None:
    store, request, young = Idempotency(pool), a_request(), a_request()
    for each in (request, young):
        lease = await store.claim(each)
        assert isinstance(lease, Lease)
        await store.keep(lease, ANSWER)
    age = "UPDATE idempotent_answer SET created_at = now() - interval '7 days 1 second' WHERE key = $1"
    await pool.execute(age, request.key)

    assert isinstance(await store.claim(Request(*request.place, b"new")), Lease)
    await pool.execute(age, request.key)
    await forget_answers(pool)

    kept = await pool.fetchval("SELECT array_agg(key) FROM idempotent_answer WHERE key = ANY ($1)",
                               [request.key, young.key])  # fmt: skip
    assert kept == [young.key]


async def test_a_redaction_withholds_what_was_answered_before_it_and_what_is_on_its_way(
    pool: asyncpg.Pool,
) -> None:
    store, before, meanwhile = Idempotency(pool), a_request(), a_request()
    first, second = await store.claim(before), await store.claim(meanwhile)
    assert isinstance(first, Lease)
    assert isinstance(second, Lease)
    await store.keep(first, ANSWER)

    await withhold_answers(pool)
    await Cursor(pool, "redaction").advance(7)
    await withhold_answers(pool)
    await store.keep(second, ANSWER)

    for request in (before, meanwhile):
        assert await store.claim(request) == Answer(ANSWER.status, ANSWER.headers, None)


async def test_the_keys_are_claimed_and_expire_by_index(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        for condition, index in (
            ("api_key = 'a' AND route = 'r' AND key = 'k'", "idempotent_answer_pkey"),
            ("created_at < now()", "idempotent_answer_created_at_idx"),
        ):
            plan = await connection.fetch(f"EXPLAIN DELETE FROM idempotent_answer WHERE {condition}")
            assert index in "\n".join(row[0] for row in plan)
