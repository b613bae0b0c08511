"""The posts that a verb takes: "as chairman", "to be president of X", "to the board", "to the Senate"."""

import msgspec

from events.reading.countries import country
from events.reading.phrases import Phrase
from events.reading.role import Role
from events.reading.scene import Scene, Story
from events.reading.words import words

_FILLERS = words("before_posts")
_ANAPHORS = frozenset("seat post posts position positions role job office duties".split())
_MAX_COMPLEMENT = 12
# The office for its holder: "assumed the presidency".
_OFFICES = {
    "presidency": "president", "chairmanship": "chairman", "premiership": "prime minister", "governorship": "governor",
    "mayoralty": "mayor", "chancellorship": "chancellor", "captaincy": "captain", "papacy": "pope",
    "speakership": "speaker",
}  # fmt: skip
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar "
    "apr jun jul aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday".split()
)
# Chambers and courts to which one is elected or appointed, and what one is there.
_SEATS = {
    "senate": "senator", "house": "representative", "congress": "representative", "parliament": "member",
    "assembly": "member", "legislature": "member", "council": "member", "commission": "member", "committee": "member",
    "sabha": "member", "bundestag": "member", "knesset": "member", "duma": "member", "diet": "member",
    "seimas": "member",
    "court": "justice", "bench": "judge", "cabinet": "member",
}  # fmt: skip


class Complement(msgspec.Struct):
    """The posts that a verb takes after it, or a word that stands for one ("his post")."""

    roles: list[Role]
    end: int  # token
    anaphor: bool
    at: int  # index in the row after it


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
        if phrase.kind == "R" and _of_another(scene, place):
            if row[place + 1].low in ("'s", "'"):
                place += 2
                continue
            return None
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
                row[place].kind in ("P", "O", "G", "N")
                or row[place].low in ("the", "a", "its", "his", "'s", "president")
            ):
                place += 1
            if place < limit and row[place].low == "board":
                break  # "fired by the board" names no post
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


def _of_another(scene: Scene, place: int) -> bool:
    """ "named chief executive of the year": a prize. "the president's adviser": not the president."""
    row = scene.row
    low = [phrase.low for phrase in row[place + 1 : place + 4]]
    if low[:1] in (["'s"], ["'"]):
        roles = row[place].roles
        return roles is not None and scene.tokens[row[place].end - 1].low == roles.roles[-1].head
    return len(low) == 3 and low[0] == "of" and low[2] in ("year", "decade", "month", "week", "century")


def _dated(low: str) -> bool:
    return low in _MONTHS or low in ("early", "late", "last", "next", "month", "year", "week", "this")


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
            if end < len(row) and row[end].low in (
                "meeting",
                "meetings",
                "vote",
                "room",
                "game",
                "decision",
                "seat",
            ):
                return None  # "joined the board meeting"
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
            "management",
            "supervisory",
            "executive",
            "governing",
            "managing",
        ):
            return None
    return None
