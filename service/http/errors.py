"""Every error leaves as application/problem+json: never a stack trace, never an empty body."""

import logging
from typing import Any

import asyncpg
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from events.dates import InvalidDate
from events.envelope import Conflict, Refused, Unconfirmed
from service.problems import Problem, kind_of_status

logger = logging.getLogger(__name__)


def problem_response(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    return Response(
        problem.body(request.state.get("request_id")),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=problem.headers,
    )


def _on_problem(request: Request[Any, Any, Any], error: Problem) -> Response[Any]:
    return problem_response(request, error)


def _on_framework_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What Litestar refuses by itself: no such route, a wrong method, a parameter that does not fit."""
    kind = kind_of_status(error.status_code)
    detail, field = error.detail, None
    if isinstance(error.extra, list) and error.extra and isinstance(error.extra[0], dict):
        detail, field = str(error.extra[0].get("message", detail)), error.extra[0].get("key")
    if error.status_code == 404:
        detail = f"{request.url.path} is no address of this service, or what it names does not exist"
    problem = Problem(kind, detail, field=field, headers=error.headers)
    return problem_response(request, problem)


def _on_refused(request: Request[Any, Any, Any], error: Refused | InvalidDate) -> Response[Any]:
    kind = "bad-date" if isinstance(error, InvalidDate) else "bad-body"
    return problem_response(request, Problem(kind, str(error)))


def _on_conflict(request: Request[Any, Any, Any], error: Conflict) -> Response[Any]:
    return problem_response(request, Problem("conflict", str(error)))


def _on_unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    logger.warning("not ready: %s", error)
    detail = "the database cannot be reached; nothing is known to be lost"
    return problem_response(request, Problem("not-ready", detail, headers={"Retry-After": "2"}))


def _on_failure(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(request, Problem("internal", "something broke that is not your fault"))


HANDLERS: ExceptionHandlersMap = {
    Problem: _on_problem,
    HTTPException: _on_framework_error,
    Refused: _on_refused,
    InvalidDate: _on_refused,
    Conflict: _on_conflict,
    Unconfirmed: _on_unavailable,
    OSError: _on_unavailable,
    asyncpg.InterfaceError: _on_unavailable,
    asyncpg.PostgresConnectionError: _on_unavailable,
    asyncpg.CannotConnectNowError: _on_unavailable,
    asyncpg.AdminShutdownError: _on_unavailable,
    asyncpg.CrashShutdownError: _on_unavailable,
    Exception: _on_failure,
}
