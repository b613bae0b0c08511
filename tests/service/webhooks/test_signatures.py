"""Standard Webhooks signatures, against the public vectors and the specification's own library."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from service.webhooks.signatures import (
    InvalidKey,
    PrivateKey,
    SignatureRefused,
    SymmetricKey,
    public_of,
    sign,
    signing_key,
    text_of,
    verify,
    verifying_key,
)

# The vectors of the specification's repository.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
BODY = b'{"test": 2432232314}'
V1 = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
PUBLIC_KEY = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
V1A = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="


def headers(signature: str, *, message: str = MESSAGE, timestamp: int | str = TIMESTAMP) -> dict[str, str]:
    return {"Webhook-Id": message, "Webhook-Timestamp": str(timestamp), "Webhook-Signature": signature}


def test_the_public_vector_of_v1_is_what_we_sign() -> None:
    assert sign([signing_key(SECRET)], MESSAGE, TIMESTAMP, BODY) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": str(TIMESTAMP),
        "webhook-signature": V1,
    }


@pytest.mark.parametrize(("key", "signature"), [(SECRET, V1), (PUBLIC_KEY, V1A)])
def test_the_public_vectors_verify(key: str, signature: str) -> None:
    verify([verifying_key(key)], headers(signature), BODY, TIMESTAMP)


def test_the_specifications_library_accepts_what_we_sign() -> None:
    now = int(time.time())
    body = json.dumps({"post": "Präsidentin"}).encode()
    signed = sign([SymmetricKey(b"o" * 32), signing_key(SECRET)], "change-1-1", now, body)
    assert Webhook(SECRET).verify(body, signed) == {"post": "Präsidentin"}


@given(st.binary(min_size=24, max_size=64), st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_a_receiver_with_either_key_accepts_a_message_signed_with_both(
    secret: bytes, seed: bytes, body: bytes
) -> None:
    signed = sign([SymmetricKey(secret), PrivateKey(seed)], "m", 1_000, body)
    verify([SymmetricKey(secret)], signed, body, 1_000)
    verify([public_of(PrivateKey(seed))], signed, body, 1_000)


@pytest.mark.parametrize(
    ("changed", "body", "now"),
    [
        (headers(V1), BODY + b" ", TIMESTAMP),
        (headers(V1, message="msg_another"), BODY, TIMESTAMP),
        (headers(V1, timestamp=TIMESTAMP + 1), BODY, TIMESTAMP),
        (headers(V1), BODY, TIMESTAMP + 301),
        (headers(V1), BODY, TIMESTAMP - 301),
        (headers(V1, timestamp="soon"), BODY, TIMESTAMP),
        (headers(V1, timestamp="٣"), BODY, TIMESTAMP),
        (headers(V1.replace("v1,", "v2,")), BODY, TIMESTAMP),
        (headers(V1.replace("v1,", "v1a,")), BODY, TIMESTAMP),
        (headers("v1"), BODY, TIMESTAMP),
        (headers("v1,%%% v1,ü"), BODY, TIMESTAMP),
        (headers(""), BODY, TIMESTAMP),
        ({}, BODY, TIMESTAMP),
    ],
)
def test_what_was_tampered_with_or_replayed_late_is_refused(
    changed: dict[str, str], body: bytes, now: int
) -> None:
    with pytest.raises(SignatureRefused):
        verify([verifying_key(SECRET), verifying_key(PUBLIC_KEY)], changed, body, now)


def test_an_unknown_signature_beside_ours_does_no_harm() -> None:
    verify([verifying_key(SECRET)], headers(f"v9,??? {V1A} {V1}"), BODY, TIMESTAMP + 299)


@given(st.one_of(st.builds(SymmetricKey, st.binary(min_size=24, max_size=64)),
                 st.builds(PrivateKey, st.binary(min_size=32, max_size=32))))  # fmt: skip
def test_a_key_survives_being_written_and_read(key: SymmetricKey | PrivateKey) -> None:
    assert signing_key(text_of(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_",
        "whsec_short",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        "whsk_" + base64.b64encode(b"x" * 31).decode(),
    ],
)
def test_a_key_that_is_none_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(InvalidKey) as refused:
        signing_key(text)
    assert len(text) < 8 or text not in str(refused.value)


def test_a_private_key_is_not_for_receivers() -> None:
    with pytest.raises(InvalidKey, match="whpk_"):
        verifying_key(text_of(PrivateKey(b"x" * 32)))


@pytest.mark.parametrize("message", ["", "1042.3", "ünlich"])
def test_an_id_that_makes_the_signed_content_ambiguous_is_refused(message: str) -> None:
    with pytest.raises(ValueError, match="no dot"):
        sign([signing_key(SECRET)], message, TIMESTAMP, BODY)


def test_nothing_goes_out_unsigned() -> None:
    with pytest.raises(ValueError, match="without a key"):
        sign([], MESSAGE, TIMESTAMP, BODY)
