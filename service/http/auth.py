"""Who is asking, and may they. Every route says in its `opt` which scope it takes: `scope="read"`, or None: anyone."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from service.keys import Key
from service.problems import Problem

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="incumbent"'}


async def authorize(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Litestar's guard for all routes; leaves the key in the connection's state. Raises Problem (401, 403)."""
    scope = handler.opt["scope"]
    if scope is None:
        return
    key = await _key(connection)
    if scope not in key.scopes and "admin" not in key.scopes:
        raise Problem("missing-scope", f"this route needs the scope {scope}; the key {key.subject} has "
                      + ", ".join(sorted(key.scopes)))  # fmt: skip
    connection.state.key = key


async def _key(connection: ASGIConnection[Any, Any, Any, Any]) -> Key:
    given = connection.headers.get("authorization")
    if given is None:
        raise Problem("no-key", "this route needs an API key", headers=_CHALLENGE)
    scheme, _, secret = given.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem("wrong-key", "the Authorization header is not `Bearer KEY`", headers=_CHALLENGE)
    key = await connection.app.state.house.keys.find(secret.strip())
    if not isinstance(key, Key):
        raise Problem("wrong-key", "the API key is unknown, revoked or expired", headers=_CHALLENGE)
    return key
