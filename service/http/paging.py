"""Pages of lists: cursors that only this house can have made, and Link headers (RFC 8288).

A cursor holds the place of the last thing shown in the order of its list, so what is added or taken away in front of
it shifts nothing. It is signed together with its query: changed, or given to another query, it is refused.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request
from litestar.di import Provide
from litestar.params import Parameter

from service.bootstrap import House
from service.problems import Problem
from service.signing import Signer, Tampered

_OF_THE_ANSWER = {"cursor", "limit", "min_position"}  # parameters that do not say what is listed
_TRAIL = 8  # pages that `prev` leads back

Value = str | int | float | None
Place = tuple[Value, ...]  # of a thing in the order of its list

Cursor = Annotated[
    str | None,
    Parameter(description="`next` of the page before, with the same parameters otherwise.", max_length=4_000),
]


class _Content(msgspec.Struct, frozen=True, array_like=True):
    query: bytes
    place: Place
    trail: tuple[Place | None, ...]  # where the pages before this one began, the first one's None


class Paging(msgspec.Struct, frozen=True):
    """Where a page begins, and what leads to its neighbours. `place` None: at the beginning."""

    signer: Signer
    path: str
    query: tuple[tuple[str, str], ...]
    place: Place | None
    trail: tuple[Place | None, ...]

    def at(self, *kinds: type) -> Any:
        """The place, a tuple of values of those kinds, or None. Raises Problem for one that is of other kinds."""
        if self.place is not None and [type(value) for value in self.place] != list(kinds):
            raise Problem("wrong-cursor", "the cursor is of another release: begin again", field="cursor")
        return self.place

    def next(self, last: Place | None) -> str | None:
        """The cursor behind the last thing of a page; None where nothing follows."""
        return None if last is None else self._token(last, (*self.trail, self.place)[-_TRAIL:])

    def headers(self, last: Place | None) -> dict[str, str]:
        """Link, to the first page, to the one before and to the one behind the last thing of this one."""
        links = [self._link("first", None)]
        if self.trail:
            before = self.trail[-1]
            links.append(self._link("prev", None if before is None else self._token(before, self.trail[:-1])))
        if (cursor := self.next(last)) is not None:
            links.append(self._link("next", cursor))
        return {"Link": ", ".join(links)}

    def _token(self, place: Place, trail: tuple[Place | None, ...]) -> str:
        return self.signer.sign(
            msgspec.msgpack.encode(_Content(_digest(self.path, self.query), place, trail))
        )

    def _link(self, relation: str, cursor: str | None) -> str:
        query = urlencode([*self.query, *([("cursor", cursor)] if cursor else ())])
        return f'<{self.path}{"?" if query else ""}{query}>; rel="{relation}"'


async def paging_of(request: Request[Any, Any, Any], house: House, cursor: Cursor = None) -> Paging:
    """Raises Problem (400) for a cursor that was changed or is of another query."""
    path = request.scope["path"]
    query = tuple((name, value) for name, value in request.query_params.multi_items() if name != "cursor")
    signer = Signer(house.settings.secret_keys, "cursor")
    if cursor is None:
        return Paging(signer, path, query, None, ())
    try:
        content = _decoder.decode(signer.opened(cursor))
    except Tampered:
        raise Problem("wrong-cursor", "the cursor was changed, or never given", field="cursor") from None
    if content.query != _digest(path, query):
        raise Problem("wrong-cursor", "the cursor is of another query", field="cursor")
    return Paging(signer, path, query, content.place, content.trail)


PAGING: Mapping[str, Provide] = {"paging": Provide(paging_of)}

_decoder = msgspec.msgpack.Decoder(_Content)


def _digest(path: str, query: tuple[tuple[str, str], ...]) -> bytes:
    asked = sorted((name, value) for name, value in query if name not in _OF_THE_ANSWER)
    return sha256(msgspec.msgpack.encode((path, asked))).digest()[:12]
