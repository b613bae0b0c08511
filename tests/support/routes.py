"""The service's routes, without a service."""

import warnings
from typing import Any

from litestar import Litestar
from litestar.exceptions import LitestarDeprecationWarning
from litestar.routes import HTTPRoute

from service.app import ROUTES


def application(*more: Any) -> Litestar:
    """The routes as an application, and more handlers beside them."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", LitestarDeprecationWarning
        )  # of version 3, on how handlers are written
        return Litestar(route_handlers=[ROUTES, *more], openapi_config=None)


def routes() -> list[HTTPRoute]:
    """Every route with its handlers."""
    return [each for each in application().routes if isinstance(each, HTTPRoute)]
