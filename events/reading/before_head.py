"""What stands before the head of a post: "the company's former deputy" of "chairman"."""

from events.reading.heads import COLLECTIVES, MODIFIERS, RANKS
from events.reading.organizations import WITHIN_NAMES, is_place, joined, named, of_a_name, possessor_before
from events.reading.role import Role
from events.reading.text import Token
from events.reading.words import words

_ORGANIZATION_WORDS = words("organization_words")
DETERMINERS = frozenset("the a an its his her their our your my".split())
_PORTFOLIO_HEADS = frozenset("minister ministers secretary undersecretary adviser advisor".split())
_PORTFOLIO = frozenset("minister ministers secretary undersecretary".split())
_APPOINTING = frozenset(
    "named names naming appointed appoints appointing elected elects electing promoted promotes made "
    "nominated nominates nominating chosen picked selected installed".split()
)
_FIELDS = words("fields")
_TITLED = RANKS | _FIELDS
_OF_COMPANIES = frozenset("chairman chairwoman chairperson chair ceo cfo president".split())
_NO_COMPANY = COLLECTIVES | MODIFIERS | _TITLED
_COMPANY_WORDS = (_ORGANIZATION_WORDS | _FIELDS) - COLLECTIVES
_FIRST = frozenset(["minister", "deputy", "vice", "secretary"])
_PARTIES = frozenset(
    "labour labor conservative republican democratic socialist communist green liberal".split()
)
_RESIDENCES = frozenset(["house", "palace"])  # "White House press secretary"
_MAX_LEFT = 12


def leftwards(
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
        elif (
            low in ("social", "christian", "liberal", "national")
            and tokens[place + 1].low in ("democrat", "democratic", "conservative")
            and not organization
        ):
            pass  # "Social Democrat Prime Minister"
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
            (
                low in COLLECTIVES
                or (low in _ORGANIZATION_WORDS and low not in _TITLED)
                or (low in _PARTIES and head == "leader")
            )
            and (
                (head not in _PORTFOLIO_HEADS or (token.capital and low in _RESIDENCES))
                and not (low == "board" and head in ("member", "members"))
            )
        ) or (not organization and _ends_company(tokens, place, start, lowest, post)):
            organization = [place, place]
        elif (low == "board" and head in ("member", "members")) or (
            low in _TITLED and not organization and (low != "first" or post[0] in _FIRST)
        ):
            post.insert(0, low)
        elif low in ("first", "second", "third"):
            pass
        elif of_a_name(tokens, place):
            acronym = (token.text.isupper() and len(token.text) > 1) or is_place(low)
            demonym = len(post) > 1 and low.endswith(("an", "ese", "ish", "ic")) and low not in _TITLED
            if (
                head in _PORTFOLIO
                and not demonym
                and not acronym
                and not organization
                and "prime" not in post
            ):
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
        floor > 0 and organization[:1] == [floor] and not conjoined and is_name(tokens, organization)
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


def _ends_company(tokens: list[Token], place: int, start: int, lowest: int, post: list[str]) -> bool:
    """Whether a word that might be the post's is a company's: "Kestrel Air chief executive"."""
    return (
        tokens[place].capital
        and not tokens[start].capital
        and not tokens[place].text.isupper()
        and tokens[place].low in _COMPANY_WORDS
        and (
            post[0].lower() in _OF_COMPANIES or (post[0] == "chief" and post[-1] in ("executive", "officer"))
        )
        and place > lowest
        and of_a_name(tokens, place - 1)
        and not is_place(tokens[place - 1].low)
        and tokens[place - 1].low not in _NO_COMPANY
    )


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
    if before < 0 or (tokens[end - 1].capital and not tokens[end - 1].text.isupper()):
        return False
    listed = tokens[before].low in ("and", ",") and any(
        token.low in _APPOINTING for token in tokens[max(0, before - 16) : before]
    )
    if not listed and tokens[before].low not in _APPOINTING:
        return False
    if end < len(tokens) and tokens[end].capital:
        return False
    return is_name(tokens, organization)


def is_name(tokens: list[Token], organization: list[int]) -> bool:
    span = tokens[organization[0] : organization[1] + 1]
    return len(span) > 1 and not any(
        token.low in _ORGANIZATION_WORDS
        or is_place(token.low)
        or (token.text.isupper() and len(token.text) > 2 and "." not in token.text)
        for token in span
    )
