"""If-Match: an editor acts on what they have read, or hears that it has changed (RFC 9110, 13.1.1).

ETags here are weak, and name what a resource says rather than its bytes; that is what an editor's If-Match is about,
so it is compared like If-None-Match (docs/decisions).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import msgspec
from litestar import Request

from service.bootstrap import House
from service.editing import Decide, Streams
from service.http.answers import encode
from service.http.conventions import is_known, tag_of
from service.problems import Problem


class Resource(msgspec.Struct, frozen=True):
    """What an act is about: where it is read, and what it says now (None: there is no such thing)."""

    path: str
    read: Callable[[], Awaitable[Any]]


class Moved(Exception):
    """A stream holds more than the views had seen when the precondition was looked at."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Precondition:
    """What a request says of the resource in If-Match; without the header, nothing."""

    def __init__(self, request: Request[Any, Any, Any], house: House, resource: Resource | None) -> None:
        self._given = ", ".join(request.headers.getall("if-match", [])).encode("latin-1", "replace")
        self._house = house
        self._resource = resource

    async def bind(self, decide: Decide) -> Decide:
        """`decide`, which from now on raises Moved where it would decide on more than what was looked at.

        Raises Problem (412) where the resource says something else than the client has read.
        """
        if not self._given or self._resource is None:
            return decide
        position = await self._house.views.watermark()  # what is read next may show more, and never less
        etag = tag_of(encode(await self._resource.read()))
        if not is_known(etag, self._given):
            raise Problem(
                "precondition-failed",
                "it has changed since you read it",
                see=self._resource.path,
                headers={"ETag": etag.decode()},
            )

        def decided(streams: Streams) -> Mapping[str, Iterable[Any]]:
            newest = max((events[-1].position for events in streams.values() if events), default=0)
            if newest > position:
                raise Moved(newest)
            return decide(streams)

        return decided
