"""Signing secrets of a subscription over HTTP, and the public keys for whoever receives."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import Parameter

from service.bootstrap import House
from service.http.answers import JSON, SHOWN_ONCE, answered
from service.http.contract import route
from service.http.editing_forms import read_form
from service.http.provided import key_of
from service.problems import Problem
from service.webhooks.rotation import (
    MOST_IN_FORCE,
    MOST_OVERLAP,
    LastSecret,
    NewSecret,
    PublishedKey,
    Secrets,
    SecretView,
    TooManySecrets,
    Version,
)
from service.webhooks.signatures import InvalidKey
from service.webhooks.subscriptions import one_of_key

_DAY = 86_400  # seconds


class SecretBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which secret to make. `overlap`: seconds for which the others sign beside it; null: until they are retired.

    `secret` is one of your own for v1: whsec_ and 24 to 64 random bytes in base64.
    """

    version: Version = "v1"
    overlap: int | None = _DAY
    secret: str | None = None


class SecretsView(msgspec.Struct, kw_only=True):
    secrets: list[SecretView]


class PublishedKeys(msgspec.Struct, kw_only=True):
    """The public keys (whpk_...) with which messages of version v1a are verified."""

    keys: list[PublishedKey]


@get("/v1/subscriptions/{subscription:str}/secrets", opt=route("subscribe", SecretsView))
async def get_secrets(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """The signing secrets in force, the newest first: which there are, and until when; never what they are."""
    secrets = await _secrets(request, house, subscription)
    return answered(SecretsView(secrets=await secrets.of(subscription)))


@post(
    "/v1/subscriptions/{subscription:str}/secrets",
    opt=route(
        "subscribe",
        NewSecret,
        status=201,
        takes=SecretBody,
        body={JSON: {"version": "v1a", "overlap": 3600}},
        problems=("conflict",),
    ),
    status_code=201,
)
async def post_secret(request: Request[Any, Any, Any], house: House, subscription: str) -> Response[bytes]:
    """Makes a new signing secret. Until the overlap is over, messages carry a signature of the old ones too."""
    body = read_form(await request.body(), SecretBody)
    secrets = await _secrets(request, house, subscription)
    overlap = None if body.overlap is None else timedelta(seconds=min(max(body.overlap, -1), 10**9))
    if overlap is not None and not timedelta(0) <= overlap <= MOST_OVERLAP:
        raise Problem(
            "unfit",
            f"overlap is 0 to {MOST_OVERLAP // timedelta(seconds=1)} seconds, or null",
            field="overlap",
        )
    if body.secret is not None and body.version == "v1a":
        raise Problem("unfit", "the keys of v1a are made here: leave secret out", field="secret")
    try:
        made = await secrets.rotate(subscription, body.version, overlap, body.secret)
    except InvalidKey as error:
        raise Problem("unfit", str(error), field="secret") from None
    except TooManySecrets:
        raise Problem(
            "conflict",
            f"{MOST_IN_FORCE} secrets are in force already: retire one with DELETE, or wait until one retires",
        ) from None
    return answered(made, status=201, headers=SHOWN_ONCE)


@delete(
    "/v1/subscriptions/{subscription:str}/secrets/{number:int}",
    opt=route("subscribe", None, status=204, problems=("conflict",)),
    status_code=204,
)
async def delete_secret(
    request: Request[Any, Any, Any], house: House, subscription: str, number: int
) -> None:
    """Takes a secret out of force at once, as where it has leaked."""
    secrets = await _secrets(request, house, subscription)
    try:
        retired = await secrets.retire(subscription, number)
    except LastSecret:
        raise Problem(
            "conflict", "this is the last secret in force: make another first", field="number"
        ) from None
    if not retired:
        raise Problem("not-found", f"no secret {number} is in force", field="number")


@get("/.well-known/webhooks-keys", opt=route(None, PublishedKeys))
async def get_public_keys(
    house: House,
    subscription: Annotated[str | None, Parameter(description="Only the keys of this subscription.")] = None,
) -> Response[bytes]:
    """The public keys in force. A receiver takes those of its own subscription, and no other."""
    return answered(PublishedKeys(keys=await Secrets(house.pool, house.vault).published(subscription)))


async def _secrets(request: Request[Any, Any, Any], house: House, subscription: str) -> Secrets:
    """Raises Problem where the subscription is not one of the key's."""
    if await one_of_key(house.pool, key_of(request).id, subscription) is None:
        raise Problem(
            "not-found", f"this key has no subscription {subscription[:60]!r}", field="subscription"
        )
    return Secrets(house.pool, house.vault)
