"""Which subscriptions are to hear of what happened, out of very many. Pure; held in memory by the matcher.

Each subscription stands under terms of the one list of its filter that leaves the least (posts before persons before
organizations before areas before kinds), so that a Change meets only those that may want it. Those with the same
filter stand together: it is looked at once for all of them.
"""

from collections.abc import Iterable, Iterator

import msgspec

from events.catalogue import SubscriptionFilter
from service.webhooks.filters import Found, wants

Term = tuple[str, str, str]  # type, list, entry


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """`after`: it hears of what comes behind that position."""

    id: str
    types: tuple[str, ...]
    filter: SubscriptionFilter
    after: int


class Match(msgspec.Struct, frozen=True):
    """A subscription is to hear of something; its messages of one lane arrive in order."""

    subscription: str
    position: int
    ordinal: int
    lane: str
    type: str


class Index:
    """Subscriptions by what they want."""

    def __init__(self, subscriptions: Iterable[Subscription] = ()) -> None:
        self._known: dict[str, Subscription] = {}
        self._terms: dict[Term, dict[SubscriptionFilter, _Group]] = {}
        for subscription in subscriptions:
            self.add(subscription)

    def __len__(self) -> int:
        return len(self._known)

    def get(self, id: str) -> Subscription | None:
        return self._known.get(id)

    def add(self, subscription: Subscription) -> None:
        """In place of the one with that id, if there is one."""
        self.remove(subscription.id)
        self._known[subscription.id] = subscription
        for term in _terms(subscription):
            groups = self._terms.setdefault(term, {})
            groups.setdefault(subscription.filter, _Group()).add(subscription)

    def remove(self, id: str) -> None:
        """Forgets the subscription; does nothing where it is not known."""
        subscription = self._known.pop(id, None)
        if subscription is None:
            return
        for term in _terms(subscription):
            groups = self._terms[term]
            del groups[subscription.filter].members[id]
            if not groups[subscription.filter].members:
                del groups[subscription.filter]
            if not groups:
                del self._terms[term]

    def wanting(self, found: Found) -> list[str]:
        """The ids of those that are to hear of it, each once."""
        ids: dict[str, None] = {}
        for term in _terms_of(found):
            for wanted, group in self._terms.get(term, _NONE).items():
                if wants(wanted, found):
                    ids.update(dict.fromkeys(group.behind(found.position)))
        return list(ids)


class _Group:
    """Subscriptions with the same filter."""

    def __init__(self) -> None:
        self.members: dict[str, int] = {}  # the position behind which each hears
        self._newest = 0

    def add(self, subscription: Subscription) -> None:
        self.members[subscription.id] = subscription.after
        self._newest = max(self._newest, subscription.after)

    def behind(self, position: int) -> Iterable[str]:
        if self._newest < position:
            return self.members
        return [id for id, after in self.members.items() if after < position]


_NONE: dict[SubscriptionFilter, _Group] = {}


def _terms(subscription: Subscription) -> Iterator[Term]:
    """Where the subscription stands."""
    wanted = subscription.filter
    lists = {
        "post": wanted.posts,
        "person": wanted.persons,
        "organization": wanted.organizations,
        "area": wanted.areas,
    }
    name, entries = next(((name, entries) for name, entries in lists.items() if entries), ("", ("",)))
    for type in subscription.types:
        # Kinds are of Changes only: a redaction is looked for among those that want any.
        if not name and wanted.kinds and type != "event.redacted":
            yield from ((type, "kind", kind) for kind in wanted.kinds)
        else:
            yield from ((type, name, entry) for entry in entries)


def _terms_of(found: Found) -> Iterator[Term]:
    """Where those stand who may want it."""
    type = found.type
    yield from ((type, "post", post) for post in found.posts)
    yield from ((type, "person", person) for person in found.persons)
    yield from ((type, "organization", organization) for organization in found.organizations)
    yield from ((type, "area", area) for area in found.areas)
    if found.change is not None:
        yield (type, "kind", found.change.kind)
    yield (type, "", "")
