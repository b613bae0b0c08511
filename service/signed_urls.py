"""Signed URLs, for where no header can be sent: a path and its query, good for reading until a moment."""

import hashlib
import time
from collections.abc import Sequence
from urllib.parse import unquote

import msgspec

from service.signing import Signer, Tampered

PARAMETER = "signature"  # of the query, always the last
_PURPOSE = "signed-url"


class _Signed(msgspec.Struct, frozen=True, array_like=True):
    """What the signature is over."""

    key: str  # id of the maker's key
    until: int  # Unix time
    target: bytes  # SHA-256 of path and query


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Signed)


class SignedUrls:
    """Makes and reads the signatures of this house."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._signer = Signer(secret_keys, _PURPOSE)

    def sign(self, key: str, target: str, until: int) -> str:
        """A path with its query, percent-encoded, and the signature of a key (id) in it. `until` is Unix time."""
        path, _, query = target.partition("?")
        signed = _Signed(key, until, _target(unquote(path), query.encode()))
        token = self._signer.sign(_encoder.encode(signed))
        return f"{path}?{query}{'&' if query else ''}{PARAMETER}={token}"

    def maker(self, signature: str, path: str, query: bytes) -> str | None:
        """The id of the key that signed path and query (without the signature); None where it is not so, or no more."""
        try:
            signed = _decoder.decode(self._signer.opened(signature))
        except (Tampered, msgspec.DecodeError):
            return None
        if signed.until <= time.time() or signed.target != _target(path, query):
            return None
        return signed.key


def _target(path: str, query: bytes) -> bytes:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape") + b"?" + query).digest()
