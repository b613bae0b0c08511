"""What schemathesis is told beside the document.

A check of ours: a problem is one of those that the document lists for the operation and its status. Statuses
that the document does not list (405 to a method that it does not have) are what other checks look at.
"""

from typing import Any

import schemathesis


@schemathesis.check
def documented_problem(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    listed = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    problems = listed.get("content", {}).get("application/problem+json")
    if problems is None or case.method == "HEAD":
        return
    told = response.json()
    kind = told["type"].removeprefix("/problems/")
    assert kind in problems["examples"], f"{kind} is not documented for {response.status_code}"
    assert told["status"] == response.status_code


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Whatever is sent as text/html is text, so that no body of another type can violate its schema."""
    return "json" in (case.media_type or "json") or not isinstance(
        case.body, dict | list | int | float | bool | None
    )
