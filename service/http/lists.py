"""The lists of memberships and of claims: filtered, page by page, as JSON, CSV or NDJSON."""

from collections.abc import Sequence
from datetime import date
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import Parameter

from events.catalogue import Capacity, ClaimKind, ReviewState
from projections.answering.listing import ClaimFilter, ListedMembership, MembershipFilter
from projections.model import Endpoint, QuotedClaim, Standing
from service.bootstrap import House
from service.http.answers import JSON, answered
from service.http.asked import Moment
from service.http.contract import partly, route
from service.http.formats import MOMENT
from service.http.forms import (
    CSV,
    NDJSON,
    Columns,
    Fields,
    Format,
    Include,
    builtin,
    fields_of,
    form_of,
    included,
    rows_answered,
    shaped,
    words_of,
)
from service.http.paging import Paging
from service.http.parameters import moment_or_position

Posts = Annotated[str | None, Parameter(description="Only of these posts: ids with commas.")]
Persons = Annotated[str | None, Parameter(description="Only of these persons: ids with commas.")]
Organizations = Annotated[
    str | None, Parameter(description="Only of posts of these organizations: ids with commas.")
]
Country = Annotated[
    str | None, Parameter(description="Only of posts of the country, or other body, that goes by this name.")
]
ChangedSince = Annotated[
    str | None,
    Parameter(
        description="Only what has changed behind this position, or RFC 3339 instant.", schema_extra=MOMENT
    ),
]
Limit = Annotated[int, Parameter(description="How many at most.", ge=1, le=1000)]


class Memberships(msgspec.Struct, kw_only=True):
    """Memberships in the order in which they were first opened; `next` goes into `cursor` for those that follow."""

    as_of: date | None  # the day on which they may be held; None: any
    at_position: int | None  # None: as known now
    memberships: list[ListedMembership]
    next: str | None


MembershipParts = msgspec.defstruct(
    "MembershipParts",
    [
        ("as_of", date | None),
        ("at_position", int | None),
        ("memberships", GenericAlias(list, (partly(ListedMembership),))),
        ("next", str | None),
    ],
    namespace={"__doc__": "The same with the members that `fields` names."},
)


class Claims(msgspec.Struct, kw_only=True):
    """Claims, those first that came into their state first; `next` goes into `cursor` for those that follow."""

    claims: list[QuotedClaim]
    next: str | None


@get(
    "/v1/memberships",
    opt=route(
        "read",
        {JSON: Memberships | MembershipParts, CSV: str, NDJSON: str},
        problems=("bad-date", "wrong-cursor"),
        example={"standing": "official", "include": "quotes", "limit": 20},
        leads={
            "get_timeline": {"post": "/memberships/0/post/id"},
            "get_person": {"person": "/memberships/0/person"},
        },
    ),
)
async def list_memberships(
    request: Request[Any, Any, Any],
    house: House,
    moment: Moment,
    paging: Paging,
    post: Posts = None,
    person: Persons = None,
    organization: Organizations = None,
    country: Country = None,
    standing: Annotated[Standing | None, Parameter(description="Only of this standing.")] = None,
    capacity: Annotated[Capacity | None, Parameter(description="Only in this capacity.")] = None,
    changed_since: ChangedSince = None,
    fields: Fields = None,
    include: Include = None,
    format: Format = None,
    limit: Limit = 100,
) -> Response[bytes]:
    """Who held, holds or is to hold what; on a day those that may hold it then, otherwise all.

    `claims`, with or without quotes, and `names` come with `include`.
    """
    form, chosen = form_of(request, format), fields_of(fields, ListedMembership.__struct_fields__)
    more = included(include)
    shown = more or frozenset()
    position = moment.known if moment.known is not None else await house.views.watermark()
    found, last = await house.views.memberships(
        MembershipFilter(
            post=words_of(post),
            person=words_of(person),
            organization=await _organizations(house, organization, country),
            standing=standing,
            capacity=capacity,
            as_of=moment.as_of,
            changed_since=await _since(house, changed_since),
        ),
        (paging.at(int) or (-1,))[0],
        limit,
        position,
        with_claims="claims" in shown,
        with_names="persons" in shown,
    )
    place = (last,) if last is not None and len(found) == limit else None
    headers = paging.headers(place)
    if form != "json":
        return rows_answered(form, found, _MEMBERSHIP, chosen, more, headers)
    return answered(
        {
            "as_of": moment.as_of,
            "at_position": moment.known,
            "memberships": [shaped(builtin(each), chosen, more) for each in found]
            if chosen or more
            else found,
            "next": paging.next(place),
        },
        headers={"Vary": "Accept", **headers},
    )


@get(
    "/v1/claims",
    opt=route(
        "review",
        {JSON: Claims, CSV: str, NDJSON: str},
        problems=("bad-date", "wrong-cursor"),
        example={"review_state": "accepted", "limit": 20},
        leads={"get_claim": {"claim": "/claims/0/id"}},
    ),
)
async def list_claims(
    request: Request[Any, Any, Any],
    house: House,
    belief: Moment,
    paging: Paging,
    review_state: Annotated[
        ReviewState, Parameter(description="What became of them; proposed is the review queue.")
    ] = "proposed",
    post: Posts = None,
    person: Persons = None,
    organization: Organizations = None,
    country: Country = None,
    article: Annotated[str | None, Parameter(description="Only of this article (id).")] = None,
    kind: Annotated[ClaimKind | None, Parameter(description="Only of this kind.")] = None,
    capacity: Annotated[Capacity | None, Parameter(description="Only of this capacity.")] = None,
    changed_since: ChangedSince = None,
    format: Format = None,
    limit: Limit = 50,
) -> Response[bytes]:
    """Claims in a state, each with its quote: those that wait for an editor, or others."""
    form = form_of(request, format)
    found, last = await house.views.claims(
        review_state,
        ClaimFilter(
            post=words_of(post),
            person=words_of(person),
            organization=await _organizations(house, organization, country),
            article=article,
            kind=kind,
            capacity=capacity,
            changed_since=await _since(house, changed_since),
        ),
        paging.at(int, str) or (0, ""),
        limit,
        belief.known,
    )
    place = last if last is not None and len(found) == limit else None
    headers = paging.headers(place)
    if form != "json":
        return rows_answered(form, found, _CLAIM, None, None, headers)
    return answered(Claims(claims=found, next=paging.next(place)), headers={"Vary": "Accept", **headers})


async def _organizations(house: House, given: str | None, country: str | None) -> Sequence[str] | None:
    """The ids that the two parameters leave; None: any."""
    ids = words_of(given)
    if country is None:
        return ids
    called = await house.views.organizations_called(country)
    return called if ids is None else [each for each in ids if each in called]


async def _since(house: House, given: str | None) -> int | None:
    return None if given is None else await moment_or_position(house, given, "changed_since")


def _date(endpoint: Endpoint | None) -> object:
    return endpoint.date if endpoint else None


def _basis(endpoint: Endpoint | None) -> object:
    return endpoint.basis if endpoint else None


def _same(*names: str) -> list[tuple[str, str, Any]]:
    return [(name, name, lambda thing, name=name: getattr(thing, name)) for name in names]


_MEMBERSHIP = Columns(
    [
        ("post_id", "post", lambda each: each.post.id),
        ("post", "post", lambda each: each.post.label),
        ("organization_id", "post", lambda each: each.post.organization),
        ("organization", "post", lambda each: each.post.organization_name),
        ("person_id", "person", lambda each: each.person),
        *_same("name", "capacity"),
        ("start", "start", lambda each: _date(each.start)),
        ("start_basis", "start", lambda each: _basis(each.start)),
        ("end", "end", lambda each: _date(each.end)),
        ("end_basis", "end", lambda each: _basis(each.end)),
        *_same(
            "reason", "standing", "checked_by", "first_attested", "last_attested", "incoming", "announced"
        ),
        ("claims", "claim_ids", lambda each: " ".join(each.claim_ids)),
    ]
)
_CLAIM = Columns(_same(*QuotedClaim.__struct_fields__))
