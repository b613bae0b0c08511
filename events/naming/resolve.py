"""Which entities an article's claims mean: names in, ids out. Pure; asks where it is not sure, never guesses.

The shell asks the register what `questions` lists, then for the people of the posts found, and hands all of it to
`resolve`. What is new comes back as events to append, each with the reservation of its name, so that two articles
at once create one entity.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from events.catalogue import (
    Claim,
    EntityKind,
    NameReserved,
    OrganizationCreated,
    PersonCreated,
    PersonNamed,
    PostOpened,
    Resolution,
)
from events.envelope import NEW, NewEvent
from events.ids import derived
from events.naming.context import Mention, mentions
from events.naming.countries import country_named
from events.naming.organizations import organization_fingerprint, readable_name
from events.naming.people import People
from events.naming.persons import is_bare, person_fingerprint, person_keys
from events.naming.posts import clean_label
from events.naming.seats import seats_of
from events.naming.text import words
from events.register import KnownOrganization, KnownPerson, KnownPost

CREATE_FROM = 0.5  # confidence from which on a claim may bring new entities into being

# Those who go by a single name, as long as they are named with one of these posts.
_REIGNING = frozenset(
    "pope king queen emperor empress sultan emir monarch patriarch prince princess shah".split()
)


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask the register before resolving."""

    persons: tuple[str, ...]  # keys
    organizations: tuple[str, ...]  # fingerprints
    posts: tuple[str, ...]  # keys


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the register answered. `persons` holds those found by name and the people of `posts`."""

    persons: Sequence[KnownPerson] = ()
    organizations: Sequence[KnownOrganization] = ()
    posts: Sequence[KnownPost] = ()


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """A resolution for each claim, in their order, and the events that bring what is new into being."""

    resolutions: tuple[Resolution, ...]
    events: tuple[NewEvent, ...]
    expected: Mapping[str, int]  # the reserved names' streams must be new
    seats: Mapping[str, int | None]  # of each post resolved


def questions(claims: Iterable[Claim]) -> Questions:
    """The look-ups that these claims need."""
    found = mentions(claims)
    return Questions(
        persons=_unique(key for mention in found for key in person_keys(mention.person)),
        organizations=_unique(print_ for mention in found for print_ in mention.organizations),
        posts=_unique(mention.post_key for mention in found),
    )


def resolve(
    claims: Sequence[Claim],
    known: Known,
    mint: Callable[[EntityKind], str] | None,
    settled: Mapping[str, Resolution] = MappingProxyType({}),
) -> Resolved:
    """Resolves the claims of one article; `mint` gives new ids (None: nothing new is brought into being).

    `settled` holds what was resolved before and stays, by claim.
    Claims that name an organization come first, so that those which name none can lean on them.
    """
    resolver = _Resolver(known, mint)
    found = mentions(claims)
    resolutions = {claim.id: resolver.settle(settled[claim.id]) for claim in claims if claim.id in settled}
    for told in (True, False):
        for mention in found:
            if bool(mention.organizations) is told and mention.claim.id not in resolutions:
                resolutions[mention.claim.id] = resolver.resolution(mention)
    return Resolved(
        resolutions=tuple(resolutions[claim.id] for claim in claims),
        events=tuple(resolver.events),
        expected=resolver.expected,
        seats={post.id: post.seats for post in resolver.posts},
    )


class _Resolver:
    """One article's resolution under way: what is known, and what was added so far."""

    def __init__(self, known: Known, mint: Callable[[EntityKind], str] | None) -> None:
        self._minting = mint
        self._people = People(known.persons)
        self._organizations = list(known.organizations)
        self._countries = {o.id for o in self._organizations if country_named(o.name) is not None}
        self._touched: set[str] = set()  # posts that the article speaks of
        self._spoken_of: set[str | None] = set()  # organizations
        self.posts = list(known.posts)
        self.events: list[NewEvent] = []
        self.expected: dict[str, int] = {}

    def settle(self, resolution: Resolution) -> Resolution:
        """What stands already tells the rest what the article speaks of."""
        if resolution.post is not None:
            self._touched.add(resolution.post)
        if resolution.organization is not None:
            self._spoken_of.add(resolution.organization)
        return resolution

    def resolution(self, mention: Mention) -> Resolution:
        claim = mention.claim
        may_create = self._minting is not None and claim.confidence >= CREATE_FROM
        organization, organization_basis = self._organization(mention, may_create)
        post, post_basis = self._post_within(mention, organization, may_create)
        person, person_basis = self._person(mention, post, organization)
        if organization is not None:
            self._spoken_of.add(organization)
        elif mention.organization is None or mention.generic:
            post, post_basis = self._post_by_context(mention, person)
        if person is None and person_basis == "new" and may_create and post is not None:
            person = self._create_person(mention.person)
        if post is not None:
            self._touched.add(post.id)
            organization = post.organization
        return Resolution(
            claim=claim.id,
            person=None if person is None else person.id,
            post=None if post is None else post.id,
            organization=organization,
            basis=f"person: {person_basis}; post: {post_basis}; organization: {organization_basis}",
        )

    def _organization(self, mention: Mention, may_create: bool) -> tuple[str | None, str]:
        if not mention.organizations:
            return None, "not told"
        found = [o for o in self._organizations if o.fingerprint in mention.organizations]
        if len(found) == 1:
            return found[0].id, "name" if not mention.generic else "the only one of its kind here"
        if found:
            return None, "ambiguous"
        if mention.generic or mention.organization is None:
            return None, "says which kind only"
        if not may_create:
            return None, "unknown"
        organization = KnownOrganization(
            id=self._mint("organization"),
            name=readable_name(mention.organization),
            fingerprint=organization_fingerprint(mention.organization),
        )
        self._organizations.append(organization)
        self._add(organization.id, OrganizationCreated(name=organization.name))
        self._reserve("organization", organization.id, organization.fingerprint)
        return organization.id, "new"

    def _post_within(
        self, mention: Mention, organization: str | None, may_create: bool
    ) -> tuple[KnownPost | None, str]:
        if organization is None:
            return None, "unknown organization"
        found = [p for p in self.posts if p.key == mention.post_key and p.organization == organization]
        if len(found) == 1:
            return found[0], "words"
        if found:
            return None, "ambiguous"
        if not may_create or not mention.post_key:
            return None, "unknown"
        label = clean_label(mention.label)
        seats = seats_of(label)
        post = KnownPost(
            id=self._mint("post"),
            label=label,
            key=mention.post_key,
            organization=organization,
            seats=seats.seats,
        )
        self.posts.append(post)
        self._add(
            post.id,
            PostOpened(label=label, organization=organization, seats=seats.seats, fresh_for=seats.fresh_for),
        )
        self._reserve("post", post.id, organization, post.key)
        return post, "new"

    def _post_by_context(self, mention: Mention, person: KnownPerson | None) -> tuple[KnownPost | None, str]:
        """For an article that names no organization: the only such post that the person or the article knows."""
        alike = [post for post in self.posts if post.key == mention.post_key]
        own = [] if person is None else [post for post in person.posts if post.key == mention.post_key]
        told = [post for post in alike if post.id in self._touched]
        here = [post for post in alike if {post.organization} == self._spoken_of]
        for candidates, basis in (
            (own, "held by the person"),
            (told, "told in the article"),
            (here, "known in the one organization of the article"),
        ):
            ids = {post.id for post in candidates}
            if len(ids) == 1:
                return candidates[0], basis
            if ids:
                return None, "ambiguous"
        return None, "unknown organization"

    def _person(
        self, mention: Mention, post: KnownPost | None, organization: str | None
    ) -> tuple[KnownPerson | None, str]:
        """The person and how they were found; None with "new" where nobody known can be meant."""
        name = mention.person
        if not person_fingerprint(name):
            return None, "no name"
        person, basis = self._people.named(
            name,
            kind=mention.claim.kind,
            post=None if post is None else post.id,
            organization=organization,
            # A country is too wide a circle to tell that two close names are one.
            close_within=None if organization in self._countries else organization,
        )
        if person is not None:
            return self._renamed(person, name), basis
        if basis == "new" and is_bare(name) and not _REIGNING & set(mention.post_key.split()):
            return None, "a single name"
        return None, basis

    def _create_person(self, name: str) -> KnownPerson:
        person = KnownPerson(id=self._mint("person"), names=(" ".join(name.split()),))
        self._people.keep(person)
        self._add(person.id, PersonCreated(name=person.names[0]))
        self._reserve("person", person.id, person_fingerprint(name))
        return person

    def _renamed(self, person: KnownPerson, name: str) -> KnownPerson:
        """Records another spelling; not a bare name or initials, by which others could go as well."""
        prints = {person_fingerprint(n) for n in person.names}
        if self._minting is None or person_fingerprint(name) in prints or is_bare(name):
            return person
        if any(len(word) == 1 for word in words(name)):
            return person
        renamed = msgspec.structs.replace(person, names=(*person.names, name))
        self._people.keep(renamed)
        self._add(person.id, PersonNamed(name=name))
        self._reserve("person", person.id, person_fingerprint(name))
        return renamed

    def _mint(self, kind: EntityKind) -> str:
        assert self._minting is not None
        return self._minting(kind)

    def _add(
        self,
        stream: str,
        event: OrganizationCreated | PostOpened | PersonCreated | PersonNamed | NameReserved,
    ) -> None:
        self.events.append(NewEvent(stream=stream, event=event))

    def _reserve(self, kind: EntityKind, entity: str, *parts: str) -> None:
        stream = name_stream(kind, *parts)
        self.expected[stream] = NEW
        self._add(stream, NameReserved(kind=kind, entity=entity))


def name_stream(kind: EntityKind, *parts: str) -> str:
    """The stream on which a name is reserved: a person's or organization's fingerprint, a post's organization id
    and key."""
    return derived("name", kind, *parts)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
