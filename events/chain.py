"""The hashes that make the log show tampering, as log_append makes them. Pure.

    leaf  = SHA-256(every column of the envelope, each preceded by its length in four bytes)
    chain = SHA-256(chain of the event before ‖ leaf)

The last part of a leaf is SHA-256(salt ‖ payload), so that a redaction, which leaves that hash alone of the two,
leaves leaf and chain as they were. The first event's predecessor is GENESIS.
"""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

GENESIS = bytes(32)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def leaf(
    *,
    position: int,
    stream: str,
    version: int,
    id: uuid.UUID,
    type: str,
    schema_version: int,
    recorded_at: datetime,
    actor: str,
    cause: uuid.UUID | None,
    correlation: uuid.UUID,
    payload_hash: bytes,
) -> bytes:
    """The leaf (32 bytes) of an event with this envelope; `payload_hash` as of the function of that name."""
    parts = (
        position.to_bytes(8, "big", signed=True),
        stream.encode(),
        version.to_bytes(8, "big", signed=True),
        id.bytes,
        type.encode(),
        schema_version.to_bytes(2, "big", signed=True),
        ((recorded_at - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True),
        actor.encode(),
        b"" if cause is None else cause.bytes,
        correlation.bytes,
        payload_hash,
    )
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()


def payload_hash(salt: bytes, payload: bytes) -> bytes:
    """What stands for salt and payload in the leaf, and alone remains of them after a redaction."""
    return hashlib.sha256(salt + payload).digest()


def link(previous: bytes, leaf: bytes) -> bytes:
    """The chain (32 bytes) at the event with this leaf; `previous` is that of the event before, or GENESIS."""
    return hashlib.sha256(previous + leaf).digest()
