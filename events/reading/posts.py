"""Noun phrases that name posts: "the company's former deputy chairman and chief executive officer"."""

import msgspec

from events.reading.heads import COLLECTIVES, MAYBE_HEADS, MODIFIERS, RANKS, head_width
from events.reading.organizations import (
    WITHIN_NAMES,
    after_preposition,
    is_place,
    joined,
    named,
    possessor_before,
)
from events.reading.text import Token
from events.reading.words import words

_STOP = words("stop_names")
_ORGANIZATION_WORDS = words("organization_words")
DETERMINERS = frozenset("the a an its his her their our your my this that".split())
_PORTFOLIO_HEADS = frozenset("minister ministers secretary undersecretary adviser advisor".split())
_PORTFOLIO = frozenset("minister ministers secretary undersecretary".split())
_ACTING = frozenset("transitional acting interim caretaker provisional temporary".split())
_FORMER = frozenset(
    "former ex ex- formerly then then- previous one-time onetime once late previously".split()
)
_TO_HEADS = frozenset("ambassador adviser advisor envoy assistant counsel consul".split())
_APPOINTING = frozenset(
    "named names naming appointed appoints appointing elected elects electing promoted promotes made nominated "
    "nominates nominating chosen picked selected installed".split()
)
_FIELDS = words("fields")
_TITLED = RANKS | _FIELDS
_FIRST = frozenset(["minister", "deputy", "vice", "secretary"])
_PARTIES = frozenset(
    "labour labor conservative republican democratic socialist communist green liberal".split()
)
_MAX_LEFT = 12


PLURALS = {
    "members": "member", "directors": "director", "ministers": "minister", "mps": "MP", "senators": "senator",
    "chairmen": "chairman", "commissioners": "commissioner", "governors": "governor", "judges": "judge",
    "justices": "justice", "presidents": "president", "ambassadors": "ambassador", "lawmakers": "lawmaker",
    "congressmen": "congressman", "representatives": "representative", "spokesmen": "spokesman",
    "vice-presidents": "vice-president", "chairwomen": "chairwoman", "mayors": "mayor", "managers": "manager",
}  # fmt: skip


class Role(msgspec.Struct, gc=False):
    """A post as the article words it, and what the words around it say of its holder."""

    words: list[str]
    start: int  # tokens of the sentence, [start, end)
    end: int
    head: str
    organization: str | None = None
    from_left: bool = False  # the organisation stands before the post
    home: bool = False  # "its", "the company's": the organisation that the article speaks of
    modifiers: frozenset[str] = frozenset()

    @property
    def post(self) -> str:
        return " ".join(self.words)

    @property
    def acting(self) -> bool:
        return bool(self.modifiers & _ACTING)

    @property
    def former(self) -> bool:
        return bool(self.modifiers & _FORMER)

    @property
    def elect(self) -> bool:
        return "elect" in self.modifiers


class RolePhrase(msgspec.Struct, gc=False):
    """One noun phrase with one or more posts: "vice chairman and chief executive officer of Emhart"."""

    roles: list[Role]
    start: int
    end: int
    determiner: str | None  # the, a, its, 's, ...
    possessor: str | None  # "Trump" in "Trump's health secretary"
    plural: bool


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
    first, determiner, possessor = _leftwards(tokens, place - width + 1, place + 1, floor)
    roles = [first]
    end = first.end = _rightwards(tokens, first)
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
            role, _, possessor = _leftwards(tokens, place - width + 1, place + 1, start, conjoined=True)
            if role.start != start or (possessor is not None and tokens[end].low == ","):
                return None
            if (
                role.organization
                and role.from_left
                and not tokens[place].capital
                and _is_name(tokens, [start, start + 1])
                and tokens[start].capital
                and tokens[start + 1].capital
            ):
                return None  # "and Carl Vance vice president"
            role.end = _rightwards(tokens, role)
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
        if first.former and not role.modifiers:
            role.modifiers = first.modifiers
    if last.organization is not None:
        for role in roles:
            if role.organization is None and not role.home:
                role.organization = last.organization


def _leftwards(
    tokens: list[Token], start: int, end: int, floor: int, *, conjoined: bool = False
) -> tuple[Role, str | None, str | None]:
    """The role whose head is tokens[start:end], its determiner, and whose it is said to be."""
    head = tokens[end - 1].low
    post = [token.text if token.text.isupper() else token.low for token in tokens[start:end]]
    modifiers: set[str] = set()
    if head.endswith("-elect"):
        head = head.removesuffix("-elect")
        post = [head]
        modifiers.add("elect")
    organization: list[int] = []  # first and last token
    determiner = possessor = None
    place = start - 1
    lowest = max(floor, start - _MAX_LEFT)
    home = False
    while place >= lowest:
        token = tokens[place]
        low = token.low
        if low in DETERMINERS:
            determiner = low
            home = low in ("its", "their") or (low == "the" and home)
            place -= 1
            break
        if low in ("'s", "'"):
            text, place, possessor_is_home = possessor_before(tokens, place, lowest)
            if text is None and not possessor_is_home:
                break
            determiner, possessor, home = "'s", text, possessor_is_home
            break
        if (
            token.capital
            and low in WITHIN_NAMES
            and organization
            and organization[0] == place + 1
            and low not in ("first",)
        ):
            organization[0] = place
        elif low in MODIFIERS and _modifies(tokens, place, post, organization, lowest):
            modifiers.add(low)
        elif low == "city" and token.capital and place > lowest and tokens[place - 1].capital:
            organization = [place, organization[1] if organization else place]
        elif low.startswith("newly-"):
            modifiers.update(("newly", low.removeprefix("newly-")))
        elif (low[0].isdigit() and low[-1].isalpha()) or low.endswith(
            ("-appointed", "-backed", "-elected", "-born")
        ):
            pass  # "15th", "Senate-backed"
        elif organization and low in ("deputy", "assistant", "associate"):
            post.insert(0, low)
        elif organization and low in ("first", "second", "third") and not token.capital:
            pass
        elif organization and (low in _TITLED or low in _ORGANIZATION_WORDS or low in COLLECTIVES):
            organization[0] = place
        elif (
            low in COLLECTIVES
            or (low in _ORGANIZATION_WORDS and low not in _TITLED)
            or (low in _PARTIES and head == "leader")
        ) and (head not in _PORTFOLIO_HEADS and not (low == "board" and head in ("member", "members"))):
            organization = [place, place]
        elif (low == "board" and head in ("member", "members")) or (
            low in _TITLED and not organization and (low != "first" or post[0] in _FIRST)
        ):
            post.insert(0, low)
        elif low in ("first", "second", "third"):
            pass
        elif token.capital and (low not in _STOP or low in WITHIN_NAMES):
            acronym = (token.text.isupper() and len(token.text) > 1) or is_place(low)
            if head in _PORTFOLIO and not acronym and not organization and "prime" not in post:
                post.insert(0, token.text)
            elif organization:
                organization[0] = place
            else:
                organization = [place, place]
        elif low in ("and", "of", "&", "for") and place > lowest and tokens[place - 1].capital:
            if organization and joined(tokens, place, lowest):
                organization[0] = place
            elif (
                low == "and" and head in _PORTFOLIO and not organization and tokens[place - 1].low in _FIELDS
            ):
                post.insert(0, low)
            else:
                break
        else:
            break
        place -= 1
    role = Role(post, place + 1, end, head, None, False, home, frozenset(modifiers))
    after_title = (
        floor > 0 and organization[:1] == [floor] and not conjoined and _is_name(tokens, organization)
    )
    if organization and (after_title or _is_named_person(tokens, organization, place, end)):
        role.start = organization[1] + 1
        return role, None, None
    if (
        organization
        and place >= 0
        and tokens[place].low in _APPOINTING | {"name"}
        and not tokens[end - 1].capital
    ):
        # "named Shad U.S. ambassador": the person stands between the verb and the organisation.
        first_place = next(
            (i for i in range(organization[0] + 1, organization[1] + 1) if is_place(tokens[i].low)), None
        )
        if first_place is not None and not is_place(tokens[organization[0]].low):
            organization[0] = role.start = first_place
    if organization:
        role.organization, role.from_left = named(tokens, organization[0], organization[1] + 1), True
        if possessor is not None:
            role.organization = f"{possessor}'s {role.organization}"
        if possessor is None and not any(
            tokens[i].capital for i in range(organization[0], organization[1] + 1)
        ):
            role.home = True
            if organization[0] == organization[1]:
                role.organization, role.from_left = None, False  # "a company director"
    elif possessor is not None:
        role.organization, role.from_left = possessor, True
    return role, determiner, possessor


def _modifies(tokens: list[Token], place: int, post: list[str], organization: list[int], lowest: int) -> bool:
    """Whether the word says something of the holder: "newly elected president", not "elected Smith president"."""
    low = tokens[place].low
    if low in _PARTIES and (post[0] == "leader" or (post[0] in _PORTFOLIO and low in _FIELDS)):
        return False
    if low in _APPOINTING or low in ("appointed", "elected"):
        return (
            place > lowest
            and tokens[place - 1].low in ("newly", "the", "recently", "'s")
            and not organization
        )
    return True


def _is_named_person(tokens: list[Token], organization: list[int], before: int, end: int) -> bool:
    """In "named Joseph Burgoon president" the capitals before the post are the person, not the organisation."""
    if before < 0 or tokens[before].low not in _APPOINTING or tokens[end - 1].capital:
        return False
    if end < len(tokens) and tokens[end].capital:
        return False
    return _is_name(tokens, organization)


def _is_name(tokens: list[Token], organization: list[int]) -> bool:
    span = tokens[organization[0] : organization[1] + 1]
    return len(span) > 1 and not any(
        token.low in _ORGANIZATION_WORDS
        or is_place(token.low)
        or (token.text.isupper() and len(token.text) > 2 and "." not in token.text)
        for token in span
    )


def _rightwards(tokens: list[Token], role: Role) -> int:
    """Where the phrase ends; what follows the head ("of ...", "for ...") goes into post or organisation."""
    place = role.end
    for _ in range(3):
        if place + 1 >= len(tokens):
            return place
        low = tokens[place].low
        if (
            low in ("of", "for")
            and role.head in _PORTFOLIO
            and "prime" not in role.words
            and role.organization != ""
        ):
            end = _portfolio(tokens, place + 1)
            if end > place + 1 and not _all_places(tokens, place + 1, end):
                role.words.extend(t.low for t in tokens[place:end])
                place = end
                continue
        if (
            (low == "for" or (low == "of" and role.head not in _PORTFOLIO))
            and tokens[place + 1].low in _FIELDS
            and not tokens[place + 1].capital
        ):
            end = _tail(tokens, place + 1)
            role.words.extend(t.low for t in tokens[place:end])
            place = end
            continue
        if low == "to" and role.head in _TO_HEADS:
            end = _portfolio(tokens, place + 1)
            if role.head in ("ambassador", "envoy", "consul"):
                _, end, _ = after_preposition(tokens, place + 1)
            if end > place + 1 or tokens[place + 1].low == "the":
                end = end if end > place + 1 else place + 3
                role.words.extend(t.text if t.capital else t.low for t in tokens[place:end])
                place = end
                continue
        if (
            low == ","
            and role.head == "president"
            and "vice" in role.words
            and tokens[place + 1].low in _FIELDS
        ):
            end = _tail(tokens, place + 1)
            role.words.extend(t.low for t in tokens[place + 1 : end])
            place = end
            continue
        if (
            low == "of"
            and role.head == "chancellor"
            and tokens[place + 1 : place + 3]
            and tokens[place + 2 : place + 3]
            and tokens[place + 2].low == "exchequer"
        ):
            role.words.extend(["of", "the", "exchequer"])
            return place + 3
        if (
            low == "in"
            and tokens[place + 1].low == "charge"
            and place + 2 < len(tokens)
            and tokens[place + 2].low == "of"
        ):
            end = place + 3
            while (
                end < min(place + 8, len(tokens))
                and not tokens[end].capital
                and tokens[end].low.isalpha()
                and tokens[end].low not in ("for", "of", "at", "who", "and")
            ):
                end += 1
            role.words.extend(t.low for t in tokens[place:end])
            place = end
            continue
        if low == "from" and role.head in ("senator", "representative", "mp", "congressman", "congresswoman"):
            for size in (3, 2, 1):
                if is_place(" ".join(t.low for t in tokens[place + 1 : place + 1 + size])):
                    role.organization = role.organization or named(tokens, place + 1, place + 1 + size)
                    return place + 1 + size
        if low in ("of", "for", "at") or (low == "in" and role.head in ("judge", "justice")):
            organization, end, home = after_preposition(tokens, place + 1)
            if (
                low == "of"
                and organization is not None
                and (tokens[role.end - 1].capital or role.start == 0)
                and _ends_in_name(tokens, place + 1, end)
            ):
                end -= 2
                organization = named(tokens, place + 1, end)
            if end > place + 1:
                role.home = role.home or home
                if organization is not None and (
                    role.organization is None or not role.from_left or low == "of"
                ):
                    role.organization, role.from_left = organization, False
                return end
        return place
    return place


def _portfolio(tokens: list[Token], place: int) -> int:
    """The end of "Health and Social Care", "planning", "the Treasury", "State for Trade"."""
    end = place
    if end < len(tokens) and tokens[end].low == "the":
        end += 1
    first = end
    while end < min(place + 9, len(tokens)):
        token = tokens[end]
        opening = end == first or tokens[end - 1].low in ("and", "for", "of")
        wordy = token.low in _FIELDS or (opening and token.capital and token.low not in _STOP)
        if wordy and end > first and tokens[end - 1].low == "of" and is_place(token.low):
            return end - 1
        if wordy or (
            token.low in ("and", "for", "of", ",")
            and end > first
            and end + 2 < len(tokens)
            and (tokens[end + 1].low in _FIELDS or (tokens[end + 1].low == "the" and token.low == "for"))
        ):
            end += 1
        elif (
            token.capital
            and tokens[end - 1].low in _FIELDS
            and token.low not in _STOP
            and not is_place(token.low)
            and not (end + 1 < len(tokens) and tokens[end + 1].capital)
        ):
            end += 1  # "Public Procurement": a person's name would be two words
        else:
            break
    return end if tokens[end - 1].low not in ("the", "and", "for", "of", ",") else place


def _tail(tokens: list[Token], place: int) -> int:
    end = place
    while end < min(place + 7, len(tokens)) and (
        tokens[end].low in _FIELDS
        or (
            tokens[end].low == "and"
            and end > place
            and end + 1 < len(tokens)
            and tokens[end + 1].low in _FIELDS
        )
    ):
        end += 1
    return end


def _all_places(tokens: list[Token], start: int, end: int) -> bool:
    text = " ".join(token.low for token in tokens[start:end]).removeprefix("the ")
    return is_place(text) or is_place(text.partition(" ")[0])


def _ends_in_name(tokens: list[Token], start: int, end: int) -> bool:
    """In "Mayor of Hallstadt Thomas Beck" the last two capitals are the person."""
    run = tokens[start:end]
    return (
        2 < len(run) < 6
        and all(token.capital for token in run)
        and not any(token.low in _ORGANIZATION_WORDS or token.text.isupper() for token in run)
        and not is_place(" ".join(token.low for token in run))
    )
