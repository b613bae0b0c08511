"""Rules for nouns: "the resignation of Minister X", "Y's dismissal", "the appointment of Z as chairman"."""

from collections.abc import Mapping

from events.catalogue import ClaimKind, Reason
from events.reading.complements import Complement, complement
from events.reading.finding import Finding
from events.reading.objects import objects
from events.reading.phrases import Phrase
from events.reading.role import Role
from events.reading.scene import Scene, Story
from events.reading.words import words

_NOUNS: dict[str, tuple[ClaimKind, Reason | None]] = {
    "resignation": ("out", "resigned"),
    "resignations": ("out", "resigned"),
    "dismissal": ("out", "dismissed"),
    "sacking": ("out", "dismissed"),
    "firing": ("out", "dismissed"),
    "removal": ("out", "dismissed"),
    "ouster": ("out", "dismissed"),
    "ousting": ("out", "dismissed"),
    "departure": ("out", "unknown"),
    "retirement": ("out", "retired"),
    "appointment": ("in", None),
    "election": ("in", None),
    "promotion": ("in", None),
    "nomination": ("nominated", None),
    "selection": ("in", None),
}
_WISHED = words("wished")
_REAL_BEFORE = frozenset(
    "following after since upon despite amid announced accepted accepts confirmed approves approved".split()
)


def nominals(
    story: Story, index: int, before: list[Finding], left: Mapping[str, list[Role]]
) -> list[Finding]:
    """The changes that nouns of the sentence tell.

    `before` are the findings so far in the article, `left` the posts that persons were said to have left.
    """
    scene = story.scenes[index]
    row = scene.row
    found: list[Finding] = []
    for place, phrase in enumerate(row):
        told = _NOUNS.get(phrase.low) if phrase.kind == "W" else None
        if phrase.low in ("term", "tenure", "mandate"):
            found.extend(_ended(story, scene, index, place))
        if told is None:
            continue
        kind, reason = told
        person, beyond, start = _whose(row, place)
        if person is None:
            continue
        taken = _taken(story, scene, row, beyond)
        roles = taken.roles if taken is not None else []
        held = [role for role in person.titles + person.appositions if not role.former]
        wished = _wished(scene, place, start)
        if kind == "out":
            roles = roles or held or list(person.titles) or _known(story, person.text)
            if not roles:
                roles = [
                    r for p in row[:place] if p.kind == "R" and p.roles is not None for r in p.roles.roles
                ][-1:]
            if not roles:
                roles = [
                    f.role
                    for f in before[-40:]
                    if f.scene == index and f.kind == "in" and f.person != person.text
                ][-1:]
            if wished:
                if taken is not None:
                    found.extend(
                        _finding(story, scene, index, "holds", person, role, start, taken.end, place, None)
                        for role in taken.roles
                    )
                continue
            if person.text in left:
                continue
        elif (
            wished
            or not roles
            or (row[beyond - 1] is not person and kind == "in" and phrase.low == "election")
        ):
            continue
        if phrase.low == "nomination" and _approved(row, place):
            kind = "in"
        end = taken.end if taken is not None else max(person.core[1], phrase.end)
        for role in roles:
            found.append(
                _finding(
                    story,
                    scene,
                    index,
                    kind,
                    person,
                    role,
                    start,
                    end,
                    place,
                    reason,
                    anaphoric=taken is None and not held,
                )
            )
            story.remember(person.text, role)
        if kind == "out":
            person.titles = tuple(role for role in person.titles if role not in roles)
            person.appositions = tuple(role for role in person.appositions if role not in roles)
    return found


def _ended(story: Story, scene: Scene, index: int, place: int) -> list[Finding]:
    """ "A's term as governor ended on Friday", "her four-year term as chief ends in February"."""
    row = scene.row
    taken = _taken(story, scene, row, place + 1)
    if taken is None or not taken.roles or not (row[taken.at : taken.at + 1] and row[taken.at].low in _ENDS):
        return []
    back = place - 1
    while back > 0 and row[back].kind == "W" and row[back].low not in ("'s", "'") and place - back < 4:
        back -= 1
    if back < 1 or row[back].low not in ("'s", "'") or row[back - 1].kind != "P":
        return []
    person, at = row[back - 1], row[taken.at].start
    found = []
    for role in taken.roles:
        one = _finding(story, scene, index, "out", person, role, person.start, at + 1, taken.at, "term_ended")
        one.rule, one.background = "term-ended", False
        found.append(one)
    return found


_ENDS = frozenset("ended ends expired expires".split())


def _whose(row: list[Phrase], place: int) -> tuple[Phrase | None, int, int]:
    """The person of the noun, the index after both, and the token where the two begin."""
    if place + 2 < len(row) and row[place + 1].low in ("of", "by"):
        for at in range(place + 2, min(place + 6, len(row))):
            if row[at].kind == "P":
                return row[at], at + 1, row[place].start
            if row[at].kind != "W" or row[at].low in (",", "to", "the"):
                break
        return None, 0, 0
    back = place - 1
    while (
        back >= 0
        and row[back].kind == "W"
        and row[back].low not in ("'s", "'", ",", ".")
        and place - back < 4
    ):
        back -= 1
    if back >= 1 and row[back].low in ("'s", "'") and row[back - 1].kind == "P":
        return row[back - 1], place + 1, row[back - 1].start
    return None, 0, 0


def _taken(story: Story, scene: Scene, row: list[Phrase], beyond: int) -> Complement | None:
    if beyond + 1 < len(row) and row[beyond].low == "to" and row[beyond + 1].low in ("succeed", "replace"):
        done_to = objects(row, beyond + 1)
        if done_to is None:
            return None
        taken = complement(story, scene, done_to[1])
        return taken if taken is not None and not taken.anaphor else None
    if beyond < len(row) and row[beyond].low in ("as", "to", "from"):
        taken = complement(story, scene, beyond)
        return taken if taken is not None and not taken.anaphor else None
    return None


def _wished(scene: Scene, place: int, start: int) -> bool:
    row = scene.row
    first = next((i for i, phrase in enumerate(row) if phrase.start >= start), place)
    for phrase in reversed(row[max(0, first - 14) : first]):
        if phrase.low in (".", ";", ":") or phrase.low in _REAL_BEFORE:
            break
        if phrase.kind == "W" and phrase.low in _WISHED:
            return True
    return row[0].low in ("if", "whether")


def _known(story: Story, person: str) -> list[Role]:
    return story.held(person)[-1:]


def _approved(row: list[Phrase], place: int) -> bool:
    """ "parliament approves the nomination of X": the chamber whose assent was needed has given it."""
    return any(
        phrase.low in ("approves", "approved", "confirms", "confirmed", "endorses")
        for phrase in row[max(0, place - 4) : place]
    )


def _finding(
    story: Story,
    scene: Scene,
    index: int,
    kind: ClaimKind,
    person: Phrase,
    role: Role,
    start: int,
    end: int,
    place: int,
    reason: Reason | None,
    *,
    anaphoric: bool = False,
) -> Finding:
    at = scene.row[place].start
    return Finding(
        kind=kind,
        person=person.text,
        role=role,
        scene=index,
        start=min(start, at),
        end=max(end, at + 1),
        at=at,
        rule="noun",
        reason=reason,
        background=kind == "out",
        acting=role.acting,
        anaphoric=anaphoric,
        organization=story.organization(role, person.text, scene, at),
    )
