"""What editors do over HTTP: decide, correct and make claims, settle what is disputed, set posts."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import Parameter

from events.catalogue import Claim, PostConfigured
from events.editing import (
    Act,
    EditRefused,
    Meaning,
    NotLast,
    Overtaken,
    PostHistory,
    Undecidable,
    Unfit,
    Unknown,
    Verdict,
    configured,
    decided,
    settled,
    submitted,
    vacancy,
)
from events.envelope import NewContent
from events.history import History
from projections.answering.editing import ClaimAnswer, Placed
from projections.model import QuotedClaim
from service.bootstrap import House
from service.editing import Decide, NameTaken, NewPerson, Streams, act, new_person
from service.http.answers import answered
from service.http.editing_forms import (
    MAX_EVIDENCE,
    ActBody,
    ClaimBody,
    DecisionBody,
    SaidBody,
    SettingsBody,
    SettlementBody,
    VacancyBody,
    check_within,
    content_of,
    note_of,
    read_form,
    said_or,
)
from service.http.parameters import day
from service.http.provided import PATIENCE, key_of, wait_for
from service.problems import Problem

_MOST_SETTLED = 50  # claims


class Edited(msgspec.Struct, kw_only=True):
    """The position up to which the act is in the log (for min_position), and the claims concerned as they stand."""

    position: int
    claims: list[QuotedClaim]


class Queue(msgspec.Struct, kw_only=True):
    """Claims, those that wait longest first; `next` goes into `after` for those that follow."""

    claims: list[QuotedClaim]
    next: str | None


@get("/v1/claims", opt={"scope": "review"})
async def get_claims(
    house: House,
    review_state: Annotated[
        Literal["proposed", "accepted", "rejected", "superseded", "withdrawn"], Parameter()
    ] = "proposed",
    after: Annotated[str | None, Parameter(description="`next` of the page before")] = None,
    post: Annotated[str | None, Parameter(description="only of this post (id)")] = None,
    person: Annotated[str | None, Parameter(description="only of this person (id)")] = None,
    article: Annotated[str | None, Parameter(description="only of this article (id)")] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
    min_position: int | None = None,
) -> Response[bytes]:
    """The review queue: claims that wait for an editor, or those in another state."""
    place = _place(after)
    await wait_for(house, min_position)
    claims, last = await house.views.queue(
        review_state, place, limit, post=post, person=person, article=article
    )
    following = f"{last[0]}.{last[1]}" if last and len(claims) == limit else None
    return answered(Queue(claims=claims, next=following))


@get("/v1/claims/{claim:str}", opt={"scope": "read"})
async def get_claim(house: House, claim: str, min_position: int | None = None) -> Response[bytes]:
    """A claim with its quote, and the chain of corrections that it is part of."""
    await wait_for(house, min_position)
    return answered(await _claim(house, claim))


@post("/v1/claims/{claim:str}/decisions", opt={"scope": "review"}, status_code=201)
async def post_decision(request: Request[Any, Any, Any], house: House, claim: str) -> Response[bytes]:
    """Accepts or rejects a claim, for good: no machine and no later version of the article undoes it."""
    body = read_form(await request.body(), DecisionBody)
    place = await _placed(house, claim)
    meaning = None
    if body.person is not None or body.post is not None:
        meaning = await _meaning(house, body.person or place.person, body.post or place.post)
    note = note_of(body.reason)
    mine = _act(request, body, note)

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        history = History(place.stream, streams[place.stream])
        return {place.stream: decided(history, claim, body.state, mine, meaning)}

    return await _done(request, house, [place.stream], decide, [note], [claim])


@post("/v1/claims/{claim:str}/corrections", opt={"scope": "review"}, status_code=201)
async def post_correction(request: Request[Any, Any, Any], house: House, claim: str) -> Response[bytes]:
    """Puts a claim of the editor's in place of one that is wrong; what is left out stays as it was."""
    body = read_form(await request.body(), ClaimBody)
    place = await _placed(house, claim)
    before = (await _claim(house, claim)).claim
    said, newcomer = body.claim, _newcomer(body.claim)
    person = newcomer.id if newcomer else said.person or place.person
    meaning = await _meaning(house, person, said.post or place.post, newcomer)
    return await _submit(request, house, body, place.stream, before, meaning, newcomer, claim, place.said_on)


@post("/v1/claims", opt={"scope": "review"}, status_code=201)
async def post_claim(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Makes a claim in the editor's own name. It counts at once."""
    body = read_form(await request.body(), ClaimBody)
    said, newcomer = body.claim, _newcomer(body.claim)
    if said.kind is None:
        raise Problem(
            "bad-body", "a claim needs a kind: in, out, elected, nominated, holds or held", field="kind"
        )
    meaning = await _meaning(house, newcomer.id if newcomer else said.person, said.post, newcomer)
    return await _submit(request, house, body, meaning.post, None, meaning, newcomer, None, None)


@post("/v1/posts/{post_:str}/settlements", opt={"scope": "review"}, status_code=201)
async def post_settlement(request: Request[Any, Any, Any], house: House, post_: str) -> Response[bytes]:
    """Settles what is disputed: accepts and rejects claims of the post together."""
    body = read_form(await request.body(), SettlementBody)
    verdicts: dict[str, Verdict] = dict.fromkeys(body.accepted, "accepted")
    if both := verdicts.keys() & set(body.rejected):
        raise Problem("bad-body", f"{min(both)} is both accepted and rejected", field="rejected")
    verdicts |= dict.fromkeys(body.rejected, "rejected")
    if not verdicts or len(verdicts) > _MOST_SETTLED:
        raise Problem(
            "bad-body", f"name 1 to {_MOST_SETTLED} claims as accepted or rejected", field="accepted"
        )
    await _settings(house, post_)
    places = await house.views.placed(list(verdicts))
    for claim in verdicts:
        if claim not in places or places[claim].post != post_:
            raise Problem("not-found", f"{post_} has no claim {claim[:60]!r}", field="accepted")
    note = note_of(body.reason)
    mine = _act(request, body, note)
    at = {claim: place.stream for claim, place in places.items()}

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        histories = {name: History(name, events) for name, events in streams.items()}
        return settled(histories, verdicts, at, mine)

    return await _done(request, house, at.values(), decide, [note], list(verdicts))


@get("/v1/posts/{post_:str}/settings", opt={"scope": "read"})
async def get_settings(house: House, post_: str, min_position: int | None = None) -> Response[bytes]:
    """Seats, freshness, declared vacancies and completeness of a post."""
    await wait_for(house, min_position)
    return answered(await _settings(house, post_))


@post("/v1/posts/{post_:str}/settings", opt={"scope": "review"}, status_code=201)
async def post_settings(request: Request[Any, Any, Any], house: House, post_: str) -> Response[bytes]:
    """Sets how many seats a post has, how long a mention keeps fresh, whether its list of holders is whole."""
    body = read_form(await request.body(), SettingsBody)
    check_within(body.seats, "seats", 1, 100_000)
    check_within(body.fresh_for, "fresh_for", 1, 36_500)
    if body.complete is msgspec.UNSET and body.complete_from is not None:
        raise Problem("bad-body", "complete_from says of when, but complete is missing", field="complete")
    since = day(body.complete_from, "complete_from")
    note = note_of(body.reason)
    mine = _act(request, body, note)
    event = PostConfigured(
        seats=body.seats,
        fresh_for=body.fresh_for,
        complete=body.complete,
        complete_from=str(since) if since else None,
        note=note.ref,
    )

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        return {post_: configured(PostHistory(post_, streams[post_]), event, mine)}

    return await _done(request, house, [post_], decide, [note], [])


@post("/v1/posts/{post_:str}/vacancies", opt={"scope": "review"}, status_code=201)
async def post_vacancy(request: Request[Any, Any, Any], house: House, post_: str) -> Response[bytes]:
    """Declares that nobody holds the post from a day on, or takes that back."""
    body = read_form(await request.body(), VacancyBody)
    since = day(body.since, "from")
    note = note_of(body.reason)
    mine = _act(request, body, note)

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        return {
            post_: vacancy(PostHistory(post_, streams[post_]), str(since), mine, withdrawn=body.withdrawn)
        }

    return await _done(request, house, [post_], decide, [note], [])


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
    mine = _act(request, body, note)
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

    return await _done(request, house, [stream], decide, contents, made, newcomer)


async def _done(
    request: Request[Any, Any, Any],
    house: House,
    streams: Iterable[str],
    decide: Decide,
    contents: list[NewContent],
    claims: list[str],
    newcomer: NewPerson | None = None,
) -> Response[bytes]:
    """Acts, waits until the views show it, and answers with where it stands. Raises Problem for what is refused."""
    subject = key_of(request).subject
    position = await _refusable(
        act(house.log, streams, decide, actor=subject, contents=contents, newcomer=newcomer)
    )
    at = position if position is not None else await house.views.watermark()
    await wait_for_views(house, at)
    shown = [found.claim for claim in claims if (found := await house.views.claim(claim)) is not None]
    headers = {"Location": f"/v1/claims/{claims[0]}"} if len(claims) == 1 else None
    return answered(Edited(position=at, claims=shown), status=201 if position else 200, headers=headers)


async def wait_for_views(house: House, position: int) -> None:
    """Waits a moment for the views to show a position; the answer is right without, only older."""
    await house.views.wait_for(position, PATIENCE)


async def _refusable(acting: Any) -> int | None:
    try:
        position: int | None = await acting
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
    return position


async def _meaning(
    house: House, person: str | None, post_: str | None, newcomer: NewPerson | None = None
) -> Meaning:
    """The entities meant, all of which must be known. Raises Problem."""
    for field, given in (("person", person), ("post", post_)):
        if given is None:
            raise Problem("bad-body", f"{field} is missing: give an id", field=field)
    assert person is not None
    assert post_ is not None
    known = await house.views.named([person, post_])
    if newcomer is None and (person not in known or not person.startswith("person-")):
        raise Problem("not-found", f"there is no person {person[:60]!r}", field="person")
    summary = await house.views.post(post_)
    if summary is None:
        raise Problem("not-found", f"there is no post {post_[:60]!r}", field="post")
    return Meaning(person=person, post=post_, organization=summary.organization)


def _newcomer(said: SaidBody) -> NewPerson | None:
    if said.person_name is None:
        return None
    if said.person is not None:
        raise Problem("bad-body", "give person or person_name, not both", field="person_name")
    if len(said.person_name) > 200 or not said.person_name.isprintable():
        raise Problem("bad-body", "the name is unprintable or over 200 characters", field="person_name")
    try:
        return new_person(said.person_name)
    except ValueError as error:
        raise Problem("bad-body", str(error), field="person_name") from None


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


async def _settings(house: House, post_: str) -> Any:
    found = await house.views.settings(post_)
    if found is None:
        raise Problem("not-found", f"there is no post {post_[:60]!r}", field="post")
    return found


def _act(request: Request[Any, Any, Any], body: ActBody, note: NewContent) -> Act:
    return Act(actor=key_of(request).subject, note=note.ref, seen=body.seen)


def _published(before: QuotedClaim | None) -> date | None:
    if before is None or before.published is None:
        return None
    return date.fromisoformat(before.published[:10])


def _place(after: str | None) -> tuple[int, str]:
    if after is None:
        return 0, ""
    position, _, claim = after.partition(".")
    if not position.isascii() or not position.isdigit() or len(position) > 18 or not claim or "\0" in claim:
        raise Problem(
            "bad-request", f"{after[:60]!r} is no cursor: give `next` of the page before", field="after"
        )
    return int(position), claim
