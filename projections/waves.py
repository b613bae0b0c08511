"""Which events of a batch may be applied together: those that touch nothing in common. Pure.

Whatever the order in which events that touch nothing in common are applied, the rows are the same; so many of them
take the round trips of one. What a wave touches is settled before it begins: posts by the claims' resolutions, the
stored ones and those that the batch itself brings.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from events.catalogue import (
    AnyEvent,
    ArticleRead,
    ArticleReceived,
    ClaimsDecided,
    ClaimsResolved,
    NameReserved,
    OrganizationCreated,
    PersonCreated,
    PersonNamed,
    PostOpened,
)
from events.envelope import Recorded


def claims_of(event: AnyEvent) -> Sequence[str]:
    """The claims that an event of those which go together names."""
    match event:
        case ArticleRead(claims=claims):
            return [claim.id for claim in claims]
        case ClaimsResolved(resolutions=resolutions):
            return [each.claim for each in resolutions]
        case ClaimsDecided(decisions=decisions):
            return [each.claim for each in decisions]
        case _:
            return ()


def waves(events: Sequence[Recorded], meant: Iterable[tuple[str, str]]) -> list[list[Recorded]]:
    """The events in waves to be applied one after the other; within one they touch nothing in common.

    `meant` are pairs of claim and post: what is stored of the claims that the events name. An event of any other
    kind than the most frequent ones is a wave of its own, behind all before it and before all behind it.
    """
    posts: dict[str, set[str]] = defaultdict(set)
    for claim, post in [*meant, *_resolved(events)]:
        posts[claim].add(post)
    found: list[list[Recorded]] = []
    first = 0  # behind the last event that went alone
    last: dict[str, int] = {}
    for recorded in events:
        touched = _touched(recorded, posts)
        if touched is None:
            found.append([recorded])
            first, last = len(found), {}
            continue
        wave = max([first, *(last[each] + 1 for each in touched if each in last)])
        if wave == len(found):
            found.append([])
        found[wave].append(recorded)
        last.update(dict.fromkeys(touched, wave))
    return found


def _resolved(events: Iterable[Recorded]) -> Iterator[tuple[str, str]]:
    for recorded in events:
        if isinstance(recorded.event, ClaimsResolved):
            yield from (
                (each.claim, each.post) for each in recorded.event.resolutions if each.post is not None
            )


def _touched(recorded: Recorded, posts: Mapping[str, Collection[str]]) -> set[str] | None:
    """What the event's rows and folds read or write, by id; None: it goes alone."""
    match recorded.event:
        case ArticleReceived(uri=uri):
            return {recorded.stream, uri}
        case ArticleRead() | ClaimsResolved() | ClaimsDecided():
            claims = claims_of(recorded.event)
            return {recorded.stream, *claims, *(post for claim in claims for post in posts.get(claim, ()))}
        case PersonCreated() | PersonNamed() | OrganizationCreated() | NameReserved() | PostOpened():
            return {recorded.stream}
        case _:
            return None
