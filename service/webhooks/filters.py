"""What a subscription's filter may hold, and what it lets through. Pure.

A filter holds lists. One that is empty lets everything through; what happened must meet every other one. Persons,
capacities and standings are of the memberships that a Change concerns: one and the same membership must meet all three.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import get_args

import msgspec

from events.catalogue import SubscriptionFilter
from events.naming.countries import country_named, country_within
from events.naming.text import words_with_initialisms
from projections.model import Change, ChangeKind, Standing

MAX_ENTRIES = 1_000  # of one list


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, with what filters look at. `change` is None for a redaction, which has no kind."""

    position: int
    ordinal: int
    lane: str
    type: str
    posts: tuple[str, ...]
    organizations: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    change: Change | None = None
    merged: Mapping[str, Sequence[str]] = {}  # the ids by which a person was known before a merge


class BadFilter(ValueError):
    """A filter would never let anything through, or not what was meant; says which list, and what to do."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def wants(wanted: SubscriptionFilter, found: Found) -> bool:
    """Whether what happened is what the filter lets through."""
    if not (
        _meets(wanted.posts, found.posts)
        and _meets(wanted.organizations, found.organizations)
        and _meets(wanted.areas, found.areas)
    ):
        return False
    if found.change is None:
        return _meets(wanted.persons, found.persons)
    return _wants_change(wanted, found.change, found.merged)


def wants_change(wanted: SubscriptionFilter, change: Change, organization: str | None) -> bool:
    """The same of a Change, where no areas are in the filter; `organization` is the post's."""
    return (
        _meets(wanted.posts, (change.post,))
        and _meets(wanted.organizations, () if organization is None else (organization,))
        and _wants_change(wanted, change, {})
    )


def tidied(given: SubscriptionFilter) -> SubscriptionFilter:
    """The filter as it is kept: sorted, no entry twice, areas by the key of their country. Raises BadFilter."""
    for name, entries in msgspec.structs.asdict(given).items():
        if len(entries) > MAX_ENTRIES:
            raise BadFilter(
                name, f"there are {len(entries)} entries, at most {MAX_ENTRIES} may be: subscribe twice"
            )
    _only(given.kinds, get_args(ChangeKind), "kinds")
    _only(given.standings, get_args(Standing), "standings")
    areas = []
    for entry in given.areas:
        country = country_named(entry) or country_named(entry.replace("-", " "))
        if country is None:
            raise BadFilter(
                "areas", f"no country is known by the name {entry[:60]!r}: write it as in `Russia`"
            )
        areas.append(country.key)
    tidy = {**msgspec.structs.asdict(given), "areas": areas}
    return SubscriptionFilter(**{name: tuple(sorted(set(entries))) for name, entries in tidy.items()})


def named_entities(given: SubscriptionFilter) -> Mapping[str, Sequence[str]]:
    """The ids in a filter, by list: they must be known."""
    return {"posts": given.posts, "persons": given.persons, "organizations": given.organizations}


@lru_cache(maxsize=16_384)
def area_of(label: str, organization: str | None) -> str | None:
    """The key of the country that a post belongs to, by its organization's name or else its own; None: neither."""
    for text in (organization, label):
        if text and (found := country_within(words_with_initialisms(text), demonyms=True)):
            return found[0].key
    return None


def _wants_change(wanted: SubscriptionFilter, change: Change, merged: Mapping[str, Sequence[str]]) -> bool:
    if wanted.kinds and change.kind not in wanted.kinds:
        return False
    return not (wanted.persons or wanted.capacities or wanted.standings) or any(
        _meets(wanted.persons, (membership.person, *merged.get(membership.person, ())))
        and (not wanted.capacities or membership.capacity in wanted.capacities)
        and (not wanted.standings or membership.standing in wanted.standings)
        for membership in (*change.before, *change.after)
    )


def _meets(wanted: Sequence[str], there: Iterable[str]) -> bool:
    return not wanted or any(entry in wanted for entry in there)


def _only(entries: Sequence[str], known: Sequence[str], field: str) -> None:
    for entry in entries:
        if entry not in known:
            raise BadFilter(field, f"{entry[:60]!r} is none of {', '.join(known)}")
