"""A read side in memory: a fold of the log into names and memberships, as small as the desk's questions allow.

It reads the real log, and only when asked to catch up, so a desk that forgets to wait sees old answers.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    ArticleTraced,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    Decision,
    OrganizationCreated,
    PersonCreated,
    PersonMerged,
    PersonNamed,
    PostOpened,
    Resolution,
)
from events.envelope import Recorded
from events.log import Log
from events.naming.organizations import organization_fingerprint
from events.naming.persons import person_keys
from events.naming.posts import post_key
from events.register import Backing, Holding, KnownOrganization, KnownPerson, KnownPost


class ReadSide:
    """Implements Register and Standing."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._position = 0
        self.names: dict[str, list[str]] = {}  # of persons
        self.organization_names: dict[str, str] = {}
        self.opened: dict[str, PostOpened] = {}
        self._articles: dict[str, ArticleReceived] = {}
        self._merged: dict[str, str] = {}
        self._origins: dict[str, str] = {}  # of articles that were traced
        self._claims: dict[str, tuple[str, Claim]] = {}  # article and claim, in the order of the log
        self._resolutions: dict[str, Resolution] = {}
        self._decisions: dict[str, Decision] = {}

    async def caught_up(self, position: int, patience: float) -> bool:
        while self._position < position:
            for recorded in await self._log.read(self._position):
                self._fold(recorded)
        return True

    async def persons(self, keys: Sequence[str]) -> Sequence[KnownPerson]:
        return [
            self._person(id_)
            for id_, names in self._named().items()
            if any(key in keys for name in names for key in person_keys(name))
        ]

    def _named(self) -> dict[str, list[str]]:
        """Every name of those who stand for themselves."""
        found = {id_: list(names) for id_, names in self.names.items() if id_ not in self._merged}
        for person, into in self._merged.items():
            found[into] += self.names[person]
        return found

    async def organizations(self, fingerprints: Sequence[str]) -> Sequence[KnownOrganization]:
        known = (
            KnownOrganization(id=id_, name=name, fingerprint=organization_fingerprint(name))
            for id_, name in self.organization_names.items()
        )
        return [organization for organization in known if organization.fingerprint in fingerprints]

    async def posts(self, keys: Sequence[str], organizations: Sequence[str]) -> Sequence[KnownPost]:
        posts = (self._post(id_) for id_ in self.opened)
        return [p for p in posts if p.key in keys and p.organization in (None, *organizations)]

    async def merged(self, persons: Sequence[str]) -> Mapping[str, str]:
        return {person: into for person, into in self._merged.items() if person in persons}

    async def holders(self, posts: Sequence[str]) -> Sequence[KnownPerson]:
        everyone = (self._person(id_) for id_ in self.names)
        return [person for person in everyone if any(post.id in posts for post in person.posts)]

    async def holdings(self, posts: Sequence[str]) -> Sequence[Holding]:
        standing: dict[tuple[str, str], Holding] = {}
        for article, claim, resolution in self._accepted():
            person, post = resolution.person, resolution.post
            if post not in posts or person is None or post is None:
                continue
            if claim.kind in ("out", "held"):
                standing.pop((post, person), None)
            elif claim.kind in ("in", "holds"):
                since = claim.date.latest if claim.date else self._published(article)
                standing.setdefault(
                    (post, person), Holding(person=person, post=post, capacity=claim.capacity, since=since)
                )
        return list(standing.values())

    async def backings(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Backing]:
        found = []
        for id_, (article, claim) in self._claims.items():
            resolution, decision = self._resolutions.get(id_), self._decisions.get(id_)
            if (
                resolution is None
                or decision is None
                or decision.state in ("rejected", "superseded", "withdrawn")
            ):
                continue
            if resolution.person is None or resolution.post is None:
                continue
            if (resolution.person, resolution.post) in pairs:
                received = self._articles[article]
                found.append(
                    Backing(
                        claim=id_,
                        article=article,
                        kind=claim.kind,
                        person=resolution.person,
                        post=resolution.post,
                        origin=self._origins.get(article) or received.credit or received.publisher,
                        official=claim.official,
                        state=decision.state,
                        rule=decision.rule,
                        day=claim.date.exact if claim.date else self._published(article),
                    )
                )
        return found

    def state(self, claim: str) -> tuple[str, str]:
        """State and rule of a claim's last decision."""
        decision = self._decisions[claim]
        return decision.state, decision.rule

    def claims_of(self, article: str) -> dict[tuple[str, str], str]:
        """The article's claims: from kind and person to id."""
        return {
            (claim.kind, claim.person): id_
            for id_, (owner, claim) in self._claims.items()
            if owner == article
        }

    def resolution(self, claim: str) -> Resolution:
        return self._resolutions[claim]

    def _fold(self, recorded: Recorded) -> None:
        self._position = recorded.position
        stream = recorded.stream
        match recorded.event:
            case PersonCreated(name=name):
                self.names[stream] = [name]
            case PersonMerged(into=into):
                self._merged[stream] = into
                for id_, meant in self._resolutions.items():
                    if meant.person == stream:
                        self._resolutions[id_] = msgspec.structs.replace(meant, person=into)
            case PersonNamed(name=name):
                self.names[stream].append(name)
            case OrganizationCreated(name=name):
                self.organization_names[stream] = name
            case PostOpened() as opened:
                self.opened[stream] = opened
            case ArticleReceived() as received:
                self._articles[stream] = received
            case ArticleTraced(origin=origin):
                self._origins[stream] = origin
            case ArticleRead(claims=claims):
                self._claims.update((claim.id, (stream, claim)) for claim in claims)
            case ClaimsResolved(resolutions=resolutions):
                self._resolutions.update((resolution.claim, resolution) for resolution in resolutions)
            case ClaimsDecided(decisions=decisions):
                self._decisions.update((decision.claim, decision) for decision in decisions)
            case _:
                pass

    def _accepted(self) -> list[tuple[str, Claim, Resolution]]:
        return [
            (article, claim, self._resolutions[id_])
            for id_, (article, claim) in self._claims.items()
            if id_ in self._decisions and self._decisions[id_].state == "accepted"
        ]

    def _person(self, id_: str) -> KnownPerson:
        posts = {r.post for _, _, r in self._accepted() if r.person == id_ and r.post is not None}
        return KnownPerson(
            id=id_, names=tuple(self.names[id_]), posts=tuple(self._post(post) for post in sorted(posts))
        )

    def _post(self, id_: str) -> KnownPost:
        opened = self.opened[id_]
        return KnownPost(
            id=id_,
            label=opened.label,
            key=post_key(opened.label),
            organization=opened.organization,
            seats=opened.seats,
        )

    def _published(self, article: str) -> date | None:
        published = self._articles[article].published
        return None if published is None else date.fromisoformat(published[:10])
