"""Resignations that are handed in, handed over and accepted: "tendered his resignation", "hands over to A"."""

from events.reading.complements import complement
from events.reading.leaving import departure
from events.reading.objects import objects
from events.reading.subjects import subject
from events.reading.telling import Telling


def tender(t: Telling, at: int) -> None:
    """ "has tendered his resignation", "announced her retirement" """
    if t.row[at].low.startswith("hand") and t.row[at + 1 : at + 2] and t.row[at + 1].low == "over":
        hand_over(t, at)
        return
    for place in range(at + 1, min(at + 5, len(t.row))):
        low = t.row[place].low
        if low in ("resignation", "retirement", "departure") and _own(t, place):
            offered = t.row[at].low == "offered"
            if not offered:
                departure(t, at, place + 1, "retired" if low == "retirement" else "resigned", "tenders")
            return
        if t.row[place].kind != "W" or low in (",", "that", "."):
            return


_HANDED = frozenset(
    "power the his her reins office leadership control helm duties presidency premiership".split()
)


def hand_over(t: Telling, at: int) -> None:
    """ "B hands over to A as chief executive", "hands over power to A": an out for B and an in for A."""
    place = at + 2
    while place < len(t.row) and place < at + 6 and t.row[place].low in _HANDED:
        place += 1
    who = subject(t.story, t.scene, at, t.focus)
    if who is None or not (t.row[place : place + 1] and t.row[place].low == "to"):
        return
    done_to = objects(t.row, place, reach=4)
    if done_to is None or t.is_unreal(at, who.at, who.verbs) or len(who.names) > 1:
        return
    successor = done_to[0][0]
    taken = complement(t.story, t.scene, done_to[1])
    phrase = who.phrases[0] if who.phrases else None
    roles, anaphoric = t.left_posts(who.names[0], phrase, taken)
    end = successor.core[1] if taken is None else taken.end
    for role in roles:
        t.find(
            "out", who.names[0], role, who.start, end, at, "hands-over", reason="unknown", anaphoric=anaphoric
        )
        t.find("in", successor.text, role, who.start, end, at, "hands-over", anaphoric=anaphoric)
    if phrase is not None:
        t.drop(phrase, roles)


_HIS = frozenset("his her its their formally".split())
_GOVERNMENT = frozenset(["government", "cabinet"])


def _own(t: Telling, place: int) -> bool:
    """ "his resignation", "his government's resignation", "the resignation of his cabinet": the subject's own."""
    before = [phrase.low for phrase in t.row[max(0, place - 3) : place]]
    if before[-1:] and before[-1] in _HIS:
        return True
    if len(before) == 3 and before[0] in _HIS and before[1] in _GOVERNMENT and before[2] in ("'s", "'"):
        return True
    after = [phrase.low for phrase in t.row[place + 1 : place + 4]]
    return len(after) == 3 and after[0] == "of" and after[1] in _HIS and after[2] in _GOVERNMENT


def accept(t: Telling, at: int) -> None:
    """ "Parliament accepted the resignation on Sunday": of the one told of last; with a name the noun tells it."""
    following = [phrase.low for phrase in t.row[at + 1 : at + 4]]
    if len(following) < 2 or following[0] not in ("the", "his", "her") or following[1] != "resignation":
        return
    if following[2:] in (["of"], ["from"]) or t.focus is None or t.is_unreal(at, at, t.auxiliaries(at)):
        return
    roles, _ = t.left_posts(t.focus, None, None)
    for role in roles:
        t.find(
            "out",
            t.focus,
            role,
            t.row[at].start,
            t.row[at + 2].end,
            at,
            "accepts",
            reason="resigned",
            anaphoric=True,
            pronoun=True,
        )
