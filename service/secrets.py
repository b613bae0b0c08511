"""Signing secrets: made here, shown once, and kept encrypted beside the queue, never in the log."""

import os
from collections.abc import Sequence

import asyncpg
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from service.webhooks.signatures import SigningKey, SymmetricKey, signing_key, text_of

SECRET_BYTES = 32


class SecretError(Exception):
    """A secret cannot be sealed or read; the message says what to do, and holds no secret."""


class Vault:
    """Encrypts with the newest key, decrypts with any: a key is changed by putting a new one in front."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: Fernet keys, newest first. Raises SecretError."""
        if not keys:
            raise SecretError(
                "INCUMBENT_SECRET_KEY holds no key: set it to 32 random bytes in URL-safe base64"
            )
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise SecretError(
                "INCUMBENT_SECRET_KEY is no Fernet key: a key is 32 random bytes in URL-safe base64"
            ) from None

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Raises SecretError where no key fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise SecretError(
                "a webhook secret was encrypted with another key: put that key behind the newest in"
                " INCUMBENT_SECRET_KEY, separated by a comma"
            ) from None

    def sealed_anew(self, sealed: bytes) -> bytes:
        """The same secret under the newest key. Raises SecretError where no key fits."""
        return self.seal(self.open(sealed))

    def signing_keys(self, sealed: Sequence[bytes]) -> tuple[SigningKey, ...]:
        """The keys to sign with. Raises SecretError."""
        return tuple(signing_key(self.open(token)) for token in sealed)


def new_secret() -> str:
    """A secret of 32 random bytes, as receivers write it: whsec_..."""
    return text_of(SymmetricKey(os.urandom(SECRET_BYTES)))


async def give_secret(pool: asyncpg.Pool, vault: Vault, subscription: str, secret: str | None = None) -> str:
    """Makes the first secret of a subscription and gives it, the only time that it can be seen.

    `secret` is one of the receiver's own (whsec_...); InvalidKey is raised where it is none. Call it before the
    subscription is appended, so that there is never one without a secret. Raises asyncpg.UniqueViolationError where the
    subscription has one.
    """
    secret = new_secret() if secret is None else text_of(signing_key(secret))
    await pool.execute(
        "INSERT INTO webhook_secret (subscription, number, sealed) VALUES ($1, 1, $2)",
        subscription,
        vault.seal(secret),
    )
    return secret
