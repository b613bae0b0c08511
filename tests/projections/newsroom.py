"""A newsroom for tests: says things to the log as the desk does, in the fewest words."""

from collections.abc import Mapping
from typing import Any

import msgspec

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    DayTurned,
    Decision,
    Event,
    OrganizationCreated,
    PersonCreated,
    PostOpened,
    PublisherRegistered,
    Resolution,
    ReviewState,
    Span,
)
from events.envelope import Append, NewContent, NewEvent
from events.ids import Category, derived, mint
from events.log import Log


class Told(msgspec.Struct, frozen=True):
    """A claim to be: its kind and whom and what it is about, and the words of the article that carry it."""

    kind: str
    person: str  # id
    post: str  # id
    quote: str
    more: Mapping[str, Any] = {}


class Newsroom:
    """`position` is the last one written."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._names: dict[str, str] = {}
        self.position = 0

    async def say(self, *events: tuple[str, Event], contents: tuple[NewContent, ...] = ()) -> int:
        """Appends events, each to its stream, and gives the last position."""
        new = tuple(NewEvent(stream=stream, event=event) for stream, event in events)
        done = await self._log.append(Append(events=new, actor="desk", contents=contents))
        self.position = done.last
        return done.last

    async def person(self, name: str) -> str:
        return await self._entity("person", name, PersonCreated(name=name))

    async def organization(self, name: str) -> str:
        return await self._entity("organization", name, OrganizationCreated(name=name))

    async def publisher(self, name: str, *, trusted: bool = True) -> str:
        return await self._entity("publisher", name, PublisherRegistered(name=name, trusted=trusted))

    async def post(self, label: str, organization: str | None = None, **settings: Any) -> str:
        return await self._entity(
            "post", label, PostOpened(label=label, organization=organization, **settings)
        )

    async def day(self, day: str, zone: str = "UTC") -> int:
        return await self.say(("clock-utc", DayTurned(day=day, zone=zone)))

    async def article(
        self,
        publisher: str,
        published: str,
        text: str,
        *told: Told,
        article: str | None = None,
        version: int = 1,
        uri: str | None = None,
        state: ReviewState = "accepted",
    ) -> str:
        """An article with its claims, resolved and decided, in the two appends that the desk makes of it."""
        article = article or mint("article")
        body = NewContent(body=text.encode(), media_type="text/plain")
        received = ArticleReceived(
            version=version, uri=uri or f"https://news.example/{article}", publisher=publisher, text=body.ref,
            original=body.ref, title_length=text.index("\n"), published=published,
        )  # fmt: skip
        await self.say((article, received), contents=(body,))
        if told:
            claims = [self.claim(article, each, text) for each in told]
            await self.say(
                (article, ArticleRead(version=version, extractor="test/1", claims=tuple(claims))),
                (article, self.resolved(*zip(claims, told, strict=True))),
                (article, self.decided(state, *claims)),
            )
        return article

    async def read(self, article: str, version: int, *claims: Claim) -> int:
        """An extractor reads a version of an article, and nobody has decided anything yet."""
        return await self.say((article, ArticleRead(version=version, extractor="test/1", claims=claims)))

    def claim(self, article: str, told: Told, text: str) -> Claim:
        start = text.index(told.quote)
        return Claim(
            id=derived("claim", article, told.kind, told.person, told.post),
            kind=told.kind,  # type: ignore[arg-type] # checked by the catalogue when it is read back
            person=self._names[told.person],
            post=self._names[told.post],
            quote=Span(start=start, end=start + len(told.quote)),
            **told.more,
        )

    def resolved(self, *claims: tuple[Claim, Told]) -> ClaimsResolved:
        return ClaimsResolved(
            resolutions=tuple(
                Resolution(claim=claim.id, person=told.person, post=told.post, basis="exact")
                for claim, told in claims
            )
        )

    def decided(self, state: ReviewState, *claims: Claim) -> ClaimsDecided:
        decisions = tuple(Decision(claim=claim.id, state=state, rule="test") for claim in claims)
        return ClaimsDecided(decisions=decisions, policy="test/1")

    async def _entity(self, category: Category, name: str, event: Event) -> str:
        entity = mint(category)
        self._names[entity] = name
        await self.say((entity, event))
        return entity
