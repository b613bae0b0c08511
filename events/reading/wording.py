"""Findings become drafts: dates, attribution, quotes; what is said twice is said once."""

from functools import lru_cache

from events.catalogue import Span
from events.reading.confidence import confidence
from events.reading.dating import date_changes, date_holdings
from events.reading.extractor import Draft
from events.reading.finding import Finding
from events.reading.says import attribution
from events.reading.scene import Story

_MAX_QUOTE = 480
_MOST = 40  # claims of one person; an article that says more of one is no article


def drafts(story: Story, found: list[Finding]) -> list[Draft]:
    """The drafts of an article, in the order of the text, none twice."""
    changes = [one for one in found if one.kind not in ("holds", "held")]
    kept: list[Finding] = []
    of_person: dict[str, list[Finding]] = {}
    for finding in changes:
        others = of_person.setdefault(finding.person, [])
        if len(others) < _MOST and not any(_same(finding, other) for other in others):
            others.append(finding)
            kept.append(finding)
    date_changes(story, kept)
    arrived = {finding.person for finding in kept if finding.kind == "in"}
    for finding in kept:
        if finding.reason == "unknown" and finding.person in arrived:
            finding.reason = "moved"  # the article gives the person another post
    for finding in found:
        if finding.kind in ("holds", "held"):
            others = of_person.setdefault(finding.person, [])
            if len(others) < _MOST and not any(_covers(other, finding) for other in others):
                others.append(finding)
                kept.append(finding)
    date_holdings(story, [finding for finding in kept if finding.kind in ("holds", "held")])
    kept.sort(key=lambda one: (one.scene, one.start, one.end))
    return [_draft(story, finding) for finding in kept]


def _words(finding: Finding) -> frozenset[str]:
    return _plain(tuple(finding.role.words))


@lru_cache(maxsize=4096)
def _plain(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower().rstrip("s") for word in words if word not in ("of", "the", "for", "and"))


def _same_post(one: Finding, other: Finding) -> bool:
    """Whether two wordings may name one post: ranks agree, one holds the other, organisations do not differ."""
    first, second = _words(one), _words(other)
    if (first ^ second) & _RANKS or not (first <= second or second <= first):
        return False
    if one.organization is None or other.organization is None:
        return True
    here, there = (_ALIASES.get(o.lower(), o.lower()).split() for o in (one.organization, other.organization))
    known, other_known = set(here) - _GENERIC, set(there) - _GENERIC
    if one.scene != other.scene and any(
        a.startswith(b) or b.startswith(a) for a in known for b in other_known
    ):
        return True  # "Fed" and "Federal Reserve"
    return (
        known <= other_known
        or other_known <= known
        or (one.scene != other.scene and one.role.organization is None)
    )


_ALIASES = {
    "uk": "britain",
    "u.k.": "britain",
    "united kingdom": "britain",
    "united states": "u.s.",
    "us": "u.s.",
}
_GENERIC = frozenset("the of corp inc co ltd company u.s. united states house".split())
_RANKS = frozenset(
    "vice deputy assistant associate executive senior chief under shadow general co-chairman chairman".split()
)


def _same(one: Finding, other: Finding) -> bool:
    kinds = {one.kind, other.kind}
    return (
        one.person == other.person
        and (len(kinds) == 1 or kinds <= {"in", "elected", "nominated"})
        and _same_post(one, other)
    )


def _covers(other: Finding, hold: Finding) -> bool:
    """Whether a change or an earlier hold already says what this hold says."""
    if other.person != hold.person or other.kind in ("elected", "nominated"):
        return False
    if other.kind == "in" and hold.kind == "held":
        return False
    return _same_post(other, hold)


def _draft(story: Story, finding: Finding) -> Draft:
    scene = story.scenes[finding.scene]
    tokens = scene.tokens
    said = None
    if finding.kind not in ("holds", "held"):
        said = attribution(story, scene, finding.start, finding.end)
    start, end = tokens[finding.start].start, tokens[min(finding.end, len(tokens)) - 1].end
    if end - start > _MAX_QUOTE:
        start = tokens[max(finding.start, min(finding.at, finding.end - 1))].start
        end = min(end, start + _MAX_QUOTE)
    return Draft(
        kind=finding.kind,
        person=finding.person,
        post=finding.role.post,
        organization=finding.organization,
        capacity="acting" if finding.acting else "substantive",
        date=finding.date,
        start=finding.begin,
        end=finding.until,
        reason=finding.reason,
        modality="reported" if finding.reported else "actual",
        background=finding.background,
        attribution=None if said is None else said.text,
        official=said is not None and said.official,
        quote=Span(start=start, end=end),
        confidence=confidence(finding),
        rule=finding.rule
        + ("+pronoun" if finding.pronoun else "")
        + ("+elsewhere" if finding.anaphoric else ""),
    )
