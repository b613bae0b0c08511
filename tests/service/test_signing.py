"""Tokens: they come back as they were given, and nothing else passes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.signing import Signer, Tampered

_KEYS = ("newest", "older")


@given(payload=st.binary(max_size=200))
def test_a_token_gives_its_payload_back(payload: bytes) -> None:
    token = Signer(_KEYS, "cursor").sign(payload)

    assert Signer(_KEYS, "cursor").opened(token) == payload
    assert not set(token) & set("=+/ ")


@given(payload=st.binary(max_size=40), at=st.integers(0), flip=st.integers(1, 255))
def test_a_changed_token_does_not_pass(payload: bytes, at: int, flip: int) -> None:
    token = Signer(_KEYS, "cursor").sign(payload)
    signed = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    signed[at % len(signed)] ^= flip

    with pytest.raises(Tampered):
        Signer(_KEYS, "cursor").opened(urlsafe_b64encode(bytes(signed)).rstrip(b"=").decode())


@pytest.mark.parametrize("token", ["", "x", "nonsense", "\u00e9", "AAAA" * 30])
def test_what_is_no_token_does_not_pass(token: str) -> None:
    with pytest.raises(Tampered):
        Signer(_KEYS, "cursor").opened(token)


def test_a_token_with_something_in_between_does_not_pass() -> None:
    token = Signer(_KEYS, "cursor").sign(b"7")

    with pytest.raises(Tampered):
        Signer(_KEYS, "cursor").opened(token[:4] + "!" + token[4:])


def test_a_token_of_another_purpose_does_not_pass() -> None:
    with pytest.raises(Tampered):
        Signer(_KEYS, "receipt").opened(Signer(_KEYS, "cursor").sign(b"7"))


def test_a_key_that_was_replaced_still_opens_what_it_signed() -> None:
    assert Signer(("new", "old"), "cursor").opened(Signer(("old",), "cursor").sign(b"7")) == b"7"
