"""Which Changes a reader of a feed wants. Pure."""

from typing import get_args

import msgspec

from events.catalogue import ChangeType, SubscriptionFilter
from events.ids import category_of
from projections.model import ChangeKind, Told
from service.webhooks.body import type_of
from service.webhooks.filters import wants_change

_MOST = 50  # values of one parameter


class BadFilter(ValueError):
    """A filter that names nothing that there could be; `field` is the parameter at fault."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


class Wanted(msgspec.Struct, frozen=True):
    """A Change is wanted if it passes each filter that is set. Equal ones can share what was sorted out for one."""

    about: SubscriptionFilter = SubscriptionFilter()
    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def takes(self, told: Told) -> bool:
        if self.kinds and told.change.kind not in self.kinds:
            return False
        if self.types and type_of(told.change) not in self.types:
            return False
        return wants_change(self.about, told.change, told.organization)


EVERYTHING = Wanted()


def wanted(
    *, post: str | None, person: str | None, organization: str | None, kind: str | None, type: str | None
) -> Wanted:
    """From query parameters, each a list with commas. Raises BadFilter."""
    about = SubscriptionFilter(
        posts=_ids("post", post),
        persons=_ids("person", person),
        organizations=_ids("organization", organization),
    )
    return Wanted(
        about, _words("kind", kind, get_args(ChangeKind)), _words("type", type, get_args(ChangeType))
    )


def _ids(field: str, text: str | None) -> tuple[str, ...]:
    ids = _listed(field, text)
    for each in ids:
        if category_of(each) != field:
            raise BadFilter(field, f"{each[:60]!r} is no id of a {field}: they begin with {field}-")
    return ids


def _words(field: str, text: str | None, known: tuple[str, ...]) -> frozenset[str]:
    words = _listed(field, text)
    for each in words:
        if each not in known:
            raise BadFilter(field, f"{each[:60]!r} is none of {', '.join(known)}")
    return frozenset(words)


def _listed(field: str, text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    parts = tuple(sorted({part.strip() for part in text.split(",")}))
    if "" in parts:
        raise BadFilter(
            field, f"{field} holds an empty value: leave it out, or name one or several with commas"
        )
    if len(parts) > _MOST:
        raise BadFilter(field, f"{field} names {len(parts)} values; at most {_MOST} are taken")
    return parts
