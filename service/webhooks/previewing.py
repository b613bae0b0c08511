"""What a subscription would have sent."""

import asyncpg
import msgspec

from events.catalogue import SubscriptionFilter, SubscriptionType, from_builtin
from projections.model import Change
from service.webhooks.body import CloudEvent, body_of, type_of
from service.webhooks.filters import wants
from service.webhooks.happened import last_changes
from service.webhooks.ids import message_id
from service.webhooks.messages import change_news

LOOKED_AT = 100  # Changes

_decoder = msgspec.json.Decoder(CloudEvent, dec_hook=from_builtin)


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The messages that the last Changes would have sent, in order; `looked_at`: how many Changes that were."""

    looked_at: int
    messages: list[CloudEvent]


async def preview(
    pool: asyncpg.Pool,
    subscription: str,
    types: tuple[SubscriptionType, ...],
    filter: SubscriptionFilter,
    source: str,
) -> Preview:
    """`source` is the address of the service."""
    happened = await last_changes(pool, LOOKED_AT)
    found = [each for each in happened if each.type in types and wants(filter, each)]
    changes = [each.change for each in found if each.change is not None]
    previous: dict[str, Change] = {}
    messages = []
    for each, news in zip(found, await change_news(pool, changes), strict=True):
        before = previous.get(each.lane)
        body = body_of(
            news.change,
            news.names,
            message_id=message_id(subscription, each.position, each.ordinal),
            type=type_of(news.change),
            previous_change=None if before is None else before.id,
            source=source,
        )
        messages.append(_decoder.decode(body))
        previous[each.lane] = news.change
    return Preview(looked_at=len(happened), messages=messages)
