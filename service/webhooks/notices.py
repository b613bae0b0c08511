"""The bodies of messages that tell of no Change: redactions, and how the key's other subscriptions fare. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from events.catalogue import SubscriptionType, encoder
from service.webhooks.body import Envelope

NoticeType = Literal["endpoint.failing", "message.dead", "subscription.disabled"]

_MAX_POSTS = 100  # named in one message


class RedactionLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Paths of the API, to be put behind the address of the service."""

    posts: tuple[str, ...]


class RedactionData(msgspec.Struct, frozen=True, kw_only=True):
    """Texts were taken away for good. Whoever keeps quotes of them must delete these too."""

    redacted: str  # the article, or the stream of a post or a source, whose texts are gone
    position: int  # of the redaction in the log
    posts: tuple[str, ...]  # those whose answers showed something of it
    shortened: bool  # there are more posts
    redelivery: bool
    links: RedactionLinks


class RedactionEvent(Envelope, frozen=True, kw_only=True):
    """Verbatim text was redacted."""

    type: Literal["event.redacted"] = "event.redacted"
    data: RedactionData


class NoticeLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Paths of the API, to be put behind the address of the service."""

    subscription: str
    deliveries: str


class NoticeData(msgspec.Struct, frozen=True, kw_only=True):
    """Of a dead message: which, of which Change, and what came of its last attempt."""

    subscription: str  # which fares so
    why: str | None  # of being disabled; of a message, the kind of its last failure
    status: int | None  # of the last answer to a dead message
    message: str | None
    message_type: SubscriptionType | None
    change: str | None
    redelivery: bool
    links: NoticeLinks


class NoticeEvent(Envelope, frozen=True, kw_only=True):
    """How another subscription of the same key fares."""

    type: NoticeType
    data: NoticeData


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """How a subscription fares, as it was noticed."""

    type: NoticeType
    about: str
    noticed_at: datetime
    why: str | None = None
    status: int | None = None
    message: str | None = None
    message_type: SubscriptionType | None = None
    change: str | None = None


class Redaction(msgspec.Struct, frozen=True, kw_only=True):
    """A redaction of the log, with the posts that it concerns."""

    stream: str
    position: int
    recorded_at: datetime
    posts: Sequence[str]


def redaction_body(redaction: Redaction, *, message_id: str, source: str, redelivery: bool) -> bytes:
    """`source` is the address of the service."""
    posts = tuple(redaction.posts[:_MAX_POSTS])
    return encoder.encode(
        RedactionEvent(
            id=message_id,
            source=source,
            subject=redaction.stream,
            time=_instant(redaction.recorded_at),
            data=RedactionData(
                redacted=redaction.stream,
                position=redaction.position,
                posts=posts,
                shortened=len(redaction.posts) > _MAX_POSTS,
                redelivery=redelivery,
                links=RedactionLinks(posts=tuple(f"/v1/posts/{post}" for post in posts[:20])),
            ),
        )
    )


def notice_body(notice: Notice, *, message_id: str, source: str, redelivery: bool) -> bytes:
    """`source` is the address of the service."""
    path = f"/v1/subscriptions/{notice.about}"
    return encoder.encode(
        NoticeEvent(
            id=message_id,
            source=source,
            type=notice.type,
            subject=notice.about,
            time=_instant(notice.noticed_at),
            data=NoticeData(
                subscription=notice.about,
                why=notice.why,
                status=notice.status,
                message=notice.message,
                message_type=notice.message_type,
                change=notice.change,
                redelivery=redelivery,
                links=NoticeLinks(subscription=path, deliveries=f"{path}/deliveries"),
            ),
        )
    )


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
