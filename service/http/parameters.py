"""Query parameters: read strictly, refused by name."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from litestar import Request
from litestar.handlers.base import BaseRouteHandler
from litestar.typing import FieldDefinition
from litestar.utils.signature import ParsedSignature

from service.bootstrap import House
from service.http.shown import until_shown
from service.problems import Problem

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_CHANGE = re.compile(r"(\d{1,18})\.(\d{1,9})", re.ASCII)
_INJECTED = {
    "request",
    "data",
    "body",
    "scope",
    "state",
    "headers",
    "cookies",
    "socket",
    "query",
}  # by the framework
_MOST_POSITION = 2**63 - 1


def only_known_parameters(request: Request[Any, Any, Any]) -> None:
    """Refuses parameters that the route does not have and such as stand twice: a typing error must not be ignored."""
    if "\0" in request.scope["path"]:
        raise Problem("not-found", "no id holds a NUL character")
    known = query_parameters(request.route_handler)
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise Problem("unknown-parameter", f"this route has no parameter {name!r}", field=name)
        if name in seen:
            raise Problem("unknown-parameter", f"the parameter {name!r} stands twice", field=name)
        if value == "null" and known[name].annotation not in (str, str | None):
            raise Problem("bad-request", f"{name} is 'null': leave it out", field=name)
        if isinstance(value, str) and "\0" in value:
            raise Problem("bad-request", f"{name} holds a NUL character", field=name)
        seen.add(name)


@cache
def query_parameters(handler: BaseRouteHandler) -> Mapping[str, FieldDefinition]:
    """The query parameters of a route: its own, and those of what it is given (`service.http.asked`)."""
    provided, found = handler.resolve_dependencies(), dict[str, FieldDefinition]()

    def collect(signature: ParsedSignature) -> None:
        for name, field in signature.parameters.items():
            if name in provided:
                collect(provided[name].parsed_fn_signature)
            elif name not in _INJECTED and f"{{{name}:" not in "".join(handler.paths):
                found[name] = field

    collect(handler.parsed_fn_signature)
    return found


def day(text: str | None, field: str) -> date | None:
    """YYYY-MM-DD. Raises Problem."""
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise Problem("bad-date", f"{text!r} is no day of the calendar: {error}", field=field) from None
    raise Problem("bad-date", f"{text[:40]!r} is no day: write YYYY-MM-DD", field=field)


def instant(text: str | None, field: str) -> datetime | None:
    """An RFC 3339 instant with its offset; a bare date or year is refused, since it names no moment."""
    if text is None:
        return None
    text = text.replace(" ", "+") if re.search(r" \d{2}:\d{2}$", text) and "T" in text.upper() else text
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper().replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem("bad-date", f"{text!r} is no instant: {error}", field=field) from None
    raise Problem(
        "bad-date",
        f"{text[:40]!r} is no instant: write it with time and offset, as 2022-09-24T06:00:00Z",
        field=field,
    )


def position(value: int | None, field: str) -> int | None:
    """A position of the log, from 0."""
    if value is not None and not 0 <= value <= _MOST_POSITION:
        raise Problem("bad-request", f"{value} is no position: they run from 0", field=field)
    return value


async def known_position(house: House, known_at: str | None, at_position: int | None) -> int | None:
    """The position that known_at or at_position stands for. Raises Problem for one that lies ahead."""
    moment, at = instant(known_at, "known_at"), position(at_position, "at_position")
    if moment is None and at is None:
        return None
    if moment is not None and at is not None:
        raise Problem("unfit", "give known_at or at_position, not both", field="known_at")
    if moment is not None:
        return await _known_at(house, moment, "known_at")
    assert at is not None
    return await behind_head(house, at, "at_position")


async def moment_or_position(house: House, text: str, field: str) -> int:
    """The position that an instant or a position written as digits stands for. Raises Problem."""
    if text.isascii() and text.isdigit() and len(text) < 20:
        at = position(int(text), field)
        assert at is not None
        return await behind_head(house, at, field)
    moment = instant(text, field)
    assert moment is not None
    return await _known_at(house, moment, field)


async def _known_at(house: House, moment: datetime, field: str) -> int:
    """The last position recorded by then, once the views show it. Raises Problem (503)."""
    at = await house.views.position_at(moment)
    await until_shown(house, at, field)
    return at


async def behind_head(house: House, at: int, field: str) -> int:
    head = await house.views.watermark()
    if at > head:
        raise Problem("unfit", f"position {at} lies ahead; the views show {head}", field=field)
    return at


def change_id(text: str | None, field: str) -> tuple[int, int] | None:
    """A change id, position.ordinal. Raises Problem."""
    if text is None:
        return None
    if not (match := _CHANGE.fullmatch(text)):
        raise Problem("bad-request", f"{text[:40]!r} is no change id: they look like 1042.3", field=field)
    return int(match[1]), int(match[2])
