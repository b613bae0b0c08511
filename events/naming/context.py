"""What an article's claims say about each other before any register is asked. Pure.

The fullest form of a person's name in the article stands for the shorter ones, and the countries it speaks of say
whose Senate or Defence Ministry may be meant.
"""

from collections.abc import Iterable, Sequence

import msgspec

from events.catalogue import Claim
from events.naming.countries import Country, country_named
from events.naming.organizations import is_generic, organization_fingerprint, public_body, within
from events.naming.persons import compatible, family_name, is_bare, person_fingerprint, person_keys
from events.naming.posts import Worded, post_key, worded


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A claim with its names told apart."""

    claim: Claim
    person: str  # the fullest form of the name in the article
    label: str  # the post without its organization
    post_key: str
    organization: str | None  # as worded, or as the post's words tell it
    organizations: tuple[str, ...]  # the fingerprints it may have; empty where the article names none
    generic: bool  # the organization's name says which kind of body it is, not which one


def mentions(claims: Iterable[Claim]) -> tuple[Mention, ...]:
    """The claims' names, in the order of the claims."""
    listed = tuple(claims)
    parted = [worded(claim.post, claim.organization) for claim in listed]
    names = _Names(claim.person for claim in listed)
    countries = _countries(parted)
    return tuple(
        _mention(claim, post, names.fullest(claim.person), countries)
        for claim, post in zip(listed, parted, strict=True)
    )


def _mention(claim: Claim, post: Worded, person: str, countries: Sequence[Country]) -> Mention:
    organization = post.organization
    generic = organization is not None and is_generic(organization)
    prints: tuple[str, ...] = ()
    if organization is not None:
        prints = (
            tuple(within(country, organization) for country in countries)
            if generic
            else (organization_fingerprint(organization),)
        )
    return Mention(
        claim=claim,
        person=person,
        label=post.label,
        post_key=post_key(post.label),
        organization=organization,
        organizations=tuple(print_ for print_ in prints if print_),
        generic=generic,
    )


def _countries(posts: Iterable[Worded]) -> list[Country]:
    """The countries that the article's claims name, each once."""
    found: dict[str, Country] = {}
    for post in posts:
        if post.organization is None:
            continue
        country = country_named(post.organization)
        if country is None and (body := public_body(post.organization)) is not None:
            country = body.country
        if country is not None:
            found.setdefault(country.key, country)
    return list(found.values())


class _Names:
    """The names of an article, each found by its family name and without its middle names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_short: dict[str, list[str]] = {}
        self._by_family: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            if not is_bare(name):
                self._by_short.setdefault(person_keys(name)[-1], []).append(name)
                self._by_family.setdefault(family_name(name), []).append(name)

    def fullest(self, name: str) -> str:
        """The one fuller form of the name; the name itself where there is none, or several."""
        if is_bare(name):
            fuller = [self.fullest(other) for other in self._by_family.get(family_name(name), ())]
        else:
            length = _length(name)
            alike = self._by_short.get(person_keys(name)[-1], ())
            fuller = [other for other in alike if _length(other) > length and compatible(name, other)]
        return fuller[0] if len({person_fingerprint(other) for other in fuller}) == 1 else name


def _length(name: str) -> int:
    return len(person_fingerprint(name).split())
