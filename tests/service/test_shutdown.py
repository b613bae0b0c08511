"""Stopping: what is under way is answered in full, and what was acknowledged is there after the next start."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.service.test_bad_input import is_helpful
from tests.support.servers import Database
from tests.support.service import serving
from tests.support.standing import views_standing_still

ARTICLE = {"text": "President Ida Marsh of Norland spoke.", "published": "2026-03-10"}


def test_requests_under_way_are_answered_in_full(database: Database, redis_url: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(12) as threads, ExitStack() as stack:
        with serving(database, redis_url, tmp_path) as service:
            secret = service.key("read", "ingest", publishers=("Desk",))
            client = stack.enter_context(service.client(secret))
            client.get("/health/live").raise_for_status()
            stack.enter_context(views_standing_still(service))
            unseen = client.post("/v1/articles", json={**ARTICLE, "uri": "https://d.example/unseen"})
            assert unseen.status_code == 202
            waits = {"min_position": service.head()}  # for what does not show, some two seconds
            waiting = [threads.submit(client.get, "/v1/board", params=waits) for _ in range(8)]
            bodies = [{**ARTICLE, "uri": f"https://d.example/{number}"} for number in range(4)]
            writing = [threads.submit(client.post, "/v1/articles", json=body) for body in bodies]
            time.sleep(0.5)
            assert not any(each.done() for each in waiting)
        for each in waiting:
            is_helpful(each.result(), 503, "not-ready")
        written = [each.result() for each in writing]

    with serving(database, redis_url, tmp_path) as service, service.client(service.key("read")) as again:
        for answer in written:
            assert answer.status_code in (201, 202), answer.text
            article = answer.json()["article"]
            assert again.get(
                f"/v1/articles/{article if isinstance(article, str) else article['id']}"
            ).is_success
