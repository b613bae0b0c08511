"""Proofs that anybody can check without the log: an event is in it, and a log only ever grew. Pure.

Everything here is public but an event's payload, for which only its hash (with a salt) stands.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

import msgspec

from events.chain import leaf
from events.checkpoint import Checkpoint
from events.merkle import entry_hash, is_consistent, root_of_inclusion

_HASH = 32  # bytes


class ProofError(Exception):
    """The proof proves nothing; the message says why."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the log records of an event, its payload as SHA-256 of salt and payload."""

    position: int
    stream: str
    version: int
    id: uuid.UUID
    type: str
    schema_version: int
    recorded_at: datetime
    actor: str
    correlation: uuid.UUID
    payload_hash: bytes
    cause: uuid.UUID | None = None


class Inclusion(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="proof", tag="inclusion"
):
    """The event stands in the log of the checkpoint. `path`: the hashes of RFC 9162, 2.1.3, one after the other."""

    event: Envelope
    path: bytes
    checkpoint: Checkpoint


class Consistency(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="proof",
    tag="consistency",
):
    """The log of the first checkpoint is how that of the second began. `path`: the hashes of RFC 9162, 2.1.4."""

    first: Checkpoint
    second: Checkpoint
    path: bytes


Proof = Inclusion | Consistency

_decoder: msgspec.json.Decoder[Proof] = msgspec.json.Decoder(Proof)


def encode(proof: Proof) -> bytes:
    """The proof as JSON; bytes are in base64."""
    return msgspec.json.encode(proof)


def decode(raw: bytes) -> Proof:
    """Raises ProofError."""
    try:
        return _decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise ProofError(f"this is no proof: {error}") from None


def check(proof: Proof, public_keys: Collection[bytes] = ()) -> None:
    """Raises ProofError unless the proof holds, and was signed with one of the keys where any are given."""
    match proof:
        case Inclusion():
            _check_signature(proof.checkpoint, public_keys)
            _check_inclusion(proof)
        case Consistency():
            _check_signature(proof.first, public_keys)
            _check_signature(proof.second, public_keys)
            if proof.first.size > proof.second.size:
                raise ProofError("the first checkpoint has more events than the second")
            same = proof.first.root, proof.second.root
            if not is_consistent(proof.first.size, proof.second.size, *same, _hashes(proof.path)):
                raise ProofError("the log of the second checkpoint did not begin as that of the first")


def _check_inclusion(proof: Inclusion) -> None:
    event, checkpoint = proof.event, proof.checkpoint
    try:
        entry = leaf(**{name: getattr(event, name) for name in Envelope.__struct_fields__})
    except (OverflowError, TypeError, UnicodeEncodeError) as error:
        raise ProofError(f"no event has such an envelope: {error}") from None
    root = root_of_inclusion(event.position - 1, checkpoint.size, entry_hash(entry), _hashes(proof.path))
    if root != checkpoint.root:
        raise ProofError(f"the log of the checkpoint holds no such event at position {event.position}")


def _check_signature(checkpoint: Checkpoint, public_keys: Collection[bytes]) -> None:
    if public_keys and checkpoint.public_key not in public_keys:
        raise ProofError(f"the checkpoint of {checkpoint.size} events was signed with another key")
    if not checkpoint.is_signed:
        raise ProofError(f"the signature of the checkpoint of {checkpoint.size} events is wrong")


def _hashes(path: bytes) -> list[bytes]:
    if len(path) % _HASH:
        raise ProofError("the path is not made of whole hashes")
    return [path[i : i + _HASH] for i in range(0, len(path), _HASH)]
