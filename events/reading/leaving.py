"""What leaving a post takes, whatever the verb: whose post it is, and what only looks like leaving one."""

from events.catalogue import Reason
from events.reading.complements import Complement, complement
from events.reading.objects import objects
from events.reading.role import Role
from events.reading.subjects import subject
from events.reading.telling import Telling

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
