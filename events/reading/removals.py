"""Somebody is removed: "was dismissed", "fired the police chief"."""

from events.reading.complements import complement
from events.reading.objects import objects
from events.reading.subjects import subject
from events.reading.telling import BE, Telling

_ADVISES = frozenset("recommended recommends recommend proposed proposes advised".split())


def remove(t: Telling, at: int) -> None:
    """ "was dismissed as", "fired the police chief"."""
    who = subject(t.story, t.scene, at, t.focus)
    word = t.row[at].low
    auxiliaries = t.auxiliaries(at)
    if any(low in BE for low in auxiliaries) or (who is not None and who.passive):
        if who is None or t.is_unreal(at, who.at, who.verbs) or word in ("suspended", "impeached"):
            return
        if any(phrase.low in _ADVISES for phrase in t.row[max(0, who.at - 4) : who.at]):
            return  # "recommended that he be removed"
        taken = complement(t.story, t.scene, at + 1)
        if word == "stripped" and taken is None:
            return  # "stripped of his citizenship"
        for place, name in enumerate(who.names):
            phrase = who.phrases[place] if place < len(who.phrases) else None
            roles, anaphoric = t.left_posts(name, phrase, taken)
            end = taken.end if taken is not None else t.row[at].end
            if not roles:
                t.wait("out", name, who.start, end, at, "removed", "dismissed")
            for role in roles:
                t.find(
                    "out",
                    name,
                    role,
                    who.start,
                    end,
                    at,
                    "removed",
                    reason="dismissed",
                    anaphoric=anaphoric,
                    pronoun=not who.phrases,
                )
            if phrase is not None:
                t.drop(phrase, roles)
        return
    if word in ("suspended", "suspends", "impeached"):
        return
    done_to = objects(t.row, at, reach=5)
    meant = t.meant(at)
    if meant is not None and word.startswith("remov"):
        done_to = ([meant], at + 2)
    if done_to is None or t.is_unreal(at, who.at if who else at, auxiliaries):
        return
    persons, beyond = done_to
    if word.startswith("reliev") and t.row[beyond : beyond + 1] and t.row[beyond].low == ",":
        beyond += 1  # "relieved his brother, Prince Fahim, of his duties"
    tells = ("as", "from", "of") if word.startswith("reliev") else ("as", "from")
    taken = (
        complement(t.story, t.scene, beyond)
        if t.row[beyond : beyond + 1] and t.row[beyond].low in tells
        else None
    )
    for phrase in persons:
        roles, anaphoric = t.left_posts(phrase.text, phrase, taken)
        if word.startswith("dismiss") and taken is None and not phrase.titles and not phrase.appositions:
            continue
        for role in roles:
            t.find(
                "out",
                phrase.text,
                role,
                t.row[at].start,
                taken.end if taken else phrase.end,
                at,
                "removes",
                reason="dismissed",
                anaphoric=anaphoric,
            )
        t.drop(phrase, roles)


def vote_out(t: Telling, at: int) -> None:
    """ "was voted out by lawmakers" """
    who = subject(t.story, t.scene, at, t.focus)
    if who is not None and who.passive and at + 1 < len(t.row) and t.row[at + 1].low == "out":
        remove(t, at)


def part(t: Telling, at: int) -> None:
    """ "the club have parted company with head coach A": gone, whoever wished it."""
    following = [phrase.low for phrase in t.row[at + 1 : at + 3]]
    if len(following) < 2 or following[0] not in ("company", "ways") or following[1] != "with":
        return
    done_to = objects(t.row, at + 2, reach=4)
    if done_to is None or t.is_unreal(at, at, t.auxiliaries(at)):
        return
    for phrase in done_to[0]:
        held = [role for role in (*phrase.titles, *phrase.appositions) if not role.former]
        for role in held:
            t.find("out", phrase.text, role, t.row[at].start, phrase.end, at, "parts", reason="unknown")
        t.drop(phrase, held)
