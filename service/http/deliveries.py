"""What a subscription is sent: its messages and their attempts, how it fares, tests, and sending again."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import Parameter
from litestar.types import ASGIApp

from events.catalogue import SubscriptionType
from service.bootstrap import House
from service.http.answers import JSON, answered
from service.http.contract import route
from service.http.editing_forms import read_form
from service.http.formats import PositionNumber
from service.http.paging import Paging
from service.http.parameters import position
from service.http.provided import key_of
from service.http.subscriptions import own, subscribing
from service.problems import Problem
from service.secrets import SecretError
from service.sse import MEDIA_TYPE
from service.webhooks.deliveries import (
    MOST_RETRIED,
    Deliveries,
    DeliveryDetail,
    DeliveryView,
    Health,
    State,
    Wanted,
)
from service.webhooks.ids import place_of
from service.webhooks.previewing import Preview, preview
from service.webhooks.probing import Probe, Prober
from service.webhooks.stream import DeliveryStream
from service.webhooks.subscriptions import SubscriptionView

_MOST_NAMED = 1_000  # messages named in one request


class DeliveryPage(msgspec.Struct, kw_only=True):
    """Messages, newest first; `next` goes into `cursor` for those that follow."""

    deliveries: list[DeliveryView]
    next: str | None


class RetryBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which dead letters to send again: those that meet all that is given. `messages`: webhook-ids; `since`: of what
    came behind that position. With `delivered` those that arrived are sent again too.
    """

    messages: tuple[str, ...] | None = None
    since: PositionNumber | None = None
    types: tuple[SubscriptionType, ...] | None = None
    posts: tuple[str, ...] | None = None
    delivered: bool = False


class Retried(msgspec.Struct, kw_only=True):
    """How many are sent again; `more`: there may be others, for at most 10000 are at once."""

    messages: int
    more: bool


class Confirmation(msgspec.Struct, kw_only=True):
    """Whether the receiver gave the challenge back, and what its answer was."""

    subscription: SubscriptionView
    probe: Probe


@get("/v1/subscriptions/{subscription:str}/deliveries", opt=route("subscribe", DeliveryPage))
async def get_deliveries(
    request: Request[Any, Any, Any],
    house: House,
    paging: Paging,
    subscription: str,
    only: Annotated[
        State | None, Parameter(description="Those in that state; dead: the dead letters.")
    ] = None,
    limit: Annotated[int, Parameter(description="How many at most.", ge=1, le=1000)] = 100,
) -> Response[bytes]:
    """The messages of a subscription, newest first."""
    await own(request, house, subscription)
    before = paging.at(int, int)
    found = await Deliveries(house.pool, subscription).page(only, before, limit)
    last = place_of(subscription, found[-1].message) if len(found) == limit else None
    return answered(DeliveryPage(deliveries=found, next=paging.next(last)), headers=paging.headers(last))


@get("/v1/subscriptions/{subscription:str}/deliveries/stream", opt=route("subscribe", {MEDIA_TYPE: str}))
async def get_delivery_stream(request: Request[Any, Any, Any], house: House, subscription: str) -> ASGIApp:
    """The attempts at messages of a subscription as they are made, as server-sent events, without an end.

    It begins now, or behind the id in the header `Last-Event-ID`. Each event's `data` tells of one attempt.
    """
    await own(request, house, subscription)
    deliveries = Deliveries(house.pool, subscription)
    given = request.headers.get("last-event-id", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Problem("unfit", f"{given[:60]!r} is no id of this stream", field="Last-Event-ID")
    after = int(given) if given else await deliveries.last_told()
    key = key_of(request).id
    if (why := house.follower.refusal(key)) is not None:
        raise Problem("not-ready", why, headers={"Retry-After": "5"})
    return DeliveryStream(house.follower, deliveries, after, key)


@get("/v1/subscriptions/{subscription:str}/deliveries/{message:str}", opt=route("subscribe", DeliveryDetail))
async def get_delivery(
    request: Request[Any, Any, Any], house: House, subscription: str, message: str
) -> Response[bytes]:
    """One message, by its webhook-id, with its attempts."""
    await own(request, house, subscription)
    place = place_of(subscription, message)
    found = None if place is None else await Deliveries(house.pool, subscription).one(place)
    if found is None:
        raise Problem(
            "not-found", f"there is no message {message[:100]!r} any more, or never was", field="message"
        )
    return answered(found)


@get("/v1/subscriptions/{subscription:str}/health", opt=route("subscribe", Health))
async def get_subscription_health(
    request: Request[Any, Any, Any], house: House, subscription: str
) -> Response[bytes]:
    """How a subscription fares: its success rate, how far it lags, what waits and what is dead."""
    await own(request, house, subscription)
    return answered(await Deliveries(house.pool, subscription).health())


@get("/v1/subscriptions/{subscription:str}/preview", opt=route("subscribe", Preview))
async def get_preview(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """What the last 100 Changes would have sent, had the subscription been there."""
    view = await own(request, house, subscription)
    return answered(await preview(house.pool, view.id, view.types, view.filter, house.settings.public_url))


@post(
    "/v1/subscriptions/{subscription:str}/retries",
    opt=route("subscribe", Retried, takes=RetryBody, body={JSON: {"since": 0}}),
    status_code=200,
)
async def post_retries(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """Sends dead letters again, in order and ahead of what waits. The bodies say `redelivery`; the ids stay."""
    body = read_form(await request.body(), RetryBody)
    await own(request, house, subscription)
    if body.messages is not None and len(body.messages) > _MOST_NAMED:
        raise Problem("unfit", f"at most {_MOST_NAMED} messages can be named", field="messages")
    places = None
    if body.messages is not None:
        places = [_place(subscription, message, "messages") for message in body.messages]
    again = await Deliveries(house.pool, subscription).retry(
        Wanted(
            places=places,
            since=position(body.since, "since"),
            types=body.types,
            subjects=body.posts,
            states=("dead", "delivered") if body.delivered else ("dead",),
        ),
        datetime.now(UTC),
    )
    return answered(Retried(messages=again, more=again == MOST_RETRIED))


@post(
    "/v1/subscriptions/{subscription:str}/test",
    opt=route("subscribe", Probe, problems=("not-now",)),
    status_code=200,
)
async def post_test(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """Sends a message of type subscription.test now, as deliveries are sent, and says what came of it."""
    if (await own(request, house, subscription)).state == "unconfirmed":
        raise Problem(
            "not-now",
            "its receiver has not agreed to be sent anything: confirm it first",
            field="subscription",
        )
    try:
        return answered(await _prober(house).test(subscription))
    except SecretError as error:
        raise Problem("not-ready", str(error), headers={"Retry-After": "60"}) from None


@post(
    "/v1/subscriptions/{subscription:str}/confirm",
    opt=route("subscribe", Confirmation),
    status_code=200,
)
async def post_confirm(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """Sends a message of type subscription.challenge. The receiver agrees by giving `data.challenge` back in its
    answer, as it is or as {"challenge": ...}; then what has happened since is sent.
    """
    view = await own(request, house, subscription)
    try:
        probe = await _prober(house).challenge(subscription)
    except SecretError as error:
        raise Problem("not-ready", str(error), headers={"Retry-After": "60"}) from None
    if probe.accepted and view.state == "unconfirmed":
        await subscribing(house).confirm(subscription, key_of(request))
    return answered(Confirmation(subscription=await own(request, house, subscription), probe=probe))


def _prober(house: House) -> Prober:
    return Prober(house.pool, house.vault, house.outbound, house.settings.public_url)


def _place(subscription: str, message: str, field: str) -> tuple[int, int]:
    place = place_of(subscription, message)
    if place is None:
        raise Problem("unfit", f"{message[:100]!r} is no message of {subscription}", field=field)
    return place
