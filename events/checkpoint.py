"""A checkpoint: a signed statement of what the log was when it had so many events. Pure.

What is signed (Ed25519) is a text in the form of https://c2sp.org/tlog-checkpoint: a line that names the kind of log,
the size, the root of the Merkle tree in base64, and two more lines, for the chain and the instant.
"""

import base64
from datetime import UTC, datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ORIGIN = "incumbent log v1"


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`size` events, so also the position of the last one. Bytes are base64 in JSON."""

    size: int
    root: bytes  # of the Merkle tree over the events' leaves
    chain: bytes  # at the last event
    recorded_at: datetime  # UTC
    public_key: bytes
    signature: bytes

    @property
    def is_signed(self) -> bool:
        """Whether the signature is that of `public_key`; whose key that is, is for the reader to know."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public_key)
            key.verify(self.signature, _text(self.size, self.root, self.chain, self.recorded_at))
        except (InvalidSignature, ValueError):
            return False
        return True


def signed(key: Ed25519PrivateKey, *, size: int, root: bytes, chain: bytes, at: datetime) -> Checkpoint:
    """The checkpoint with its signature."""
    return Checkpoint(
        size=size,
        root=root,
        chain=chain,
        recorded_at=at,
        public_key=key.public_key().public_bytes_raw(),
        signature=key.sign(_text(size, root, chain, at)),
    )


def new_key() -> str:
    """A new signing key: 32 random bytes in base64."""
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def signing_key(text: str) -> Ed25519PrivateKey:
    """The key of `new_key`. Raises ValueError, which does not show it."""
    return Ed25519PrivateKey.from_private_bytes(_key_bytes(text))


def public_key(text: str) -> bytes:
    """A public key as the service publishes it, in base64. Raises ValueError."""
    return _key_bytes(text)


def _key_bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("an Ed25519 key is 32 bytes in base64")
    return raw


def _text(size: int, root: bytes, chain: bytes, at: datetime) -> bytes:
    instant = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    lines = (ORIGIN, str(size), _base64(root), f"chain {_base64(chain)}", f"recorded_at {instant}", "")
    return "\n".join(lines).encode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
