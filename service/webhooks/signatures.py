"""Standard Webhooks signatures (specification 1.0.0): v1, a shared secret, and v1a, an ed25519 key pair.

What is signed is `id.timestamp.body`. The header carries one signature for each secret that is in force, separated
by spaces, so that secrets can be changed while receivers still know the old one.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TOLERANCE = 300  # seconds that a message's timestamp may lie from the receiver's clock, either way

SYMMETRIC = "whsec_"  # base64 of 24 to 64 random bytes, known to both sides
PRIVATE = "whsk_"  # base64 of an ed25519 private key: its seed of 32 bytes, or the seed and the public key
PUBLIC = "whpk_"  # base64 of an ed25519 public key


class InvalidKey(ValueError):
    """The text is no key of the forms above. The message never holds the text."""


class SignatureRefused(Exception):
    """The request is not what a holder of the secret sent just now; the message says which check failed."""


class SymmetricKey(msgspec.Struct, frozen=True):
    secret: bytes


class PrivateKey(msgspec.Struct, frozen=True):
    seed: bytes


class PublicKey(msgspec.Struct, frozen=True):
    point: bytes


SigningKey = SymmetricKey | PrivateKey
VerifyingKey = SymmetricKey | PublicKey


def sign(keys: Sequence[SigningKey], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that go with `body`. `timestamp` is in seconds since 1970, of this attempt.

    Raises ValueError for an id with a dot in it, which would make the signed content ambiguous, or without keys.
    """
    if not keys:
        raise ValueError("a message cannot be signed without a key")
    if not message_id or not message_id.isascii() or "." in message_id:
        raise ValueError(f"a message id is ASCII and has no dot, unlike {message_id!r}")
    content = signed_content(message_id, str(timestamp), body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(key, content) for key in keys),
    }


def verify(keys: Sequence[VerifyingKey], headers: Mapping[str, str], body: bytes, now: float) -> None:
    """Returns where one of the signatures is of one of the keys and the message is no older than TOLERANCE.

    `headers` may be in any case, `now` is in seconds since 1970. Raises SignatureRefused otherwise.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp, signatures = (
        given.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    if not (message_id and timestamp and signatures):
        raise SignatureRefused("webhook-id, webhook-timestamp and webhook-signature are all needed")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused("webhook-timestamp is no number of seconds")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise SignatureRefused(f"webhook-timestamp lies more than {TOLERANCE} s from now")
    content = signed_content(message_id, timestamp, body)
    for signature in signatures.split():
        version, _, encoded = signature.partition(",")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            continue  # a signature of a form that we do not know; another one may be ours
        if any(_is_of(key, version, raw, content) for key in keys):
            return
    raise SignatureRefused("no signature in webhook-signature is of the key")


def signed_content(message_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode() + body


def signing_key(text: str) -> SigningKey:
    """Reads `whsec_...` or `whsk_...`. Raises InvalidKey."""
    if text.startswith(PRIVATE):
        raw = _decoded(text, PRIVATE)
        if len(raw) not in (32, 64):
            raise InvalidKey(f"an ed25519 private key is 32 or 64 bytes in base64 after {PRIVATE}")
        return PrivateKey(raw[:32])
    raw = _decoded(text, SYMMETRIC)
    if not 24 <= len(raw) <= 64:
        raise InvalidKey(f"a secret is 24 to 64 random bytes in base64 after {SYMMETRIC}")
    return SymmetricKey(raw)


def verifying_key(text: str) -> VerifyingKey:
    """Reads `whsec_...` or `whpk_...`. Raises InvalidKey."""
    if text.startswith(PUBLIC):
        raw = _decoded(text, PUBLIC)
        if len(raw) != 32:
            raise InvalidKey(f"an ed25519 public key is 32 bytes in base64 after {PUBLIC}")
        return PublicKey(raw)
    key = signing_key(text)
    if isinstance(key, PrivateKey):
        raise InvalidKey(f"{PRIVATE} is the sender's private key: verify with {PUBLIC}")
    return key


def new_private_key() -> PrivateKey:
    """A fresh ed25519 key."""
    return PrivateKey(Ed25519PrivateKey.generate().private_bytes_raw())


def public_of(key: PrivateKey) -> PublicKey:
    """What receivers verify with; it may be published."""
    return PublicKey(Ed25519PrivateKey.from_private_bytes(key.seed).public_key().public_bytes_raw())


def text_of(key: SymmetricKey | PrivateKey | PublicKey) -> str:
    """The key as the specification writes it; the inverse of `signing_key` and `verifying_key`."""
    match key:
        case SymmetricKey(secret):
            return SYMMETRIC + base64.b64encode(secret).decode()
        case PrivateKey(seed):
            return PRIVATE + base64.b64encode(seed).decode()
        case PublicKey(point):
            return PUBLIC + base64.b64encode(point).decode()


def _signature(key: SigningKey, content: bytes) -> str:
    match key:
        case SymmetricKey(secret):
            return "v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()
        case PrivateKey(seed):
            return (
                "v1a," + base64.b64encode(Ed25519PrivateKey.from_private_bytes(seed).sign(content)).decode()
            )


def _is_of(key: VerifyingKey, version: str, signature: bytes, content: bytes) -> bool:
    match key:
        case SymmetricKey(secret):
            expected = hmac.digest(secret, content, hashlib.sha256)
            return version == "v1" and hmac.compare_digest(signature, expected)
        case PublicKey(point):
            if version != "v1a":
                return False
            try:
                Ed25519PublicKey.from_public_bytes(point).verify(signature, content)
            except InvalidSignature:
                return False
            return True


def _decoded(text: str, prefix: str) -> bytes:
    if not text.startswith(prefix):
        raise InvalidKey(f"a key starts with {SYMMETRIC}, {PRIVATE} or {PUBLIC}")
    try:
        return base64.b64decode(text.removeprefix(prefix), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidKey(f"what follows {prefix} is not base64") from None
