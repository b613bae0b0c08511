"""Atom feeds of what changed about a post, a person or an organization."""

from urllib.parse import quote

from litestar import Response, get

from events.catalogue import SubscriptionFilter
from projections.model import Told
from service.bootstrap import House
from service.feeds.wanted import Wanted
from service.http.asked import Moment
from service.http.contract import route
from service.problems import Problem
from service.rendering.atom import MEDIA_TYPE, Entry, atom
from service.rendering.sentences import sentence

_ENTRIES = 50
_LOOKS = 10  # at as many Changes each, where others than the person's stand between
_NEWEST = (2**62, 0)
_NEVER = "1970-01-01T00:00:00Z"  # when a feed was changed about which nothing was ever told


@get("/v1/posts/{post:str}/feed.atom", opt=route("read", {MEDIA_TYPE: str}))
async def get_post_feed(house: House, fresh: Moment, post: str) -> Response[bytes]:
    """The newest Changes of a post, as sentences for feed readers."""
    return await _feed(house, "posts", post, SubscriptionFilter(posts=(post,)), {post})


@get("/v1/persons/{person:str}/feed.atom", opt=route("read", {MEDIA_TYPE: str}))
async def get_person_feed(house: House, fresh: Moment, person: str) -> Response[bytes]:
    """The newest Changes about a person, as sentences for feed readers."""
    posts = await house.views.posts_concerned_by((person,), ())
    return await _feed(house, "persons", person, SubscriptionFilter(persons=(person,)), posts)


@get("/v1/organizations/{organization:str}/feed.atom", opt=route("read", {MEDIA_TYPE: str}))
async def get_organization_feed(house: House, fresh: Moment, organization: str) -> Response[bytes]:
    """The newest Changes of an organization's posts, as sentences for feed readers."""
    posts = await house.views.posts_concerned_by((), (organization,))
    about = SubscriptionFilter(organizations=(organization,))
    return await _feed(house, "organizations", organization, about, posts)


async def _feed(
    house: House, kind: str, subject: str, about: SubscriptionFilter, posts: set[str]
) -> Response[bytes]:
    called = (await house.views.named([subject])).get(subject)
    if called is None or not subject.startswith(kind[:-1] + "-"):
        raise Problem("not-found", f"there is no {kind[:-1]} {subject[:60]!r}", field=kind[:-1])
    told = await _newest(house, Wanted(about=about), sorted(posts))
    concerned = {each.change.post for each in told} | {
        each.organization for each in told if each.organization
    }
    concerned |= {one.person for each in told for one in (*each.change.before, *each.change.after)}
    names = await house.views.named(sorted(concerned))
    entries = [
        Entry(
            change=each.change.id,
            title=sentence(each.change, _called(each, names), names),
            kind=each.change.kind,
            post=each.change.post,
            recorded_at=each.change.recorded_at,
        )
        for each in told
    ]
    path = f"/v1/{kind}/{quote(subject, safe='')}/feed.atom"
    body = atom(subject, called, _NEVER, entries, path=path, public_url=house.settings.public_url)
    return Response(body, media_type=MEDIA_TYPE)


async def _newest(house: House, wanted: Wanted, posts: list[str]) -> list[Told]:
    found, before = list[Told](), _NEWEST
    for _ in range(_LOOKS):
        told = await house.views.told_before(before, _ENTRIES, posts)
        found += [each for each in told if wanted.takes(each)]
        if len(told) < _ENTRIES or len(found) >= _ENTRIES:
            break
        before = told[-1].id
    return found[:_ENTRIES]


def _called(told: Told, names: dict[str, str]) -> str:
    post = names.get(told.change.post, "a post")
    return f"{post}, {names[told.organization]}" if told.organization in names else post
