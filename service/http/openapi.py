"""The OpenAPI 3.1 document, made of the routes: their contracts, parameters and docstrings."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType, UnionType
from typing import Any, get_args

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from events.dates import PartialDate
from service.http.contract import Contract, Form, Type
from service.http.idempotency import PROBLEMS as IDEMPOTENCY
from service.http.idempotency import takes_key
from service.http.openapi_parameters import parameters_of
from service.http.parameters import query_parameters
from service.problems import KINDS, ProblemDetails
from service.webhooks.body import CONTENT_TYPE, CloudEvent
from service.webhooks.notices import NoticeEvent, RedactionEvent
from service.webhooks.probing import ProbeEvent

JSON = "application/json"
PROBLEM = "application/problem+json"

_WEBHOOKS: Mapping[str, tuple[str, Type]] = {
    "holder.changed": ("Today's answer to who holds the post differs.", CloudEvent),
    "holder.announced": ("Somebody is to hold the post from a day to come.", CloudEvent),
    "timeline.amended": ("Only the past of the post, or the evidence, differs.", CloudEvent),
    "event.redacted": ("Texts were taken away for good: delete your copies.", RedactionEvent),
    "endpoint.failing": ("The endpoint of another subscription has been failing for an hour.", NoticeEvent),
    "message.dead": ("A message of another subscription was given up.", NoticeEvent),
    "subscription.disabled": ("The endpoint of another subscription was given up.", NoticeEvent),
    "subscription.test": ("You asked for a test.", ProbeEvent),
    "subscription.challenge": (
        "Give `data.challenge` back in the answer, to agree to be sent more.",
        ProbeEvent,
    ),
}
_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "basic": {"type": "http", "scheme": "basic", "description": "Any name, and an API key as the password."},
}
_HEADERS = {
    "ETag": "Weak validator; give it back in If-None-Match.",
    "Cache-Control": "Who may keep the answer, and how long.",
    "Last-Modified": "When the answer last changed, where that is known.",
    "Vary": "The request headers that the answer depends on.",
}
_INTRODUCTION = """\
Who holds which post, since when, who says so, and what was believed before.

Every request carries `Authorization: Bearer KEY`, but where security says otherwise. `HEAD` is answered wherever `GET`
is, `OPTIONS` everywhere. Unknown and repeated query parameters are refused by name. Errors are problems (RFC 9457);
what a problem's `type` means stands at that path."""


def document(routes: Iterable[HTTPRoute], *, server: str) -> dict[str, Any]:
    """The document of the routes that have a contract. `server`: the address at which clients reach the service."""
    described = sorted(_described(routes), key=lambda each: each[:2])  # the same in every worker
    schemas = _Schemas(contract for _, _, _, contract in described)
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler, contract in described:
        paths.setdefault(path, {})[method] = _operation(path, method, handler, contract, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Incumbent", "version": "1", "description": _INTRODUCTION},
        "servers": [{"url": server}],
        "security": [{name: []} for name in _SCHEMES],
        "paths": paths,
        "webhooks": {name: _webhook(name, *about, schemas) for name, about in _WEBHOOKS.items()},
        "components": {
            "schemas": schemas.components,
            "securitySchemes": _SCHEMES,
        },
    }


def undescribed(routes: Iterable[HTTPRoute]) -> list[str]:
    """The routes that lack a contract, which no route may."""
    return [f"{method} {path}" for path, method, handler in _served(routes) if "contract" not in handler.opt]


class _Schemas:
    """The schemas of every type that some contract names, as msgspec itself decodes and encodes them."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        named = [each for contract in contracts for form in (*contract.gives.values(), contract.takes)
                 for type_ in _by_media_type(form).values() for each in _alternatives(type_)]  # fmt: skip
        types = list(dict.fromkeys([ProblemDetails, *(sent for _, sent in _WEBHOOKS.values()), *named]))
        schemas, self.components = msgspec.json.schema_components(
            types, schema_hook=_schema_of, ref_template="#/components/schemas/{name}"
        )
        self._of = dict(zip(types, schemas, strict=True))
        self.components["ProblemDetails"]["additionalProperties"] = False
        _close_tuples(self.components)

    def content(self, form: Form, examples: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
        """A `content` object: the body by media type."""
        return {
            media_type: {"schema": self._schema(type_)}
            | ({"example": examples[media_type]} if media_type in examples else {})
            for media_type, type_ in _by_media_type(form).items()
        }

    def _schema(self, type_: Type) -> dict[str, Any]:
        each = [self._of[alternative] for alternative in _alternatives(type_)]
        return each[0] if len(each) == 1 else {"anyOf": each}


def _operation(
    path: str, method: str, handler: HTTPRouteHandler, contract: Contract, schemas: _Schemas
) -> dict[str, Any]:
    scope = handler.opt["scope"]
    summary, _, more = (handler.fn.__doc__ or "").strip().partition("\n\n")
    told = " ".join(more.split())
    needs = f"Needs the scope `{scope}`." if scope else "Needs no key."
    operation: dict[str, Any] = {
        "operationId": handler.fn.__name__,
        "tags": [path.removeprefix("/v1").split("/")[1]],
        "summary": " ".join(summary.split()),
        "description": f"{told}\n\n{needs}".strip(),
        "parameters": parameters_of(path, method, handler, contract),
        "security": [{name: [scope]} for name in _SCHEMES] if scope else [],
        "responses": _responses(path, method, handler, contract, schemas),
    }
    if contract.takes is not None:
        operation["requestBody"] = {
            "required": True,
            "content": schemas.content(contract.takes, contract.body),
        }
    return operation


def _responses(
    path: str, method: str, handler: HTTPRouteHandler, contract: Contract, schemas: _Schemas
) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    links = {
        name: {
            "operationId": name,
            "parameters": {key: f"$response.body#{at}" for key, at in given.items()},
        }
        for name, given in contract.leads.items()
    }
    for status, form in contract.gives.items():
        response: dict[str, Any] = {"description": _STATUSES[status]}
        if form is not None:
            response["content"] = schemas.content(form)
        if method == "get":
            response["headers"] = {name: _header(about) for name, about in _HEADERS.items()}
        if links:
            response["links"] = links
        responses[str(status)] = response
    if method == "get":
        headers = {name: _header(about) for name, about in _HEADERS.items()}
        responses["304"] = {
            "description": "The answer is the one that If-None-Match names.",
            "headers": headers,
        }
    by_status: dict[int, list[str]] = {}
    for kind in _problems(path, method, handler, contract):
        by_status.setdefault(KINDS[kind].status, []).append(kind)
    for status, kinds in sorted(by_status.items()):
        responses[str(status)] = _problem_response(kinds)
    return dict(sorted(responses.items()))


def _problem_response(kinds: Sequence[str]) -> dict[str, Any]:
    known = [KINDS[kind] for kind in kinds]
    described = "\n".join(
        f"- `/problems/{kind}`: {each.title}. {each.remedy}" for kind, each in zip(kinds, known, strict=True)
    )
    examples = {
        kind: {
            "value": {
                "type": f"/problems/{kind}",
                "title": each.title,
                "status": each.status,
                "detail": f"{each.title}.",
                "remedy": each.remedy,
            }
        }
        for kind, each in zip(kinds, known, strict=True)
    }
    response: dict[str, Any] = {
        "description": described,
        "content": {
            PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}, "examples": examples}
        },
    }
    if known[0].status in (429, 503):
        response["headers"] = {"Retry-After": _header("Seconds to wait.")}
    if known[0].status == 401:
        response["headers"] = {"WWW-Authenticate": _header("How to show a key.")}
    return response


def _problems(path: str, method: str, handler: HTTPRouteHandler, contract: Contract) -> Iterator[str]:
    """The kinds of problems that a route may answer with: by what it takes, and those that its contract names."""
    found = ["bad-request", "unknown-parameter"]
    if handler.opt["scope"] is not None:
        found += ["no-key", "wrong-key", "missing-scope", "too-many-requests"]
    names = query_parameters(handler).keys()
    if "{" in path:
        found.append("not-found")
    if not names.isdisjoint({"as_of", "known_at"}):
        found.append("bad-date")
    if not names.isdisjoint({"known_at", "at_position", "min_position"}):
        found.append("unfit")
    if "cursor" in names:
        found.append("wrong-cursor")
    if contract.takes is not None:
        found += ["bad-body", "unfit", "too-large"]
    if method == "post" and takes_key(handler):
        found += IDEMPOTENCY
    if contract.matches is not None:
        found.append("precondition-failed")
    return iter(dict.fromkeys([*found, *contract.problems, "internal", "not-ready"]))


def _webhook(name: str, about: str, sent: Type, schemas: _Schemas) -> dict[str, Any]:
    headers = {
        "webhook-id": "Id of the message, the same at each attempt.",
        "webhook-timestamp": "Seconds since 1970, of the attempt.",
        "webhook-signature": "Signatures of `id.timestamp.body`, separated by spaces: v1,... and v1a,...",
    }
    return {
        "post": {
            "operationId": "receive_" + name.replace(".", "_"),
            "tags": ["webhooks"],
            "summary": about,
            "description": "A CloudEvent, signed as Standard Webhooks describes. At least once, in order per post.",
            "security": [],
            "parameters": [
                {
                    "name": key,
                    "in": "header",
                    "required": True,
                    "description": meaning,
                    "schema": {"type": "string"},
                }
                for key, meaning in headers.items()
            ],
            "requestBody": {"required": True, "content": schemas.content({CONTENT_TYPE: sent})},
            "responses": {
                "2XX": {"description": "Taken. Anything else is tried again, but for 410, which ends it."},
                "410": {"description": "No more of these."},
            },
        }
    }


def _described(routes: Iterable[HTTPRoute]) -> Iterator[tuple[str, str, HTTPRouteHandler, Contract]]:
    for path, method, handler in _served(routes):
        if isinstance(contract := handler.opt.get("contract"), Contract):
            yield path, method, handler, contract


def _served(routes: Iterable[HTTPRoute]) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Path, method in lower case and handler of what the routes serve, in the order of the paths."""
    for route in sorted(routes, key=lambda each: each.path_format):
        path = re.sub(r"{(\w+?)_?}", r"{\1}", route.path_format)
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods):
                if method != "OPTIONS":
                    yield path, method.lower(), handler


def _by_media_type(form: Form) -> Mapping[str, Type]:
    if form is None:
        return {}
    return form if isinstance(form, Mapping) else {JSON: form}


def _alternatives(type_: Type) -> tuple[Any, ...]:
    return get_args(type_) if isinstance(type_, UnionType) else (type_,)


def _schema_of(type_: type) -> dict[str, Any]:
    if type_ is PartialDate:
        return {
            "type": "string",
            "description": "EDTF: 2022, 2022-09, 2022-09-24, [..2022-09-24] (no later than).",
        }
    raise NotImplementedError(f"no schema for {type_.__name__}")


def _close_tuples(schema: Any) -> None:
    """Tuples end by `maxItems` alone: `items: false`, which says the same, is what generators of clients choke on."""
    if isinstance(schema, dict):
        if schema.get("items") is False and "maxItems" in schema:
            del schema["items"]
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        _close_tuples(part)


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


_STATUSES = {
    200: "The answer.",
    201: "Done; `position` is where the log now stands.",
    202: "Taken; it is in the log.",
    308: "It is one with another: Location says which.",
    204: "Done.",
}
