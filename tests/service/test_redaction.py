"""A redaction, looked for with a canary: after it the words stand nowhere, and everything else goes on."""

import asyncio
import gzip
import os
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from redis import Redis

from events.catalogue import ClaimsDecided, Decision
from events.envelope import Append, NewContent, NewEvent
from events.log import Log
from service.embedded.postgres import run_apart
from tests.support.processes import comes_true
from tests.support.receiver import Reply, Request, receiver
from tests.support.searching import columns_with, files_with, keys_with, written_folder
from tests.support.service import COMMAND, Service

CANARY = "zanzibarquux"
POST = "deputy transport minister"
TEXT = (
    f"Norland's Deputy Transport Minister Olga Varen, {CANARY}, was dismissed from her post on Tuesday, the Transport"
    f" Ministry said.\n\nHer {CANARY} will be replaced by Piet Halloran, who ran the port of Aldmouth."
)


def run(service: Service, *arguments: str, code: int = 0) -> str:
    """What a command of the operator says."""
    done = subprocess.run(
        [COMMAND, *arguments],
        env={
            **os.environ,
            "DATABASE_URL": service.database.database_url,
            "DATABASE_ADMIN_URL": service.database.admin_url,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def places(service: Service) -> tuple[list[str], list[str]]:
    """Columns and Redis keys in which the canary stands."""

    async def search() -> list[str]:
        connection = await asyncpg.connect(service.database.admin_url)
        try:
            return await columns_with(connection, CANARY)
        finally:
            await connection.close()

    with Redis.from_url(service.redis_url) as redis:
        return run_apart(search()), keys_with(redis, CANARY)


def files(service: Service) -> list[str]:
    """Files of tables in which the canary stands."""

    async def write() -> Path:
        connection = await asyncpg.connect(service.database.admin_url)
        try:
            return await written_folder(connection)
        finally:
            await connection.close()

    return files_with(run_apart(write()), CANARY)


def note(service: Service, article: str, claim: str) -> None:
    """An editor leaves a note with a decision."""

    async def decide() -> None:
        async with asyncpg.create_pool(service.database.database_url, min_size=1, max_size=3) as pool:
            log = Log(pool)
            words = NewContent(body=f"they called: {CANARY}".encode(), media_type="text/plain")
            decision = Decision(
                claim=claim, state="accepted", rule="editor", checked_by="editor", note=words.ref
            )
            new = NewEvent(stream=article, event=ClaimsDecided(decisions=(decision,)))
            await log.append(Append(events=(new,), actor="editor ada", contents=(words,)))
            await log.close()

    run_apart(decide())


async def scene(service: Service, desk_key: str) -> dict[str, Any]:
    """An article whose canary has got everywhere it can, also back from a receiver that repeats what it fetched."""
    async with (
        receiver() as hook,
        httpx.AsyncClient(
            base_url=service.url, headers={"Authorization": f"Bearer {desk_key}"}, trust_env=False, timeout=20
        ) as client,
    ):

        async def repeat(request: Request) -> Reply:
            return Reply(400, body=f"cannot use: {CANARY}".encode())

        hook.behave = repeat
        made = await client.post("/v1/subscriptions", json={"url": hook.url})
        assert made.status_code == 201, made.text
        answers = [
            await client.post(
                "/v1/articles",
                headers={"Idempotency-Key": f'"canary-{len(text)}"'},  # its answer may be kept
                json={"uri": "https://desk.example/canary", "title": f"{CANARY} dismissed", "text": text,
                      "published": "2026-03-10"},
            )
            for text in (TEXT, TEXT + f"\n\n{CANARY} again.")
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [201, 201], answers[-1].text
        article: dict[str, Any] = answers[-1].json()
        note(service, article["article"]["id"], article["claims"][0]["id"])
        for parameters in ({}, {"as_of": "2026-03-09"}, {"as_of": "2026-03-10"}):
            answer = await client.get("/v1/who", params={"post": POST, **parameters})
            assert CANARY in answer.text
        await hook.until(lambda r: bool(r.received), seconds=10)
        for _ in range(100):
            if "webhook_attempt.answer" in (await asyncio.to_thread(places, service))[0]:
                break
            await asyncio.sleep(0.1)
        await client.delete(f"/v1/subscriptions/{made.json()['subscription']['id']}")
    return article


def test_the_words_are_nowhere_and_the_facts_stand(
    service: Service, desk_key: str, client: httpx.Client, tmp_path: Path
) -> None:
    article = run_apart(scene(service, desk_key))
    identity, position = article["article"]["id"], article["position"]
    known_before = {"post": POST, "as_of": "2026-03-09", "at_position": str(position)}
    before = client.get("/v1/who", params=known_before)
    columns, keys = places(service)
    assert columns == ["content.body", "idempotent_answer.body", "webhook_attempt.answer"], (
        "the search finds it where it is"
    )
    assert keys
    assert files(service)

    said = run(service, "log", "redact", identity, "--reason", "a court order of 12 March", "--rewrite")

    assert "5 texts" in said, "two versions, their originals, a note"
    assert "caches and queues are gone too" in said
    assert "rewritten" in said
    assert places(service) == ([], [])
    assert files(service) == [], "in no free space of a table's file either"
    run(service, "log", "export", str(tmp_path / "log.gz"))
    exported = gzip.decompress((tmp_path / "log.gz").read_bytes())
    assert CANARY.encode() not in exported
    assert CANARY not in (service.data / "service.log").read_text(errors="replace")

    now = client.get("/v1/who", params={"post": POST, "as_of": "2026-03-09"})
    then = client.get("/v1/who", params=known_before)
    shown = client.get(f"/v1/articles/{identity}")
    for answer in (now, then, shown, client.get(f"/v1/changes?post={now.json()['answer']['post']['id']}")):
        assert answer.status_code == 200
        assert CANARY not in answer.text
    for answer in (now, then):
        holder = answer.json()["answer"]["holders"][0]
        assert holder["name"] == "Olga Varen"
        assert {claim["quote"] for claim in holder["claims"]} == {None}
    assert shown.json()["article"]["title"] is None
    assert {claim["quote"] for claim in shown.json()["claims"]} == {None}
    again = client.get("/v1/who", params=known_before, headers={"If-None-Match": before.headers["etag"]})
    assert again.status_code == 200, "who keeps the words is not told that they still stand"

    told = everything_told(client, now.json()["answer"])
    assert any("Olga Varen" in text for text in told.values())
    assert {where for where, text in told.items() if CANARY in text} == set()
    for form in ("popolo", "csv", "sqlite", "quickstatements"):
        run(service, "export", form, "--output", str(tmp_path / form))
        assert CANARY.encode() not in (tmp_path / form).read_bytes()

    verified = run(service, "verify")
    assert "5 are redacted" in verified
    assert "gone already" in run(service, "log", "redact", identity, "--reason", "x", code=1)
    assert "knows no article-x" in run(service, "log", "redact", "article-x", "--reason", "x", code=1)


def everything_told(client: httpx.Client, answer: dict[str, Any]) -> dict[str, str]:
    """What the feeds, pictures, tables, lists and the stream of Changes tell of a post, its holder and organization."""
    post, person = answer["post"], answer["holders"][0]["person"]
    paths = [
        *(
            f"/v1/posts/{post['id']}/{kind}"
            for kind in ("feed.atom", "timeline", "timeline.svg", "timeline.csv")
        ),
        f"/v1/persons/{person}/feed.atom",
        f"/v1/organizations/{post['organization']}/feed.atom",
        *(f"/v1/memberships?format={form}" for form in ("csv", "ndjson")),
        "/v1/memberships?include=claims,quotes",
    ]
    told = {}
    for path in paths:
        shown = client.get(path)
        assert shown.status_code == 200, (path, shown.text)
        told[path] = shown.text
    last = client.get("/v1/changes").json()["changes"][-1]["id"]
    with client.stream("GET", "/v1/changes/stream", params={"after": "0.0"}) as stream:
        lines: list[str] = []
        for line in stream.iter_lines():
            lines.append(line)
            if not line and f"id: {last}" in lines:
                break
        told["/v1/changes/stream"] = "\n".join(lines)
    return told


def test_the_article_may_come_again_and_is_a_new_version(service: Service, client: httpx.Client) -> None:
    sent = {
        "uri": "https://desk.example/again",
        "text": TEXT.replace(CANARY, "she"),
        "published": "2026-03-10",
    }
    first = client.post("/v1/articles", json=sent).json()
    run(service, "log", "redact", first["article"]["id"], "--reason", "a request")

    second = client.post("/v1/articles", json=sent)

    assert second.status_code == 201
    assert second.json()["article"]["version"] == 2


def test_an_article_that_is_redacted_at_once_is_read_without_its_words(
    service: Service, client: httpx.Client
) -> None:
    """Whatever comes first, the reading or the redaction: nothing hangs and the words are gone."""
    for number in range(3):
        text = f"Norland's prime minister, Ida Marsh, spoke on Monday. {CANARY} {number}"
        sent = client.post(
            "/v1/articles", json={"uri": f"https://desk.example/at-once/{number}", "text": text}
        )
        identity = sent.json()["article"] if sent.status_code == 202 else sent.json()["article"]["id"]
        run(service, "log", "redact", identity, "--reason", "a request")
    assert comes_true(lambda: places(service) == ([], []), within=10), places(service)
