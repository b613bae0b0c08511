"""How answers leave: JSON of our structs. What all of them have in common is in `service.http.conventions`."""

from email.utils import format_datetime
from typing import Any

import msgspec
from litestar import Response

from events.catalogue import to_builtin
from projections.cache import touched_at
from service.http.conventions import NEVER, OWN

encode = msgspec.json.Encoder(enc_hook=to_builtin).encode
JSON = "application/json"
OF_KEY = {"Cache-Control": OWN.decode()}  # headers of what other keys may not see

SHOWN_ONCE = {"Cache-Control": NEVER.decode()}  # headers of an answer that holds a secret: it is kept nowhere


def answered(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
    """The value as JSON."""
    return Response(encode(value), status_code=status, media_type=JSON, headers=headers)


def holders_answered(etag: str, body: bytes) -> Response[bytes]:
    """JSON that was made of an answer about holders, under that answer's ETag and with the time it tells."""
    headers = {"ETag": etag, "Last-Modified": format_datetime(touched_at(etag), usegmt=True)}
    return Response(body, media_type=JSON, headers=headers)
