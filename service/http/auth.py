"""Litestar's side of the gate. Every route says which scope it takes (`service.http.contract.route`); None: anyone."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler


async def authorize(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of all routes; leaves the caller in the connection's state. Raises Problem (401, 403, 429)."""
    scope = handler.opt["scope"]
    if scope is not None:
        await connection.app.state.house.gate.admit(connection.scope, scope)
