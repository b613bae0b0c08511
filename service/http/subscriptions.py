"""Webhook subscriptions."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post

from events.catalogue import SubscriptionCreated, SubscriptionDeleted, SubscriptionFilter, SubscriptionType
from events.envelope import NEW, Append, NewEvent
from events.ids import mint
from service.bootstrap import House
from service.http.answers import JSON, answered
from service.http.contract import route
from service.http.provided import PATIENCE, key_of
from service.outbound.urls import InvalidUrl
from service.problems import Problem
from service.secrets import give_secret
from service.webhooks.subscriptions import SubscriptionView, one_of_key, subscriptions_of_key

_MAX_DESCRIPTION = 500


class SubscriptionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to send where. Without `types` it is holder.changed; without a filter, everything of these types."""

    url: str
    types: tuple[SubscriptionType, ...] = ("holder.changed",)
    filter: SubscriptionFilter = SubscriptionFilter()
    description: str = ""


class NewSubscription(msgspec.Struct, kw_only=True):
    """The subscription, its signing secret (shown this once) and the position of its event."""

    subscription: SubscriptionView
    secret: str
    position: int


class Subscriptions(msgspec.Struct, kw_only=True):
    subscriptions: list[SubscriptionView]


_decoder = msgspec.json.Decoder(SubscriptionBody)


@post(
    "/v1/subscriptions",
    opt=route(
        "subscribe",
        NewSubscription,
        status=201,
        takes=SubscriptionBody,
        body={JSON: {"url": "http://127.0.0.1:9000/"}},
        problems=("unsafe-url",),
        leads={
            name: {"subscription": "/subscription/id"} for name in ("get_subscription", "delete_subscription")
        },
    ),
    status_code=201,
)
async def post_subscription(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Subscribes a URL to changes from now on. Deliveries are signed as Standard Webhooks describes."""
    wanted = _decoded(await request.body())
    key = key_of(request)
    try:
        await house.outbound.check(wanted.url)
    except InvalidUrl as error:
        raise Problem("unsafe-url", str(error), field="url") from None
    subscription = mint("subscription")
    secret = await give_secret(house.pool, house.vault, subscription)
    created = SubscriptionCreated(
        url=wanted.url,
        key=key.id,
        types=tuple(dict.fromkeys(wanted.types)),
        filter=wanted.filter,
        description=wanted.description,
    )
    done = await house.log.append(
        Append(
            events=(NewEvent(stream=subscription, event=created),),
            actor=key.subject,
            expected={subscription: NEW},
        )
    )
    await house.views.wait_for(done.last, PATIENCE)
    view = SubscriptionView(
        id=subscription,
        url=created.url,
        types=created.types,
        filter=created.filter,
        description=created.description,
        created_position=done.last,
    )
    answer = NewSubscription(subscription=view, secret=secret, position=done.last)
    return answered(answer, status=201, headers={"Location": f"/v1/subscriptions/{subscription}"})


@get("/v1/subscriptions", opt=route("subscribe", Subscriptions))
async def get_subscriptions(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """The key's own subscriptions."""
    return answered(Subscriptions(subscriptions=await subscriptions_of_key(house.pool, key_of(request).id)))


@get("/v1/subscriptions/{subscription:str}", opt=route("subscribe", SubscriptionView))
async def get_subscription(
    request: Request[Any, Any, Any], house: House, subscription: str
) -> Response[bytes]:
    """One of the key's own subscriptions."""
    return answered(await _own(request, house, subscription))


@delete("/v1/subscriptions/{subscription:str}", opt=route("subscribe", None, status=204), status_code=204)
async def delete_subscription(request: Request[Any, Any, Any], house: House, subscription: str) -> None:
    """Ends a subscription; what is queued for it is not sent any more."""
    await _own(request, house, subscription)
    deleted = NewEvent(stream=subscription, event=SubscriptionDeleted())
    done = await house.log.append(
        Append(events=(deleted,), actor=key_of(request).subject, expected={subscription: 1})
    )
    await house.views.wait_for(done.last, PATIENCE)


async def _own(request: Request[Any, Any, Any], house: House, subscription: str) -> SubscriptionView:
    found = await one_of_key(house.pool, key_of(request).id, subscription)
    if found is None:
        raise Problem(
            "not-found", f"this key has no subscription {subscription[:60]!r}", field="subscription"
        )
    return found


def _decoded(body: bytes) -> SubscriptionBody:
    try:
        wanted = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Problem("bad-body", f"the subscription is not as documented: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem("bad-body", f"the body is no JSON: {error}") from None
    if not wanted.types:
        raise Problem("bad-body", "a subscription needs at least one type", field="types")
    if len(wanted.description) > _MAX_DESCRIPTION:
        raise Problem(
            "bad-body", f"the description is over {_MAX_DESCRIPTION} characters", field="description"
        )
    return wanted
