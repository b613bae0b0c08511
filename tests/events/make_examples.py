"""`python -m tests.events.make_examples` writes an example of every event type's newest version that has none yet.

`examples/TYPE.VERSION.json` is a payload with every field filled, as a log may hold it, `TYPE.VERSION.txt` the event
that reading it has to give. Once a version has been released its payload never changes again: a new shape is a new
version with an upcast, and what the old payload has to give then is written anew, and looked at.
"""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from events.catalogue import SCHEMA_VERSIONS, TYPES, encode
from events.upcast import stored_event

EXAMPLES = Path(__file__).parent / "examples"


def main() -> None:
    for type_, version in SCHEMA_VERSIONS.items():
        payload, event = (EXAMPLES / f"{type_}.{version}.{ending}" for ending in ("json", "txt"))
        if not payload.exists():
            fields = {"type": type_} | _filled(inspect.type_info(TYPES[type_]))
            made = stored_event(0, type_, version, msgspec.json.encode(fields))
            payload.write_bytes(msgspec.json.format(encode(made)) + b"\n")
            event.unlink(missing_ok=True)
        if not event.exists():
            event.write_text(f"{stored_event(0, type_, version, payload.read_bytes())!r}\n", "utf-8")


def _filled(type_: Any, name: str = "", default: Any = None) -> Any:
    """A value of the type as JSON, none of them a default."""
    match type_:
        case inspect.StructType(fields=fields):
            return {field.encode_name: _filled(field.type, field.name, field.default) for field in fields}
        case inspect.UnionType(types=types):
            empty = (inspect.NoneType,)
            return _filled(next(each for each in types if not isinstance(each, empty)), name)
        case inspect.VarTupleType(item_type=item):
            return [_filled(item, name)]
        case inspect.LiteralType(values=values):
            return next(value for value in values if value != default)
        case inspect.BoolType():
            return default is not True
        case inspect.IntType():
            return 1 + len(name)
        case inspect.FloatType():
            return 0.5
        case inspect.StrType():
            return f"{name} “Éx”"
        case inspect.CustomType():
            return "[2026-03-01..2026-03-31]"
        case other:
            raise NotImplementedError(f"no example of {other}")


if __name__ == "__main__":
    main()
