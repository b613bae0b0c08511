"""Which nouns head the name of a post, in which company. "chief" heads one in "police chief", not in "chief aim"."""

from events.reading.countries import DEMONYMS, PLACES
from events.reading.text import Token
from events.reading.words import words

HEADS = words("heads")
RANKS = words("ranks")
_FIELDS = words("fields")
_KINDS = words("organization_words")
MODIFIERS = words("modifiers")
COLLECTIVES = frozenset(
    "committee board council party cabinet parliament commission court club team panel senate house".split()
)
_STOP = words("stop_names")
_GENERALS = frozenset(
    "attorney solicitor auditor inspector surgeon director secretary governor comptroller prosecutor".split()
)
# Heads of one word that need one of these words before them.
_NEEDS = {
    "economist": frozenset(["chief"]),
    "scientist": frozenset(["chief"]),
    "engineer": frozenset(["chief"]),
    "inspector": frozenset(["chief", "general"]),
    "investigator": frozenset(["chief"]),
    "strategist": frozenset(["chief"]),
    "lawyer": frozenset(["top", "chief"]),
    "attorney": frozenset("u.s. us district state county city".split()),
    "manager": frozenset(
        "sack sacks sacked sacking appoint appoints appointed fire fires fired hire hires hired name names named "
        "as new general campaign city team division regional managing".split()
    ),
    "prosecutor": frozenset("chief state special general public".split()),
    "representative": frozenset("trade special state permanent".split()),
    "negotiator": frozenset("chief debt top lead".split()),
}
_WHEN_CAPITAL = frozenset(["prince", "king", "queen", "pope", "emir", "sultan"])
_MADE = frozenset("elected named crowned proclaimed declared become becomes became as".split())
_SURNAMES = frozenset("bishop pope judge dean prince abbot chancellor king sheriff provost speaker".split())
_NEVER = frozenset(["executive", "cardinal", "captain"])
MAYBE_HEADS = (
    HEADS
    | frozenset(
        "officer general executive executives staff cabinet parliament chairs negotiator assistant scientist "
        "engineer inspector investigator".split()
    )
) - frozenset(["captain"])


def head_width(tokens: list[Token], place: int, floor: int) -> int:
    """How many tokens, the last at `place`, make the head of a post's name; 0 where they make none."""
    low = tokens[place].low
    before = tokens[place - 1].low if place > floor else ""
    second = tokens[place - 2].low if place - 1 > floor else ""
    after = tokens[place + 1].low if place + 1 < len(tokens) else ""
    if low in _SURNAMES and tokens[place].capital and _is_surname(tokens, place, floor):
        return 0
    if low == "officer":
        return 3 if second == "chief" and before.isalpha() and before not in _STOP else 0
    if low in ("executive", "executives"):
        return 2 if before in ("chief", "co-chief") and after != "officer" else 0
    if low == "general":
        return 2 if before in _GENERALS else 0
    if low in ("staff", "cabinet", "parliament"):
        return 3 if before == "of" and second == ("member" if low == "parliament" else "chief") else 0
    if low == "chairs":
        return 1 if before in ("vice", "deputy") else 0
    if low in _NEVER or (after == "general" and low in _GENERALS):
        return 0
    if low == "justice" and after in ("department", "ministry", "committee", "system", "center", "centre"):
        return 0
    if after in ("minister", "ministers", "secretary") and (low in RANKS or low in _FIELDS):
        return 0  # "justice minister"
    if low in ("directors", "governors", "representatives", "managers") and before == "of":
        return 0  # "board of directors"
    if low == "assistant":
        return 1 if after == "to" and place + 2 < len(tokens) and tokens[place + 2].low == "the" else 0
    if low in _NEEDS:
        if low == "representative" and tokens[place].capital:
            return 1
        return 1 if before in _NEEDS[low] or second in _NEEDS[low] else 0
    if low in ("chief", "head", "leader", "chair"):
        return _loose(tokens, place, floor, after)
    if low in ("representatives", "managers", "justices") and not (
        after in ("of", "are", "were") or tokens[place].capital
    ):
        return 0
    if low in ("member", "members"):
        if after == "of" and place + 2 < len(tokens) and tokens[place + 2].low == "parliament":
            return 0
        return 1 if after == "of" or before in COLLECTIVES or tokens[place].capital else 0
    if low in ("sen", "rep", "gov"):
        return 1 if tokens[place].text.endswith(".") or (after and tokens[place + 1].capital) else 0
    if low == "dean" and tokens[place].capital and after != "of":
        return 0
    if low in _WHEN_CAPITAL:
        if before in _MADE and not (after and tokens[place + 1].capital):
            return 1  # "was elected pope"
        titled = tokens[place].capital and place + 1 < len(tokens) and tokens[place + 1].capital
        lone = place == floor or not tokens[place - 1].capital or before == "crown" or before in DEMONYMS
        return 1 if titled and before != "the" and lone else 0
    return 1


def _is_surname(tokens: list[Token], place: int, floor: int) -> bool:
    """Whether a title is a surname here: "Julie Bishop said", not "Auxiliary Bishop Romero"."""
    if place <= floor or (
        place + 1 < len(tokens) and (tokens[place + 1].capital or tokens[place + 1].low == "of")
    ):
        return False
    before = tokens[place - 1]
    return (
        before.capital
        and not before.text.isupper()
        and before.low.isalpha()
        and not any(
            before.low in known
            for known in (_STOP, RANKS, MODIFIERS, _FIELDS, DEMONYMS, PLACES, HEADS, _KINDS)
        )
    )


def _loose(tokens: list[Token], place: int, floor: int, after: str) -> int:
    """chief, head, leader and chair are also other words: they head a post only beside what they lead."""
    low = tokens[place].low
    if low == "chief" and tokens[place + 2 : place + 3] and tokens[place + 2].low == "officer":
        return 0
    if low == "chief" and (
        after in RANKS
        or after in _FIELDS
        or after in HEADS
        or after in _NEEDS
        or (
            after in ("officer", "of")
            and tokens[place + 2 : place + 3]
            and tokens[place + 2].low in ("staff", "cabinet")
        )
    ):
        return 0
    if low == "head" and after in HEADS:
        return 0  # "head coach"
    if low == "chief" and after in ("executive", "financial", "operating", "information"):
        return 0
    if after == "of" or (low == "chair" and after == "for"):
        return 1
    if place <= floor:
        return 0
    previous = tokens[place - 1]
    if (
        previous.low in ("'s", "'", "its", "their")
        or previous.low in MODIFIERS
        or previous.low in COLLECTIVES
    ):
        return 1
    if previous.capital and previous.low not in _STOP:
        return 1
    return (
        1
        if previous.low in RANKS
        or previous.low in _FIELDS
        or previous.low
        in ("bank", "union", "guard", "agency", "as", "department", "ministry", "unit", "force", "office")
        else 0
    )
