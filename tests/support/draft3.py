"""As much of JSON Schema draft 3 as the Popolo schemas use. References are resolved among the schemas given."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "array": (list,), "object": (dict,), "null": (type(None),), "boolean": (bool,),
    "integer": (int,), "number": (int, float), "any": (object,),
}  # fmt: skip
_KNOWN = {
    "$schema", "id", "title", "description", "type", "properties", "items", "$ref", "pattern", "format", "required",
    "enum", "minItems", "uniqueItems",
}  # fmt: skip


def problems(
    value: Any, schema: Mapping[str, Any], schemas: Mapping[str, Any], at: str = ""
) -> Iterator[str]:
    """Where the value is not what the schema asks for. Raises KeyError for a keyword that this does not know."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"]]
    if unknown := set(schema) - _KNOWN:
        raise KeyError(f"{at}: {unknown}")
    types = schema.get("type", "any")
    allowed = types if isinstance(types, list) else [types]
    if not any(
        isinstance(value, _TYPES[each]) and not (each in ("integer", "number") and isinstance(value, bool))
        for each in allowed
    ):
        yield f"{at}: {value!r} is none of {allowed}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{at}: too few"
        for number, item in enumerate(value):
            yield from problems(item, schema.get("items", {}), schemas, f"{at}[{number}]")
    if isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from problems(value[name], inner, schemas, f"{at}.{name}")
            elif inner.get("required") is True:
                yield f"{at}: {name} is missing"
