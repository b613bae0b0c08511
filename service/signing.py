"""Tokens that only this house can have made: what is given to clients and must come back unchanged."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256

_TAG = 16  # bytes of the HMAC-SHA256 that are kept: 128 bits, as NIST SP 800-107 asks of a MAC


class Tampered(Exception):
    """A token was not made here, not for this purpose, or was changed."""


class Signer:
    """Signs for one purpose. A token of another purpose does not pass: each has a key of its own."""

    def __init__(self, keys: Sequence[str], purpose: str) -> None:
        """`keys`: the house's secret keys, newest first; the newest signs, all of them are taken."""
        self._keys = [hmac.digest(key.encode(), purpose.encode(), sha256) for key in keys]

    def sign(self, payload: bytes) -> str:
        """The payload and its signature, in URL-safe base64 without padding. The payload is not encrypted."""
        return _encoded(_tag(self._keys[0], payload) + payload)

    def opened(self, token: str) -> bytes:
        """The payload. Raises Tampered."""
        try:
            signed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raise Tampered from None
        tag, payload = signed[:_TAG], signed[_TAG:]
        # A decoder passes over what is no base64: only the very token that was given counts.
        if _encoded(signed) != token or not any(
            hmac.compare_digest(tag, _tag(key, payload)) for key in self._keys
        ):
            raise Tampered
        return payload


def _tag(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, payload, sha256)[:_TAG]


def _encoded(signed: bytes) -> str:
    return urlsafe_b64encode(signed).rstrip(b"=").decode()
