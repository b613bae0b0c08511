"""A subscription's signing secrets: made, replaced with an overlap, retired; and encrypted anew."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

import asyncpg
import msgspec

from events.queries import queries
from service.secrets import Vault, new_secret
from service.webhooks.signatures import (
    PrivateKey,
    SymmetricKey,
    new_private_key,
    public_of,
    signing_key,
    text_of,
)

MOST_IN_FORCE = 5  # a header carries a signature of each
MOST_OVERLAP = timedelta(days=30)

Version: TypeAlias = Literal["v1", "v1a"]

_SQL = queries(Path(__file__).parent / "secrets.sql")


class TooManySecrets(Exception):
    """The subscription has as many secrets in force as it may have."""


class LastSecret(Exception):
    """The secret is the last one in force: without it nothing could be signed."""


class SecretView(msgspec.Struct, frozen=True, kw_only=True):
    """A secret as its owner may see it again: which, not what. v1 is symmetric, v1a a pair of keys."""

    number: int
    version: Version
    public_key: str | None  # whpk_...: of v1a
    created_at: datetime
    retires_at: datetime | None  # None: in force until another replaces it


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that was just made. `secret` is shown this once: what a receiver of v1 verifies with."""

    number: int
    version: Version
    secret: str | None  # whsec_...: of v1
    public_key: str | None  # whpk_...: of v1a
    others_retire_at: datetime | None  # None: they stay in force


class PublishedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key and the time in which messages are signed with it."""

    key: str  # whpk_...
    created_at: datetime
    retires_at: datetime | None


class Secrets:
    """The secrets of all subscriptions, in Postgres, each encrypted by the vault."""

    def __init__(self, pool: asyncpg.Pool, vault: Vault) -> None:
        self._pool, self._vault = pool, vault

    async def of(self, subscription: str) -> list[SecretView]:
        """Those in force, the newest first."""
        return [_view(row) for row in await self._pool.fetch(_SQL["in_force"], subscription)]

    async def rotate(
        self, subscription: str, version: Version, overlap: timedelta | None, secret: str | None = None
    ) -> NewSecret:
        """A new secret, which signs from now on; the others sign beside it for `overlap` more (None: for good).

        `secret` is one of the receiver's own (whsec_...). Raises TooManySecrets, and InvalidKey for a secret that is
        none.
        """
        key = signing_key(secret or new_secret()) if version == "v1" else new_private_key()
        public = text_of(public_of(key)) if isinstance(key, PrivateKey) else None
        retire = None if overlap is None else datetime.now(UTC) + overlap
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SQL["lock"], subscription)
            if len(await connection.fetch(_SQL["in_force"], subscription)) >= MOST_IN_FORCE:
                raise TooManySecrets
            if retire is not None:
                await connection.execute(_SQL["retire_all"], subscription, retire)
            number = await connection.fetchval(
                _SQL["add"], subscription, self._vault.seal(text_of(key)), public
            )
        return NewSecret(
            number=number,
            version=version,
            secret=text_of(key) if isinstance(key, SymmetricKey) else None,
            public_key=public,
            others_retire_at=retire,
        )

    async def retire(self, subscription: str, number: int) -> bool:
        """Takes a secret out of force at once; whether it was in force. Raises LastSecret."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SQL["lock"], subscription)
            staying = [
                row["retires_at"] is None
                for row in await connection.fetch(_SQL["in_force"], subscription)
                if row["number"] != number
            ]
            if not any(staying):
                raise LastSecret
            return await connection.fetchval(_SQL["retire"], subscription, number) is not None

    async def published(self, subscription: str | None = None) -> list[PublishedKey]:
        """The public keys in force: of a subscription, or of all."""
        rows = await self._pool.fetch(_SQL["public_keys"], subscription)
        return [
            PublishedKey(key=row["public_key"], created_at=row["created_at"], retires_at=row["retires_at"])
            for row in rows
        ]

    async def reseal(self) -> int:
        """Encrypts everything with the vault's newest key, and gives how many secrets that were; all or nothing.

        After it the older keys are needed no more. Raises SecretError where no key opens one.
        """
        count = 0
        async with self._pool.acquire() as connection, connection.transaction():
            for name, write in (
                ("webhook_secrets", "reseal"),
                ("webhook_headers", "reseal_headers"),
                ("push_secrets", "reseal_push"),
            ):
                rows = await connection.fetch(_SQL[name])
                await connection.executemany(
                    _SQL[write], [(*tuple(row)[:-1], self._vault.sealed_anew(row["sealed"])) for row in rows]
                )
                count += len(rows)
        return count


def _view(row: asyncpg.Record) -> SecretView:
    return SecretView(
        number=row["number"],
        version="v1a" if row["public_key"] else "v1",
        public_key=row["public_key"],
        created_at=row["created_at"],
        retires_at=row["retires_at"],
    )
