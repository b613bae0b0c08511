"""Who does what to whom, read off a row of phrases around a verb."""

import msgspec

from events.reading.countries import country
from events.reading.phrases import Phrase
from events.reading.posts import Role
from events.reading.scene import Scene, Story

_AUXILIARIES = frozenset(
    "went goes has have had was were is are been be being will would to did does got gets 'd 'll".split()
)
_ADVERBS = frozenset(
    "since formerly newly long even effectively also already then now today yesterday just ben again ago later earlier first soon once twice thus himself herself "
    "monday tuesday wednesday thursday friday saturday sunday on in all both each together".split()
)
_PASSIVE = frozenset("was were is are been be being get gets got ben".split())
# "agreed to resign", "was asked to quit", "is due to retire", "went on to become": it comes to pass.
_GOVERNORS = frozenset(
    "intends intended plans planned agreed decided forced compelled ordered set due scheduled on chose elected asked".split()
)
_PLURAL = frozenset("have were are".split())
_PRONOUNS = frozenset(["he", "she"])
_NEGATIONS = frozenset("not never n't no neither nor cannot without".split())
_MODALS = frozenset("may might could should must can cannot ought shall".split())
_SAYING = frozenset("said says announced reported confirmed added that saying".split())
_FILLERS = frozenset(
    "as to be become serve the a an his her their its our new post posts position positions role roles job jobs office "
    "of additional title titles an also both country company nation next 's up take over duties seat responsibilities "
    "fill vacancy unexpired newly permanent full-time effective immediately from interim again instead one place for acting back formally "
    "today yesterday on in this that joint added vacant woman female person ever youngest oldest first second third "
    "caretaker overall term terms newly-created created limited time two-year three-year four-year five-year six-year "
    "permanent supreme top".split()
)
_KIN = frozenset("son brother father daughter sister wife husband deputy nephew cousin".split())
_ANAPHORS = frozenset("post posts position positions role job office seat duties".split())
_MAX_ASIDE = 26  # phrases between a subject and its verb
_MAX_COMPLEMENT = 12


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


class Complement(msgspec.Struct):
    """The posts that a verb takes after it, or a word that stands for one ("his post")."""

    roles: list[Role]
    end: int  # token
    anaphor: bool
    at: int  # index in the row after it


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
            and not (phrase.text.islower() and phrase.text.isalpha() and at > place - 4)
        ):
            return None
        if phrase.low in _SAYING or phrase.low in ("to", "that", "by"):
            return None
    return None


_OF_PLACE = frozenset("of the in 's ' from , at and his her".split())


def past_place(row: list[Phrase], at: int) -> int:
    """The index after "of Kuwait's Burgan Bank", "of Maricopa, Ariz."; `at` itself where no such words stand."""
    if at >= len(row) or row[at].low not in ("of", "from"):
        return at
    place = at + 1
    while (
        place < len(row)
        and place < at + 9
        and (
            row[place].kind in ("O", "N", "G")
            or row[place].low in ("of", "the", "'s", "'")
            or (row[place].low == "," and place + 1 < len(row) and row[place + 1].kind in ("N", "G"))
        )
    ):
        place += 1
    return place if place > at + 1 else at


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


def objects(row: list[Phrase], at: int, reach: int = 9) -> tuple[list[Phrase], int] | None:
    """The persons that the verb at `at` is done to, and the index after them."""
    for place in range(at + 1, min(at + 1 + reach, len(row))):
        phrase = row[place]
        if phrase.kind == "P":
            found = [phrase]
            while place + 2 < len(row) and row[place + 1].low in ("and", ",") and row[place + 2].kind == "P":
                found.append(row[place + 2])
                place += 2
            if len(found) > 1 and row[place - 1].low != "and":
                found = found[:1]
                place = at + 1 + [row[at + 1 + k] is found[0] for k in range(reach)].index(True)
            return found, place + 1
        if phrase.low == "and" and place + 1 < len(row) and row[place + 1].kind == "W":
            continue
        if phrase.low == "," and row[place - 1].low in _KIN:
            continue
        if (
            phrase.kind in ("O", "N", "G")
            and place + 1 < len(row)
            and row[place + 1].low not in ("as", "to", ",", ".")
        ):
            continue
        if phrase.kind != "W" or phrase.low in (
            ",",
            ".",
            ";",
            "that",
            "by",
            "to",
            "who",
            "in",
            "at",
            "as",
            "and",
        ):
            return None
    return None


def past_aside(row: list[Phrase], at: int) -> int:
    """The index after ", a former senator from Ohio,"; `at` itself where no short aside stands there."""
    if at >= len(row) or row[at].low != ",":
        return at
    for place in range(at + 1, min(at + 11, len(row))):
        if row[place].low in ("who", "and", "which", ".", "said", ";"):
            return at
        if row[place].low == ",":
            after = row[place + 1 : place + 2]
            return place + 1 if after and after[0].low in ("as", "to") else at
    return at


def complement(story: Story, scene: Scene, at: int) -> Complement | None:
    """The posts after the verb or name before `at`: "as chairman", "to be president of X", "to the board"."""
    row = scene.row
    anaphor = False
    place = at
    limit = min(at + _MAX_COMPLEMENT, len(row))
    prepositions: list[str] = []
    while place < limit:
        phrase = row[place]
        if phrase.low in _OFFICES:
            role = Role([_OFFICES[phrase.low]], phrase.start, phrase.end, _OFFICES[phrase.low].split()[-1])
            if place + 2 < len(row) and row[place + 1].low == "of":
                following = (
                    row[place + 3] if row[place + 2].low == "the" and place + 3 < len(row) else row[place + 2]
                )
                if following.kind in ("G", "O", "N"):
                    role.organization = country(following.text) or following.text
            return Complement([role], phrase.end, False, place + 1)
        if phrase.kind == "R":
            assert phrase.roles is not None
            if phrase.roles.plural and anaphor:
                return None
            return Complement(phrase.roles.roles, phrase.end, False, place + 1)
        if phrase.kind == "P" and phrase.titles and prepositions and prepositions[-1] == "as":
            return None
        if phrase.low == "by":
            place += 1
            ahead = next(
                (p for p in range(place, min(place + 8, len(row))) if row[p].low in ("as", "to", ",", ".")),
                None,
            )
            if ahead is not None and row[ahead].low in ("as", "to"):
                place = ahead
                continue
            while place < limit and (
                row[place].kind in ("P", "O", "G", "N") or row[place].low in ("the", "a", "president")
            ):
                place += 1
            continue
        if (
            phrase.kind in ("O", "N", "P")
            and prepositions[-1:] == ["to"]
            and (seat := _seat(row, place)) is not None
        ):
            return seat
        if phrase.kind in ("O", "N", "G") or phrase.low in _FILLERS or phrase.low in ("'s", "'"):
            board = _board(story, scene, place)
            if board is not None:
                return board
            if (
                phrase.kind != "W"
                and phrase.kind != "G"
                and not (place + 1 < limit and row[place + 1].low in ("'s", "'"))
            ):
                break
            if phrase.low in ("to", "as", "from"):
                prepositions.append(phrase.low)
            anaphor = anaphor or phrase.low in _ANAPHORS
            place += 1
            continue
        seat = _seat(row, place) if prepositions[-1:] == ["to"] else None
        if seat is not None:
            return seat
        if phrase.low == "board":
            board = _board(story, scene, place)
            if board is not None:
                return board
        if phrase.kind == "W" and (phrase.low.endswith("ly") or phrase.low.isdigit() or _dated(phrase.low)):
            place += 1
            continue
        break
    if anaphor:
        return Complement([], row[place - 1].end, True, place)
    return None


# The office for its holder: "assumed the presidency".
_OFFICES = {
    "presidency": "president", "chairmanship": "chairman", "premiership": "prime minister", "governorship": "governor",
    "mayoralty": "mayor", "chancellorship": "chancellor", "captaincy": "captain", "papacy": "pope", "speakership": "speaker",
}  # fmt: skip


def _dated(low: str) -> bool:
    return low in _MONTHS or low in ("early", "late", "last", "next", "month", "year", "week", "this")


_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday".split()
)


# Chambers and courts to which one is elected or appointed, and what one is there.
_SEATS = {
    "senate": "senator", "house": "representative", "congress": "representative", "parliament": "member",
    "assembly": "member", "legislature": "member", "council": "member", "commission": "member", "committee": "member",
    "sabha": "member", "bundestag": "member", "knesset": "member", "duma": "member", "diet": "member", "seimas": "member",
    "court": "justice", "bench": "judge", "cabinet": "member",
}  # fmt: skip


def _seat(row: list[Phrase], place: int) -> Complement | None:
    """ "elected to the Senate", "appointed to the federal bench", "named to the court"."""
    for at in range(place, min(place + 4, len(row))):
        phrase = row[at]
        words_ = phrase.text.lower().split() if phrase.kind != "W" else [phrase.low]
        if not words_:
            return None
        post = _SEATS.get(words_[-1]) or (_SEATS.get(words_[0]) if phrase.kind == "O" else None)
        if post is not None:
            organization = phrase.text if phrase.kind != "W" else None
            role = Role([post], phrase.start, phrase.end, post, organization, True, False)
            return Complement([role], phrase.end, False, at + 1)
        if phrase.kind != "W" or phrase.low not in (
            "the",
            "federal",
            "high",
            "district",
            "city",
            "state",
            "appeals",
            "its",
        ):
            return None
    return None


def _board(story: Story, scene: Scene, place: int) -> Complement | None:
    """ "to its board", "to the Jacobs board of directors", "from Calny's board": a member of that board."""
    row = scene.row
    organization = None
    for at in range(place, min(place + 5, len(row))):
        phrase = row[at]
        if phrase.low == "board":
            end = at + 1
            if at + 2 < len(row) and row[at + 1].low == "of" and row[at + 2].low == "directors":
                end = at + 3
            if organization is None and end + 1 < len(row) and row[end].low == "of":
                following = row[end + 1] if row[end + 1].low != "the" else row[min(end + 2, len(row) - 1)]
                if following.kind in ("O", "N"):
                    organization = following.text
            role = Role(
                ["board", "member"],
                phrase.start,
                row[end - 1].end,
                "member",
                organization,
                True,
                organization is None,
            )
            return Complement([role], row[end - 1].end, False, end)
        if phrase.kind in ("O", "N"):
            organization = phrase.text
        elif phrase.low not in (
            "the",
            "its",
            "'s",
            "'",
            "to",
            "from",
            "company",
            "a",
            "of",
            "his",
            "their",
            "on",
            "also",
            "corporate",
            "as",
        ):
            return None
    return None
