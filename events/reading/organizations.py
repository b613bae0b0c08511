"""Names of organisations beside a post: after "of", before "'s", before the head."""

from events.reading.countries import DEMONYMS, PLACES, country
from events.reading.heads import MAYBE_HEADS
from events.reading.text import Token
from events.reading.words import words

_STOP = words("stop_names")
_ORGANIZATION_WORDS = words("organization_words")
WITHIN_NAMES = frozenset(
    "north south east west new central united national european federal house general first western "
    "eastern northern southern american african asian state states christian democratic republican "
    "conservative liberal labour socialist communist".split()
)
_HOME_WORDS = frozenset(
    "company firm bank group corporation airline agency ministry government country nation unit "
    "subsidiary division affiliate concern committee party panel council commission club union federation "
    "department chain exchange network station newspaper organization organisation institution".split()
)
_COMPANIES = frozenset(
    "company firm corporation concern retailer automaker carmaker airline insurer lender".split()
)
_PARTS = frozenset("unit subsidiary affiliate division arm".split())
_KINDS = frozenset("party movement committee region state province".split())
_BREAKS = frozenset(
    "to in on by who whom which that was were is are be been has have had will would said says and or but "
    "as at from with for of after before since until when while not".split()
)
ADJECTIVAL = ("-run", "-owned", "-based", "-controlled", "-backed", "-listed")
_MAX_NAME = 10  # tokens
_LEGAL = frozenset("inc corp ltd limited plc co llc llp ag sa nv spa".split())


def is_place(low: str) -> bool:
    """Whether lower-cased words name a country, a region or a city, or are a demonym."""
    return low in PLACES or low in DEMONYMS


def of_a_name(tokens: list[Token], place: int) -> bool:
    """Whether a capitalised word belongs to a name: "Monday" does not, "Traders" in "Kelp Traders Plc" does."""
    low = tokens[place].low
    return tokens[place].capital and (low not in _STOP or low in WITHIN_NAMES or before_legal(tokens, place))


def before_legal(tokens: list[Token], place: int) -> bool:
    """Whether the word stands between a name's first word and its "Plc"."""
    return (
        0 < place < len(tokens) - 1
        and tokens[place + 1].low in _LEGAL
        and tokens[place + 1].capital
        and tokens[place - 1].capital
        and tokens[place - 1].low not in _STOP
    )


def joined(tokens: list[Token], place: int, lowest: int) -> bool:
    """Whether the "of" or "and" at `place` stands inside a name: "Bank of England", "Gulf and Western"."""
    before = tokens[place - 1]
    after = tokens[place + 1]
    if not (before.capital and after.capital):
        return False
    if tokens[place].low in ("of", "for"):
        return before.low in _ORGANIZATION_WORDS or before.low in ("university", "chiefs", "joint")
    if before.low in MAYBE_HEADS or is_place(before.low) or is_place(after.low):
        return False
    lone = place - 2 < lowest or not tokens[place - 2].capital
    return before.low in _ORGANIZATION_WORDS or (
        lone and after.low not in _ORGANIZATION_WORDS and not after.text.isupper()
    )


def possessor_before(tokens: list[Token], mark: int, lowest: int) -> tuple[str | None, int, bool]:
    """The noun before the "'s" at `mark`: its name, the token before it, whether it is "the company" or like."""
    last = mark - 1
    place = last
    while place >= lowest and mark - place <= _MAX_NAME:
        token = tokens[place]
        if of_a_name(tokens, place) or (
            token.low in ("of", "and", "&", "for")
            and place > lowest
            and place < last
            and joined(tokens, place, lowest)
        ):
            place -= 1
        else:
            break
    if place == last:
        noun = last >= lowest and tokens[last].text.islower() and tokens[last].text.isalpha()
        if noun and last > lowest and tokens[last - 1].low in ("the", "this", "its", "their"):
            return None, last - 2, True
        if noun and tokens[last].low in _HOME_WORDS:
            return None, last - 1, True
        return None, mark, False
    name = named(tokens, place + 1, last + 1)
    if place >= lowest and tokens[place].low == "the":
        place -= 1
    return name, place, False


def after_preposition(tokens: list[Token], place: int) -> tuple[str | None, int, bool]:
    """The organisation of "of ...": its name, the end of the phrase, whether it is the one already spoken of."""
    start = place
    home = False
    if place < len(tokens) and tokens[place].low in ("the", "a", "an", "its", "their", "his", "her", "both"):
        home = tokens[place].low in ("its", "their")
        place += 1
    lower_from = place
    while place < len(tokens) and place - lower_from < 7 and not tokens[place].capital:
        low = tokens[place].low
        if low in _BREAKS or not low[0].isalpha():
            break
        place += 1
    if place >= len(tokens) or not _begins_name(tokens, place):
        if place > lower_from and tokens[lower_from].low != "board":
            place = _end_of_noun(tokens, lower_from, place)  # "of the central bank resigned on"
        if place > lower_from and tokens[place - 1].low in _COMPANIES and tokens[start].low in ("the", "its"):
            return None, place, True  # "of the life insurance holding company"
        if place > lower_from and tokens[place - 1].low in _HOME_WORDS:
            lower = " ".join(token.text for token in tokens[lower_from:place])
            return (
                (None if home or place - lower_from == 1 else lower),
                place,
                home or place - lower_from == 1,
            )
        if (
            place > lower_from
            and tokens[lower_from].low != "board"
            and tokens[place - 1].low in _ORGANIZATION_WORDS
        ):
            return " ".join(token.text for token in tokens[lower_from:place]), place, False  # "of the army"
        if place > lower_from and tokens[lower_from].low == "board":
            end = lower_from + 1
            if end + 1 < len(tokens) and tokens[end].low == "of" and tokens[end + 1].low == "directors":
                end += 2
            return None, end, True
        return None, start, False
    first = place
    end = _end_of_name(tokens, place)
    while end + 1 < len(tokens) and tokens[end].low in ("'s", "'") and _begins_name(tokens, end + 1):
        first = end + 1
        end = _end_of_name(tokens, first)
    if end < len(tokens) and tokens[end].low in ("'s", "'"):
        place = end + 1
        while (
            place < len(tokens)
            and place - end < 5
            and not tokens[place].capital
            and tokens[place].low not in _BREAKS
            and tokens[place].text[0].isalpha()
        ):
            place += 1
            if tokens[place - 1].low in _HOME_WORDS or tokens[place - 1].low in _ORGANIZATION_WORDS:
                return named(tokens, first, place), place, False
    if home:
        further = end
        while further < len(tokens) and further < end + 4 and tokens[further].capital:
            further += 1
        if further < len(tokens) and tokens[further].low in _PARTS:
            end = further
    if end < len(tokens) and tokens[end].low in _PARTS:
        return named(tokens, first, end), end + 1, False
    if end < len(tokens) and tokens[end].low in _KINDS:
        end += 1
        return named(tokens, first, end), end, False
    tail = end
    while (
        tail < min(end + 5, len(tokens))
        and not tokens[tail].capital
        and tokens[tail].low not in _BREAKS
        and tokens[tail].text.isalpha()
    ):
        tail += 1
        if tokens[tail - 1].low in _HOME_WORDS or tokens[tail - 1].low in ("event", "organization"):
            return named(tokens, first, end), tail, False
    return named(tokens, first, end), end, False


_BODIES = frozenset("army navy guard police court parliament senate university church league".split())


def _end_of_noun(tokens: list[Token], start: int, end: int) -> int:
    """Where the last word for an organisation in tokens[start:end] ends; `end` itself where there is none."""
    for place in range(end, start, -1):
        if tokens[place - 1].low in _HOME_WORDS or tokens[place - 1].low in _BODIES:
            return place
    return end


def _begins_name(tokens: list[Token], place: int) -> bool:
    return of_a_name(tokens, place) or (tokens[place].capital and tokens[place].low == "state")


def _end_of_name(tokens: list[Token], place: int) -> int:
    """Where a name that begins at `place` ends; the name of a person may follow it without a comma."""
    end = place
    limit = min(place + _MAX_NAME, len(tokens))
    complete = previous_known = False  # the name could end here
    while end < limit:
        token = tokens[end]
        if _begins_name(tokens, end):
            known = token.low in _ORGANIZATION_WORDS
            longer = any(" ".join(t.low for t in tokens[place : end + size]) in PLACES for size in (1, 2, 3))
            if (
                complete
                and not known
                and not longer
                and _two_follow(tokens, end, limit, previous_known)
                and not any(
                    t.capital and t.low in _ORGANIZATION_WORDS for t in tokens[end : min(end + 3, limit)]
                )
            ):
                break
            end += 1
            acronym = token.text.isupper() and len(token.text) > 1 and "." not in token.text
            previous_known = known
            complete = (
                complete
                or (known and end > place + 1)
                or (acronym and not known)
                or is_place(" ".join(t.low for t in tokens[place:end]))
            )
        elif (
            token.low in ("of", "for", "and", "&", "the", "de", "del", "da", "do")
            and end > place
            and end + 1 < limit
        ):
            after = end + 2 if tokens[end + 1].low == "the" and end + 2 < limit else end + 1
            if not _begins_name(tokens, after) or tokens[after].low in MAYBE_HEADS:
                break
            if token.low in ("and", "&") and not _both(tokens, end, limit):
                break
            if token.low == "for" and not complete:
                break
            end, complete = after, False
        else:
            break
    return end


def _two_follow(tokens: list[Token], end: int, limit: int, after_kind: bool) -> bool:
    """After "NATO" only two more capitals can be a person: "FC Norland" is one name."""
    return after_kind or (end + 1 < limit and tokens[end + 1].capital)


def _both(tokens: list[Token], place: int, limit: int) -> bool:
    """Whether "X and Y" is one name: a word for organisations follows soon, or it is a pair of fields."""
    if tokens[place + 1].low in MAYBE_HEADS:
        return False
    for at in range(place + 1, min(place + 4, limit)):
        if not tokens[at].capital:
            break
        if tokens[at].low in _ORGANIZATION_WORDS and tokens[at].low not in ("house", "senate", "congress"):
            return True
        if tokens[at].low in MAYBE_HEADS:
            return False
    return tokens[place - 1].low in ("bosnia", "trinidad", "securities", "health", "trade", "standard")


def named(tokens: list[Token], start: int, end: int) -> str:
    """The organisation's name as written; for a demonym alone the country."""
    text = " ".join(token.text for token in tokens[start:end]).replace(" 's", "'s").replace(" ’s", "’s")
    while (first := text.partition(" "))[2] and first[0].endswith(ADJECTIVAL):
        text = first[2]  # "State-run Tarn Railways", "Port Ellis-based" keeps its name
    if text.endswith(("Inc.", "Corp.", "Ltd.", "Co.")):
        text = text[:-1]
    return country(text) or text
