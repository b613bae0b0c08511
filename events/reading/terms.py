"""Somebody takes up, keeps or wins a post: "becomes chairman", "took office", "was re-elected", "won the election"."""

from events.catalogue import ClaimKind
from events.reading.arrivals import arrive
from events.reading.complements import Complement, complement
from events.reading.role import Role
from events.reading.subjects import Subject, subject
from events.reading.successions import succeed
from events.reading.telling import Telling

_AGAIN = frozenset("term re-election reelection second third fourth fifth".split())
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)


def become(t: Telling, at: int) -> None:
    """ "becomes chairman", "will assume the post of", "joins the company as"."""
    who = subject(t.story, t.scene, at, t.focus)
    if who is None or t.is_unreal(at, who.at, who.verbs):
        return
    joins = t.row[at].low.startswith("join")
    if joins and not (t.row[at + 1 : at + 2] and has_as_or_board(t, at + 1)):
        return
    start = at + 1
    if joins:
        for place in range(at + 1, min(at + 6, len(t.row))):
            if t.row[place].low == "as":
                start = place
    taken = complement(t.story, t.scene, start)
    if taken is None:
        return
    if taken.anaphor:
        taken = Complement(t.topic, taken.end, True, taken.at)
    for name in who.names:
        arrive(t, name, who.start, taken, at, False, "becomes", pronoun=not who.phrases)


def has_as_or_board(t: Telling, place: int) -> bool:
    """Whether somebody joins as something or joins a board; joining a company tells no post."""
    return any(phrase.low in ("as", "board") for phrase in t.row[place : place + 6])


def take(t: Telling, at: int) -> None:
    """takes over as, takes office as, took the helm"""
    following = [phrase.low for phrase in t.row[at + 1 : at + 4]]
    if following[:2] == ["over", "from"]:
        succeed(t, at)
        return
    if "oath" in following:
        become(t, at)
        return
    if following[:1] in (["over"], ["office"], ["up"]) or "post" in following or "reins" in following:
        if following[:1] == ["office"] and "as" not in following:
            took_office(t, at)
            return
        become(t, at)


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


def win(t: Telling, at: int) -> None:
    """ "wins the presidential election": elected."""
    offices = {
        "leadership": "leader",
        "presidential": "president",
        "gubernatorial": "governor",
        "mayoral": "mayor",
    }
    found = None
    if any(phrase.low in _AGAIN for phrase in t.row[at + 1 : at + 7]):
        return  # "wins a third term": stays
    for place in range(at + 1, min(at + 9, len(t.row))):
        phrase = t.row[place]
        if phrase.low in offices:
            found = phrase
        elif phrase.low in ("election", "elections", "runoff", "vote") and found is not None:
            who = subject(t.story, t.scene, at, t.focus)
            if at >= 3 and t.row[at - 1].low == "to" and t.row[at - 2].kind == "P":
                # "A defeats B to win": the winner is A
                first = next(phrase for phrase in t.row if phrase.kind == "P")
                who = Subject([first.text], [first], first.start, [], 0)
            if who is None or t.is_unreal(at, who.at, who.verbs):
                return
            role = Role([offices[found.low]], found.start, found.end, offices[found.low])
            kind: ClaimKind = "in" if found.low == "leadership" else "elected"
            for name in who.names:
                t.find(kind, name, role, who.start, phrase.end, at, "wins-election", pronoun=not who.phrases)
            return
        elif phrase.low in (",", ".", "nomination", "primary", "round") or phrase.kind == "P":
            return


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
