"""From a stored payload of any schema version to today's event."""

from collections.abc import Callable
from typing import Any

import msgspec

from events.catalogue import SCHEMA_VERSIONS, AnyEvent, decode
from events.envelope import Undecodable

# (type, version) -> what makes a payload of that version one of the next version, as plain JSON values.
UPCASTS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("key.created", 1): lambda fields: fields,  # keys had no limit of their own
}


def stored_event(position: int, type_: str, schema_version: int, payload: bytes) -> AnyEvent:
    """The event of a row of the log. Raises Undecodable, naming the position, for what this release cannot read."""
    newest = SCHEMA_VERSIONS.get(type_)
    if newest is None:
        raise Undecodable(position, f"this release knows no event type {type_!r}")
    if schema_version > newest:
        raise Undecodable(
            position, f"{type_} has schema version {schema_version}; this release knows {newest}"
        )
    try:
        if schema_version < newest:
            payload = _upcast(type_, schema_version, newest, payload)
        event = decode(payload)
    except msgspec.DecodeError as error:
        raise Undecodable(position, f"its payload is no {type_}: {error}") from error
    return event


def _upcast(type_: str, version: int, newest: int, payload: bytes) -> bytes:
    fields = msgspec.json.decode(payload)
    for step in range(version, newest):
        fields = UPCASTS[type_, step](fields)
    return msgspec.json.encode(fields)
