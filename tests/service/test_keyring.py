"""The keys as the log tells them: a pure fold."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from events.catalogue import AnyEvent, KeyCreated, KeyRevoked, KeyRotated
from events.envelope import Recorded
from service.key_use import sharing
from service.keyring import folded

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def recorded(position: int, event: AnyEvent, key: str = "key-a") -> Recorded:
    at = NOON + timedelta(seconds=position)
    return Recorded(position, key, 1, uuid.uuid4(), at, "admin", None, uuid.uuid4(), event)


def created(subject: str = "desk", expires_at: str | None = None) -> KeyCreated:
    return KeyCreated(subject=subject, scopes=("read",), prefix="11", secret_hash="aa", expires_at=expires_at)


def rotated(secret: str, until: datetime) -> KeyRotated:
    return KeyRotated(prefix=secret, secret_hash=secret, previous_until=until.isoformat())


def test_a_rotation_leaves_every_secret_before_it_good_until_then_and_no_longer() -> None:
    later, soon = NOON + timedelta(days=2), NOON + timedelta(hours=1)

    states = folded(
        {}, [recorded(1, created()), recorded(2, rotated("bb", later)), recorded(3, rotated("cc", soon))]
    )

    secrets = [(secret.hash.hex(), secret.until) for secret in states["key-a"].secrets]
    assert secrets == [("cc", None), ("bb", soon), ("aa", soon)]


@pytest.mark.parametrize(
    ("events", "standing"),
    [
        ([created()], "in_force"),
        ([created(expires_at="2026-03-11T00:00:00Z")], "in_force"),
        ([created(expires_at="2026-03-10T12:30:00Z")], "expired"),
        ([created(), KeyRevoked()], "revoked"),
        ([created(), KeyRevoked(), KeyRevoked()], "revoked"),
    ],
)
def test_how_a_key_stands(events: list[AnyEvent], standing: str) -> None:
    states = folded({}, [recorded(number, event) for number, event in enumerate(events, 1)])

    assert states["key-a"].standing(NOON + timedelta(hours=1)) == standing


def test_what_is_known_already_is_left_as_it_is() -> None:
    before = folded({}, [recorded(1, created())])

    after = folded(before, [recorded(2, created("other"), "key-b"), recorded(3, KeyRevoked(), "key-b")])

    assert list(before) == ["key-a"]
    assert after["key-a"] is before["key-a"]
    assert after["key-b"].revoked_at == NOON + timedelta(seconds=3)


def test_keys_of_a_subject_that_lived_together_share_their_acts() -> None:
    states = folded(
        {},
        [
            recorded(1, created(), "key-a"),
            recorded(2, KeyRevoked(), "key-a"),
            recorded(3, created(), "key-b"),
            recorded(4, created(), "key-c"),
            recorded(5, created("other"), "key-d"),
        ],
    )

    assert sharing(states["key-a"], states) == []
    assert sharing(states["key-b"], states) == ["key-c"]
