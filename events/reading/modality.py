"""What is no change: calls, threats, expectations, refusals, denials, hypotheticals."""

from events.reading.phrases import Phrase
from events.reading.scene import Scene
from events.reading.words import words

_NEGATIONS = frozenset(
    "not never n't no neither nor nearly almost cannot refused refuses denied denies declined declines falsely".split()
)
_MODALS = frozenset("may might could should must can cannot ought".split())
# Words before a verb that make it wished, feared or asked for.
_UNREAL = words("unreal")
_BEFORE_INFINITIVE = frozenset(
    "agreed decided forced chosen set due elected named appointed announced asked is are was were".split()
)
_BOUNDARIES = frozenset([";", ":", "."])
_UNNAMED = frozenset("sources insiders reportedly rumours rumors".split())
_PRESS = frozenset("media newspaper newspapers daily website broadcaster tabloid source".split())
_TELLS = frozenset("said says say reported reports report wrote writes quoted told".split())
_OUTLETS = frozenset("post times journal herald tribune cnn bbc reuters guardian news".split())
_ASKING = frozenset("asked asks told tells ordered let".split())
_TELLING = frozenset(["told", "tells"])
_VAGUE = frozenset("analysts officials people reports report they critics many some observers".split())
_MADE_UP = frozenset("novel fictional sitcom screenplay film movie".split())
_REACH = 9


def unreal(scene: Scene, verb: int, subject_at: int, auxiliaries: list[str]) -> str | None:
    """The word that keeps the verb at `verb` from having happened or been decided; None where nothing does."""
    row = scene.row
    for word in auxiliaries:
        if word in _NEGATIONS or word in _MODALS:
            return word
    if row[-1].low == "?":
        return "?"
    start = max(0, subject_at - _REACH)
    for place in range(verb - 1, start - 1, -1):
        phrase = row[place]
        if phrase.low in _BOUNDARIES:
            break
        if place < subject_at and phrase.low in (
            "said",
            "says",
            "announced",
            "confirmed",
            ",",
            "and",
            "after",
            "as",
        ):
            break
        word = phrase.low or (phrase.text.lower() if phrase.kind == "N" else "")
        if word in _UNREAL or (word and word in _NEGATIONS):
            return word
        if phrase.low in _ASKING and place < subject_at:
            if phrase.low in _TELLING and row[verb - 1].low != "to":
                continue  # "told aides that she will resign"
            return phrase.low
    if any(phrase.low in _MADE_UP for phrase in row[:5]):
        return "fiction"
    first = row[0].low
    if first in ("if", "unless", "should", "whether") and verb < 30:
        return first
    if first == "had" and verb < 30 and not auxiliaries:
        return first  # "Had he resigned, ..."
    following = row[verb + 1 : verb + 3]
    if any(phrase.low in ("if", "unless") for phrase in following):
        return "if"
    return None


def intends(scene: Scene, verb: int) -> bool:
    """ "says that he intends to resign": decided by the one who says it, unless it is hearsay."""
    row = scene.row
    if row[verb - 1].low != "to" or row[verb - 2].low not in (
        "intends",
        "intended",
        "plans",
        "planned",
        "intending",
    ):
        return False
    if row[verb - 3].low in ("no", "any", "has", "had", "have"):
        return False  # "had no plans to resign"
    return not hearsay(scene) and any(
        phrase.low in ("said", "says", "announced", "announces") for phrase in row[:verb]
    )


def would_is_decided(scene: Scene, verb: int) -> bool:
    """ "X said he would step down": a named party announces it; without that "would" decides nothing."""
    row = scene.row
    for place in range(verb - 1, max(-1, verb - 12), -1):
        if row[place].low in ("said", "announced", "confirmed", "says"):
            before = row[max(0, place - 6) : place]
            return bool(before) and not any(
                phrase.low in _VAGUE or phrase.low in _UNNAMED for phrase in before
            )
        if row[place].low in ("if", "that", ";"):
            return row[place].low == "that" and would_is_decided(scene, place)
    return False


def hearsay(scene: Scene) -> bool:
    """Whether the sentence rests on unnamed sources or on another outlet."""
    row = scene.row
    for place, phrase in enumerate(row):
        if phrase.low in _UNNAMED:
            return True
        if phrase.low in ("familiar", "anonymity", "unidentified"):
            return True
        if phrase.low in _PRESS and _is_party(row, place):
            return True
        if (
            phrase.low == "reported"
            and place
            and row[place - 1].kind in ("O", "N")
            and (row[place - 1].text.lower().split()[-1] in _OUTLETS)
        ):
            return True
        if phrase.low == "citing" and place + 1 < len(row):
            return any(word.low in ("sources", "officials", "people") for word in row[place + 1 : place + 6])
    return False


def _is_party(row: list[Phrase], place: int) -> bool:
    """Whether a word for the press says something here: "a newspaper said", not "printed in a newspaper"."""
    if any(phrase.low in _TELLS for phrase in row[place + 1 : place + 4]):
        return True
    before = [phrase.low for phrase in row[max(0, place - 4) : place]]
    return "citing" in before or ("according" in before and "to" in before)


def tells_leaving(row: list[Phrase], at: int) -> bool:
    """Whether the words after a name tell that the person has left: "who resigned", "who is retiring"."""
    return any(
        phrase.low
        in (
            "resigned",
            "retired",
            "retire",
            "died",
            "retires",
            "quit",
            "resigns",
            "retiring",
            "resigning",
            "fired",
            "ousted",
            "dismissed",
            "sacked",
        )
        for phrase in row[at : at + 7]
    )
