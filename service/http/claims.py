"""Claims: looked at, decided, corrected and made by editors."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from litestar import Request, Response, get, post

from events.catalogue import Claim
from events.editing import Meaning, decided, submitted
from events.history import History
from projections.answering.editing import ClaimAnswer, Placed
from projections.model import QuotedClaim
from service.bootstrap import House
from service.editing import NewPerson, Streams, new_person
from service.http.acts import REFUSALS, Edited, act_of, done
from service.http.answers import JSON, answered
from service.http.asked import Moment
from service.http.contract import EXAMPLE_IDS, route
from service.http.editing_forms import (
    MAX_EVIDENCE,
    ClaimBody,
    DecisionBody,
    SaidBody,
    content_of,
    note_of,
    read_form,
    said_or,
)
from service.http.parameters import day
from service.http.preconditions import Resource
from service.problems import Problem

_SAMPLE = {
    "claim": {
        "kind": "in",
        "person_name": "Vera Amundsen",
        "post": EXAMPLE_IDS["post"],
        "date": "2026-06-01",
    },
    "reason": "She told us herself.",
    "evidence": "I start on the first of June.",
}


@get("/v1/claims/{claim:str}", opt=route("read", ClaimAnswer))
async def get_claim(house: House, fresh: Moment, claim: str) -> Response[bytes]:
    """A claim with its quote, and the chain of corrections that it is part of."""
    return answered(await _claim(house, claim))


@post(
    "/v1/claims/{claim:str}/decisions",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=DecisionBody,
        body={JSON: {"state": "accepted", "reason": "Confirmed by the press office."}},
        matches="get_claim",
        problems=REFUSALS,
    ),
    status_code=201,
)
async def post_decision(request: Request[Any, Any, Any], house: House, claim: str) -> Response[bytes]:
    """Accepts or rejects a claim, for good: no machine and no later version of the article undoes it."""
    body = read_form(await request.body(), DecisionBody)
    place = await _placed(house, claim)
    meaning = None
    if body.person is not None or body.post is not None:
        meaning = await _meaning(house, body.person or place.person, body.post or place.post)
    note = note_of(body.reason)
    mine = act_of(request, body, note)

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        history = History(place.stream, streams[place.stream])
        return {place.stream: decided(history, claim, body.state, mine, meaning)}

    about = _resource(house, claim)
    return await done(request, house, [place.stream], decide, [note], [claim], about=about)


@post(
    "/v1/claims/{claim:str}/corrections",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=ClaimBody,
        body={JSON: {"claim": {"date": "2022-09-24"}, "reason": "The decree gives the day."}},
        matches="get_claim",
        problems=("bad-date", *REFUSALS),
    ),
    status_code=201,
)
async def post_correction(request: Request[Any, Any, Any], house: House, claim: str) -> Response[bytes]:
    """Puts a claim of the editor's in place of one that is wrong; what is left out stays as it was."""
    body = read_form(await request.body(), ClaimBody)
    place = await _placed(house, claim)
    before = (await _claim(house, claim)).claim
    said, newcomer = body.claim, _newcomer(body.claim)
    person = newcomer.id if newcomer else said.person or place.person
    meaning = await _meaning(house, person, said.post or place.post, newcomer)
    return await _submit(request, house, body, place.stream, before, meaning, newcomer, claim, place.said_on)


@post(
    "/v1/claims",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=ClaimBody,
        body={JSON: _SAMPLE},
        problems=("bad-date", "not-found", *REFUSALS),
    ),
    status_code=201,
)
async def post_claim(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Makes a claim in the editor's own name. It counts at once."""
    body = read_form(await request.body(), ClaimBody)
    said, newcomer = body.claim, _newcomer(body.claim)
    if said.kind is None:
        raise Problem(
            "unfit", "a claim needs a kind: in, out, elected, nominated, holds or held", field="kind"
        )
    meaning = await _meaning(house, newcomer.id if newcomer else said.person, said.post, newcomer)
    return await _submit(request, house, body, meaning.post, None, meaning, newcomer, None, None)


async def _submit(
    request: Request[Any, Any, Any],
    house: House,
    body: ClaimBody,
    stream: str,
    before: QuotedClaim | None,
    meaning: Meaning,
    newcomer: NewPerson | None,
    supersedes: str | None,
    said_on: str | None,
) -> Response[bytes]:
    names = await house.views.named([meaning.person, meaning.post, meaning.organization or ""])
    said = body.claim
    claim = Claim(
        id="",
        kind=said.kind or (before.kind if before else "holds"),
        person=" ".join((said.person_name or "").split()) if newcomer else names[meaning.person],
        post=names[meaning.post],
        organization=names.get(meaning.organization or ""),
        capacity=said.capacity or (before.capacity if before else "substantive"),
        date=said_or(said.date, before.date if before else None),
        start=said_or(said.start, before.start if before else None),
        end=said_or(said.end, before.end if before else None),
        reason=said_or(said.reason, before.reason if before else None),
        attribution=said_or(said.attribution, before.attribution if before else None),
        official=said.official if said.official is not None else bool(before and before.official),
    )
    note = note_of(body.reason)
    contents = [note]
    if body.evidence is not None:
        contents.append(content_of(body.evidence, "evidence", MAX_EVIDENCE))
    given = day(body.said_on, "said_on")
    told = str(given or _published(before) or said_on or await house.views.last_day())
    mine = act_of(request, body, note)
    made: list[str] = []

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        id_, events = submitted(
            History(stream, streams[stream]),
            claim,
            meaning,
            mine,
            said_on=told,
            evidence=contents[1].ref if len(contents) > 1 else None,
            supersedes=supersedes,
        )
        made[:] = [id_]
        return {stream: events}

    about = _resource(house, supersedes) if supersedes else None
    return await done(request, house, [stream], decide, contents, made, newcomer, about)


async def _meaning(
    house: House, person: str | None, post_: str | None, newcomer: NewPerson | None = None
) -> Meaning:
    """The entities meant, all of which must be known. Raises Problem."""
    for field, given in (("person", person), ("post", post_)):
        if given is None:
            raise Problem("unfit", f"{field} is missing: give an id", field=field)
    assert person is not None
    assert post_ is not None
    known = await house.views.named([person, post_])
    if newcomer is None and (person not in known or not person.startswith("person-")):
        raise Problem("not-found", f"there is no person {person[:60]!r}", field="person")
    if into := (await house.views.merged_into([person])).get(person):
        raise Problem(
            "undecidable", f"{person} is one with {into}", field="person", see=f"/v1/persons/{into}"
        )
    summary = await house.views.post(post_)
    if summary is None:
        raise Problem("not-found", f"there is no post {post_[:60]!r}", field="post")
    return Meaning(person=person, post=post_, organization=summary.organization)


def _newcomer(said: SaidBody) -> NewPerson | None:
    if said.person_name is None:
        return None
    if said.person is not None:
        raise Problem("unfit", "give person or person_name, not both", field="person_name")
    if len(said.person_name) > 200 or not said.person_name.isprintable():
        raise Problem("unfit", "the name is unprintable or over 200 characters", field="person_name")
    try:
        return new_person(said.person_name)
    except ValueError as error:
        raise Problem("unfit", str(error), field="person_name") from None


def _resource(house: House, claim: str) -> Resource:
    return Resource(f"/v1/claims/{claim}", lambda: house.views.claim(claim))


async def _placed(house: House, claim: str) -> Placed:
    place = (await house.views.placed([claim])).get(claim) if "\0" not in claim else None
    if place is None:
        raise _no_claim(claim)
    return place


async def _claim(house: House, claim: str) -> ClaimAnswer:
    found = await house.views.claim(claim) if "\0" not in claim else None
    if found is None:
        raise _no_claim(claim)
    return found


def _no_claim(claim: str) -> Problem:
    return Problem("not-found", f"there is no claim {claim[:60]!r}", field="claim")


def _published(before: QuotedClaim | None) -> date | None:
    if before is None or before.published is None:
        return None
    return date.fromisoformat(before.published[:10])
