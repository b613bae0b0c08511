"""What a route takes and gives, said once beside it: `@get("/v1/...", opt=route("read", HoldersAnswer))`.

The OpenAPI document is made of it (`service.http.openapi`); handlers go on answering bytes that were encoded before.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeAlias

import msgspec

Type: TypeAlias = type | UnionType
Form: TypeAlias = Type | Mapping[str, Type] | None  # JSON of a type; or by media type; or no body

EXAMPLE_IDS = {  # by what they are of; those that are not minted are the demonstration's
    "article": "article-7d2k5nd2t4gv9hbek999r0m51t",
    "post": "post-01m8ae6zbcdmybv7y3hw8dmh9t",
    "person": "person-01m8ae6zbcdmybv7y3hw8dmh9t",
    "other": "person-01m8bhvd2ey41zvcswv66d10gf",
    "organization": "organization-01m8ae6zbcdmybv7y3hw8dmh9t",
    "claim": "claim-j52k97onlpuv9rmeopkdak8fgf",
    "subscription": "subscription-01m8ae6zbcdmybv7y3hw8dmh9t",
    "message": "subscription-01m8ae6zbcdmybv7y3hw8dmh9t-23-1",
    "key": "key-01m8ae6zbcdmybv7y3hw8dmh9t",
    "change": "23.1",
    "number": "1",
    "receipt": "q0mVd1n5c2lnbmVkLWJ5LXRoZS1zZXJ2aWNl",
    "kind": "bad-date",
}


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """`gives`: the bodies by status. `problems`: rows of KINDS that the route's own rules may answer with; those that
    follow from its scope, parameters and body need not be named. `leads`: operations that take what the answer holds,
    each with its parameters as JSON pointers into the answer. `matches`: the operation whose ETag If-Match takes.
    """

    gives: Mapping[int, Form]
    takes: Form = None
    problems: tuple[str, ...] = ()
    example: Mapping[str, Any] = {}  # query parameters of a request that can be sent as it stands
    body: Mapping[str, Any] = {}  # by media type: a body that can be sent as it stands
    leads: Mapping[str, Mapping[str, str]] = {}
    matches: str | None = None


def partly(whole: type[msgspec.Struct], **more: Any) -> type[msgspec.Struct]:
    """A struct of which any member may be missing: what `fields` leaves of another. `more` members with their types."""
    types = {each.name: each.type for each in msgspec.structs.fields(whole)}
    return msgspec.defstruct(
        f"{whole.__name__}Part",
        [(name, type_ | msgspec.UnsetType, msgspec.UNSET) for name, type_ in (types | more).items()],
        namespace={"__doc__": f"Those members of a {whole.__name__} that are asked for."},
        kw_only=True,
    )


def route(
    scope: str | None,
    gives: Form,
    *,
    status: int = 200,
    also: Mapping[int, Form] | None = None,
    takes: Form = None,
    problems: tuple[str, ...] = (),
    example: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
    leads: Mapping[str, Mapping[str, str]] | None = None,
    matches: str | None = None,
) -> dict[str, Any]:
    """The `opt` of a route: the scope that its callers need (None: anyone), and its contract.

    `also` are the bodies of further statuses.
    """
    return {
        "scope": scope,
        "contract": Contract(
            gives={status: gives, **(also or {})},
            takes=takes,
            problems=problems,
            example=example or {},
            body=body or {},
            leads=leads or {},
            matches=matches,
        ),
    }
