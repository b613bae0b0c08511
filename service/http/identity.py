"""Who is who, by editors' word: two persons are one, or one is two."""

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Request, Response, post

from events.catalogue import PersonCreated, Resolution
from events.envelope import NewEvent
from events.identity import PersonHistory, merged, split
from events.ids import mint
from service.bootstrap import House
from service.editing import NewPerson, Streams
from service.http.acts import REFUSALS, Edited, act_of, done
from service.http.answers import JSON
from service.http.contract import EXAMPLE_IDS, route
from service.http.editing_forms import MergeBody, SplitBody, note_of, read_form
from service.problems import Problem

_MOST_SPLIT = 200  # claims


@post(
    "/v1/persons/{person:str}/merges",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=MergeBody,
        body={JSON: {"into": EXAMPLE_IDS["other"], "reason": "The same man under his second name."}},
        problems=REFUSALS,
    ),
    status_code=201,
)
async def post_merge(request: Request[Any, Any, Any], house: House, person: str) -> Response[bytes]:
    """Says that a person is another one who is known: all claims mean the latter from here on."""
    body = read_form(await request.body(), MergeBody)
    await _known(house, "person", person)
    await _known(house, "into", body.into)
    note = note_of(body.reason)
    mine = act_of(request, body, note)

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        one, other = (PersonHistory(each, streams[each]) for each in (person, body.into))
        return {person: merged(one, other, mine)}

    return await done(request, house, [person, body.into], decide, [note], [])


@post(
    "/v1/persons/{person:str}/splits",
    opt=route(
        "review",
        Edited,
        status=201,
        also={200: Edited},
        takes=SplitBody,
        body={
            JSON: {
                "claims": [EXAMPLE_IDS["claim"]],
                "person_name": "Edda Lunde",
                "reason": "Two women of one name.",
            }
        },
        problems=REFUSALS,
    ),
    status_code=201,
)
async def post_split(request: Request[Any, Any, Any], house: House, person: str) -> Response[bytes]:
    """Says which of a person's claims mean somebody else: one who was merged into them, another, or one who is new."""
    body = read_form(await request.body(), SplitBody)
    await _known(house, "person", person)
    claims = list(dict.fromkeys(body.claims))
    if not claims or len(claims) > _MOST_SPLIT:
        raise Problem("unfit", f"name 1 to {_MOST_SPLIT} claims", field="claims")
    newcomer = await _newcomer(house, body)
    other = newcomer.id if newcomer else body.person
    assert other is not None
    into = (await house.views.merged_into([other])).get(other)
    if into not in (None, person):
        raise Problem("undecidable", f"{other} is one with {into}", field="person", see=f"/v1/persons/{into}")
    places = await house.views.placed(claims)
    moved: dict[str, list[Resolution]] = {}
    for claim in claims:
        if (place := places.get(claim)) is None or place.person != person:
            raise Problem("not-found", f"{person} has no claim {claim[:60]!r}", field="claims")
        meant = Resolution(claim=claim, person=place.person, post=place.post, organization=place.organization)
        moved.setdefault(place.stream, []).append(meant)
    note = note_of(body.reason)
    mine = act_of(request, body, note)

    def decide(streams: Streams) -> Mapping[str, Iterable[Any]]:
        brought = PersonHistory(other, streams[other])
        brought.is_known = brought.is_known or newcomer is not None
        return split(brought, PersonHistory(person, streams[person]), moved, mine)

    return await done(request, house, [other, person, *moved], decide, [note], claims, newcomer)


async def _newcomer(house: House, body: SplitBody) -> NewPerson | None:
    """One who is brought in by the split. The name is reserved for nobody: it is a namesake's, as often as not."""
    if (body.person is None) == (body.person_name is None):
        raise Problem("unfit", "give either person, an id, or person_name", field="person")
    if body.person is not None:
        await _known(house, "person", body.person)
        return None
    name = " ".join((body.person_name or "").split())
    if not name or len(name) > 200:
        raise Problem("unfit", "person_name must be a name of at most 200 characters", field="person_name")
    person = mint("person")
    return NewPerson(person, (NewEvent(stream=person, event=PersonCreated(name=name)),), {})


async def _known(house: House, field: str, person: str) -> None:
    if not person.startswith("person-") or person not in await house.views.named([person]):
        raise Problem("not-found", f"there is no person {person[:60]!r}", field=field)
