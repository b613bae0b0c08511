"""The service with two extractors: what the endpoint adds, what it cannot do, and what a redaction takes away."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from events.log import Log
from events.redaction import redact
from tests.service.extractors.test_endpoint import GOOD, TEXT, said
from tests.support.receiver import Reply, Request, receiver
from tests.support.servers import Database
from tests.support.service import serving


async def test_an_endpoint_beside_the_rules(database: Database, redis_url: str, tmp_path: Path) -> None:
    def model(request: Request) -> Reply:
        text = json.loads(json.loads(request.body)["messages"][1]["content"])["text"]
        if "broken" in text:
            return Reply(500)
        lie = GOOD | {"person": "Ida Marsh"}
        late = GOOD | {"date": "2026-02-01"}
        return said(late if "two days" in text else GOOD, lie)

    async with receiver(model) as endpoint:
        settings = {
            "INCUMBENT_EXTRACTORS": "rules,endpoint",
            "INCUMBENT_EXTRACTOR_URL": f"http://127.0.0.1:{endpoint.port}/v1",
            "INCUMBENT_EXTRACTOR_KEY": "sk-test",
            "INCUMBENT_EXTRACTOR_MODEL": "small",
            "INCUMBENT_EXTRACTOR_ALLOW": "127.0.0.0/8",
        }
        with serving(database, redis_url, tmp_path, **settings) as service:
            secret = await asyncio.to_thread(service.key, "ingest", "read", publishers=("Two Readers",))
            headers = {"Authorization": f"Bearer {secret}"}
            async with httpx.AsyncClient(
                base_url=service.url, headers=headers, trust_env=False, timeout=20
            ) as client:

                async def send(uri: str, text: str) -> dict[str, Any]:
                    body = {"uri": uri, "text": text, "published": "2026-03-10"}
                    answer = await client.post("/v1/articles", json=body)
                    assert answer.status_code == 201, answer.text
                    view: dict[str, Any] = answer.json()
                    return view

                agreed = await send("u:agreed", TEXT)
                differs = await send("u:differs", f"{TEXT} That was two days after the fire.")
                broken = await send("u:broken", f"{TEXT} The radio was broken.")
                url = f"/v1/articles/{agreed['article']['id']}"
                explained = (await client.get(url, params={"include": "refused"})).json()

            kept = await _redacted_and_kept(database, agreed["article"]["id"])

    out = {claim["kind"]: claim for claim in agreed["claims"]}["out"]
    assert agreed["extractor"] == "rules/1+endpoint/1:small"
    assert (out["review_state"], out["confidence"] > 0.98) == ("accepted", True)
    assert agreed["refused"] == 1
    assert [refusal["person"] for refusal in explained["refusals"]] == ["Ida Marsh"]
    assert "not in the article" in explained["refusals"][0]["why"]
    days = {claim["date"]: claim["review_state"] for claim in differs["claims"] if claim["kind"] == "out"}
    assert days == {"2026-03-10": "proposed", "2026-02-01": "proposed"}
    assert (broken["extractor"], len(broken["claims"])) == ("rules/1", 2)
    assert kept == 1, "that of the other article"


async def _redacted_and_kept(database: Database, article: str) -> int:
    """The answers that are left once the article was redacted."""
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=3) as pool:
        log = Log(pool)
        assert await pool.fetchval("SELECT count(*) FROM extraction_answer") == 2
        await redact(log, pool, article, reason="a court order", actor="tests")
        await log.close()
        kept = 2
        for _ in range(100):
            kept = await pool.fetchval("SELECT count(*) FROM extraction_answer")
            if kept < 2:
                break
            await asyncio.sleep(0.1)
        return kept
