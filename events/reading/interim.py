"""For a time only: "on an interim basis", "until a successor is named", "who had been acting as president"."""

from collections.abc import Sequence
from itertools import pairwise

from events.reading.text import Token

_FOR_A_TIME = frozenset("interim temporary limited acting caretaker provisional".split())
_HOW = frozenset("basis time capacity".split())
_ADVERBS = frozenset(["temporarily", "provisionally"])
_PHRASES = (("for", "the", "time", "being"), ("ad", "interim"), ("pro", "tempore"), ("pro", "tem"))
_HINTS = frozenset([*_ADVERBS, *_HOW, "being", "ad", "pro", "until"])  # one of them stands in all of these
_LASTING = frozenset("permanent full-time new".split())
_FOLLOWER = frozenset("successor replacement appointment".split())
_ACTS = frozenset("interim caretaker stopgap temporary provisional".split())
_TO_COME = frozenset("becomes become becoming named appointed will would to".split())
# "who is acting on advice": no acting capacity.
_ACTING_FOR = frozenset("on upon against in for with without under like out alone".split())
_BEHIND = 8  # tokens after what was said, in which "until a successor is found" may stand
_CLAUSE = 16  # tokens of a relative clause that are looked at


def is_for_a_time(tokens: Sequence[Token], verb: int, end: int) -> bool:
    """Whether what the verb (a token's place) tells, up to `end`, is told to be for a time."""
    lows = [token.low for token in tokens[max(0, verb - 2) : end + _BEHIND]]
    if "who" in lows[3:]:
        lows = lows[: lows.index("who", 3)]  # what follows is said of somebody else
    if _HINTS.isdisjoint(lows):
        return False  # most often
    if not _ADVERBS.isdisjoint(lows):
        return True
    if any(first in _FOR_A_TIME and second in _HOW for first, second in pairwise(lows)):
        return True
    if any(tuple(lows[at : at + len(phrase)]) == phrase for phrase in _PHRASES for at in range(len(lows))):
        return True
    return "until" in lows and _awaits_a_follower(lows[lows.index("until") :])


def was_acting(tokens: Sequence[Token], after: int) -> bool:
    """Whether a relative clause behind a name, from that token on, says that the person only stood in."""
    lows = [token.low for token in tokens[after : after + _CLAUSE]]
    if "who" not in lows[:2]:
        return False
    clause = lows[lows.index("who") + 1 :]
    for stop in (";", "."):
        if stop in clause:
            clause = clause[: clause.index(stop)]
    if not _TO_COME.isdisjoint(clause[:4]):
        return False
    if not _ACTS.isdisjoint(clause) or not _ADVERBS.isdisjoint(clause):
        return True
    return any(low == "acting" and other not in _ACTING_FOR for low, other in pairwise([*clause, ""]))


def _awaits_a_follower(lows: Sequence[str]) -> bool:
    """ "until a permanent successor is found", "until a new chief is appointed" """
    return not _FOLLOWER.isdisjoint(lows[:5]) or not (_LASTING - {"new"}).isdisjoint(lows[:4])
