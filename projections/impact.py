"""Which stored articles say something that the view no longer holds, so that an editor knows what to correct. Pure.

Told in docs/policy.md, "Impact".
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from events.catalogue import Capacity, ClaimKind, ReviewState
from events.judging import KILLED
from events.policy import RELEASED
from projections.model import Membership, Value

Trouble = Literal[
    "dated",  # it names somebody as holding a post, who has gone since
    "unsound",  # it rests on an article that was killed
    "corrected",  # an editor rejected or corrected what was read in it
]

# What an article that came after may have taken over from one that told of a turn.
_FOLLOWS: dict[ClaimKind, frozenset[ClaimKind]] = {
    "in": frozenset({"holds", "held"}),
    "elected": frozenset({"holds", "elected"}),
    "nominated": frozenset({"nominated", "elected"}),
    "out": frozenset({"held"}),
}
_RANK: tuple[Trouble, ...] = ("unsound", "corrected", "dated")


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it stands now: who made it, whom and what it means, and what became of it."""

    claim: str
    article: str | None  # None: an editor or an import says it
    rests_on: str | None  # the article whose claim it corrects
    kind: ClaimKind
    person: str
    post: str
    capacity: Capacity
    published: date | None
    state: ReviewState
    rule: str
    by_editor: bool


class Affected(Value, frozen=True, kw_only=True):
    """A claim in trouble, and why: the membership that has ended (dated), or the articles killed (unsound)."""

    claim: str
    article: str | None
    trouble: Trouble
    membership: Membership | None = None
    killed: tuple[str, ...] = ()


def impact(
    statements: Iterable[Statement], memberships: Iterable[Membership], today: date
) -> tuple[Affected, ...]:
    """The statements about some posts that the view of today does not hold any more, each with its worst trouble.

    `memberships` are those of the posts as believed now. What a machine withdrew or superseded is in no trouble: its
    article does not say it any more. Order: unsound, corrected, dated; within each by claim.
    """
    known = list(statements)
    held = list(memberships)
    killed = [each for each in known if each.state == "withdrawn" and each.rule == KILLED]
    found = [
        trouble
        for each in known
        if (trouble := _unsound(each, killed, known) or _corrected(each) or _dated(each, held, today))
    ]
    return tuple(sorted(found, key=lambda each: (_RANK.index(each.trouble), each.claim)))


def _unsound(each: Statement, killed: Sequence[Statement], known: Sequence[Statement]) -> Affected | None:
    if each.state != "accepted":
        return None
    if each.rests_on is not None:
        sources = [gone for gone in killed if gone.article == each.rests_on]
    else:
        sources = [gone for gone in killed if gone.article != each.article and _leans(each, gone, known)]
    if not sources:
        return None
    articles = sorted({article for gone in sources if (article := gone.article or gone.rests_on) is not None})
    return Affected(claim=each.claim, article=each.article, trouble="unsound", killed=tuple(articles))


def _leans(each: Statement, gone: Statement, known: Iterable[Statement]) -> bool:
    """Whether nobody else tells of what the statement took over from the killed article, or was accepted upon."""
    if (each.person, each.post, each.capacity) != (gone.person, gone.post, gone.capacity):
        return False
    if each.kind == gone.kind and each.rule == RELEASED and not each.by_editor:
        leaning = True
    else:
        later = each.published is not None and gone.published is not None and each.published >= gone.published
        leaning = later and each.kind in _FOLLOWS.get(gone.kind, ()) and not each.by_editor
    return leaning and not any(
        other.state == "accepted"
        and other.claim != each.claim
        and (other.kind, other.person, other.post, other.capacity)
        == (gone.kind, gone.person, gone.post, gone.capacity)
        for other in known
    )


def _corrected(each: Statement) -> Affected | None:
    if each.article is None or not each.by_editor or each.state not in ("rejected", "superseded"):
        return None
    return Affected(claim=each.claim, article=each.article, trouble="corrected")


def _dated(each: Statement, memberships: Sequence[Membership], today: date) -> Affected | None:
    if each.article is None or each.state != "accepted" or each.kind != "holds":
        return None
    own = [
        held
        for held in memberships
        if (held.person, held.post, held.incoming) == (each.person, each.post, None)
    ]
    if any(not _over(held, today) for held in own):
        return None
    membership = next((held for held in own if each.claim in held.claims), None)
    if membership is None:
        return None
    return Affected(claim=each.claim, article=each.article, trouble="dated", membership=membership)


def _over(membership: Membership, today: date) -> bool:
    end = membership.end
    return end is not None and end.date.latest is not None and end.date.latest <= today
