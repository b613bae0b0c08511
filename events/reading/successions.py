"""Somebody follows somebody: "A succeeds B", "B will be replaced by A", "named A, succeeding B"."""

from events.catalogue import Reason
from events.reading.complements import Complement, complement
from events.reading.interim import was_acting
from events.reading.modality import tells_leaving
from events.reading.objects import objects
from events.reading.phrases import Phrase
from events.reading.role import Role, substantive
from events.reading.subjects import Subject, subject
from events.reading.telling import BE, Telling


def succeed(t: Telling, at: int) -> None:
    """ "A succeeds B as chairman", "replacing B": an in for A and an out for B."""
    word = t.row[at].low
    who = subject(t.story, t.scene, at, t.focus)
    auxiliaries = who.verbs if who is not None else t.auxiliaries(at)
    by = t.row[at + 1 : at + 2] != [] and t.row[at + 1].low == "by"  # "was sacked and replaced by"
    if (by or any(low in BE for low in auxiliaries)) and word in ("replaced", "succeeded"):
        succeeded_by(t, at, who)
        return
    if replaced_with(t, at, who):
        return
    done_to = objects(t.row, at, reach=6)
    if (
        done_to is None
        and t.row[at + 1 : at + 2] != []
        and t.row[at + 1].low in ("him", "her")
        and (t.findings or t.here)
    ):
        # "A will succeed him": the person who has just left
        last = next((f for f in reversed(t.findings[-6:] + t.here) if f.kind == "out"), None)
        if last is not None and who is not None and who.names[0] != last.person:
            for role in [
                f.role for f in t.findings[-6:] + t.here if f.kind == "out" and f.person == last.person
            ]:
                t.find("in", who.names[0], role, who.start, t.row[at + 1].end, at, "succeeds", anaphoric=True)
        return
    if done_to is None:
        return
    persons, beyond = done_to
    if at and t.row[at - 1].low == "they" and t.topic:
        for person in persons:  # "They replace A and B": the posts just filled
            t.find(
                "out",
                person.text,
                t.topic[0],
                t.row[at].start,
                person.core[1],
                at,
                "succeeded",
                reason="unknown",
                anaphoric=True,
            )
        return
    predecessor = persons[0]
    taken = complement(t.story, t.scene, beyond)
    participle = word in ("succeeding", "replacing") or "to" in auxiliaries[:1]
    if participle:
        after_appointment(t, at, predecessor, taken)
        return
    if who is None or not who.names or who.names[0] == predecessor.text:
        return
    if "would" not in auxiliaries and t.is_unreal(at, who.at, auxiliaries):
        return
    roles = taken.roles if taken is not None and taken.roles else []
    if not roles and not who.phrases:  # "He succeeds B, the vice chairman": as what he has just become
        roles = [
            f.role
            for f in t.findings[-12:]
            if f.kind == "in" and f.person == who.names[0] and t.index - f.scene < 2
        ]
    roles = roles or t.held_by(predecessor)
    if not roles and t.row[0].low == "as" and t.row[1].kind == "R" and t.row[1].roles is not None:
        roles = t.row[1].roles.roles  # "As chairman, he succeeds B."
    if not roles:
        given = [
            f for f in t.findings[-40:] + t.here if f.kind in ("in", "nominated") and f.person == who.names[0]
        ]
        roles = [finding.role for finding in given if finding.scene == given[-1].scene]
    if not roles and taken is None:
        roles = recalled(t, beyond)
    if not roles and taken is None and "will" not in auxiliaries:
        roles = t.last(t.story.held(who.names[0]))  # "Chief executive A ... A succeeded B in August"
    if "would" in auxiliaries:
        for role in roles:
            t.find(
                "holds", predecessor.text, role, t.row[at].start, predecessor.core[1], at, "to-be-succeeded"
            )
        return
    end = taken.end if taken is not None else predecessor.end
    for role in roles:
        t.find(
            "in",
            who.names[0],
            role,
            who.start,
            end,
            at,
            "succeeds",
            anaphoric=taken is None,
            pronoun=not who.phrases,
        )
        t.find(
            "out",
            predecessor.text,
            role,
            t.row[at].start,
            end,
            at,
            "succeeded",
            reason="unknown",
            anaphoric=taken is None,
        )
    t.drop(predecessor, roles)
    if roles:
        why_left(t, predecessor, at, beyond)


def recalled(t: Telling, after: int) -> list[Role]:
    """ "replaces B, who had served as director of the museum": the posts that a relative clause recalls of B."""
    clause = t.row[after : after + 9]
    who = next((place for place, phrase in enumerate(clause[:2]) if phrase.low == "who"), None)
    if who is None or not any(
        phrase.low in ("had", "has", "was", "served") for phrase in clause[who + 1 : who + 3]
    ):
        return []
    for phrase in clause[who + 1 :]:
        if phrase.kind == "R" and phrase.roles is not None:
            return [substantive(role) for role in phrase.roles.roles if not role.former]
        if phrase.low in (",", ";", "and", "that", "when"):
            return []
    return []


def replaced_with(t: Telling, at: int, who: Subject | None) -> bool:
    """ "fired B and replaced him with A", "replaced Minister B with A": the subject only does it."""
    if not t.row[at].low.startswith("replac"):
        return False
    meant = t.meant(at)
    done_to = ([meant], at + 2) if meant is not None else objects(t.row, at, reach=6)
    if done_to is None:
        return False
    predecessor, beyond = done_to[0][0], done_to[1]
    taken = complement(t.story, t.scene, beyond) if t.row[beyond : beyond + 1] else None
    place = taken.at if taken is not None else beyond
    if not (t.row[place : place + 1] and t.row[place].low == "with"):
        return False
    successors = objects(t.row, place, reach=6)
    if successors is None or t.is_unreal(at, who.at if who else at, t.auxiliaries(at)):
        return True
    successor = successors[0][0]
    after = complement(t.story, t.scene, successors[1])
    roles = taken.roles if taken is not None and taken.roles else t.held_by(predecessor)
    if not roles and after is not None:
        roles = after.roles
    gone = predecessor.text in t.left or any(f.kind == "out" and f.person == predecessor.text for f in t.here)
    anaphoric = meant is not None and taken is None
    start, end = t.row[at].start, successor.core[1]
    for role in roles:
        t.find("in", successor.text, role, start, end, at, "replaced-with", anaphoric=anaphoric)
        if not gone:
            t.find(
                "out",
                predecessor.text,
                role,
                start,
                end,
                at,
                "replaced",
                reason="dismissed",
                anaphoric=anaphoric,
            )
    t.drop(predecessor, roles)
    return True


def succeeded_by(t: Telling, at: int, who: Subject | None) -> None:
    """ "He will be replaced by B", "was succeeded by B as chairman" """
    if who is None or t.is_unreal(at, who.at, who.verbs):
        return
    by = next((p for p in range(at + 1, min(at + 8, len(t.row))) if t.row[p].low == "by"), None)
    if by is None or any(t.row[p].low in (",", ".", "after", "when") for p in range(at + 1, by)):
        return
    done_to = objects(t.row, by, reach=5)
    if done_to is None:
        return
    successor, beyond = done_to[0][0], done_to[1]
    asked = at + 1 if t.row[at + 1].low == "as" else beyond
    taken = (
        complement(t.story, t.scene, asked) if t.row[asked : asked + 1] and t.row[asked].low == "as" else None
    )
    acting = any(phrase.low in ("interim", "temporary", "acting") for phrase in t.row[at + 1 : by])
    phrase = who.phrases[0] if who.phrases else None
    roles, anaphoric = t.left_posts(who.names[0], phrase, taken)
    known_out = who.names[0] in t.left
    if not who.phrases:
        last = t.left.get(who.names[0], [])
        roles = taken.roles if taken and taken.roles else last[-2:] or roles
    left_here = [f.role for f in t.here if f.kind == "out" and f.person == who.names[0]]
    if left_here and not (taken and taken.roles):  # "has resigned from the board and been replaced by B"
        roles, known_out = left_here, True
    if any(phrase.low in ("those", "these") for phrase in t.row[at + 1 : by]):
        # "was president and will be succeeded in those posts by B"
        said = [phrase for phrase in t.row[:at] if phrase.kind == "R" and phrase.roles is not None]
        roles = said[-1].roles.roles if said and said[-1].roles is not None else []
        known_out = False
    end = taken.end if taken is not None else successor.core[1]
    for role in roles:
        t.find("in", successor.text, role, who.start, end, at, "replaced-by", anaphoric=anaphoric)
        t.here[-1].acting = acting
        if not known_out:
            t.find(
                "out",
                who.names[0],
                role,
                who.start,
                end,
                at,
                "replaced",
                reason="unknown",
                anaphoric=anaphoric,
            )


def after_appointment(t: Telling, at: int, predecessor: Phrase, taken: Complement | None) -> None:
    """ "named A as chairman, succeeding B": B leaves what A has just been given."""
    given = [f for f in t.here if f.kind in ("in", "elected", "nominated") and f.person != predecessor.text]
    if not given:
        return
    if given[-1].kind == "nominated":
        for role in taken.roles if taken is not None else [given[-1].role]:
            t.find(
                "holds", predecessor.text, role, t.row[at].start, predecessor.core[1], at, "to-be-succeeded"
            )
        return
    person = given[-1].person
    roles = (
        taken.roles if taken is not None and taken.roles else [f.role for f in given if f.person == person]
    )
    end = predecessor.core[1]
    if taken is None:
        roles = [substantive(role) for role in roles]  # only the newcomer is acting
    for role in roles:
        t.find(
            "out",
            predecessor.text,
            role,
            t.row[at].start,
            end,
            at,
            "succeeding",
            reason="unknown",
            anaphoric=taken is None,
        )
    t.drop(predecessor, roles)
    place = next((i for i, phrase in enumerate(t.row) if phrase is predecessor), len(t.row))
    why_left(t, predecessor, at, place + 1)


_WHY: dict[str, Reason] = {  # by how the verb begins
    "resign": "resigned",
    "quit": "resigned",
    "retir": "retired",
    "died": "died",
    "fired": "dismissed",
    "ousted": "dismissed",
    "dismissed": "dismissed",
    "sacked": "dismissed",
}


_BEFORE_NAME: dict[str, Reason] = {
    "late": "died",
    "ousted": "dismissed",
    "removed": "dismissed",
    "retiring": "retired",
}


def why_left(t: Telling, predecessor: Phrase, verb: int, after: int) -> None:
    """ "succeeding B, who retired", "replaces the late B": the reason, and whether B only stood in, beside the name."""
    between = t.scene.tokens[t.row[verb].end : predecessor.core[0]]
    told = next((_BEFORE_NAME[token.low] for token in between if token.low in _BEFORE_NAME), None)
    if told is None and tells_leaving(t.row, after):
        told = next(
            (
                reason
                for phrase in t.row[after : after + 7]
                for stem, reason in _WHY.items()
                if phrase.low.startswith(stem)
            ),
            None,
        )
    acting = was_acting(t.scene.tokens, predecessor.core[1])
    for finding in t.here:
        if finding.kind == "out" and finding.person == predecessor.text:
            finding.reason = told or finding.reason
            finding.acting = finding.acting or acting
