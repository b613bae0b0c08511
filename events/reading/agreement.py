"""Two readings of one article made one: agreement raises confidence, disagreement goes to an editor. Pure."""

import re

import msgspec

from events.catalogue import ArticleRead, Claim
from events.dates import PartialDate

MOST = 0.99  # however many agree
DISPUTED = 0.4  # below what any publisher's claim needs to stand
ALONE = 0.85  # what only a later reader sees: below what an ordinary publisher's claim needs

_WORD = re.compile(r"[^\W_]+")
_IDLE = frozenset("of the for and a an de la du des der die das und".split())
_RANKS = frozenset("deputy vice assistant associate junior former acting interim co first second".split())
_OPPOSITE = (frozenset(("in", "out")), frozenset(("holds", "held")))


def merged(first: ArticleRead, second: ArticleRead) -> ArticleRead:
    """The claims of both, each assertion once, in the first one's words where both make it.

    - Both make it: the confidence that one of two independent readers is right.
    - They contradict each other (another day, capacity or modality, or in against out): both stay, for an editor.
    - Only the first makes it: it keeps its confidence, for silence is no denial and the first is the one trusted.
    - Only the second makes it: an editor's to judge.
    """
    agreed = {
        claim.id: other for claim in first.claims if (other := _agreeing(claim, second.claims)) is not None
    }
    backed = {other.id for other in agreed.values()}
    open_first = [claim for claim in first.claims if claim.id not in agreed]
    open_second = [claim for claim in second.claims if claim.id not in backed and claim.id not in agreed]
    claims: dict[str, Claim] = {}
    for claim in open_second:
        disputed = any(_contradict(claim, other) for other in open_first)
        claims[claim.id] = _rated(claim, DISPUTED if disputed else ALONE, "disputed" if disputed else "alone")
    for claim in open_first:
        disputed = any(_contradict(claim, other) for other in open_second)
        claims[claim.id] = _rated(claim, DISPUTED, "disputed") if disputed else claim
    for claim in first.claims:
        if (other := agreed.get(claim.id)) is not None:
            both = 1 - (1 - claim.confidence) * (1 - other.confidence)
            claims[claim.id] = _noted(claim, round(min(MOST, both), 2), "agreed")
    return ArticleRead(
        version=first.version,
        extractor=f"{first.extractor}+{second.extractor}",
        claims=tuple(sorted(claims.values(), key=_place)),
        refused=(*first.refused, *second.refused),
    )


def _agreeing(claim: Claim, others: tuple[Claim, ...]) -> Claim | None:
    return next((other for other in others if _alike(claim, other) and _agree(claim, other)), None)


def _agree(one: Claim, other: Claim) -> bool:
    return (
        one.kind == other.kind
        and one.capacity == other.capacity
        and one.modality == other.modality
        and all(
            _compatible(mine, theirs)
            for mine, theirs in ((one.date, other.date), (one.start, other.start), (one.end, other.end))
        )
    )


def _contradict(one: Claim, other: Claim) -> bool:
    same = one.kind == other.kind or frozenset((one.kind, other.kind)) in _OPPOSITE
    return same and _alike(one, other)


def _alike(one: Claim, other: Claim) -> bool:
    """Whether they speak of one person and one post, as far as the words go."""
    persons, posts = (_words(one.person), _words(other.person)), (_words(one.post), _words(other.post))
    return (
        bool(persons[0] and persons[1] and posts[0] and posts[1])
        and (persons[0] <= persons[1] or persons[1] <= persons[0])
        and (posts[0] <= posts[1] or posts[1] <= posts[0])
        and not (posts[0] ^ posts[1]) & _RANKS
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _IDLE


def _compatible(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether both may mean one day; who tells none says nothing against it."""
    if one is None or other is None:
        return True
    starts_before = one.earliest is None or other.latest is None or one.earliest <= other.latest
    ends_after = one.latest is None or other.earliest is None or other.earliest <= one.latest
    return starts_before and ends_after


def _rated(claim: Claim, at_most: float, how: str) -> Claim:
    return _noted(claim, min(claim.confidence, at_most), how)


def _noted(claim: Claim, confidence: float, how: str) -> Claim:
    return msgspec.structs.replace(claim, confidence=confidence, rule=f"{claim.rule}+{how}")


def _place(claim: Claim) -> tuple[int, int, str]:
    return (0, 0, claim.id) if claim.quote is None else (claim.quote.start, claim.quote.end, claim.id)
