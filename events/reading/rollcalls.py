"""A plural post and then the names: "five directors resigned. The directors are A, B and C"."""

import msgspec

from events.reading.complements import complement
from events.reading.phrases import Phrase
from events.reading.role import PLURALS, Role
from events.reading.telling import Telling


def roll_call(t: Telling) -> None:
    """ "It said the directors are A, B and C": the persons whom a plural post spoke of."""
    row = t.row
    if (
        row[0].low == "they"
        and len(row) > 2
        and row[1].low in ("are", "were")
        and t.plural_in is not None
        and t.index - t.plural_in[1] == 1
    ):
        fresh = msgspec.structs.replace(t.plural_in[0], modifiers=frozenset(["new"]))
        call(t, fresh, row[0], row, 2)
    for place, phrase in enumerate(row):
        if phrase.kind != "R" or phrase.roles is None or not phrase.roles.plural:
            continue
        role = phrase.roles.roles[0]
        for at in range(place + 1, min(place + 10, len(row))):
            if row[at].low in ("are", "were", "include", "included", ":"):
                call(t, role, phrase, row, at + 1)
                break
            if row[at].low in (",", "and", ";", ".", "who", "that", "which"):
                break
        before = row[max(0, place - 4) : place]
        if any(one.low in ("elected", "named", "appointed") for one in before):
            t.plural_in = (role, t.index)
        following = row[place + 1 : place + 2]
        if following and following[0].low in ("resigned", "resign") and "unreal" not in role.modifiers:
            t.plural_out = (role, t.index)


def call(t: Telling, role: Role, phrase: Phrase, row: list[Phrase], at: int) -> None:
    """Adds each person of the list, as arrived, as gone, or as holding the post."""
    persons: list[Phrase] = []
    for one in row[at : at + 40]:
        if not persons and (one.low.endswith("ed") or one.low in ("been", "being", "by", "not")):
            return  # "the directors were elected by ..."
        if one.kind == "P":
            persons.append(one)
        elif (
            one.kind != "W"
            or (
                one.low not in (",", "and", "the", "barrister")
                and persons == []
                and one.low in (".", "to", "in")
            )
            or (persons and one.low not in (",", "and"))
        ):
            break
    if not persons:
        return
    singular = msgspec.structs.replace(
        role, words=[*role.words[:-1], PLURALS.get(role.words[-1], role.words[-1])]
    )
    arrived = any(word in role.modifiers for word in ("new", "newly", "newly-appointed", "newly-elected"))
    left = t.plural_out is not None and t.plural_out[0].head == role.head and t.index - t.plural_out[1] < 3
    for person in persons:
        if left and not arrived:
            t.find(
                "out",
                person.text,
                singular,
                phrase.start,
                person.core[1],
                at - 1,
                "roll-call",
                reason="resigned",
            )
        elif arrived:
            t.find("in", person.text, singular, phrase.start, person.core[1], at - 1, "roll-call")
        elif role.head != "president":
            t.find("holds", person.text, singular, phrase.start, person.core[1], at - 1, "roll-call")


def fronted(t: Telling) -> None:
    """ "Named to the board were A and B" """
    row = t.row
    for place in range(min(2, len(row))):
        if row[place].low in ("elected", "named", "appointed"):
            taken = complement(t.story, t.scene, place + 1)
            if (
                taken is None
                or taken.anaphor
                or not (row[taken.at : taken.at + 1] and row[taken.at].low in ("were", "was", "are"))
            ):
                return
            for one in row[taken.at + 1 :]:
                if one.kind == "P":
                    for role in taken.roles:
                        t.find("in", one.text, role, row[place].start, one.core[1], place, "fronted")
                elif one.low not in (",", "and") and one.kind == "W":
                    break
