"""Webhook subscriptions: made, listed, paused, resumed, deleted."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import Parameter

from events.catalogue import SubscriptionCreated, SubscriptionFilter, SubscriptionType
from service.bootstrap import House
from service.http.answers import JSON, SHOWN_ONCE, answered
from service.http.asked import Moment
from service.http.contract import route
from service.http.editing_forms import read_form
from service.http.formats import PositionNumber
from service.http.paging import Paging
from service.http.parameters import behind_head, position
from service.http.provided import key_of
from service.outbound.urls import InvalidUrl
from service.problems import Problem
from service.webhooks.filters import BadFilter, tidied
from service.webhooks.headers import BadHeader, checked
from service.webhooks.signatures import InvalidKey
from service.webhooks.subscribing import MOST_CONCURRENT, MOST_PER_MINUTE, Subscribing, TooMany, Twin
from service.webhooks.subscriptions import SubscriptionView, one_of_key, subscriptions_of_key

_MAX_DESCRIPTION = 500
_EXAMPLE = {
    "url": "http://127.0.0.1:9000/",
    "types": ["holder.changed", "event.redacted"],
    "filter": {"areas": ["Russia"], "capacities": ["substantive"]},
}
_ACTS = ("get_subscription", "delete_subscription", "post_test", "get_preview", "get_subscription_health")


class SubscriptionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to send where. Without `types` it is holder.changed; without a filter, everything of these types.

    `from_position`: what came behind that position is sent too; without it, what comes from now on. `headers` go out
    with every message. `per_minute`: messages at most; `concurrency`: requests at the same time. `secret`: one of
    your own, whsec_ and 24 to 64 random bytes in base64.
    """

    url: str
    types: tuple[SubscriptionType, ...] = ("holder.changed",)
    filter: SubscriptionFilter = SubscriptionFilter()
    description: str = ""
    from_position: PositionNumber | None = None
    headers: dict[str, str] = {}
    per_minute: int | None = None
    concurrency: int | None = None
    secret: str | None = None


class NewSubscription(msgspec.Struct, kw_only=True):
    """The subscription, its signing secret (shown this once) and the position of its event."""

    subscription: SubscriptionView
    secret: str
    position: int


class Subscriptions(msgspec.Struct, kw_only=True):
    """Subscriptions in the order in which they were made; `next` goes into `cursor` for those that follow."""

    subscriptions: list[SubscriptionView]
    next: str | None


class Ended(msgspec.Struct, kw_only=True):
    """The position of the event that ended the subscription."""

    position: int


class SubscriptionAct(msgspec.Struct, kw_only=True):
    """The subscription as it is now, and the position up to which that is so."""

    subscription: SubscriptionView
    position: int


@post(
    "/v1/subscriptions",
    opt=route(
        "subscribe",
        NewSubscription,
        status=201,
        takes=SubscriptionBody,
        body={JSON: _EXAMPLE},
        problems=("unsafe-url", "duplicate", "too-many-subscriptions"),
        leads={name: {"subscription": "/subscription/id"} for name in _ACTS},
    ),
    status_code=201,
)
async def post_subscription(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Subscribes a URL to what happens. Deliveries are signed as Standard Webhooks describes."""
    body = read_form(await request.body(), SubscriptionBody)
    key = key_of(request)
    wanted = await _wanted(house, body, key.id)
    try:
        headers = checked(body.headers)
    except BadHeader as error:
        raise Problem("unfit", str(error), field="headers") from None
    try:
        await house.outbound.check(body.url)
    except InvalidUrl as error:
        raise Problem("unsafe-url", str(error), field="url") from None
    try:
        made = await subscribing(house).create(wanted, key, headers=headers, secret=body.secret)
    except BadFilter as error:
        raise Problem("unfit", str(error), field=f"filter.{error.field}") from None
    except InvalidKey as error:
        raise Problem("unfit", str(error), field="secret") from None
    except TooMany as error:
        raise Problem("too-many-subscriptions", str(error), field="url") from None
    except Twin as error:
        path = f"/v1/subscriptions/{error.subscription}"
        raise Problem(
            "duplicate", f"{error.subscription} sends the same to the same URL", field="url", see=path
        ) from None
    answer = NewSubscription(
        subscription=await own(request, house, made.subscription), secret=made.secret, position=made.position
    )
    location = {"Location": f"/v1/subscriptions/{made.subscription}"}
    return answered(answer, status=201, headers=location | SHOWN_ONCE)


@get("/v1/subscriptions", opt=route("subscribe", Subscriptions))
async def get_subscriptions(
    request: Request[Any, Any, Any],
    house: House,
    fresh: Moment,
    paging: Paging,
    limit: Annotated[int, Parameter(description="How many at most.", ge=1, le=1000)] = 100,
) -> Response[bytes]:
    """The key's own subscriptions."""
    (start,) = paging.at(int) or (0,)
    found = await subscriptions_of_key(house.pool, key_of(request).id, start, limit)
    last = (found[-1].created_position,) if len(found) == limit else None
    return answered(Subscriptions(subscriptions=found, next=paging.next(last)), headers=paging.headers(last))


@get("/v1/subscriptions/{subscription:str}", opt=route("subscribe", SubscriptionView))
async def get_subscription(
    request: Request[Any, Any, Any], house: House, fresh: Moment, subscription: str
) -> Response[bytes]:
    """One of the key's own subscriptions."""
    return answered(await own(request, house, subscription))


@delete("/v1/subscriptions/{subscription:str}", opt=route("subscribe", Ended), status_code=200)
async def delete_subscription(
    request: Request[Any, Any, Any], house: House, subscription: str
) -> Response[bytes]:
    """Ends a subscription; what is queued for it is not sent any more."""
    await own(request, house, subscription)
    return answered(Ended(position=await subscribing(house).delete(subscription, key_of(request))))


@post(
    "/v1/subscriptions/{subscription:str}/pause",
    opt=route("subscribe", SubscriptionAct, problems=("not-now",)),
    status_code=200,
)
async def post_pause(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """Has nothing sent until the subscription is resumed. What happens meanwhile is sent then, in order."""
    state = (await own(request, house, subscription)).state
    if state in ("unconfirmed", "disabled"):
        raise Problem("not-now", f"it is {state}: nothing is sent anyway", field="subscription")
    if state == "active":
        await subscribing(house).pause(subscription, key_of(request))
    return await _acted(request, house, subscription)


@post(
    "/v1/subscriptions/{subscription:str}/resume",
    opt=route("subscribe", SubscriptionAct, problems=("not-now",)),
    status_code=200,
)
async def post_resume(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """Lets a subscription go on that was paused or disabled, from where it stopped and in order."""
    state = (await own(request, house, subscription)).state
    if state == "unconfirmed":
        raise Problem(
            "not-now", "its receiver has yet to answer a challenge: confirm it", field="subscription"
        )
    if state != "active":
        await subscribing(house).resume(subscription, key_of(request))
    return await _acted(request, house, subscription)


def subscribing(house: House) -> Subscribing:
    return Subscribing(house.pool, house.log, house.views, house.vault)


async def own(request: Request[Any, Any, Any], house: House, subscription: str) -> SubscriptionView:
    """The subscription, if it is the key's. Raises Problem (404)."""
    found = await one_of_key(house.pool, key_of(request).id, subscription)
    if found is None:
        raise Problem(
            "not-found", f"this key has no subscription {subscription[:60]!r}", field="subscription"
        )
    return found


async def _acted(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    at = await house.views.watermark()
    return answered(SubscriptionAct(subscription=await own(request, house, subscription), position=at))


async def _wanted(house: House, body: SubscriptionBody, key: str) -> SubscriptionCreated:
    """The event that the body asks for. Raises Problem."""
    if not body.types:
        raise Problem("unfit", "a subscription needs at least one type", field="types")
    if len(body.description) > _MAX_DESCRIPTION:
        raise Problem("unfit", f"the description is over {_MAX_DESCRIPTION} characters", field="description")
    for field, value, most in (
        ("per_minute", body.per_minute, MOST_PER_MINUTE),
        ("concurrency", body.concurrency, MOST_CONCURRENT),
    ):
        if value is not None and not 1 <= value <= most:
            raise Problem("unfit", f"{field} is 1 to {most}, or null", field=field)
    start = position(body.from_position, "from_position")
    try:
        filter = tidied(body.filter)
    except BadFilter as error:
        raise Problem("unfit", str(error), field=f"filter.{error.field}") from None
    return SubscriptionCreated(
        url=body.url,
        key=key,
        types=tuple(dict.fromkeys(body.types)),
        filter=filter,
        description=body.description,
        from_position=None if start is None else await behind_head(house, start, "from_position"),
        per_minute=body.per_minute,
        concurrency=body.concurrency,
        consent=house.settings.webhook_consent,
    )
