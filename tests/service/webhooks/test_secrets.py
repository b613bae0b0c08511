"""Signing secrets: strong, shown once, unreadable without the key, and the key can be changed."""

import base64

import asyncpg
import pytest
from cryptography.fernet import Fernet

from service.secrets import SecretError, Vault, give_secret, new_secret
from service.webhooks.signatures import SymmetricKey, signing_key
from tests.service.webhooks.world import World


def key() -> str:
    return Fernet.generate_key().decode()


def test_a_secret_is_32_random_bytes_in_the_form_of_the_specification() -> None:
    made = {new_secret() for _ in range(10)}
    assert len(made) == 10
    for secret in made:
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_a_sealed_secret_is_read_with_its_key_and_with_no_other() -> None:
    vault, secret = Vault([key()]), new_secret()
    sealed = vault.seal(secret)
    assert secret.removeprefix("whsec_").encode() not in sealed
    assert vault.open(sealed) == secret
    with pytest.raises(SecretError, match="another key") as refused:
        Vault([key()]).open(sealed)
    assert secret not in str(refused.value)


def test_a_new_key_in_front_seals_while_the_old_one_still_reads() -> None:
    old, new = key(), key()
    before = Vault([old]).seal("whsec_" + "QUJD" * 8)
    both = Vault([new, old])
    assert both.signing_keys([before]) == (SymmetricKey(b"ABC" * 8),)
    assert Vault([new]).open(both.seal("whsec_later")) == "whsec_later"


@pytest.mark.parametrize("keys", [[], ["short"], ["%" * 44], [key(), ""]])
def test_a_key_that_is_none_is_refused_with_what_one_looks_like(keys: list[str]) -> None:
    with pytest.raises(SecretError, match="URL-safe base64"):
        Vault(keys)


async def test_a_subscriptions_secret_is_stored_sealed_and_given_once(world: World) -> None:
    secret = await give_secret(world.pool, world.vault, "subscription-x")
    stored = await world.pool.fetchrow("SELECT * FROM webhook_secret WHERE subscription = 'subscription-x'")
    assert stored is not None
    assert world.vault.signing_keys([stored["sealed"]]) == (signing_key(secret),)
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    assert all(
        secret not in repr(value) and raw not in repr(value).encode("latin-1") for value in stored.values()
    )
    with pytest.raises(asyncpg.UniqueViolationError):
        await give_secret(world.pool, world.vault, "subscription-x")
