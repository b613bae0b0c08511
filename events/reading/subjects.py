"""Whom a verb is said of: the person before it, beyond an aside, or meant by a pronoun."""

import msgspec

from events.reading.phrases import Phrase
from events.reading.scene import Scene, Story
from events.reading.words import words

_AUXILIARIES = frozenset(
    "went goes has have had was were is are been be being will would to did does got gets 'd 'll".split()
)
_ADVERBS = words("adverbs")
_PASSIVE = frozenset("was were is are been be being get gets got ben".split())
# "agreed to resign", "was asked to quit", "is due to retire", "went on to become": it comes to pass.
_GOVERNORS = frozenset(
    "intends intended plans planned agreed decided forced compelled ordered set due scheduled on chose "
    "elected asked".split()
)
_PLURAL = frozenset("have were are".split())
_PRONOUNS = frozenset(["he", "she"])
_NEGATIONS = frozenset("not never n't no neither nor cannot without".split())
_MODALS = frozenset("may might could should must can cannot ought shall".split())
_SAYING = frozenset("said says announced reported confirmed added that saying".split())
_BEATS = frozenset(
    "beat beats beating defeated defeats defeating edged ousted ousts toppled outpolled overcame saw".split()
)
_OF_PLACE = frozenset("of the in 's ' from , at and his her".split())
_MAX_ASIDE = 26  # phrases between a subject and its verb


class Subject(msgspec.Struct):
    """The persons that a verb is said of. `start`: token where they begin; `phrases` empty for a pronoun."""

    names: list[str]
    phrases: list[Phrase]
    start: int
    verbs: list[str]  # auxiliaries and adverbs before the verb
    at: int  # index in the row of the first of them

    @property
    def passive(self) -> bool:
        """Whether a form of "be" stands right before the verb, adverbs aside."""
        for word in self.verbs:
            if word in _PASSIVE:
                return True
            if word in _AUXILIARIES:
                return False
        return False


def subject(story: Story, scene: Scene, at: int, focus: str | None) -> Subject | None:
    """Whom the verb at `at` is said of; None where nobody named is found. `focus`: whom a pronoun means."""
    row = scene.row
    verbs: list[str] = []
    place = at - 1
    while place >= 0 and row[place].kind == "W" and _auxiliary(row[place].low):
        verbs.append(row[place].low)
        place -= 1
        if place >= 0 and verbs[-1] == "to" and row[place].low in _GOVERNORS:
            verbs.append(row[place].low)
            place -= 1
    if place < 0:
        return None
    phrase = row[place]
    if phrase.kind == "P":
        if verbs[:1] == ["to"] or verbs[-1:] == ["to"]:
            winner = _winner(row, place)
            if winner is not None:
                return _one(row, winner, verbs)
        if _belongs_to(row, place):
            return None
        return _listed(row, place, verbs)
    if phrase.low in _PRONOUNS:
        after = place > 0 and row[place - 1].low in ("when", "after", "until", "once")
        who = (_last_before(row, place) if after else _nearest(row, place)) or focus
        return None if who is None else Subject([who], [], phrase.start, verbs, place)
    if phrase.low == "who":
        before = place - 1
        if before >= 0 and row[before].low == ",":
            before -= 1
        if before >= 0 and row[before].kind == "P":
            return (
                _listed(row, before, verbs) if any(v in _PLURAL for v in verbs) else _one(row, before, verbs)
            )
        return None
    if phrase.kind in ("O", "G", "N") or phrase.low in ("'s", "government", "cabinet"):
        beyond = _beyond_place(row, place)
        if beyond is not None:
            return _listed(row, beyond, verbs)
    if phrase.low in ("before", "after") and "being" in verbs[-1:]:
        first = next((p for p in row if p.kind == "P"), None)
        return None if first is None else Subject([first.text], [first], first.start, verbs, row.index(first))
    if phrase.kind == "R" and phrase.roles is not None and phrase.roles.plural:
        for at in range(place - 1, max(-1, place - 5), -1):
            if row[at].kind == "P" and row[at + 1].low == "and":
                return _one(row, at, verbs)
    if phrase.low in (",", "and", "but", "then") or phrase.kind in ("O", "N", "G", "W"):
        return _across(row, place, verbs, focus, joined=phrase.low in ("and", "but", "then"))
    return None


def _belongs_to(row: list[Phrase], place: int) -> bool:
    """Whether the person at `place` only says whose: "the wife of A died", "an aide to A"; a cabinet is its head's."""
    before = place - 1
    if before > 0 and row[before].low == "the":
        before -= 1
    if before < 1 or row[before].low not in ("of", "for", "to", "with", "against"):
        return False
    return row[before - 1].kind == "W" and row[before - 1].low not in _RULES


_RULES = frozenset(
    "government cabinet administration leadership and , trio group title post position role job".split()
)


def _winner(row: list[Phrase], place: int) -> int | None:
    """Whom "A beat B to become" speaks of: A, where `place` is B's."""
    for at in range(place - 1, max(-1, place - 6), -1):
        if row[at].low in _BEATS:
            return next((i for i in range(at - 1, -1, -1) if row[i].kind == "P"), None)
        if row[at].kind != "W" or row[at].low in (",", "that", "said"):
            return None
    return None


def _beyond_place(row: list[Phrase], place: int) -> int | None:
    """The person in "Imad Bata of Credit Corp of Jordan were elected", "Kalevi Sorsa and his government"."""
    for at in range(place, max(-1, place - 9), -1):
        phrase = row[at]
        if phrase.kind == "P":
            after = row[at + 1]
            return (
                at
                if after.low in ("of", "from") or (after.low == "and" and row[at + 2].low in ("his", "her"))
                else None
            )
        if (
            phrase.kind == "W"
            and phrase.low not in _OF_PLACE
            and not (phrase.text.islower() and phrase.text.replace("-", "").isalpha() and at > place - 4)
        ):
            return None
        if phrase.low in _SAYING or phrase.low in ("to", "that", "by"):
            return None
    return None


def _auxiliary(low: str) -> bool:
    return low in _AUXILIARIES or low in _ADVERBS or low in _NEGATIONS or low in _MODALS or low.endswith("ly")


def _one(row: list[Phrase], place: int, verbs: list[str]) -> Subject:
    phrase = row[place]
    return Subject([phrase.text], [phrase], phrase.start, verbs, place)


def _listed(row: list[Phrase], place: int, verbs: list[str]) -> Subject:
    """ "A, B and C have resigned": all of them."""
    phrases = [row[place]]
    if not any(verb in ("has", "is", "was") for verb in verbs):
        while place >= 2 and len(phrases) < 16:
            if row[place - 1].low in ("and", ",", "&") and row[place - 2].kind == "P":
                place -= 2
            elif row[place - 1].kind == "P" and row[place - 1].appositions:
                place -= 1
            elif (
                place >= 3
                and row[place - 1].low == "and"
                and row[place - 2].low == ","
                and row[place - 3].kind == "P"
            ):
                place -= 3
            else:
                break
            phrases.insert(0, row[place])
    return Subject([one.text for one in phrases], phrases, phrases[0].start, verbs, place)


def _across(
    row: list[Phrase], place: int, verbs: list[str], focus: str | None, *, joined: bool
) -> Subject | None:
    """The subject beyond an aside ("X, who had been president, has been named") or before an "and"."""
    lowest = max(0, place - _MAX_ASIDE)
    for at in range(place, lowest - 1, -1):
        phrase = row[at]
        if phrase.low in (";", ":", "."):
            return None
        if phrase.low in _SAYING and at < place:
            following = row[at + 1]
            if joined and following.kind == "P":
                return _one(row, at + 1, verbs)
            if joined and following.low in _PRONOUNS and focus is not None:
                return Subject([focus], [], following.start, verbs, at + 1)
            return None
        if phrase.low == "who" and joined and at < place:
            before = at - 1 - (at > 0 and row[at - 1].low == ",")
            return _one(row, before, verbs) if before >= 0 and row[before].kind == "P" else None
        if phrase.kind == "P" and not joined:
            if at and row[at - 1].low in ("of", "by", "with", "to", "for", "from", "against", "under"):
                continue
            closes = at + 1 < len(row) and row[at + 1].low == ","
            if (closes or phrase.appositions or row[at + 1].start - phrase.core[1] > 0) and row[
                place
            ].low == ",":
                return _listed(row, at, verbs)
            return None
    if joined:
        for at in range(lowest, place):
            if row[at].kind == "P" and not (
                at and row[at - 1].low in ("of", "by", "with", "to", "for", "from", "against", "under", "in")
            ):
                return _one(row, at, verbs)
            if row[at].low in _PRONOUNS and focus is not None:
                return Subject([focus], [], row[at].start, verbs, at)
    return None


def _last_before(row: list[Phrase], place: int) -> str | None:
    return next((phrase.text for phrase in reversed(row[:place]) if phrase.kind == "P"), None)


def _nearest(row: list[Phrase], place: int) -> str | None:
    """The person of the same sentence whom a pronoun means: the first one before it."""
    for phrase in row[:place]:
        if phrase.kind == "P":
            return phrase.text
    return None
