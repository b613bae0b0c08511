"""Whose post an appointment fills: "named to succeed B", "named as his successor", "named to replace her"."""

from events.reading.complements import Complement, complement
from events.reading.objects import objects
from events.reading.phrases import Phrase
from events.reading.telling import Telling

_GOING = frozenset("resignation dismissal departure retirement removal death".split())


def to_succeed(t: Telling, after: int, person: Phrase | None) -> Complement | None:
    """ "named to succeed B as chairman", "to replace B": the posts, B's where none are said."""
    row = t.row
    for place in range(after, min(after + 5, len(row) - 1)):
        if row[place].low in ("successor", "replacement"):
            return _as_successor(t, place, person)
        if row[place].low in ("succeed", "replace", "succeeding", "replacing"):
            done_to = objects(row, place)
            if done_to is None and place + 1 < len(row) and row[place + 1].low in ("him", "her"):
                return _as_gone(t, place + 1, person)
            if done_to is None:
                return None
            persons, beyond = done_to
            taken = complement(t.story, t.scene, beyond)
            if taken is not None and not taken.anaphor:
                return taken
            roles = t.held_by(persons[0])
            return Complement(roles, persons[0].end, True, beyond) if roles else None
    return None


def _as_gone(t: Telling, place: int, person: Phrase | None) -> Complement | None:
    """ "named to replace him": the posts of the one who was told last to have left."""
    outs = [f for f in t.findings[-6:] + t.here if f.kind == "out" and t.is_near(f)]
    if not any(one.scene == t.index for one in outs):
        for at in range(
            min(place, len(t.row) - 2)
        ):  # "accepted the resignation of B and named A to succeed him"
            if t.row[at].low in _GOING and t.row[at + 1].low == "of":
                gone = next((one for one in t.row[at + 2 : at + 6] if one.kind == "P"), None)
                if gone is not None and (person is None or gone.text != person.text):
                    return Complement(t.held_by(gone), t.row[place].end, True, place + 1)
    if not outs or (person is not None and outs[-1].person == person.text):
        return None
    roles = [f.role for f in outs if f.person == outs[-1].person]
    return Complement(roles, t.row[place].end, True, place + 1)


def _as_successor(t: Telling, place: int, person: Phrase | None) -> Complement | None:
    """ "named as his successor", "named B's successor": the posts of the one who goes."""
    row = t.row
    if row[place - 1].low in ("his", "her"):
        gone = _as_gone(t, place, person)
        if gone is None:
            return None
        roles = gone.roles
    elif row[place - 1].low in ("'s", "'") and row[place - 2].kind == "P":
        roles = t.held_by(row[place - 2])
    else:
        return None
    taken = complement(t.story, t.scene, place + 1)
    if taken is not None and taken.roles:
        roles = taken.roles
    return Complement(roles, row[place].end, True, place + 1) if roles else None
