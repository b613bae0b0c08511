"""Who says it: the party to whom a sentence attributes what it tells, in the article's words."""

import msgspec

from events.reading.phrases import Phrase
from events.reading.scene import Scene, Story
from events.reading.words import words

_SPEECH = frozenset(
    "said says announced announces reported reports confirmed confirms added stated told wrote declared".split()
)
_UNNAMED = words("unnamed_sources")
_OFFICIAL = words("official_parties")
_OUTLETS = frozenset(
    "post times journal herald tribune cnn bbc reuters guardian news ap afp newspaper tv radio television".split()
)
_SKIPPED = frozenset(
    "also later formally monday tuesday wednesday thursday friday saturday sunday yesterday today , on in".split()
)
_LONGEST = 90  # characters


class Attribution(msgspec.Struct, frozen=True):
    """Who says it; `official`: a named party, or one that speaks for the body concerned."""

    text: str
    official: bool


def attribution(story: Story, scene: Scene, start: int, end: int) -> Attribution | None:
    """The party that the sentence names as saying what stands at tokens [start, end)."""
    row = scene.row
    best: tuple[int, Attribution] | None = None
    for place, phrase in enumerate(row):
        if phrase.low == "according" and row[place + 1 : place + 2] and row[place + 1].low == "to":
            found = _party_after(story, scene, place + 2)
        elif phrase.low in _SPEECH:
            found = _party_before(story, scene, place)
        else:
            continue
        if found is None:
            continue
        far = abs(phrase.start - start) if phrase.start < start else abs(phrase.start - end) + 2
        if best is None or far < best[0]:
            best = (far, found)
    return None if best is None else best[1]


def _party_before(story: Story, scene: Scene, place: int) -> Attribution | None:
    row = scene.row
    at = place - 1
    while at >= 0 and row[at].kind == "W" and (row[at].low in _SKIPPED or row[at].low.endswith("ly")):
        at -= 1
    return None if at < 0 else _party(story, scene, at)


def _party_after(story: Story, scene: Scene, place: int) -> Attribution | None:
    row = scene.row
    for at in range(place, min(place + 4, len(row))):
        if row[at].kind != "W" or row[at].low in _OFFICIAL or row[at].low in _UNNAMED:
            return _party(story, scene, at)
    return None


def _party(story: Story, scene: Scene, at: int) -> Attribution | None:
    row = scene.row
    phrase = row[at]
    if phrase.kind == "P":
        named = bool(phrase.titles or phrase.appositions or story.posts.get(phrase.text))
        return Attribution(phrase.text, named)
    if phrase.kind in ("O", "N", "G"):
        outlet = phrase.text.lower().split()[-1] in _OUTLETS
        return Attribution(_worded(scene, at), phrase.kind != "N" and not outlet)
    if phrase.kind == "R":
        return Attribution(_worded(scene, at), True)
    if phrase.low == "it" and story.home is not None:
        return Attribution(story.home, story.is_company(story.home))
    if phrase.low in _UNNAMED:
        return Attribution(_worded(scene, at), False)
    if phrase.low in _OFFICIAL:
        return Attribution(_worded(scene, at), True)
    return None


def _worded(scene: Scene, at: int) -> str:
    """The noun phrase that ends at `at`, with its article and adjectives."""
    row = scene.row
    first = at
    while first > 0 and at - first < 4 and _belongs(row[first - 1]):
        first -= 1
        if row[first].low in ("the", "a", "an", "its", "his", "her"):
            break
    tokens = scene.tokens[row[first].start : row[at].end]
    text = " ".join(token.text for token in tokens).replace(" 's", "'s").replace(" ’s", "’s")
    return text.removeprefix("'s ").removeprefix("’s ")[:_LONGEST]


def _belongs(phrase: Phrase) -> bool:
    if phrase.kind in ("O", "G", "N"):
        return True
    return phrase.low in (
        "the",
        "a",
        "an",
        "its",
        "'s",
        "state",
        "central",
        "bank",
        "company",
        "government",
        "presidential",
        "government",
    )
