"""Elections told without an office's name: "A defeats B in the presidential election", "A won the presidency"."""

from events.catalogue import ClaimKind
from events.reading.countries import country
from events.reading.objects import objects
from events.reading.phrases import Phrase
from events.reading.role import Role
from events.reading.subjects import Subject, subject
from events.reading.telling import Telling

_OFFICES = {  # the word before "election" or "race"; the office as a thing
    "leadership": "leader", "presidential": "president", "gubernatorial": "governor", "mayoral": "mayor",
    "presidency": "president", "governorship": "governor", "mayoralty": "mayor",
}  # fmt: skip
_THINGS = frozenset("presidency governorship mayoralty".split())
_VOTES = frozenset("election elections runoff run-off vote race contest poll ballot".split())
_AGAIN = frozenset("term re-election reelection second third fourth fifth".split())
_NOT_YET = frozenset("nomination primary round caucus poll polls first nominee candidate".split())
_REACH = 12


def win(t: Telling, at: int) -> None:
    """ "wins the presidential election", "won Parvia's presidency"."""
    if any(phrase.low in _AGAIN for phrase in t.row[at + 1 : at + 7]):
        return  # "wins a third term": stays
    told = _office(t.row, at)
    if told is None:
        return
    role, end = told
    who = subject(t.story, t.scene, at, t.focus)
    if at >= 3 and t.row[at - 1].low == "to" and t.row[at - 2].kind == "P":
        # "A defeats B to win": the winner is A
        first = next(phrase for phrase in t.row if phrase.kind == "P")
        who = Subject([first.text], [first], first.start, [], 0)
    _elect(t, at, who, role, end)


def declare_winner(t: Telling, at: int) -> bool:
    """ "was declared the winner of the presidential election": whether the verb at `at` says so."""
    for place in range(at + 1, min(at + 4, len(t.row))):
        if t.row[place].low in ("winner", "victor"):
            told = _office(t.row, place)
            who = subject(t.story, t.scene, at, t.focus)
            if told is not None and who is not None and who.passive:
                _elect(t, at, who, *told)
            return True
        if t.row[place].low not in ("the", "as"):
            return False
    return False


def defeat(t: Telling, at: int) -> None:
    """ "A defeated incumbent B in Sunday's presidential election"; "B lost the election to A" is in `lose_to`."""
    done_to = objects(t.row, at, reach=6)
    who = subject(t.story, t.scene, at, t.focus)
    if done_to is None or who is None or len(who.names) != 1 or who.passive:
        return
    told = _office(t.row, done_to[1] - 1)
    if told is None or t.row[done_to[1]].low not in ("in", "and", "with", ","):
        return
    _elect(t, at, who, *told)


def lose_to(t: Telling, at: int) -> None:
    """ "B lost the presidential election to A": A is elected; a bare "re-election" is to the post of B's title."""
    loser = subject(t.story, t.scene, at, t.focus)
    for place in range(at + 1, min(at + 10, len(t.row) - 1)):
        phrase = t.row[place]
        if phrase.low == "to":
            done_to = objects(t.row, place, reach=5)
            verbs = t.auxiliaries(at) if loser is None else loser.verbs
            if done_to is None or (
                t.row[at - 1].low != "who" and t.is_unreal(at, loser.at if loser else at, verbs)
            ):
                return
            told = _office(t.row[:place], at)
            titles = loser.phrases[0].titles if loser is not None and loser.phrases else ()
            again = {"re-election", "reelection"} & {one.low for one in t.row[at + 1 : place]}
            if told is None and again and titles and titles[-1].head in ("president", "mayor", "governor"):
                told = (titles[-1], t.row[place].end)
            if told is None and {"election", "race", "vote"} & {one.low for one in t.row[at + 1 : place]}:
                told = _run_for(t, at)
            if told is not None:
                winner = done_to[0][0]
                t.find("elected", winner.text, told[0], t.row[at].start, winner.core[1], at, "lost-to")
            return
        if phrase.low in (",", ".", "and") or phrase.kind == "P":
            return


def _run_for(t: Telling, at: int) -> tuple[Role, int] | None:
    """ "the presidential candidate who lost the election": the office is told before."""
    tokens = t.scene.tokens[: t.row[at].start]
    for place in range(len(tokens) - 2, -1, -1):
        if tokens[place].low in _OFFICES and tokens[place + 1].low in (
            "candidate",
            "nominee",
            "bid",
            "contender",
        ):
            post = _OFFICES[tokens[place].low]
            return Role([post], t.row[at].start, t.row[at].end, post), t.row[at].end
    return None


def _office(row: list[Phrase], at: int) -> tuple[Role, int] | None:
    """The office at stake in the words after `at`, with the token after them."""
    found: Phrase | None = None
    whose: str | None = None
    for place in range(at + 1, min(at + 1 + _REACH, len(row))):
        phrase = row[place]
        if phrase.low in _OFFICES:
            found = phrase
            if phrase.low in _THINGS:
                if [one.low for one in row[place + 1 : place + 3]] in (["of", "his"], ["of", "her"]):
                    return None  # "the presidency of her class"
                return _role(phrase, whose or _country_after(row, place)), phrase.end
        elif phrase.low in _VOTES and found is not None:
            following = row[place + 1 : place + 3]
            if any(one.low in ("nomination", "primary") for one in following):
                return None
            return _role(found, whose or _country_after(row, place)), phrase.end
        elif phrase.kind == "G":
            whose = country(phrase.text) or phrase.text
        elif phrase.low in (".", ";", "but", "said") or phrase.low in _NOT_YET or phrase.kind in ("P", "R"):
            return None
    return None


def _country_after(row: list[Phrase], place: int) -> str | None:
    following = row[place + 1 : place + 4]
    if len(following) > 1 and following[0].low in ("in", "of") and following[1].kind == "G":
        return country(following[1].text) or following[1].text
    return None


def _role(phrase: Phrase, whose: str | None) -> Role:
    post = _OFFICES[phrase.low]
    return Role([post], phrase.start, phrase.end, post, whose)


def _elect(t: Telling, at: int, who: Subject | None, role: Role, end: int) -> None:
    if who is None or t.is_unreal(at, who.at, who.verbs):
        return
    kind: ClaimKind = "in" if role.head == "leader" else "elected"
    for name in who.names:
        t.find(kind, name, role, who.start, end, at, "wins-election", pronoun=not who.phrases)
