"""Checks of drafts: what is known of each role that a text states."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post

from service.bootstrap import House
from service.checking import MAX_DRAFT, Check, DraftUnreadable, KeptCheck, Receipt, is_of
from service.http.answers import OF_KEY, answered
from service.http.bodies import MAX_BODY
from service.http.contract import route
from service.http.editing_forms import read_form
from service.http.formats import DayText, InstantText, PositionNumber
from service.http.parameters import day, known_position
from service.http.provided import key_of
from service.problems import Problem
from service.signing import Tampered

_EXAMPLE = {
    "text": "Russian Deputy Defence Minister Dmitry Bulgakov inspected the depot.",
    "as_of": "2022-09-30",
}


class CheckBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A draft, and the day and the moment to hold it against; without them: the last day turned, as known now.

    `published` is the day from which the draft counts its weekdays; without it, the day of the check. With `receipt`
    an earlier check of the same text is made again, for the day and the moment of then. `store` keeps the draft.
    """

    text: str
    as_of: DayText | None = None
    known_at: InstantText | None = None
    at_position: PositionNumber | None = None
    published: DayText | None = None
    receipt: str | None = None
    store: bool = False


@post(
    "/v1/checks",
    opt=route(
        "read",
        Check,
        takes=CheckBody,
        problems=("bad-date", "not-ready"),
        body={"application/json": _EXAMPLE},
        leads={"get_check": {"receipt": "/receipt"}},
    ),
    status_code=200,
    request_max_body_size=MAX_BODY,
)
async def post_check(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Reads a draft and says of each role in it: supported, outdated, contradicted or unknown, with evidence.

    It appends nothing. The draft is not stored, unless `store` asks for it.
    """
    body = read_form(await request.body(), CheckBody)
    _check_text(body.text)
    before = _before(house, body)
    if before is not None:
        as_of, published, position = before.as_of, before.published, before.position
    else:
        known = await known_position(house, body.known_at, body.at_position)
        position = known if known is not None else await house.views.watermark()
        as_of = day(body.as_of, "as_of") or await house.views.last_day()
        published = day(body.published, "published") or as_of
    try:
        check = await house.checks.check(
            body.text,
            as_of=as_of,
            published=published,
            at_position=position,
            keep_for=key_of(request).id if body.store else None,
            before=before,
        )
    except DraftUnreadable:
        raise Problem(
            "not-ready", "the draft could not be read in time", field="text", headers={"Retry-After": "5"}
        ) from None
    return answered(check)


@get("/v1/checks/{receipt:str}", opt=route("read", KeptCheck))
async def get_check(request: Request[Any, Any, Any], house: House, receipt: str) -> Response[bytes]:
    """What an earlier check rested on; with the draft and the answer where the same key had them kept."""
    try:
        return answered(await house.checks.read_again(receipt, key_of(request).id), headers=OF_KEY)
    except Tampered:
        raise _no_receipt("not-found") from None


@delete("/v1/checks/{receipt:str}/draft", opt=route("read", None, status=204), status_code=204)
async def delete_draft(request: Request[Any, Any, Any], house: House, receipt: str) -> None:
    """Deletes the draft and the answer that the same key had kept under a receipt; there may be none."""
    try:
        await house.checks.forget(receipt, key_of(request).id)
    except Tampered:
        raise _no_receipt("not-found") from None


def _before(house: House, body: CheckBody) -> Receipt | None:
    """The receipt of the check to make again. Raises Problem."""
    if body.receipt is None:
        return None
    for name in ("as_of", "known_at", "at_position", "published"):
        if getattr(body, name) is not None:
            raise Problem("unfit", f"the receipt says {name}: leave it out", field=name)
    try:
        receipt = house.checks.receipt(body.receipt)
    except Tampered:
        raise _no_receipt("unfit") from None
    if not is_of(receipt, body.text):
        raise Problem("unfit", "the receipt was given for another text", field="receipt")
    return receipt


def _no_receipt(kind: str) -> Problem:
    return Problem(kind, "this is no receipt of a check: send it as it was given", field="receipt")


def _check_text(text: str) -> None:
    if not text.strip():
        raise Problem("unfit", "the text is empty", field="text")
    if "\0" in text:
        raise Problem("unfit", "the text holds a NUL character", field="text")
    if len(text) > MAX_DRAFT:
        raise Problem(
            "too-large",
            f"a draft has at most {MAX_DRAFT:,} characters; this one has {len(text):,}",
            field="text",
        )
