"""An editor's act: decided on the streams concerned, appended, shown in the views, and answered."""

from collections.abc import Awaitable, Iterable
from typing import Any

import msgspec
from litestar import Request, Response

from events.catalogue import ClaimsSubmitted
from events.editing import Act, EditRefused, NotLast, Overtaken, Undecidable, Unfit, Unknown
from events.envelope import Appended, NewContent
from projections.model import QuotedClaim
from service.bootstrap import House
from service.editing import Decide, NameTaken, NewPerson, act
from service.http.answers import answered
from service.http.editing_forms import ActBody
from service.http.idempotency import once
from service.http.preconditions import Moved, Precondition, Resource
from service.http.provided import key_of, wait_for
from service.http.shown import PATIENCE
from service.problems import Problem

REFUSALS = (
    "overtaken",
    "not-last",
    "undecidable",
    "name-taken",
    "unfit-claim",
    "conflict",
)  # of an act, as problems

_ATTEMPTS = 10


class Edited(msgspec.Struct, kw_only=True):
    """The position up to which the act is in the log (for min_position), and the claims concerned as they stand."""

    position: int
    claims: list[QuotedClaim]


async def done(
    request: Request[Any, Any, Any],
    house: House,
    streams: Iterable[str],
    decide: Decide,
    contents: list[NewContent],
    claims: list[str],
    newcomer: NewPerson | None = None,
    about: Resource | None = None,
) -> Response[bytes]:
    """Acts, waits until the views show it, and answers with where it stands. Raises Problem for what is refused.

    `about`: what If-Match is compared with.
    """
    precondition = Precondition(request, house, about)
    for _ in range(_ATTEMPTS):
        try:
            appended = await _refusable(
                act(
                    house.log,
                    streams,
                    await precondition.bind(decide),
                    actor=key_of(request).subject,
                    contents=contents,
                    newcomer=newcomer,
                    once=once(request),
                )
            )
            break
        except Moved as moved:
            await wait_for(house, moved.position)
    else:
        raise Problem("conflict", "others go on changing it")
    if appended is not None and appended.replayed:
        claims = await _submitted(house, appended) or claims
    at = appended.last if appended is not None else await house.views.watermark()
    await house.views.wait_for(at, PATIENCE)  # the answer is right without, only older
    shown = [found.claim for claim in claims if (found := await house.views.claim(claim)) is not None]
    headers = {"Location": f"/v1/claims/{claims[0]}"} if len(claims) == 1 else None
    return answered(Edited(position=at, claims=shown), status=201 if appended else 200, headers=headers)


async def _submitted(house: House, appended: Appended) -> list[str]:
    """The claims that an append made when it was first sent; deciding it again has given others."""
    events = await house.log.read(appended.first - 1, appended.last - appended.first + 1)
    return [
        claim.id
        for recorded in events
        if isinstance(recorded.event, ClaimsSubmitted)
        for claim in recorded.event.claims
    ]


async def _refusable(acting: Awaitable[Appended | None]) -> Appended | None:
    try:
        return await acting
    except Unknown as refused:
        raise Problem("not-found", str(refused)) from None
    except Overtaken as refused:
        raise Problem("overtaken", str(refused), field="seen") from None
    except NotLast as refused:
        raise Problem("not-last", str(refused), see=f"/v1/claims/{refused.last}") from None
    except NameTaken as refused:
        raise Problem(
            "name-taken", str(refused), field="person_name", see=f"/v1/persons/{refused.person}"
        ) from None
    except Undecidable as refused:
        raise Problem("undecidable", str(refused)) from None
    except Unfit as refused:
        raise Problem("unfit-claim", str(refused), field=refused.field) from None
    except EditRefused as refused:
        raise Problem("conflict", str(refused)) from None


def act_of(request: Request[Any, Any, Any], body: ActBody, note: NewContent) -> Act:
    """Who does it, why, and up to which position they have read."""
    return Act(actor=key_of(request).subject, note=note.ref, seen=body.seen)
