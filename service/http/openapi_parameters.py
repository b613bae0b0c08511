"""The parameters of the OpenAPI document: those of path, query and headers."""

import re
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from service.http.contract import EXAMPLE_IDS, Contract
from service.http.formats import CHANGE
from service.http.idempotency import takes_key
from service.http.parameters import query_parameters

_PATH_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "change": {"type": "string", **CHANGE},
    "number": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
}


def parameters_of(
    path: str, method: str, handler: HTTPRouteHandler, contract: Contract
) -> list[dict[str, Any]]:
    """Everything that a request to the route may say outside its body."""
    return [
        *(_path_parameter(name) for name in re.findall(r"{(\w+)}", path)),
        *(
            _query_parameter(name, field, contract.example)
            for name, field in query_parameters(handler).items()
        ),
        *_headers(method, handler, contract),
    ]


def _path_parameter(name: str) -> dict[str, Any]:
    entity = name.rstrip("_")
    about = "A change id: position.ordinal." if entity == "change" else f"Id of the {entity}."
    return {
        "name": entity,
        "in": "path",
        "required": True,
        "description": about,
        "schema": _PATH_SCHEMAS.get(entity, {"type": "string", "minLength": 1}),
        "example": EXAMPLE_IDS[entity],
    }


def _query_parameter(name: str, field: FieldDefinition, example: Mapping[str, Any]) -> dict[str, Any]:
    schema = msgspec.json.schema(_without_none(field.annotation))
    given = field.kwarg_definition
    parameter: dict[str, Any] = {"name": name, "in": "query", "required": not field.has_default}
    if isinstance(given, ParameterKwarg):
        bounds = {"minimum": given.ge, "maximum": given.le, "minLength": given.min_length,
                  "maxLength": given.max_length, "pattern": given.pattern}  # fmt: skip
        schema |= {key: value for key, value in bounds.items() if value is not None}
        schema |= given.schema_extra or {}
        if given.description:
            parameter["description"] = given.description
    if field.has_default and field.default not in (None, ""):
        schema["default"] = field.default
    parameter["schema"] = schema
    if name in example:
        parameter["example"] = example[name]
    return parameter


def _headers(method: str, handler: HTTPRouteHandler, contract: Contract) -> Iterator[dict[str, Any]]:
    if method == "get":
        yield {
            "name": "If-None-Match",
            "in": "header",
            "description": "ETags of answers at hand: 304 if one of them is still right.",
            "schema": {"type": "string"},
        }
    if method == "post" and takes_key(handler):
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "A new UUID: the same request with the same key is carried out once, and answered the same.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"},
        }
    if contract.matches is not None:
        yield {
            "name": "If-Match",
            "in": "header",
            "description": f"The ETag of {contract.matches} as you have read it: 412 if it says something else now.",
            "schema": {"type": "string"},
        }


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        (left,) = (each for each in get_args(annotation) if each is not NoneType)
        return left
    return annotation
