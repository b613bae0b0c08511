"""How answers leave: JSON of our structs, weak ETags, 304."""

from typing import Any

import msgspec
from litestar import Request, Response

from events.catalogue import to_builtin

encode = msgspec.json.Encoder(enc_hook=to_builtin).encode
JSON = "application/json"


def answered(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
    """The value as JSON."""
    return Response(encode(value), status_code=status, media_type=JSON, headers=headers)


def answered_unless_known(request: Request[Any, Any, Any], etag: str, body: bytes) -> Response[bytes]:
    """The body under a weak ETag (RFC 9110, 8.8), or 304 where the client has it already."""
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if known == "*" or etag in (tag.strip() for tag in known.split(",")):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=JSON, headers=headers)
