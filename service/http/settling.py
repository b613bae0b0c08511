"""What editors say of a post as a whole: disputes settled, settings, vacancies."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from events.catalogue import PostConfigured
from events.editing import PostHistory, Verdict, configured, settled, vacancy
from events.history import History
from projections.answering.editing import SettingsAnswer
from service.bootstrap import House
from service.editing import Streams
from service.http.acts import REFUSALS, Edited, act_of, done
from service.http.answers import JSON, answered
from service.http.asked import Moment
from service.http.contract import EXAMPLE_IDS, route
from service.http.editing_forms import (
    SettingsBody,
    SettlementBody,
    VacancyBody,
    check_within,
    note_of,
    read_form,
)
from service.http.parameters import day
from service.http.preconditions import Resource
from service.problems import Problem

_MOST_SETTLED = 50  # claims


@post(
    "/v1/posts/{post_:str}/settlements",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=SettlementBody,
        matches="get_timeline",
        body={JSON: {"accepted": [EXAMPLE_IDS["claim"]], "reason": "The decree was published."}},
        problems=(*REFUSALS,),
    ),
    status_code=201,
)
async def post_settlement(request: Request[Any, Any, Any], house: House, post_: str) -> Response[bytes]:
    """Settles what is disputed: accepts and rejects claims of the post together."""
    body = read_form(await request.body(), SettlementBody)
    verdicts: dict[str, Verdict] = dict.fromkeys(body.accepted, "accepted")
    if both := verdicts.keys() & set(body.rejected):
        raise Problem("unfit", f"{min(both)} is both accepted and rejected", field="rejected")
    verdicts |= dict.fromkeys(body.rejected, "rejected")
    if not verdicts or len(verdicts) > _MOST_SETTLED:
        raise Problem("unfit", f"name 1 to {_MOST_SETTLED} claims as accepted or rejected", field="accepted")
    await _settings(house, post_)
    places = await house.views.placed(list(verdicts))
    for claim in verdicts:
        if claim not in places or places[claim].post != post_:
            raise Problem("not-found", f"{post_} has no claim {claim[:60]!r}", field="accepted")
    note = note_of(body.reason)
    mine = act_of(request, body, note)
    at = {claim: place.stream for claim, place in places.items()}

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        histories = {name: History(name, events) for name, events in streams.items()}
        return settled(post_, histories, verdicts, at, mine)

    about = Resource(f"/v1/posts/{post_}/timeline", lambda: house.views.timeline(post_))
    streams = [post_, *at.values()]
    return await done(request, house, streams, decide, [note], list(verdicts), about=about)


@get("/v1/posts/{post_:str}/settings", opt=route("read", SettingsAnswer))
async def get_settings(house: House, fresh: Moment, post_: str) -> Response[bytes]:
    """Seats, freshness, declared vacancies and completeness of a post."""
    return answered(await _settings(house, post_))


@post(
    "/v1/posts/{post_:str}/settings",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=SettingsBody,
        matches="get_settings",
        body={JSON: {"seats": 1, "reason": "By law there is one."}},
        problems=(
            "bad-date",
            *REFUSALS,
        ),
    ),
    status_code=201,
)
async def post_settings(request: Request[Any, Any, Any], house: House, post_: str) -> Response[bytes]:
    """Sets how many seats a post has, how long a mention keeps fresh, whether its list of holders is whole."""
    body = read_form(await request.body(), SettingsBody)
    check_within(body.seats, "seats", 1, 100_000)
    check_within(body.fresh_for, "fresh_for", 1, 36_500)
    if body.complete is msgspec.UNSET and body.complete_from is not None:
        raise Problem("unfit", "complete_from says of when, but complete is missing", field="complete")
    since = day(body.complete_from, "complete_from")
    note = note_of(body.reason)
    mine = act_of(request, body, note)
    event = PostConfigured(
        seats=body.seats,
        fresh_for=body.fresh_for,
        complete=body.complete,
        complete_from=str(since) if since else None,
        note=note.ref,
    )

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        return {post_: configured(PostHistory(post_, streams[post_]), event, mine)}

    return await done(request, house, [post_], decide, [note], [], about=_resource(house, post_))


@post(
    "/v1/posts/{post_:str}/vacancies",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=VacancyBody,
        matches="get_settings",
        body={JSON: {"from": "2026-06-01", "reason": "The ministry says the post stays empty."}},
        problems=(
            "bad-date",
            *REFUSALS,
        ),
    ),
    status_code=201,
)
async def post_vacancy(request: Request[Any, Any, Any], house: House, post_: str) -> Response[bytes]:
    """Declares that nobody holds the post from a day on, or takes that back."""
    body = read_form(await request.body(), VacancyBody)
    since = day(body.since, "from")
    note = note_of(body.reason)
    mine = act_of(request, body, note)

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        return {
            post_: vacancy(PostHistory(post_, streams[post_]), str(since), mine, withdrawn=body.withdrawn)
        }

    return await done(request, house, [post_], decide, [note], [], about=_resource(house, post_))


def _resource(house: House, post_: str) -> Resource:
    return Resource(f"/v1/posts/{post_}/settings", lambda: house.views.settings(post_))


async def _settings(house: House, post_: str) -> SettingsAnswer:
    found = await house.views.settings(post_)
    if found is None:
        raise Problem("not-found", f"there is no post {post_[:60]!r}", field="post")
    return found
