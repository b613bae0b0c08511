"""The service describes itself: the OpenAPI document, and the same as a page to read."""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.routes import HTTPRoute

from service.bootstrap import House
from service.http.answers import JSON
from service.http.contract import route
from service.http.openapi import document
from service.http.page import page

_SECURITY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@get("/schema/openapi.json", opt=route(None, dict[str, Any]))
async def get_document(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """This document."""
    return Response(_encoded(request.app, house.settings.public_url)[0], media_type=JSON)


@get("/docs", opt=route(None, {"text/html": str}))
async def get_page(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """This document as a page to read: it needs no script and no network."""
    body = _encoded(request.app, house.settings.public_url)[1]
    headers = {"Content-Security-Policy": _SECURITY}
    return Response(body, media_type="text/html", headers=headers)


@cache
def _encoded(app: Litestar, server: str) -> tuple[bytes, bytes]:
    """JSON and page, made when they are first asked for."""
    made = document([each for each in app.routes if isinstance(each, HTTPRoute)], server=server)
    return msgspec.json.encode(made), page(made).encode()
