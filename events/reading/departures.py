"""Somebody leaves: "resigned as mayor", "will step down", "lost a confidence vote", "died"."""

from events.catalogue import Reason
from events.reading.complements import Complement, complement
from events.reading.elections import lose_to
from events.reading.leaving import departure
from events.reading.objects import objects
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
