"""The registry's rows: what entities, publishers, keys and subscriptions there are, straight from their events."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from events.catalogue import (
    KeyCreated,
    KeyRevoked,
    KeyRotated,
    NameReserved,
    OrganizationCreated,
    PersonCreated,
    PersonNamed,
    PostOpened,
    PublisherRegistered,
    PublisherTrustChanged,
    SubscriptionConfirmed,
    SubscriptionCreated,
    SubscriptionDeleted,
    SubscriptionDisabled,
    SubscriptionPaused,
    SubscriptionResumed,
)
from events.envelope import Recorded
from events.naming.organizations import organization_fingerprint
from events.naming.persons import person_keys
from events.naming.posts import post_key
from events.queries import queries
from projections.answering.words import tokens
from projections.connection import Connection, write

_SQL = queries(Path(__file__).parent / "sql" / "registry.sql")


async def register(connection: Connection, several: Sequence[Recorded]) -> None:
    """Writes the rows of events of the registry, the frequent kinds together; any other event writes none."""
    created = [(each, each.event.name) for each in several if isinstance(each.event, PersonCreated)]
    named = [(each, each.event.name) for each in several if isinstance(each.event, PersonNamed)]
    founded = [(each, each.event.name) for each in several if isinstance(each.event, OrganizationCreated)]
    opened = [(each, each.event) for each in several if isinstance(each.event, PostOpened)]
    reserved = [(each, each.event) for each in several if isinstance(each.event, NameReserved)]
    await write(
        connection, _SQL["insert_person"], [(each.stream, name, each.position) for each, name in created]
    )
    await _name_persons(connection, [*created, *named])
    await _found(connection, founded)
    await _open_posts(connection, opened)
    await write(
        connection,
        _SQL["insert_reserved_name"],
        [(each.stream, event.kind, event.entity, each.position) for each, event in reserved],
    )
    for recorded in several:
        await _register(connection, recorded)


async def _register(connection: Connection, recorded: Recorded) -> None:
    """The less frequent events, each by itself."""
    stream, position = recorded.stream, recorded.position
    match recorded.event:
        case PublisherRegistered(name=name, trusted=trusted):
            await connection.execute(_SQL["insert_publisher"], stream, name, trusted, position)
        case PublisherTrustChanged(trusted=trusted):
            await connection.execute(_SQL["set_trusted"], stream, trusted)
        case KeyCreated() as key:
            await connection.execute(
                _SQL["insert_api_key"],
                *(stream, key.subject, key.prefix, bytes.fromhex(key.secret_hash)),
                *(list(key.scopes), list(key.publishers), _instant(key.expires_at), position),
            )
        case KeyRotated(prefix=prefix, secret_hash=secret_hash):
            await connection.execute(_SQL["rotate_api_key"], stream, prefix, bytes.fromhex(secret_hash))
        case KeyRevoked():
            await connection.execute(_SQL["revoke_api_key"], stream, position)
        case SubscriptionCreated() as subscription:
            await connection.execute(
                _SQL["insert_subscription"],
                *(stream, subscription.url, subscription.key, list(subscription.types)),
                *(msgspec.json.encode(subscription.filter), subscription.description, position),
                *(subscription.from_position, subscription.per_minute, subscription.concurrency),
                "unconfirmed" if subscription.consent else None,
            )
        case SubscriptionPaused():
            await connection.execute(_SQL["stop_subscription"], stream, "paused", None, position)
        case SubscriptionDisabled(why=why):
            await connection.execute(_SQL["stop_subscription"], stream, "disabled", why, position)
        case SubscriptionConfirmed() | SubscriptionResumed():
            await connection.execute(_SQL["resume_subscription"], stream, position)
        case SubscriptionDeleted():
            await connection.execute(_SQL["delete_subscription"], stream, position)
        case _:
            return


async def _name_persons(connection: Connection, named: Sequence[tuple[Recorded, str]]) -> None:
    await write(
        connection, _SQL["insert_person_name"], [(each.stream, each.position, name) for each, name in named]
    )
    keys = [(each.stream, key) for each, name in named for key in sorted(set(person_keys(name)))]
    await write(connection, _SQL["insert_person_keys"], keys)


async def _found(connection: Connection, founded: Sequence[tuple[Recorded, str]]) -> None:
    await write(
        connection,
        _SQL["insert_organization"],
        [(each.stream, name, each.position) for each, name in founded],
    )
    await write(
        connection,
        _SQL["insert_organization_name"],
        [(each.stream, each.position, name, organization_fingerprint(name)) for each, name in founded],
    )


async def _open_posts(connection: Connection, opened: Sequence[tuple[Recorded, PostOpened]]) -> None:
    await write(
        connection,
        _SQL["insert_post"],
        [
            (
                *(each.stream, post.label, post_key(post.label), post.organization),
                *(post.seats, post.seats_basis, post.fresh_for, post.zone, each.position),
            )
            for each, post in opened
        ],
    )
    asked = sorted({post.organization for _, post in opened if post.organization is not None})
    known = (
        {row["id"]: row for row in await connection.fetch(_SQL["organization_name"], asked)} if asked else {}
    )
    words: list[tuple[str, str]] = []
    for each, post in opened:
        organization = known.get(post.organization or "")
        by_then = organization is not None and organization["created_position"] < each.position
        name = organization["name"] if organization is not None and by_then else ""
        words += [(word, each.stream) for word in sorted(tokens(post.label) | tokens(name))]
    await write(connection, _SQL["insert_post_tokens"], words)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
