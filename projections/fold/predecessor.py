"""Whom a holder followed. Pure. Rules: docs/folding.md, "Succeeds"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from events.dates import PartialDate
from projections.model import Membership

T = TypeVar("T")
Told = tuple[
    T, str, str, str, PartialDate | None, PartialDate | None
]  # what, post, person, capacity, start, end


def predecessors(memberships: Iterable[Membership]) -> Mapping[Membership, Membership]:
    """From each holding of a post to the one that it followed. `memberships` are all of their posts."""
    return followed(
        (
            each,
            each.post,
            each.person,
            each.capacity,
            each.start.date if each.start else None,
            each.end.date if each.end else None,
        )
        for each in memberships
        if each.incoming is None
    )


def followed(held: Iterable[Told[T]]) -> Mapping[T, T]:
    """From each holding to the one that it followed, as far as that leaves no doubt.

    That is so where one person alone left the post, and another alone took it, on the very same day: of those in the
    same capacity, or else of all.
    """
    left = defaultdict[tuple[str, date, str], list[tuple[T, str]]](list)
    came = defaultdict[tuple[str, date, str], list[tuple[T, str]]](list)
    for what, post, person, capacity, start, end in held:
        for among in (capacity, ""):
            if end is not None and end.exact:
                left[post, end.exact, among].append((what, person))
            if start is not None and start.exact:
                came[post, start.exact, among].append((what, person))
    found: dict[T, T] = {}
    for key in sorted(came, key=lambda key: not key[2]):
        before, after = left.get(key, []), came[key]
        if len(before) == len(after) == 1 and before[0][1] != after[0][1]:
            found.setdefault(after[0][0], before[0][0])
    return found
