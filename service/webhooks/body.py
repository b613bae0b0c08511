"""What a receiver is sent: a CloudEvents 1.0 event in structured JSON, made from a Change. Pure.

The names (of persons, the post, its organization) are those of the moment of sending: a body is stored nowhere, so
what a redaction takes away is in no queue either.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Literal
from urllib.parse import quote

import msgspec

from events.catalogue import Capacity, ChangeType, Reason, encoder
from projections.model import Change, ChangeKind, Endpoint, Membership, Standing

CONTENT_TYPE = "application/cloudevents+json"
MAX_BODY = 20_000  # bytes
_MAX_NAME = 200  # characters of a name or label


class OrganizationPart(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class PostPart(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    label: str
    organization: OrganizationPart | None


class PersonPart(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str | None  # None: not known (any more)


class MembershipPart(msgspec.Struct, frozen=True, kw_only=True):
    person: PersonPart
    capacity: Capacity
    start: Endpoint | None
    end: Endpoint | None
    reason: Reason | None
    standing: Standing
    checked_by: Literal["machine", "editor"]
    incoming: Literal["elected", "nominated", "appointed"] | None
    claims: tuple[str, ...]


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Paths of the API, to be put behind the address of the service."""

    post: str
    holders: str  # with the claims, their quotes and articles
    timeline: str
    articles: tuple[str, ...]


class Data(msgspec.Struct, frozen=True, kw_only=True):
    change: str  # position.ordinal
    previous_change: str | None  # the one matched before it for this subscription and post
    post: PostPart
    kind: ChangeKind
    current_changed: bool
    effective: str | None  # EDTF
    as_of: date  # the day for which "today's answer" was judged
    before: tuple[MembershipPart, ...]
    after: tuple[MembershipPart, ...]
    redelivery: bool  # it had ended before, and somebody asked for it again
    shortened: bool  # claims, or memberships too, were left out to keep the body small: follow the links
    cause: str  # id of the event
    links: Links


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md, without its type and data."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    subject: str
    time: str
    datacontenttype: Literal["application/json"] = "application/json"


class CloudEvent(Envelope, frozen=True, kw_only=True):
    """Something happened to the view of a post."""

    type: ChangeType
    data: Data


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What is known by name at the moment of sending."""

    post_label: str
    organization: OrganizationPart | None = None
    persons: Mapping[str, str] = {}
    articles: tuple[str, ...] = ()  # ids of those that the claims stand in


def body_of(
    change: Change,
    names: Names,
    *,
    message_id: str,
    type: ChangeType,
    previous_change: str | None,
    source: str,
    redelivery: bool = False,
) -> bytes:
    """The body, JSON in UTF-8 of at most MAX_BODY bytes. `source` is the address of the service."""
    body = b""
    for claims, memberships in ((20, 20), (1, 20), (0, 20), (0, 5), (0, 1), (0, 0)):
        data = Data(
            change=change.id,
            previous_change=previous_change,
            post=PostPart(
                id=change.post,
                label=names.post_label[:_MAX_NAME],
                organization=_cut_organization(names.organization),
            ),
            kind=change.kind,
            current_changed=change.current_changed,
            effective=None if change.effective is None else str(change.effective),
            as_of=as_of(change),
            before=_memberships(change.before, names, claims, memberships),
            after=_memberships(change.after, names, claims, memberships),
            redelivery=redelivery,
            shortened=any(
                len(side) > memberships or any(len(membership.claims) > claims for membership in side)
                for side in (change.before, change.after)
            ),
            cause=change.cause,
            links=_links(change, names.articles),
        )
        event = CloudEvent(
            id=message_id, source=source, type=type, subject=change.post, time=change.recorded_at, data=data
        )
        body = encoder.encode(event)
        if len(body) <= MAX_BODY:
            break
    return body


def type_of(change: Change) -> ChangeType:
    """holder.changed where today's answer differs, holder.announced for what takes effect later, else amended."""
    if change.current_changed:
        return "holder.changed"
    if change.kind in ("elected", "nominated"):  # they take effect with the taking of office, if ever
        return "holder.announced"
    earliest = change.effective.earliest if change.effective is not None else None
    if change.kind in _WORLD_CHANGED and earliest is not None and earliest > as_of(change):
        return "holder.announced"
    return "timeline.amended"


def as_of(change: Change) -> date:
    """The day on which the change was worked out."""
    return datetime.fromisoformat(change.recorded_at).astimezone(UTC).date()


_WORLD_CHANGED: frozenset[ChangeKind] = frozenset(
    {"appointed", "took_office", "left_office", "acting", "vacated"}
)


def _memberships(
    memberships: tuple[Membership, ...], names: Names, claims: int, at_most: int
) -> tuple[MembershipPart, ...]:
    return tuple(
        MembershipPart(
            person=PersonPart(id=membership.person, name=_cut(names.persons.get(membership.person))),
            capacity=membership.capacity,
            start=membership.start,
            end=membership.end,
            reason=membership.reason,
            standing=membership.standing,
            checked_by=membership.checked_by,
            incoming=membership.incoming,
            claims=membership.claims[:claims],
        )
        for membership in memberships[:at_most]
    )


def _links(change: Change, articles: tuple[str, ...]) -> Links:
    post = f"/v1/posts/{quote(change.post)}"
    return Links(
        post=post,
        holders=f"{post}/holders?as_of={as_of(change)}",
        timeline=f"{post}/timeline",
        articles=tuple(f"/v1/articles/{quote(article)}" for article in articles[:5]),
    )


def _cut(name: str | None) -> str | None:
    return None if name is None else name[:_MAX_NAME]


def _cut_organization(organization: OrganizationPart | None) -> OrganizationPart | None:
    if organization is None:
        return None
    return OrganizationPart(id=organization.id, name=organization.name[:_MAX_NAME])
