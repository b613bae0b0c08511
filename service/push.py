"""Superdesk's HTTP push: a ninjs item, signed with a secret that Superdesk and a key of ours share.

Superdesk's transmitter sends `x-superdesk-signature: sha1=` and the hex HMAC-SHA1 of the body, and no Authorization
header (superdesk-core, superdesk/publish/transmitters/http_push.py; its receivers compare the same way). SHA-1 is its
choice; as HMAC it is still unforged.
"""

import hashlib
import hmac
import secrets

import asyncpg

from service.secrets import Vault

HEADER = "x-superdesk-signature"
_MOST = 100  # characters of a signature


def signature(secret: str, body: bytes) -> str:
    """What the header must hold."""
    return "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


def is_signed(secret: str, body: bytes, given: str | None) -> bool:
    """Whether the header fits the body. Takes the same time however wrong it is."""
    sent = (given or "").strip()[:_MOST].lower()
    return hmac.compare_digest(sent.encode(), signature(secret, body).encode())


class PushSecrets:
    """The secrets of keys, encrypted beside the log; a key has one or none."""

    def __init__(self, pool: asyncpg.Pool, vault: Vault) -> None:
        self._pool = pool
        self._vault = vault

    async def of(self, key: str) -> str | None:
        """The key's secret; None where it has none. Raises SecretError."""
        sealed = await self._pool.fetchval("SELECT sealed FROM push_secret WHERE key = $1", key)
        return None if sealed is None else self._vault.open(sealed)

    async def give(self, key: str) -> str:
        """Makes a new secret for the key in place of the one it may have, and gives it, once."""
        secret = secrets.token_urlsafe(32)
        await self._pool.execute(
            "INSERT INTO push_secret (key, sealed) VALUES ($1, $2)"
            " ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed, created_at = now()",
            key,
            self._vault.seal(secret),
        )
        return secret
