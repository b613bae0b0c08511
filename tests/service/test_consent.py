"""With consent asked for, nothing is sent before the receiver has answered a signed challenge."""

import json

import httpx
import pytest

from tests.service.test_subscriptions import appoint, arrived, as_coroutine, eventually, subscribe
from tests.support.receiver import Reply, Request, receiver
from tests.support.servers import Database
from tests.support.service import serving


async def test_with_consent_a_receiver_must_answer_the_challenge_first(
    tmp_path_factory: pytest.TempPathFactory, each_database: Database, redis_url: str
) -> None:
    def agree(request: Request) -> Reply:
        if request.event["type"] != "subscription.challenge":
            return Reply(204)
        return Reply(200, body=json.dumps({"challenge": request.event["data"]["challenge"]}).encode())

    folder = tmp_path_factory.mktemp("consent")
    with serving(each_database, redis_url, folder, INCUMBENT_WEBHOOK_CONSENT="1") as asking:
        secret = asking.key("read", "ingest", "subscribe", publishers=("Desk",), trusted=True)
        async with (
            httpx.AsyncClient(
                base_url=asking.url,
                headers={"Authorization": f"Bearer {secret}"},
                timeout=20,
                trust_env=False,
            ) as desk,
            receiver(lambda _: Reply(200, body=b"whatever")) as listening,
        ):
            made = (await subscribe(desk, listening.url))["subscription"]
            path = f"/v1/subscriptions/{made['id']}"
            assert made["state"] == "unconfirmed"
            assert (await desk.post(f"{path}/test")).json()["type"] == "/problems/not-now"
            for act in ("pause", "resume"):
                assert (await desk.post(f"{path}/{act}")).json()["type"] == "/problems/not-now"
            await appoint(desk)
            refused = (await desk.post(f"{path}/confirm")).json()
            assert refused["probe"]["accepted"] is False
            assert refused["subscription"]["state"] == "unconfirmed"
            assert [request.event["type"] for request in listening.received] == ["subscription.challenge"]
            listening.behave = agree
            agreed = (await desk.post(f"{path}/confirm")).json()
            assert agreed["probe"]["accepted"] is True
            assert agreed["subscription"]["state"] == "active"
            await eventually(lambda: as_coroutine(arrived(listening, "holder.changed")))
            again = (await desk.post(f"{path}/confirm")).json()
            assert again["subscription"] == agreed["subscription"]
