"""Signed URLs, for where no header can be sent: EventSource, an image, a feed reader, a spreadsheet."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post

from service.bootstrap import House
from service.http.answers import JSON, answered
from service.http.contract import route
from service.http.editing_forms import read_form
from service.http.formats import InstantText
from service.http.parameters import instant
from service.http.provided import key_of
from service.problems import Problem
from service.signed_urls import PARAMETER

_LONGEST = timedelta(days=366)
_MOST = 2_000  # characters of a path with its query
_PATH = re.compile(r"/v1/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?", re.ASCII)


_SAMPLE = {
    "path": "/v1/board?limit=10",
    "expires": f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT00:00:00Z}",
}


class SignedUrlBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A path with its query, percent-encoded, as it will be asked for; and an instant (RFC 3339) within a year."""

    path: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^/v1/[A-Za-z0-9._~/-]{1,500}$"})]
    expires: InstantText


class SignedUrl(msgspec.Struct, kw_only=True):
    """Good for GET of that very path and query until then, as long as the key that made it is in force."""

    url: str
    expires: datetime


@post(
    "/v1/signed-urls",
    opt=route(
        "read",
        SignedUrl,
        status=201,
        takes=SignedUrlBody,
        problems=("bad-date",),
        body={
            JSON: {
                "path": "/v1/board?limit=10",
                "expires": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT00:00:00Z}",
            }
        },
    ),
    status_code=201,
)
async def post_signed_url(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Signs a path for reading without a header. Whoever has the URL may read what it says, and nothing else."""
    wanted = read_form(await request.body(), SignedUrlBody)
    if len(wanted.path) > _MOST or not _PATH.fullmatch(wanted.path) or f"{PARAMETER}=" in wanted.path:
        detail = f"{wanted.path[:60]!r} is no path of this service under /v1/, percent-encoded, with or without a query"
        raise Problem("unfit", detail, field="path")
    expires = instant(wanted.expires, "expires")
    assert expires is not None
    now = datetime.now(UTC)
    if not now < expires <= now + _LONGEST:
        raise Problem("unfit", "the URL would expire in the past, or over a year ahead", field="expires")
    signed = house.urls.sign(key_of(request).id, wanted.path, int(expires.timestamp()))
    return answered(SignedUrl(url=house.settings.public_url + signed, expires=expires), status=201)
