"""Messages that an owner has sent at once: a test, and the challenge whose answer is the receiver's consent.

Both go out as deliveries do: signed, with the subscription's headers, through the guard.
"""

import secrets
from datetime import UTC, datetime
from typing import Literal

import asyncpg
import msgspec

from events.catalogue import encoder
from service.outbound.answer import Answer, Outcome
from service.outbound.client import Outbound
from service.secrets import Vault
from service.webhooks.body import Envelope
from service.webhooks.deliveries import AttemptView, attempt_view
from service.webhooks.request import attempt, destination_of
from service.webhooks.subscriptions import SQL

ProbeType = Literal["subscription.test", "subscription.challenge"]


class ProbeData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing has happened. `challenge` is to be given back in the answer."""

    subscription: str
    challenge: str | None = None


class ProbeEvent(Envelope, frozen=True, kw_only=True):
    """A test of the endpoint, or the question whether it wants what it is sent."""

    type: ProbeType
    data: ProbeData


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. `accepted`: 2xx and, of a challenge, the right answer."""

    message: str  # the webhook-id
    accepted: bool
    attempt: AttemptView


class _Challenged(msgspec.Struct):
    challenge: str


_answer = msgspec.json.Decoder(_Challenged)


class Prober:
    """Sends at once."""

    def __init__(self, pool: asyncpg.Pool, vault: Vault, outbound: Outbound, source: str) -> None:
        """`source` is the address of the service."""
        self._pool, self._vault, self._outbound, self._source = pool, vault, outbound, source

    async def test(self, subscription: str) -> Probe:
        """Raises SecretError where nothing could be signed."""
        message, began, outcome = await self._send(subscription, "subscription.test", None)
        return Probe(message=message, accepted=_is_success(outcome), attempt=attempt_view(outcome, began))

    async def challenge(self, subscription: str) -> Probe:
        """Raises SecretError where nothing could be signed."""
        token = secrets.token_urlsafe(32)
        message, began, outcome = await self._send(subscription, "subscription.challenge", token)
        return Probe(
            message=message,
            accepted=_is_success(outcome) and answers(outcome, token),
            attempt=attempt_view(outcome, began),
        )

    async def _send(
        self, subscription: str, type: ProbeType, challenge: str | None
    ) -> tuple[str, datetime, Outcome]:
        row = await self._pool.fetchrow(SQL["sealed"], subscription)
        assert row is not None
        to = destination_of(self._vault, row["url"], row["sealed"], row["sealed_headers"])
        began = datetime.now(UTC)
        message = f"{subscription}-{type.partition('.')[2]}-{secrets.token_hex(8)}"
        body = encoder.encode(
            ProbeEvent(
                id=message,
                source=self._source,
                type=type,
                subject=subscription,
                time=began.isoformat().replace("+00:00", "Z"),
                data=ProbeData(subscription=subscription, challenge=challenge),
            )
        )
        return message, began, await attempt(self._outbound, to, message, body, began)


def answers(outcome: Outcome, challenge: str) -> bool:
    """Whether an answer's body gives the challenge back: as it is, or as JSON {"challenge": ...}."""
    if not isinstance(outcome, Answer):
        return False
    try:
        given = _answer.decode(outcome.body).challenge
    except (msgspec.DecodeError, UnicodeDecodeError):
        given = outcome.body.decode("utf-8", "replace").strip()
    return secrets.compare_digest(given.encode(), challenge.encode())


def _is_success(outcome: Outcome) -> bool:
    return isinstance(outcome, Answer) and 200 <= outcome.status < 300
