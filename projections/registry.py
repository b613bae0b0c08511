"""The registry's rows: what entities, publishers, keys and subscriptions there are, straight from their events."""

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
from projections.connection import Connection

_SQL = queries(Path(__file__).parent / "sql" / "registry.sql")


async def register(connection: Connection, recorded: Recorded) -> None:
    """Writes the rows of an event of the registry; any other event writes none."""
    stream, position = recorded.stream, recorded.position
    match recorded.event:
        case PersonCreated(name=name):
            await connection.execute(_SQL["insert_person"], stream, name, position)
            await _name_person(connection, stream, position, name)
        case PersonNamed(name=name):
            await _name_person(connection, stream, position, name)
        case OrganizationCreated(name=name):
            await connection.execute(_SQL["insert_organization"], stream, name, position)
            await connection.execute(
                _SQL["insert_organization_name"], stream, position, name, organization_fingerprint(name)
            )
        case PostOpened() as opened:
            await _open_post(connection, stream, position, opened)
        case NameReserved(kind=kind, entity=entity):
            await connection.execute(_SQL["insert_reserved_name"], stream, kind, entity, position)
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


async def _name_person(connection: Connection, person: str, position: int, name: str) -> None:
    await connection.execute(_SQL["insert_person_name"], person, position, name)
    await connection.execute(_SQL["insert_person_keys"], person, sorted(set(person_keys(name))))


async def _open_post(connection: Connection, post: str, position: int, opened: PostOpened) -> None:
    await connection.execute(
        _SQL["insert_post"],
        *(post, opened.label, post_key(opened.label), opened.organization),
        *(opened.seats, opened.seats_basis, opened.fresh_for, opened.zone, position),
    )
    organization = await connection.fetchval(_SQL["organization_name"], opened.organization)
    words = tokens(opened.label) | tokens(organization or "")
    await connection.execute(_SQL["insert_post_tokens"], post, sorted(words))


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
