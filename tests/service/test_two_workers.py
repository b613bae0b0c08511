"""Keys and limits over several workers: what one is told counts at all, and no more is given than the limit."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from cryptography.fernet import Fernet
from redis import Redis

from service.allowance import WINDOW, Allowance
from service.embedded.postgres import run_apart
from tests.service.test_bad_input import is_helpful
from tests.support.servers import Database
from tests.support.service import Service, serving


@pytest.fixture(scope="module")
def workers(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, Service]]:
    def folder() -> Path:
        return tmp_path_factory.mktemp("worker")

    shared = {"INCUMBENT_SECRET_KEY": Fernet.generate_key().decode()}
    with (
        serving(database, redis_url, folder(), **shared) as first,
        serving(database, redis_url, folder(), INCUMBENT_PUBLIC_READ="1", **shared) as second,
    ):
        yield first, second


@pytest.fixture(scope="module")
def admin(workers: tuple[Service, Service]) -> Iterator[httpx.Client]:
    with workers[0].client(workers[0].key("admin")) as admin:
        yield admin


def make(admin: httpx.Client, requests_per_minute: int = 10**6) -> dict[str, str]:
    body = {"subject": "site", "scopes": ["read"], "requests_per_minute": requests_per_minute}
    made = admin.post("/v1/keys", json=body).json()
    return {"id": made["key"]["id"], "secret": made["secret"]}


def beginning_of_a_window() -> None:
    """Waits for the next window where this one has little time left."""
    left = WINDOW - time.time() % WINDOW
    if left < 15:
        time.sleep(left + 0.05)


def test_a_key_that_one_worker_made_is_known_to_the_other_at_once(
    workers: tuple[Service, Service], admin: httpx.Client
) -> None:
    for _ in range(5):
        with workers[1].client(make(admin)["secret"]) as there:
            assert there.get("/v1/board").status_code == 200


def test_a_revoked_key_is_dead_at_every_worker_within_a_second(
    workers: tuple[Service, Service], admin: httpx.Client
) -> None:
    key = make(admin)
    with ThreadPoolExecutor(2) as threads:
        stop = time.monotonic() + 60

        def ask(worker: Service) -> float:
            """When it was last answered, asking without pause until it is refused."""
            answered = 0.0
            with worker.client(key["secret"]) as client:
                while time.monotonic() < stop:
                    began = time.monotonic()
                    if client.get("/v1/log/head").status_code == 401:
                        return answered
                    answered = began
            raise AssertionError("it was answered to the end")

        last = [threads.submit(ask, worker) for worker in workers]
        time.sleep(1.0)
        admin.post(f"/v1/keys/{key['id']}/revocation").raise_for_status()
        revoked = time.monotonic()

    # Not a matter of speed: who has not seen the log for a second admits nobody.
    late = max(each.result() - revoked for each in last)
    print(f"asked for the last time with success {late * 1000:.0f} ms after the answer to the revocation")
    assert late < 1.0


def test_a_worker_that_is_told_nothing_looks_for_itself(
    workers: tuple[Service, Service], admin: httpx.Client
) -> None:
    key = make(admin)
    with workers[1].client(key["secret"]) as there:
        assert there.get("/v1/board").status_code == 200

        async def deafen() -> None:
            """Ends every connection that listens, so that no notification arrives for a while."""
            connection = await asyncpg.connect(workers[0].database.admin_url)
            try:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            finally:
                await connection.close()

        run_apart(deafen())
        admin.post(f"/v1/keys/{key['id']}/revocation").raise_for_status()
        time.sleep(1.0)

        assert there.get("/v1/board").status_code == 401


def test_workers_together_give_no_more_than_the_limit_and_all_but_a_block_each(
    workers: tuple[Service, Service], admin: httpx.Client
) -> None:
    limit = 500
    key = make(admin, limit)
    beginning_of_a_window()

    async def ask() -> tuple[list[httpx.Response], float]:
        headers = {"Authorization": f"Bearer {key['secret']}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as client:
            began = time.time()
            calls = [client.get(f"{workers[n % 2].url}/v1/log/head") for n in range(limit + 100)]
            return await asyncio.gather(*calls), began

    answers, began = run_apart(ask())
    refused = [answer for answer in answers if answer.status_code == 429]
    given = len(answers) - len(refused)
    now = time.time()

    print(f"{given} of {limit} a minute were given by two workers, {len(refused)} refused")
    assert began // WINDOW == now // WINDOW, "the window ended meanwhile"
    assert limit - 2 * Allowance(limit).block <= given <= limit
    for answer in refused:
        is_helpful(answer, 429, "too-many-requests")
        assert 1 <= int(answer.headers["retry-after"]) <= WINDOW
    for answer in answers:
        assert answer.headers["ratelimit-policy"] == f'"key";q={limit};w={WINDOW}'
        assert answer.headers["ratelimit"].startswith('"key";r=')


def test_without_redis_every_worker_keeps_the_limit_by_itself(
    workers: tuple[Service, Service], admin: httpx.Client, redis_url: str
) -> None:
    limit = 30
    key = make(admin, limit)
    beginning_of_a_window()
    given = []
    with Redis.from_url(redis_url) as redis:
        redis.execute_command("CLIENT", "PAUSE", 4_000, "ALL")
        try:
            for worker in workers:
                with worker.client(key["secret"]) as client:
                    answers = [client.get("/v1/log/head").status_code for _ in range(limit + 5)]
                given.append(limit + 5 - answers.count(429))
        finally:
            time.sleep(4)

    assert given == [limit, limit]


def test_a_signed_url_is_good_at_every_worker(workers: tuple[Service, Service], admin: httpx.Client) -> None:
    expires = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    with workers[0].client(make(admin)["secret"]) as maker:
        url = maker.post("/v1/signed-urls", json={"path": "/v1/board?limit=5", "expires": expires}).json()[
            "url"
        ]
    path = url[url.index("/v1/") :]

    for worker in workers:
        assert httpx.get(worker.url + path, trust_env=False).status_code == 200


def test_who_reads_without_a_key_reads_only_where_that_is_set_and_has_a_limit_of_their_own(
    workers: tuple[Service, Service],
) -> None:
    closed, opened = workers
    with closed.client(None) as there:
        is_helpful(there.get("/v1/board"), 401, "no-key")
    with opened.client(None) as anyone:
        read = anyone.get("/v1/board")
        assert (read.status_code, read.headers["ratelimit-policy"]) == (200, '"public";q=600;w=60')
        is_helpful(anyone.post("/v1/checks", json={"text": "x"}), 401, "no-key")
        is_helpful(anyone.post("/v1/articles", json={}), 401, "no-key")
        is_helpful(anyone.get("/v1/keys"), 401, "no-key")
        is_helpful(anyone.get("/v1/board", headers={"Authorization": "Bearer inc_x"}), 401, "wrong-key")
