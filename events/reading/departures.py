"""Somebody leaves: "resigned as mayor", "will step down", "tendered his resignation", "died"."""

from events.catalogue import Reason
from events.reading.complements import Complement, complement
from events.reading.elections import lose_to
from events.reading.objects import objects
from events.reading.role import Role
from events.reading.subjects import subject
from events.reading.telling import BE, Telling
from events.reading.terms import stand_in, step_into

_REASONS: dict[str, Reason] = {
    "resign": "resigned",
    "quit": "resigned",
    "retir": "retired",
    "step": "resigned",
    "stood": "resigned",
    "stand": "resigned",
    "abdic": "resigned",
}


def leave(t: Telling, at: int) -> None:
    """ "resigned", "quit", "retires"."""
    word = t.row[at].low
    reason = next(reason for stem, reason in _REASONS.items() if word.startswith(stem))
    departure(t, at, at + 1, reason, "leaves")


def step(t: Telling, at: int) -> None:
    """ "stepped down", "stepped into" a post, and "stepped in as"."""
    if [phrase.low for phrase in t.row[at + 1 : at + 3]] == ["in", "as"]:
        stand_in(t, at)
        return
    if t.row[at + 1 : at + 2] != [] and t.row[at + 1].low == "into":
        step_into(t, at)
        return
    if (
        t.row[at].low.startswith("st")
        and t.row[at + 1 : at + 2] != []
        and t.row[at + 1].low in ("down", "aside")
    ):
        if t.row[at].low.startswith("sto") and t.row[at + 1].low == "aside":
            return  # "stood aside": did not run
        departure(t, at, at + 2, "resigned", "steps-down")


def depart(t: Telling, at: int) -> None:
    """ "leaves the post of", "vacated his seat": only with a post."""
    taken = complement(t.story, t.scene, at + 1)
    word = t.row[at].low
    if (
        t.row[at + 1 : at + 2] != []
        and t.row[at + 1].low == "it"
        and any(p.low in ("post", "position", "job") for p in t.row[:at])
    ):
        taken = Complement([], t.row[at + 1].end, True, at + 2)
        t.topic = t.topic or t.mentioned
        departure(t, at, at + 1, "resigned", "leaves-post", given=taken)
        return
    if taken is None and _leaves_employer(t, at):
        departure(t, at, at + 1, "resigned", "leaves-employer")
        return
    if taken is None or (word.startswith(("left", "leav")) and not taken.anaphor and not post_word(t, at)):
        return
    departure(t, at, at + 1, "resigned", "leaves-post")


def _leaves_employer(t: Telling, at: int) -> bool:
    """ "its chief executive A will leave the company": with the post named beside the person, that is left."""
    words_ = [phrase.low for phrase in t.row[at + 1 : at + 3]]
    if len(words_) < 2 or words_[0] not in ("the", "its") or words_[1] not in _EMPLOYERS:
        return False
    who = subject(t.story, t.scene, at, t.focus)
    return who is not None and any(
        not role.former for phrase in who.phrases for role in (*phrase.titles, *phrase.appositions)
    )


_EMPLOYERS = frozenset(
    "company firm group bank club broadcaster newspaper carmaker airline lender ministry".split()
)


def post_word(t: Telling, at: int) -> bool:
    """Whether what is left is called a post: "left the company" tells none."""
    return any(
        phrase.low in ("post", "position", "as", "job", "role", "office", "positions")
        for phrase in t.row[at + 1 : at + 5]
    )


def give(t: Telling, at: int) -> None:
    """ "will give up the post of president"."""
    if t.row[at + 1 : at + 2] and t.row[at + 1].low == "up":
        taken = complement(t.story, t.scene, at + 2)
        if taken is not None:
            departure(t, at, at + 2, "resigned", "gives-up")


def lose(t: Telling, at: int) -> None:
    """ "lost his job as defence minister" """
    following = [phrase.low for phrase in t.row[at + 1 : at + 3]]
    if len(following) > 1 and following[0] in ("his", "her") and following[1] in ("job", "post", "position"):
        departure(t, at, at + 1, "unknown", "loses-post")
    elif _confidence(following + [phrase.low for phrase in t.row[at + 3 : at + 7]]):
        if _answers_to_a_house(t, at):
            departure(t, at, at + 1, "dismissed", "no-confidence")
    elif t.row[at].low.startswith("los"):
        lose_to(t, at)


def _confidence(words_: list[str]) -> bool:
    """ "lost a confidence vote", "failed a vote of no confidence"."""
    return not {"vote", "motion"}.isdisjoint(words_) and not {"confidence", "no-confidence"}.isdisjoint(
        words_
    )


def _answers_to_a_house(t: Telling, at: int) -> bool:
    """Whether the one who lost the vote heads a government: with a house's confidence such a head goes."""
    who = subject(t.story, t.scene, at, t.focus)
    if who is None:
        return False
    held = (
        [*who.phrases[0].titles, *who.phrases[0].appositions] if who.phrases else t.story.held(who.names[0])
    )
    return any("prime" in role.words or role.head in ("premier", "chancellor", "mayor") for role in held)


def tender(t: Telling, at: int) -> None:
    """ "has tendered his resignation", "announced her retirement" """
    if t.row[at].low.startswith("hand") and t.row[at + 1 : at + 2] and t.row[at + 1].low == "over":
        hand_over(t, at)
        return
    for place in range(at + 1, min(at + 5, len(t.row))):
        low = t.row[place].low
        if low in ("resignation", "retirement", "departure") and _own(t, place):
            offered = t.row[at].low == "offered"
            if not offered:
                departure(t, at, place + 1, "retired" if low == "retirement" else "resigned", "tenders")
            return
        if t.row[place].kind != "W" or low in (",", "that", "."):
            return


_HANDED = frozenset(
    "power the his her reins office leadership control helm duties presidency premiership".split()
)


def hand_over(t: Telling, at: int) -> None:
    """ "B hands over to A as chief executive", "hands over power to A": an out for B and an in for A."""
    place = at + 2
    while place < len(t.row) and place < at + 6 and t.row[place].low in _HANDED:
        place += 1
    who = subject(t.story, t.scene, at, t.focus)
    if who is None or not (t.row[place : place + 1] and t.row[place].low == "to"):
        return
    done_to = objects(t.row, place, reach=4)
    if done_to is None or t.is_unreal(at, who.at, who.verbs) or len(who.names) > 1:
        return
    successor = done_to[0][0]
    taken = complement(t.story, t.scene, done_to[1])
    phrase = who.phrases[0] if who.phrases else None
    roles, anaphoric = t.left_posts(who.names[0], phrase, taken)
    end = successor.core[1] if taken is None else taken.end
    for role in roles:
        t.find(
            "out", who.names[0], role, who.start, end, at, "hands-over", reason="unknown", anaphoric=anaphoric
        )
        t.find("in", successor.text, role, who.start, end, at, "hands-over", anaphoric=anaphoric)
    if phrase is not None:
        t.drop(phrase, roles)


_HIS = frozenset("his her its their formally".split())
_GOVERNMENT = frozenset(["government", "cabinet"])


def _own(t: Telling, place: int) -> bool:
    """ "his resignation", "his government's resignation", "the resignation of his cabinet": the subject's own."""
    before = [phrase.low for phrase in t.row[max(0, place - 3) : place]]
    if before[-1:] and before[-1] in _HIS:
        return True
    if len(before) == 3 and before[0] in _HIS and before[1] in _GOVERNMENT and before[2] in ("'s", "'"):
        return True
    after = [phrase.low for phrase in t.row[place + 1 : place + 4]]
    return len(after) == 3 and after[0] == "of" and after[1] in _HIS and after[2] in _GOVERNMENT


def accept(t: Telling, at: int) -> None:
    """ "Parliament accepted the resignation on Sunday": of the one told of last; with a name the noun tells it."""
    following = [phrase.low for phrase in t.row[at + 1 : at + 4]]
    if len(following) < 2 or following[0] not in ("the", "his", "her") or following[1] != "resignation":
        return
    if following[2:] in (["of"], ["from"]) or t.focus is None or t.is_unreal(at, at, t.auxiliaries(at)):
        return
    roles, _ = t.left_posts(t.focus, None, None)
    for role in roles:
        t.find(
            "out",
            t.focus,
            role,
            t.row[at].start,
            t.row[at + 2].end,
            at,
            "accepts",
            reason="resigned",
            anaphoric=True,
            pronoun=True,
        )


_ARRIVING = frozenset(["become", "be", "take", "serve"])


def departure(
    t: Telling, at: int, after: int, reason: Reason, rule: str, *, given: Complement | None = None
) -> None:
    """Adds the posts that the subject leaves; where none is known yet, the departure waits for one."""
    who = subject(t.story, t.scene, at, t.focus)
    if who is None or t.is_unreal(at, who.at, who.verbs):
        return
    if who.passive and t.row[at].low not in (
        "retiring",
        "resigning",
        "stepping",
        "quitting",
        "leaving",
        "retired",
        "giving",
        "relinquishing",
    ):
        return
    if (
        t.row[after : after + 1] != []
        and t.row[after].kind == "P"
        and t.row[at].low in ("resigned", "retired")
    ):
        return  # "the retired Carl Vance"
    if t.row[at].low.startswith("quit") and after < len(t.row) and t.row[after].low.endswith("ing"):
        return  # "quit smoking"
    if object_of_retirement(t, at, after) or leaves_party(t, after) or _from_a_game(t, at, after):
        return
    taken = given or complement(t.story, t.scene, after)
    if rule == "tenders" and t.row[after : after + 1] and t.row[after].low == "to":
        taken = None  # "submit his resignation to parliament"
    if taken is not None and any(phrase.low in _ARRIVING for phrase in t.row[after : taken.at]):
        taken = None  # "resigned to become treasurer"
    for place, name in enumerate(who.names):
        phrase = who.phrases[place] if place < len(who.phrases) else None
        roles, anaphoric = t.left_posts(name, phrase, taken)
        end = taken.end if taken is not None else t.row[after - 1].end
        if not roles:
            t.wait("out", name, who.start, end, at, rule, reason)
        for role in roles:
            t.find(
                "out",
                name,
                role,
                who.start,
                end,
                at,
                rule,
                reason=reason,
                anaphoric=anaphoric,
                pronoun=not who.phrases,
            )
        if roles and phrase is not None:
            t.drop(phrase, roles)
        if roles and len(who.names) == 1:
            in_favour(t, taken.at if taken is not None else after, at, roles)


def in_favour(t: Telling, place: int, at: int, roles: list[Role]) -> None:
    """ "resigned as president in favor of A", "abdicates in favour of his son, A": A takes what is left."""
    low = [phrase.low for phrase in t.row[place : place + 3]]
    if len(low) < 3 or low[0] != "in" or low[1] not in ("favor", "favour") or low[2] != "of":
        return
    done_to = objects(t.row, place + 2, reach=6)
    if done_to is None:
        return
    successor = done_to[0][0]
    for role in roles:
        t.find(
            "in", successor.text, role, t.row[at].start, successor.core[1], at, "in-favour", anaphoric=True
        )


def _from_a_game(t: Telling, at: int, after: int) -> bool:
    """ "announced her retirement from tennis", "retired to her room": no post is left."""
    if t.row[after - 1].low != "retirement" and not t.row[at].low.startswith("retir"):
        return False
    following = t.row[after : after + 2]
    if len(following) < 2 or following[1].kind != "W":
        return False
    if following[0].low == "to":
        return following[1].low in ("his", "her", "their", "the", "a")
    return following[0].low == "from" and following[1].low not in _OFFICES


_OFFICES = frozenset(
    "his her the its their post position office board politics public parliament congress government cabinet "
    "active service day-to-day all".split()
)


def object_of_retirement(t: Telling, at: int, after: int) -> bool:
    """ "will retire 2.6 mln dlrs of notes": debt is retired, too."""
    if not t.row[at].low.startswith("retir"):
        return False
    return any(
        (p.low[:1].isdigit() and not p.low.isdigit())
        or p.low in ("debt", "notes", "debentures", "bonds", "shares")
        for p in t.row[after : after + 6]
    )


def leaves_party(t: Telling, after: int) -> bool:
    """ "resigned from the Labour Party": a membership, not the post in the title."""
    return any(
        (phrase.kind in ("O", "N") and "party" in phrase.text.lower()) or phrase.low in ("party", "league")
        for phrase in t.row[after : after + 4]
    ) and any(phrase.low == "from" for phrase in t.row[after : after + 1])


def die(t: Telling, at: int) -> None:
    """Who dies while holding a post leaves it."""
    if t.row[at].low != "died" and t.row[at].low != "dies" and kill(t, at):
        return
    who = subject(t.story, t.scene, at, t.focus)
    if who is None or not who.phrases or t.is_unreal(at, who.at, who.verbs):
        return
    if t.row[at].low in _KILLING and not who.passive:
        return
    phrase = who.phrases[0]
    held = [role for role in phrase.titles + phrase.appositions if not role.former]
    for role in held:
        t.find("out", phrase.text, role, who.start, t.row[at].end, at, "dies", reason="died")
    t.drop(phrase, held)


_KILLING = frozenset("killed kills assassinated assassinates".split())


def kill(t: Telling, at: int) -> bool:
    """ "an airstrike kills rebel leader A": the active, done to somebody in a post."""
    if any(low in BE for low in t.auxiliaries(at)):
        return False
    done_to = objects(t.row, at, reach=4)
    if done_to is None or t.is_unreal(at, at, t.auxiliaries(at)):
        return False
    for phrase in done_to[0]:
        held = [role for role in phrase.titles + phrase.appositions if not role.former]
        for role in held:
            t.find("out", phrase.text, role, t.row[at].start, phrase.core[1], at, "kills", reason="died")
        t.drop(phrase, held)
    return True
