"""One attempt: a message is signed as of now and sent. Deliveries, tests and challenges all go through here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from service.outbound.answer import Outcome
from service.outbound.client import Outbound
from service.secrets import SecretError, Vault
from service.webhooks.body import CONTENT_TYPE
from service.webhooks.signatures import SigningKey, sign

USER_AGENT = "incumbent-webhooks/1 (+https://www.standardwebhooks.com)"

_headers = msgspec.json.Decoder(dict[str, str])


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where messages of a subscription go, what signs them, and the headers that its owner wants with them."""

    url: str
    keys: tuple[SigningKey, ...]
    headers: Mapping[str, str] = {}


def destination_of(
    vault: Vault, url: str, sealed: Sequence[bytes], sealed_headers: bytes | None
) -> Destination:
    """Opens what is kept sealed. Raises SecretError."""
    keys = vault.signing_keys(sealed)
    if not keys:
        raise SecretError("it has no webhook secret")
    headers = {} if sealed_headers is None else _headers.decode(vault.open(sealed_headers))
    return Destination(url=url, keys=keys, headers=headers)


async def attempt(
    outbound: Outbound, to: Destination, message_id: str, body: bytes, now: datetime
) -> Outcome:
    """Sends a message and gives what came of it."""
    headers = {
        **to.headers,
        "content-type": CONTENT_TYPE,
        "user-agent": USER_AGENT,
        **sign(to.keys, message_id, int(now.timestamp()), body),
    }
    return await outbound.send("POST", to.url, headers, body)
