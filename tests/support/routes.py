"""The service's routes, without a service."""

import warnings

from litestar import Litestar
from litestar.exceptions import LitestarDeprecationWarning
from litestar.routes import HTTPRoute

from service.app import ROUTES


def routes() -> list[HTTPRoute]:
    """Every route with its handlers."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", LitestarDeprecationWarning
        )  # of version 3, on how handlers are written
        app = Litestar(route_handlers=[ROUTES], openapi_config=None)
    return [each for each in app.routes if isinstance(each, HTTPRoute)]
