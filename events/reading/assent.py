"""Appointments that still need somebody's assent: "subject to approval by the Senate", "must be confirmed by"."""

from events.reading.finding import Finding
from events.reading.text import Token

_ASSENT = frozenset("approval confirmation consent ratification assent endorsement".split())
_GIVEN = frozenset("approved confirmed ratified endorsed".split())
_STILL = (
    ("subject", "to"),
    ("pending",),
    ("awaits",),
    ("awaiting",),
    ("needs",),
    ("requires",),
    ("must",),
    ("has", "to"),
)
_OPENING = frozenset(words[0] for words in _STILL) | {";", "but"}
_REACH = 7  # tokens between the two


def nominated(findings: list[Finding], tokens: list[Token]) -> None:
    """Makes nominations of the appointments that a sentence says are not assented to yet."""
    for finding in findings:
        if finding.kind == "in" and _awaits(tokens, finding.at):
            finding.kind, finding.date = "nominated", None


def _awaits(tokens: list[Token], after: int) -> bool:
    lows = [token.low for token in tokens]
    for start in range(after + 1, len(lows)):
        if lows[start] not in _OPENING:
            continue
        if lows[start] in (";", "but"):
            return False
        still = next((words for words in _STILL if tuple(lows[start : start + len(words)]) == words), None)
        if still is not None:
            follow = lows[start + len(still) : start + len(still) + _REACH]
            if not _ASSENT.isdisjoint(follow) or ("be" in follow and not _GIVEN.isdisjoint(follow)):
                return True
    return False
