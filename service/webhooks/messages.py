"""Messages: deliveries of the queue with what their bodies are made of, read at the moment of sending."""

import logging
from collections.abc import Sequence

import asyncpg
import msgspec

from events.catalogue import SubscriptionType, from_builtin
from events.redaction import reach_of
from projections.model import Change
from service.webhooks.body import Names, OrganizationPart, body_of, type_of
from service.webhooks.ids import change_of, message_id
from service.webhooks.notices import Notice, Redaction, notice_body, redaction_body
from service.webhooks.schedule import Tries
from service.webhooks.sql import SQL

logger = logging.getLogger(__name__)

change_decoder = msgspec.json.Decoder(Change, dec_hook=from_builtin)


class ChangeNews(msgspec.Struct, frozen=True):
    """A Change, with the names of the moment."""

    change: Change
    names: Names


News = ChangeNews | Redaction | Notice


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery whose turn it is, with what its body is made of."""

    subscription: str
    lane: str
    position: int
    ordinal: int
    previous_change: str | None
    type: SubscriptionType
    tries: Tries
    redelivery: bool
    news: News

    @property
    def id(self) -> str:
        return message_id(self.subscription, self.position, self.ordinal)

    def body(self, source: str) -> bytes:
        """JSON in UTF-8. `source` is the address of the service."""
        match self.news:
            case ChangeNews(change, names):
                return body_of(
                    change,
                    names,
                    message_id=self.id,
                    type=type_of(change),
                    previous_change=self.previous_change,
                    source=source,
                    redelivery=self.redelivery,
                )
            case Redaction():
                return redaction_body(
                    self.news, message_id=self.id, source=source, redelivery=self.redelivery
                )
            case Notice():
                return notice_body(self.news, message_id=self.id, source=source, redelivery=self.redelivery)


async def messages_of(
    pool: asyncpg.Pool, subscription: str, rows: Sequence[asyncpg.Record]
) -> list[tuple[str, Message | None]]:
    """Lane and message for each row of the query `due`; None where it cannot be made: what it tells of is not there,
    or of a form that this release cannot read. Neither is for ever.
    """
    changes = {_place(row): _change(row) for row in rows if row["ordinal"] > 0}
    readable = {place: change for place, change in changes.items() if change is not None}
    news = {
        **await _change_news(pool, rows, readable),
        **await _redactions(pool, [row["position"] for row in rows if row["ordinal"] == 0]),
        **await _notices(pool, [_place(row) for row in rows if row["ordinal"] < 0]),
    }
    return [
        (row["lane"], _message(subscription, row, news[_place(row)]) if _place(row) in news else None)
        for row in rows
    ]


async def change_news(pool: asyncpg.Pool, changes: Sequence[Change]) -> list[ChangeNews]:
    """Changes with the names of their posts and persons."""
    rows = await pool.fetch(SQL["posts"], [change.post for change in changes])
    posts = {row["lane"]: row for row in rows}
    persons, articles = await _names(pool, changes)
    return [ChangeNews(each, _named(posts.get(each.post), each, persons, articles)) for each in changes]


async def _change_news(
    pool: asyncpg.Pool, rows: Sequence[asyncpg.Record], changes: dict[tuple[int, int], Change]
) -> dict[tuple[int, int], News]:
    if not changes:
        return {}
    persons, articles = await _names(pool, list(changes.values()))
    return {
        _place(row): ChangeNews(change, _named(row, change, persons, articles))
        for row in rows
        if (change := changes.get(_place(row))) is not None
    }


async def _names(pool: asyncpg.Pool, changes: Sequence[Change]) -> tuple[dict[str, str], dict[str, str]]:
    """Names by person, articles by claim."""
    memberships = [m for change in changes for m in (*change.before, *change.after)]
    persons = {membership.person for membership in memberships}
    claims = {claim for membership in memberships for claim in membership.claims}
    rows = await pool.fetch(SQL["names"], list(persons), list(claims))
    return (
        {row["id"]: row["told"] for row in rows if row["what"] == "person"},
        {row["id"]: row["told"] for row in rows if row["what"] == "article"},
    )


def _named(
    post: asyncpg.Record | None, change: Change, persons: dict[str, str], articles: dict[str, str]
) -> Names:
    claims = (claim for side in (change.after, change.before) for m in side for claim in m.claims)
    organization = None
    if post is not None and post["organization"] is not None:
        organization = OrganizationPart(id=post["organization"], name=post["organization_name"] or "")
    return Names(
        post_label=(post["label"] if post is not None else None) or "",
        organization=organization,
        persons=persons,
        articles=tuple(dict.fromkeys(articles[claim] for claim in claims if claim in articles)),
    )


async def _redactions(pool: asyncpg.Pool, positions: Sequence[int]) -> dict[tuple[int, int], News]:
    found: dict[tuple[int, int], News] = {}
    if not positions:
        return found
    for row in await pool.fetch(SQL["redactions"], positions):
        claims = list((await reach_of(pool, row["stream"])).claims)
        posts = await pool.fetch(SQL["redacted_posts"], claims, row["stream"])
        found[row["position"], 0] = Redaction(
            stream=row["stream"],
            position=row["position"],
            recorded_at=row["recorded_at"],
            posts=[post["id"] for post in posts],
        )
    return found


async def _notices(pool: asyncpg.Pool, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], News]:
    if not places:
        return {}
    rows = {
        row["ordinal"]: row for row in await pool.fetch(SQL["notices_of"], [ordinal for _, ordinal in places])
    }
    return {place: _notice(rows[place[1]]) for place in places if place[1] in rows}


def _notice(row: asyncpg.Record) -> Notice:
    position, ordinal = row["message_position"], row["message_ordinal"]
    return Notice(
        type=row["type"],
        about=row["about"],
        noticed_at=row["noticed_at"],
        why=row["why"],
        status=row["status"],
        message=None if position is None else message_id(row["about"], position, ordinal),
        message_type=row["message_type"],
        change=change_of(position, ordinal),
    )


def _place(row: asyncpg.Record) -> tuple[int, int]:
    return row["position"], row["ordinal"]


def _change(row: asyncpg.Record) -> Change | None:
    if row["body"] is None:
        return None
    try:
        return change_decoder.decode(row["body"])
    except msgspec.DecodeError as error:
        logger.error("change %d.%d cannot be read: %s", row["position"], row["ordinal"], error)
        return None


def _message(subscription: str, row: asyncpg.Record, news: News) -> Message:
    return Message(
        subscription=subscription,
        lane=row["lane"],
        position=row["position"],
        ordinal=row["ordinal"],
        previous_change=change_of(row["previous_position"], row["previous_ordinal"]),
        type=row["type"],
        tries=Tries(strikes=row["strikes"], attempted_at=row["attempted_at"]),
        redelivery=row["redelivery"],
        news=news,
    )
