"""OPTIONS: what a route can do. The framework's own answer forgets all but the first handler of a path."""

import re
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, route
from litestar.handlers import HTTPRouteHandler

_TYPE = re.compile(r":[a-z]+(?=})")  # of a path parameter


def options_of(handlers: Sequence[HTTPRouteHandler]) -> HTTPRouteHandler:
    """The one handler that answers OPTIONS on all their paths."""
    methods: dict[str, set[str]] = {}
    for handler in handlers:
        for path in handler.paths:
            methods.setdefault(_TYPE.sub("", path), {"OPTIONS"}).update(handler.http_methods)

    paths = sorted({path for handler in handlers for path in handler.paths})

    @route(paths, http_method="OPTIONS", opt={"scope": None}, status_code=204, name="options")
    async def options(request: Request[Any, Any, Any]) -> Response[None]:
        return Response(None, status_code=204, headers={"Allow": allowed[request.scope["path_template"]]})

    allowed = {path: ", ".join(sorted(names)) for path, names in methods.items()}
    return options
