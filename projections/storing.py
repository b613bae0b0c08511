"""What to write so that the stored memberships of a post become the folded ones. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

import msgspec

from projections.model import Membership
from projections.rows import Stored, widened


class Link(msgspec.Struct, frozen=True):
    """A claim that stands behind a membership from here on, and the day it attests."""

    membership: int
    claim: str
    attested: date | None


class Writes(msgspec.Struct):
    """Rows to close and rows to open, all at the position of one event."""

    closed: list[int] = []
    opened: list[tuple[int, Membership]] = []
    unlinked: list[tuple[int, str]] = []
    linked: list[Link] = []


def writes(
    before: Sequence[Stored],
    after: Sequence[Membership],
    published: Mapping[str, date | None],
    position: int,
    ids: Iterator[int],
) -> Writes:
    """The fewest rows that lead from `before` to `after` at `position`.

    `published` gives the publication day of each claim, `ids` those of new memberships. A membership keeps its id
    while it is the same person's in the same capacity and shares the most claims.
    """
    todo = Writes()
    left: dict[tuple[str, str], list[Stored]] = {}
    for each in before:
        left.setdefault((each.membership.person, each.membership.capacity), []).append(each)
    for membership in after:
        candidates = left.get((membership.person, membership.capacity), [])
        known = _same(membership, candidates)
        if known is None:
            key = next(ids)
            todo.opened.append((key, membership))
            links: Mapping[str, tuple[int, date | None]] = {}
        else:
            key, links = known.id, known.links
            candidates.remove(known)
        gone = sorted(set(links) - set(membership.claims))
        new = [Link(key, claim, _attested(membership, published.get(claim))) for claim in membership.claims
               if claim not in links]  # fmt: skip
        todo.unlinked.extend((key, claim) for claim in gone)
        todo.linked.extend(new)
        if known is not None and not _told(known, membership, gone, new, position):
            todo.closed.append(key)
            todo.opened.append((key, membership))
    for ended in sorted(chain.from_iterable(left.values()), key=lambda each: each.id):
        todo.closed.append(ended.id)
        todo.unlinked.extend((ended.id, claim) for claim in sorted(ended.links))
    return todo


def _same(membership: Membership, candidates: Iterable[Stored]) -> Stored | None:
    """Of the same person's, in the same capacity, the one that this one continues, if any."""
    claims = set(membership.claims)
    best: tuple[tuple[int, bool, int], Stored] | None = None
    for candidate in candidates:
        other = candidate.membership
        score = (len(claims & set(other.claims)), other.start == membership.start, -candidate.id)
        if score[:2] != (0, False) and (best is None or score > best[0]):
            best = (score, candidate)
    return best[1] if best else None


def _attested(membership: Membership, day: date | None) -> date | None:
    first, last = membership.first_attested, membership.last_attested
    if day is None or first is None or last is None or not first <= day <= last:
        return None
    return day


def _told(known: Stored, membership: Membership, gone: list[str], new: list[Link], position: int) -> bool:
    """Whether the stored row and the links, old and new, tell the membership already."""
    links = [link for claim, link in known.links.items() if claim not in gone]
    links.extend((position, link.attested) for link in new)
    first, last = widened(known.row_attested, known.row_from, links)
    told = msgspec.structs.replace(
        known.membership, first_attested=first, last_attested=last, claims=membership.claims
    )
    return told == membership
