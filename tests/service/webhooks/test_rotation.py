"""Given a subscription, when its secret is replaced, then old and new sign together, and the old one ends in time."""

import asyncio
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from service.secrets import SecretError, Vault, new_secret
from service.webhooks.rotation import MOST_IN_FORCE, LastSecret, Secrets, TooManySecrets
from service.webhooks.signatures import InvalidKey, verify, verifying_key
from tests.service.webhooks.world import World
from tests.support.receiver import receiver

DAY = timedelta(days=1)


async def test_while_secrets_overlap_each_receiver_verifies_with_its_own(world: World) -> None:
    secrets = Secrets(world.pool, world.vault)
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening)
        symmetric = await secrets.rotate(subscription, "v1", DAY)
        pair = await secrets.rotate(subscription, "v1a", DAY)
        await world.change("post-1")
        await listening.until(lambda r: len(r.received) == 1)

    [request] = listening.received
    assert symmetric.secret is not None
    assert pair.public_key is not None
    versions = [one.partition(",")[0] for one in request.headers["webhook-signature"].split()]
    assert versions == ["v1a", "v1", "v1"]
    for text in (world.secrets[subscription], symmetric.secret, pair.public_key):
        sent = float(request.headers["webhook-timestamp"])
        verify([verifying_key(text)], request.headers, request.body, sent)


async def test_without_overlap_only_the_new_one_signs(world: World) -> None:
    secrets = Secrets(world.pool, world.vault)
    subscription = await world.subscribe("http://127.0.0.1:9/")

    made = await secrets.rotate(subscription, "v1", timedelta(0))

    [left] = await secrets.of(subscription)
    assert (left.number, left.version, left.retires_at) == (made.number, "v1", None)


async def test_a_null_overlap_keeps_the_others_until_they_are_retired_and_never_the_last(
    world: World,
) -> None:
    secrets = Secrets(world.pool, world.vault)
    subscription = await world.subscribe("http://127.0.0.1:9/")
    made = await secrets.rotate(subscription, "v1a", None)
    assert [each.retires_at for each in await secrets.of(subscription)] == [None, None]

    assert await secrets.retire(subscription, 1)

    assert not await secrets.retire(subscription, 1)
    with pytest.raises(LastSecret):
        await secrets.retire(subscription, made.number)


async def test_one_that_is_about_to_end_does_not_count_as_the_last(world: World) -> None:
    secrets = Secrets(world.pool, world.vault)
    subscription = await world.subscribe("http://127.0.0.1:9/")
    made = await secrets.rotate(subscription, "v1", DAY)

    with pytest.raises(LastSecret):
        await secrets.retire(subscription, made.number)


async def test_rotations_at_once_are_one_after_the_other_and_bounded(world: World) -> None:
    secrets = Secrets(world.pool, world.vault)
    subscription = await world.subscribe("http://127.0.0.1:9/")

    done = await asyncio.gather(
        *(secrets.rotate(subscription, "v1", None) for _ in range(8)), return_exceptions=True
    )

    refused = [each for each in done if isinstance(each, TooManySecrets)]
    assert len(refused) == 8 - (MOST_IN_FORCE - 1)
    assert [each.number for each in await secrets.of(subscription)] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("text", ["whsec_c2hvcnQ=", "secret", "whsec_%%%", "whsec_" + "QUJD" * 30])
async def test_a_secret_of_ones_own_must_be_one(world: World, text: str) -> None:
    secrets = Secrets(world.pool, world.vault)
    subscription = await world.subscribe("http://127.0.0.1:9/")

    with pytest.raises(InvalidKey):
        await secrets.rotate(subscription, "v1", DAY, text)

    assert len(await secrets.of(subscription)) == 1


async def test_a_secret_of_ones_own_is_taken(world: World) -> None:
    own = new_secret()

    made = await Secrets(world.pool, world.vault).rotate("subscription-own", "v1", DAY, own)

    assert made.secret == own


async def test_public_keys_are_published_while_they_sign(world: World) -> None:
    secrets = Secrets(world.pool, world.vault)
    subscription = await world.subscribe("http://127.0.0.1:9/")
    other = await world.subscribe("http://127.0.0.1:9/")
    made = await secrets.rotate(subscription, "v1a", None)
    await secrets.rotate(other, "v1a", None)

    [published] = await secrets.published(subscription)

    assert published.key == made.public_key
    assert len(await secrets.published()) == 2
    await secrets.retire(subscription, made.number)
    assert await secrets.published(subscription) == []


async def test_every_secret_is_encrypted_anew_and_then_the_old_key_can_go(world: World) -> None:
    subscription = await world.subscribe("http://127.0.0.1:9/", headers={"x-desk": "politics"})
    old, new = world.secret_key, Fernet.generate_key().decode()

    count = await Secrets(world.pool, Vault([new, old])).reseal()

    row = await world.pool.fetchrow("SELECT sealed FROM webhook_secret WHERE subscription = $1", subscription)
    assert count >= 1
    assert row is not None
    assert Vault([new]).open(row["sealed"]) == world.secrets[subscription]
    headers = await world.pool.fetchval(
        "SELECT sealed FROM webhook_header WHERE subscription = $1", subscription
    )
    assert Vault([new]).open(headers) == '{"x-desk":"politics"}'


async def test_where_one_cannot_be_read_nothing_is_encrypted_anew(world: World) -> None:
    subscription = await world.subscribe("http://127.0.0.1:9/")
    select = "SELECT sealed FROM webhook_secret ORDER BY subscription, number"
    before = await world.pool.fetch(select)

    with pytest.raises(SecretError):
        await Secrets(world.pool, Vault([Fernet.generate_key().decode()])).reseal()

    assert await world.pool.fetch(select) == before
    assert subscription
