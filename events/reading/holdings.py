"""Rules for who holds or held a post: titles, appositions, "is chairman of", "served as"."""

import msgspec

from events.reading.complements import complement
from events.reading.countries import country
from events.reading.finding import Finding
from events.reading.phrases import Phrase
from events.reading.role import PLURALS, Role
from events.reading.scene import Scene, Story
from events.reading.subjects import subject
from events.reading.words import mapping

_FRAMES = mapping("verbs")
_BE = {"is": False, "was": True, "were": True, "are": False, "been": True}
_EMPTY = frozenset("candidate nominee contender hopeful".split())


def holdings(story: Story, index: int, focus: str | None) -> list[Finding]:
    """The posts that the sentence places named persons in, now or formerly."""
    scene = story.scenes[index]
    found: list[Finding] = []
    for place, phrase in enumerate(scene.row):
        if phrase.kind == "P":
            gone = _of_a_past_time(scene, place) or _long_ago(story, scene, phrase)
            for role in phrase.titles:
                _hold(
                    story,
                    scene,
                    index,
                    found,
                    phrase.text,
                    role,
                    phrase.start,
                    phrase.core[1],
                    "title",
                    former=gone,
                )
            for role in phrase.appositions:
                _hold(
                    story,
                    scene,
                    index,
                    found,
                    phrase.text,
                    role,
                    phrase.core[0],
                    max(role.end, phrase.core[1]),
                    "apposition",
                )
        elif phrase.kind == "W" and (
            phrase.low in _BE or _FRAMES.get(phrase.low) in ("serve", "remain", "lead")
        ):
            _said(story, scene, index, place, focus, found)
        if phrase.low == "counterpart":
            _counterpart(story, scene, index, place, found)
        if phrase.low in _DUTIES:
            _on_duty(story, scene, index, place, focus, found)
    return found


_DUTIES = frozenset("duties role position post job capacity work".split())
_PAST = frozenset("was were served worked oversaw earlier had".split())


def _of_a_past_time(scene: Scene, place: int) -> bool:
    """ "was a lawyer under President Dunn": his time is over, too."""
    before = scene.row[max(0, place - 14) : place]
    return bool(before) and before[-1].low == "under" and any(phrase.low in _PAST for phrase in before)


def _long_ago(story: Story, scene: Scene, phrase: Phrase) -> bool:
    """ "named in 1979 by President Dunn", "by President Dunn in 1979": nobody presides that long."""
    published = story.article.published
    tokens = scene.tokens
    beside = []
    if [token.low for token in tokens[phrase.end : phrase.end + 1]] == ["in"]:
        beside += tokens[phrase.end + 1 : phrase.end + 2]
    if phrase.start > 1 and tokens[phrase.start - 1].low == "by":
        beside.append(tokens[phrase.start - 2])
    years = [int(token.text) for token in beside if token.text.isdecimal() and len(token.text) == 4]
    return published is not None and any(published.year - year > _LONGEST_TERM for year in years)


_LONGEST_TERM = 8  # years


def _counterpart(story: Story, scene: Scene, index: int, place: int, found: list[Finding]) -> None:
    """ "met his French counterpart, Jean Roux": the same post of another country."""
    row = scene.row
    theirs = country(row[place - 1].text) if place and row[place - 1].kind == "G" else None
    after = place + 2 if place + 1 < len(row) and row[place + 1].low == "," else place + 1
    first = next((phrase for phrase in row[:place] if phrase.kind == "P" and phrase.titles), None)
    if theirs is None or first is None or after >= len(row) or row[after].kind != "P" or row[after].titles:
        return
    role = msgspec.structs.replace(first.titles[-1], organization=theirs, modifiers=frozenset())
    _hold(
        story, scene, index, found, row[after].text, role, row[place].start, row[after].core[1], "counterpart"
    )


def _on_duty(
    story: Story, scene: Scene, index: int, place: int, focus: str | None, found: list[Finding]
) -> None:
    """ "to devote more time to his duties as managing director of X": he holds that post."""
    row = scene.row
    if place + 2 >= len(row) or row[place - 1].low not in ("his", "her") or row[place + 1].low != "as":
        return
    holder = next((phrase.text for phrase in row[:place] if phrase.kind == "P"), focus)
    taken = complement(story, scene, place + 1)
    if (
        holder is None
        or taken is None
        or taken.anaphor
        or row[max(0, place - 3) : place][0].low
        in ("from", "resigned", "quit", "lost", "loses", "left", "leaves")
    ):
        return
    for role in taken.roles:
        _hold(story, scene, index, found, holder, role, row[place].start, taken.end, "duties", pronoun=True)


def _hold(
    story: Story,
    scene: Scene,
    index: int,
    found: list[Finding],
    person: str,
    role: Role,
    start: int,
    end: int,
    rule: str,
    *,
    former: bool = False,
    pronoun: bool = False,
) -> None:
    if role.modifiers & _EMPTY:
        return
    low, high = min(start, role.start), max(end, role.end)
    if role.elect:
        found.append(
            Finding(
                kind="elected",
                person=person,
                role=role,
                scene=index,
                start=low,
                end=high,
                at=role.start,
                rule="elect",
                background=True,
                organization=story.organization(role, person, scene, role.start),
            )
        )
        return
    if role.words[-1] in PLURALS:
        role = msgspec.structs.replace(role, words=[*role.words[:-1], PLURALS[role.words[-1]]])
    past = former or role.former
    if "newly" in role.modifiers and "elected" in role.modifiers:
        public = role.head in (
            "president",
            "governor",
            "mayor",
            "senator",
            "representative",
            "assemblywoman",
            "assemblyman",
            "mp",
        )
        found.append(
            Finding(
                kind="elected" if public else "in",
                person=person,
                role=role,
                scene=index,
                start=low,
                end=high,
                at=role.start,
                rule="newly-elected",
                background=True,
                organization=story.organization(role, person, scene, role.start),
            )
        )
    if "ousted" in role.modifiers or "deposed" in role.modifiers or "removed" in role.modifiers:
        found.append(
            Finding(
                kind="out",
                person=person,
                role=role,
                scene=index,
                start=low,
                end=high,
                at=role.start,
                rule="ousted-title",
                reason="dismissed",
                background=True,
                organization=story.organization(role, person, scene, role.start),
            )
        )
        return
    found.append(
        Finding(
            kind="held" if past else "holds",
            person=person,
            role=role,
            scene=index,
            start=low,
            end=high,
            at=role.start,
            rule=rule,
            acting=role.acting,
            pronoun=pronoun,
            organization=story.organization(role, person, scene, role.start),
        )
    )
    story.remember(person, role)


def _said(
    story: Story, scene: Scene, index: int, place: int, focus: str | None, found: list[Finding]
) -> None:
    """ "X is chairman of Y", "X, who had been president", "X served as counsel", "X remains chairman"."""
    row = scene.row
    word = row[place].low
    frame = _FRAMES.get(word)
    if word in _BE:
        taken_at = place + 1
        if (
            place + 1 < len(row)
            and row[place + 1].kind == "W"
            and (row[place + 1].low in ("been", "being") or _FRAMES.get(row[place + 1].low) is not None)
        ):
            return
    elif frame == "lead":
        return
    else:
        taken_at = place + 1
    if (
        word in ("is", "was")
        and 0 < place < len(row) - 1
        and row[place - 1].kind == "R"
        and row[place + 1].kind == "P"
    ):
        phrase, person = row[place - 1], row[place + 1]
        assert phrase.roles is not None
        if not phrase.roles.plural and phrase.roles.determiner in (
            "its",
            "the",
            "'s",
            "his",
            "her",
            "whose",
            None,
        ):
            for role in phrase.roles.roles:
                _hold(
                    story,
                    scene,
                    index,
                    found,
                    person.text,
                    role,
                    phrase.start,
                    person.core[1],
                    "inverted",
                    former=word == "was",
                )
        return
    who = subject(story, scene, place, focus)
    if who is None:
        return
    verbs = [*who.verbs, word]
    if (
        any(
            low in ("not", "never", "would", "could", "might", "may", "should", "to", "will") for low in verbs
        )
        and frame != "remain"
    ):
        return
    taken = complement(story, scene, taken_at)
    if taken is None or taken.anaphor:
        return
    if word in _BE and not _direct(row, taken_at):
        return
    former = word in ("was", "were", "served", "acted", "worked") or "had" in verbs or "previously" in verbs
    if word == "been" and "has" in verbs:
        former = False
    if word == "serve" or word == "serving":
        former = "had" in verbs
    for name in who.names:
        for role in taken.roles:
            _hold(
                story,
                scene,
                index,
                found,
                name,
                role,
                who.start,
                taken.end,
                "is",
                former=former and "re-elected" not in role.modifiers,
                pronoun=not who.phrases,
            )


def _direct(row: list[Phrase], at: int) -> bool:
    """Whether the post follows the verb at once, not after "in the office of"."""
    for phrase in row[at : at + 5]:
        if phrase.kind == "R":
            return True
        if phrase.kind == "W" and phrase.low not in (
            "the",
            "a",
            "an",
            "also",
            "now",
            "currently",
            "previously",
            "once",
            "briefly",
            "then",
            "as",
            "still",
            "both",
            "long",
        ):
            return False
    return False
