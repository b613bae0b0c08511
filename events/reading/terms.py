"""Somebody takes up, keeps or wins a post: "becomes chairman", "took office", "was re-elected", "won the election"."""

from events.reading.arrivals import arrive
from events.reading.complements import Complement, complement
from events.reading.objects import objects
from events.reading.subjects import Subject, subject
from events.reading.successions import succeed
from events.reading.telling import Telling

_REACH = 8  # phrases: "joins the company from its rival on May 2 as"
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)


def become(t: Telling, at: int, *, verb: int | None = None) -> None:
    """ "becomes chairman", "will assume the post of", "joins the company as".

    `verb`: where the verb stands, if the post follows a longer expression that ends at `at`.
    """
    after, at = at, at if verb is None else verb
    who = subject(t.story, t.scene, at, t.focus)
    if who is not None and t.is_unreal(at, who.at, who.verbs):
        return
    who = who or _mover(t, at)
    if who is None or _remark(t, at):
        return
    joins = t.row[at].low.startswith(("join", "rejoin"))
    if t.row[at].low.startswith("return"):  # "returns to the club as head coach"
        beyond = [phrase.low for phrase in t.row[at + 1 : at + 6]]
        if "as" not in beyond or beyond[0] not in ("to", "as"):
            return
        joins = True
    if joins and not (t.row[at + 1 : at + 2] and has_as_or_board(t, at + 1)):
        return
    start = after + 1
    if joins:
        for place in range(at + 1, min(at + _REACH, len(t.row))):
            if t.row[place].low == "as":
                start = place
    taken = complement(t.story, t.scene, start)
    if taken is None:
        return
    if taken.anaphor:
        taken = Complement(t.topic, taken.end, True, taken.at)
    for name in who.names:
        arrive(t, name, who.start, taken, at, False, "becomes", pronoun=not who.phrases)


_LEAVING = frozenset(
    "moves moved leaves left returns returned departs departed resigned quit quits steps stepped".split()
)
_ENDING = frozenset("resign quit leave step be die face lose fall".split())


def _mover(t: Telling, at: int) -> Subject | None:
    """ "A moves from the health ministry to become minister of justice": who moves."""
    if t.row[at - 1].low != "to":
        return None
    for place in range(at - 2, max(-1, at - 12), -1):
        if t.row[place].low in _LEAVING:
            who = subject(t.story, t.scene, place, t.focus)
            return None if who is None or t.is_unreal(place, who.at, who.verbs) else who
        if t.row[place].kind == "P" or t.row[place].low in (",", "said", "that"):
            return None
    return None


def _remark(t: Telling, at: int) -> bool:
    """ "became the second minister to resign in a week": a remark, no new post."""
    for place in range(at + 1, min(at + 5, len(t.row))):
        if t.row[place].kind == "R":
            following = t.row[place + 1 : place + 3]
            return len(following) > 1 and following[0].low == "to" and following[1].low in _ENDING
    return False


def _from_somebody(t: Telling, at: int) -> None:
    """ "took over as chairman from his father, B": B leaves what the subject has just been given."""
    taken = complement(t.story, t.scene, at + 1)
    given = [f for f in t.here if f.kind == "in" and f.at == t.row[at].start]
    if taken is None or not given or not (t.row[taken.at : taken.at + 1] and t.row[taken.at].low == "from"):
        return
    done_to = objects(t.row, taken.at, reach=5)
    if done_to is None:
        return
    who = done_to[0][0]
    for finding in given:
        t.find("out", who.text, finding.role, t.row[at].start, who.core[1], at, "succeeded", reason="unknown")


def _reins_from(t: Telling, at: int) -> bool:
    """ "takes over the reins from B" """
    following = [phrase.low for phrase in t.row[at + 2 : at + 6]]
    return "from" in following and not {"reins", "helm", "post", "job", "role", "leadership"}.isdisjoint(
        following
    )


def _takes_over(t: Telling, at: int) -> bool:
    """ "B resigned. A will take over": what the person told of last has left."""
    who = subject(t.story, t.scene, at, t.focus)
    last = next((f for f in reversed(t.findings[-6:] + t.here) if f.kind == "out" and t.is_near(f)), None)
    following = [phrase.low for phrase in t.row[at + 2 : at + 6]]
    if (
        last is None
        or who is None
        or last.person in who.names
        or t.is_unreal(at, who.at, who.verbs)
        or not (following == [] or following[0] in _CLOSES)
    ):
        return False
    for role in [f.role for f in t.findings[-6:] + t.here if f.kind == "out" and f.person == last.person]:
        t.find("in", who.names[0], role, who.start, t.row[at + 1].end, at, "takes-over", anaphoric=True)
    return True


_CLOSES = frozenset(". , ; on in until from for temporarily immediately next as and after".split())


def has_as_or_board(t: Telling, place: int) -> bool:
    """Whether somebody joins as something or joins a board; joining a company tells no post."""
    return any(phrase.low in ("as", "board") for phrase in t.row[place : place + _REACH])


def take(t: Telling, at: int) -> None:
    """takes over as, takes office as, took the helm"""
    following = [phrase.low for phrase in t.row[at + 1 : at + 4]]
    if following[:2] == ["over", "from"] or (following[0:1] == ["over"] and _reins_from(t, at)):
        succeed(t, at)
        return
    if following[:1] == ["over"] and complement(t.story, t.scene, at + 1) is None and _takes_over(t, at):
        return
    if ("helm" in following or "charge" in following) and any(
        phrase.low == "as" for phrase in t.row[at + 2 : at + 6]
    ):
        become(t, next(place for place in range(at + 2, at + 6) if t.row[place].low == "as") - 1, verb=at)
        return
    if "oath" in following:
        become(t, at)
        return
    if following[:1] in (["over"], ["office"], ["up"]) or "post" in following or "reins" in following:
        if following[:1] == ["office"] and "as" not in following:
            took_office(t, at)
            return
        become(t, at)
        _from_somebody(t, at)


def will_be(t: Telling, at: int) -> None:
    """ "Hart will be the vice chairman": decided, so a taking of the post."""
    if at and t.row[at - 1].low == "will" and t.row[at + 1 : at + 2] != []:
        following = t.row[at + 1 : at + 4]
        if any(
            token.low in ("first", "only", "last", "second", "next")
            for token in t.scene.tokens[t.row[at].end : t.row[at].end + 3]
        ):
            return  # "will be the first Fed chief since ...": a remark
        if following[0].kind == "R" or (
            len(following) > 1 and following[0].low in ("the", "its") and following[1].kind == "R"
        ):
            become(t, at)


def step_into(t: Telling, at: int) -> None:
    """ "has stepped into his role as acting chair" """
    following = [phrase.low for phrase in t.row[at + 1 : at + 9]]
    if following[:1] == ["into"] and ("role" in following or "job" in following or "post" in following):
        start = next(i for i in range(at + 1, at + 9) if t.row[i].low in ("role", "job", "post"))
        who = subject(t.story, t.scene, at, t.focus)
        taken = complement(t.story, t.scene, start)
        if who is not None and taken is not None and taken.roles and not t.is_unreal(at, who.at, who.verbs):
            for name in who.names:
                arrive(t, name, who.start, taken, at, False, "steps-into", pronoun=not who.phrases)


def stand_in(t: Telling, at: int) -> None:
    """ "will stand in as mayor", "stepped in as", "is filling in as": taken for a time."""
    before = len(t.here)
    become(t, at + 1, verb=at)
    for finding in t.here[before:]:
        finding.acting = True


def took_office(t: Telling, at: int) -> None:
    """ "since he took office in January": the post that the article has given the person, where a date is told."""
    who = subject(t.story, t.scene, at, t.focus)
    if who is None or t.is_unreal(at, who.at, who.verbs):
        return
    if not any(phrase.low in _MONTHS or (phrase.low.isdigit() and len(phrase.low) == 4) for phrase in t.row):
        return
    known = [role for role in t.story.posts.get(who.names[0], ()) if not role.former]
    for role in known[:1]:
        t.find(
            "in",
            who.names[0],
            role,
            who.start,
            t.row[at + 1].end,
            at,
            "took-office",
            anaphoric=True,
            pronoun=not who.phrases,
        )


def serve(t: Telling, at: int) -> None:
    """ "will serve as interim president": decided, so a taking of the post."""
    who = subject(t.story, t.scene, at, t.focus)
    if (
        who is not None
        and "will" in who.verbs
        and t.row[at + 1 : at + 2] != []
        and t.row[at].low in ("serve", "act")
    ):
        become(t, at)


def reappoint(t: Telling, at: int) -> None:
    """ "was re-elected as chairman": stays, which is no change."""
    who = subject(t.story, t.scene, at, t.focus)
    taken = complement(t.story, t.scene, at + 1)
    if who is None or taken is None or not who.passive or t.is_unreal(at, who.at, who.verbs):
        return
    for name in who.names:
        for role in taken.roles:
            t.find("holds", name, role, who.start, taken.end, at, "reappointed")


def hold(t: Telling, at: int) -> None:
    """ "who held the posts of chairman and managing director" """
    if not any(
        phrase.low in ("post", "posts", "position", "positions", "title", "titles", "job")
        for phrase in t.row[at + 1 : at + 4]
    ):
        return
    who = subject(t.story, t.scene, at, t.focus)
    taken = complement(t.story, t.scene, at + 1)
    if who is None or taken is None or t.is_unreal(at, who.at, who.verbs):
        return
    past = t.row[at].low == "held"
    if taken.anaphor and past:
        for finding in t.here:  # "became speaker in 2007 and held the post until 2011": a tenure
            if finding.kind == "in" and finding.person in who.names:
                finding.kind = "held"
    for name in who.names:
        for role in taken.roles:
            t.find("held" if past else "holds", name, role, who.start, taken.end, at, "holds-post")
