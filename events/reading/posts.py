"""Noun phrases that name posts: "the company's former deputy chairman and chief executive officer"."""

from events.reading.after_head import rightwards
from events.reading.before_head import DETERMINERS, is_name, leftwards
from events.reading.heads import COLLECTIVES, MAYBE_HEADS, MODIFIERS, RANKS, head_width
from events.reading.role import PLURALS, Role, RolePhrase
from events.reading.text import Token
from events.reading.words import words

_STOP = words("stop_names")


def role_phrases(tokens: list[Token]) -> list[RolePhrase]:
    """The posts named in a sentence, left to right, none overlapping."""
    found: list[RolePhrase] = []
    floor = place = 0
    while place < len(tokens):
        low = tokens[place].low
        compound = low.endswith("-elect") or low.startswith("president-")
        if low in MAYBE_HEADS or compound:
            width = 1 if compound else head_width(tokens, place, floor)
            if width:
                phrase = _phrase(tokens, place, width, floor)
                found.append(phrase)
                floor = place = phrase.end
                continue
        place += 1
    return found


def _phrase(tokens: list[Token], place: int, width: int, floor: int) -> RolePhrase:
    first, determiner, possessor = leftwards(tokens, place - width + 1, place + 1, floor)
    roles = [first]
    end = first.end = rightwards(tokens, first)
    settled = 1  # posts up to the last "and": a row of commas alone is no list
    while len(roles) < 6 and (following := _conjoined(tokens, end, roles[0])) is not None:
        by_comma = tokens[end].low == "," and tokens[end + 1].low != "and"
        roles.append(following)
        end = following.end
        if not by_comma:
            settled = len(roles)
    del roles[settled:]
    end = roles[-1].end
    _share(roles)
    plural = tokens[place].low in PLURALS
    return RolePhrase(roles, first.start, end, determiner, possessor, plural)


def _conjoined(tokens: list[Token], end: int, first: Role) -> Role | None:
    """The post that follows as "and chief executive officer" or ", chief executive officer"."""
    if end >= len(tokens) or tokens[end].low not in ("and", ",", "&", "/"):
        return None
    start = end + 1
    if tokens[end].low == "," and tokens[start : start + 1] and tokens[start].low == "as":
        return None
    while (
        start < len(tokens) and start < end + 4 and tokens[start].low in ("and", "as", "also", "its", "the")
    ):
        start += 1
    for place in range(start, min(start + 8, len(tokens))):
        low = tokens[place].low
        if low in MAYBE_HEADS and (width := head_width(tokens, place, start)):
            role, _, possessor = leftwards(tokens, place - width + 1, place + 1, start, conjoined=True)
            if role.start != start or (possessor is not None and tokens[end].low == ","):
                return None
            if (
                role.organization
                and role.from_left
                and not tokens[place].capital
                and is_name(tokens, [start, start + 1])
                and tokens[start].capital
                and tokens[start + 1].capital
            ):
                return None  # "and Carl Vance vice president"
            role.end = rightwards(tokens, role)
            if role.end < len(tokens):
                following = tokens[role.end]
                titled = following.capital and following.low not in _STOP
                if titled and (
                    tokens[end].low == ","
                    or (first.organization is None and role.organization and tokens[start].capital)
                ):
                    return None  # "and Finance Minister X": the title of the next person
            return role
        if not (
            low in RANKS
            or low in MODIFIERS
            or tokens[place].capital
            or low in DETERMINERS
            or low in COLLECTIVES
            or low in ("'s", "country", "company")
        ):
            return None
    return None


def _share(roles: list[Role]) -> None:
    """In "chairman and president of X", and in "X's chairman and president", both posts are X's."""
    first, last = roles[0], roles[-1]
    for role in roles[1:]:
        if role.organization is None and first.from_left:
            role.organization, role.from_left = first.organization, True
        role.home = role.home or first.home
        if (first.former or first.acting) and not role.modifiers:
            role.modifiers = first.modifiers
    following = last
    for role in reversed(roles[:-1]):
        if role.organization is None and not role.home:
            role.organization, role.home = following.organization, following.home
        following = role
