"""Superdesk's HTTP push, which can send no Authorization header: its signature says who it is."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, post

from events.reading.formats.ninjs import NinjsItem
from service.bootstrap import House
from service.http.bodies import MAX_BODY, NINJS, Parameters, sent
from service.http.contract import route
from service.http.taking import ArticleView, Pending, take
from service.problems import Problem
from service.push import HEADER, PushSecrets, is_signed


@post(
    "/v1/push/{key:str}",
    opt=route(
        None,
        ArticleView,
        status=201,
        also={202: Pending},
        takes={NINJS[0]: NinjsItem},
        problems=("bad-signature", "missing-scope", "too-many-requests", "foreign-publisher", "bad-date"),
    ),
    status_code=201,
    request_max_body_size=MAX_BODY,
)
async def post_push(request: Request[Any, Any, Any], house: House, key: str) -> Response[bytes]:
    """Takes a ninjs item signed with the push secret of the API key of that id, and answers as POST /v1/articles."""
    body = await request.body()
    secret = await PushSecrets(house.pool, house.vault).of(key)
    holder = None if secret is None else await house.keys.named(key)
    if secret is None or holder is None or not is_signed(secret, body, request.headers.get(HEADER)):
        raise Problem("bad-signature", f"{HEADER} does not fit the body, or the key has no push secret")
    await house.gate.count(request.scope, holder, "ingest")
    article = sent(body, NINJS[0], Parameters(), today=datetime.now(UTC).date())
    return await take(house, holder, article)
