"""Litestar's side of the gate. Every route says which scope it takes (`service.http.contract.route`); None: anyone."""

from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import HTTPRoute

from service.keys import SCOPES


async def authorize(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of all routes; leaves the caller in the connection's state. Raises Problem (401, 403, 429)."""
    scope = handler.opt["scope"]
    if scope is not None:
        await connection.app.state.house.gate.admit(connection.scope, scope)


def demand_scopes(app: Litestar) -> None:
    """Refuses to start with a route that does not say who may call it. Raises RuntimeError."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if handler.http_methods != {"OPTIONS"} and handler.opt.get("scope", "") not in (*SCOPES, None):
                raise RuntimeError(
                    f"{route.path} does not say which scope it takes: see service.http.contract.route"
                )
