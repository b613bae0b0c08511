"""Titles and appositions joined to the persons of whom they are said: "its chairman, A", "A, 61, treasurer of B"."""

import msgspec

from events.reading.countries import country
from events.reading.names import Register
from events.reading.phrases import Phrase

_ENDS = frozenset(
    [
        ",",
        ".",
        ";",
        ":",
        "and",
        "?",
        "!",
        "-",
        "–",
        "—",
        "but",
        "or",
        "&",
        "while",
        ")",
        "to",
        "is",
        "was",
        "has",
        "who",
        "as",
        "in",
        "said",
        "at",
        "of",
        "from",
        "for",
        "since",
        "until",
    ]
)
_VERBISH = frozenset(
    "has have had was were is are will would been be said says resigned resigns retired retires quit "
    "quits became becomes succeeded succeeds replaced replaces stepped steps died dies joined joins "
    "remains left leaves told took takes announced announces serves served won wins".split()
)
_SAYING = frozenset("said says announced announces told reported confirmed added".split())
_TAKING = frozenset("become becomes became as be named appointed elected".split())
_BESIDE = frozenset(
    "its his her wife husband son daughter brother sister founder co-founder owner and a an the also "
    "lawyer businessman currently".split()
)
_POINTED = frozenset(["its", "his", "her", "their", "our", "the", "'s"])


def attached(phrases: list[Phrase], register: Register) -> list[Phrase]:
    """The row again, each person with the titles before and the appositions after the name."""
    phrases = _with_possessors(phrases, register)
    for place, phrase in enumerate(phrases[:-1]):
        if phrase.kind == "R" and phrases[place + 1].kind == "N":
            register.add(phrases[place + 1].text)
    out: list[Phrase] = []
    place, total = 0, len(phrases)
    while place < total:
        phrase = phrases[place]
        person = None
        consumed = 0
        if phrase.kind == "R" and phrase.roles is not None:
            if phrase.roles.plural and place + 2 < total and phrases[place + 1].low == ",":
                _share_list(phrases, place + 2, phrase)
            after = phrases[place + 1] if place + 1 < total else None
            if after is not None and _nameable(after, register, titled=True):
                person, consumed = _person(after, register), 2
                _title(person, phrase)
            elif (
                after is not None
                and after.low in (",", "-")
                and place + 2 < total
                and _pointed(phrase, phrases[place + 3 : place + 4])
            ):
                second = phrases[place + 2]
                if (
                    second.kind == "R"
                    and place + 3 < total
                    and _nameable(phrases[place + 3], register, titled=True)
                ):
                    person = _person(phrases[place + 3], register)
                    _title(person, second)
                    assert second.roles is not None
                    person.titles = (*phrase.roles.roles, *second.roles.roles)
                    person.start, person.pointed = phrase.start, True
                    place = _appositions(phrases, place + 4, person, comma_taken=False)
                    out.append(person)
                    continue
                closes = (
                    place + 3 >= total
                    or phrases[place + 3].low in _ENDS
                    or phrases[place + 3].low in _VERBISH
                )
                credited = (  # "will become archbishop, Downing Street said"
                    place + 3 < total
                    and phrases[place + 3].low in _SAYING
                    and any(one.low in _TAKING for one in phrases[max(0, place - 4) : place])
                )
                if second.kind == "P" and closes and not credited and not phrase.roles.plural:
                    person, consumed = _person(second, register), 3
                    _title(person, phrase)
                    person.pointed = True
                    if place + 3 < total and phrases[place + 3].low == ",":
                        consumed = 4
        elif _nameable(phrase, register, titled=False):
            person, consumed = _person(phrase, register), 1
        if person is None:
            out.append(phrase)
            place += 1
            continue
        comma_taken = consumed == 4
        if person.titles and consumed < 4:
            _whose(person, phrases, place + consumed)
        if phrase.kind == "R" and phrase.roles is not None and phrase.roles.plural and consumed == 2:
            _share_title(phrases, place + 2, phrase)
        place = _appositions(phrases, place + consumed, person, comma_taken=comma_taken)
        out.append(person)
    return out


def _share_list(phrases: list[Phrase], place: int, phrase: Phrase) -> None:
    """ "Two ministers, A and B, resigned": both are ministers. The list must end in a comma or the sentence."""
    named: list[Phrase] = []
    while place + 1 < len(phrases) and phrases[place].kind == "P":
        named.append(phrases[place])
        if phrases[place + 1].low not in ("and", ","):
            break
        place += 2
        if phrases[place - 1].low == "," and place < len(phrases) and phrases[place].low == "and":
            place += 1
    closes = len(named) > 1 and (
        phrases[place - 1].low == "," or phrases[min(place + 1, len(phrases) - 1)].low == "."
    )
    if closes and phrase.roles is not None:
        for one in named:
            one.titles = tuple(phrase.roles.roles)


def _whose(person: Phrase, phrases: list[Phrase], place: int) -> None:
    """ "Bishop Luis Romero of Lima": whose bishop he is stands after the name."""
    if place + 1 >= len(phrases) or phrases[place].low != "of":
        return
    following = phrases[place + 1 + (phrases[place + 1].low == "the" and place + 2 < len(phrases))]
    last = person.titles[-1]
    placed = following.kind in ("G", "O") or (following.kind == "N" and last.head in _OF_A_PLACE)
    if placed and last.organization is None and last.head not in _OF_A_STATE:
        person.titles = (
            *person.titles[:-1],
            msgspec.structs.replace(last, organization=country(following.text) or following.text),
        )


_OF_A_PLACE = frozenset("bishop archbishop mayor king queen emir sultan patriarch prefect".split())
_OF_A_STATE = frozenset(
    "senator sen representative rep congressman congresswoman mp lawmaker justice".split()
)


def _share_title(phrases: list[Phrase], place: int, phrase: Phrase) -> None:
    """ "Council members A and B": the title is B's as well."""
    while place + 1 < len(phrases) and phrases[place].low in ("and", ",") and phrases[place + 1].kind == "P":
        phrases[place + 1].titles = tuple(phrase.roles.roles) if phrase.roles is not None else ()
        place += 2


def _with_possessors(phrases: list[Phrase], register: Register) -> list[Phrase]:
    """ "Corwin's chairman": an unknown name before a post is the organisation's, not a person's."""
    out: list[Phrase] = []
    for phrase in phrases:
        possessed = (
            phrase.kind == "R" and len(out) >= 2 and out[-1].low in ("'s", "'") and phrase.roles is not None
        )
        if (
            possessed
            and phrase.roles is not None
            and phrase.roles.possessor == out[-2].text
            and out[-2].kind != "P"
            and not register.knows(out[-2].text)
        ):
            phrase.start = out[-2].start
            del out[-2:]
        out.append(phrase)
    return out


def _nameable(phrase: Phrase, register: Register, *, titled: bool) -> bool:
    if phrase.kind == "P":
        return True
    return phrase.kind == "N" and (titled or register.knows(phrase.text))


def _person(phrase: Phrase, register: Register) -> Phrase:
    name = register.fullest(phrase.text)
    return Phrase("P", "", phrase.start, phrase.end, name, titles=phrase.titles, core=phrase.core)


def _pointed(phrase: Phrase, closing: list[Phrase]) -> bool:
    assert phrase.roles is not None
    roles = phrase.roles
    if roles.determiner in ("a", "an"):
        return bool(closing) and closing[0].low == ","
    return (
        roles.determiner in _POINTED
        or roles.roles[0].organization is not None
        or roles.roles[0].former
        or "current" in roles.roles[0].modifiers
    )


def _title(person: Phrase, phrase: Phrase) -> None:
    assert phrase.roles is not None
    person.titles = tuple(phrase.roles.roles)
    person.possessor = phrase.roles.possessor
    person.start = phrase.start
    person.pointed = phrase.roles.determiner in _POINTED


def _appositions(phrases: list[Phrase], place: int, person: Phrase, *, comma_taken: bool) -> int:
    """Attaches what stands between commas after the name; gives the place after it."""
    total = len(phrases)
    if not comma_taken and place < total and phrases[place].low != ",":
        return place
    for _ in range(4):
        inside = place if comma_taken else place + 1
        if inside >= total or (not comma_taken and phrases[place].low != ","):
            break
        while (
            inside < total - 1
            and phrases[inside].low in _BESIDE
            and inside < place + 6
            and not (
                inside == place + (not comma_taken) and phrases[inside].low == "and"
            )  # ", and the head of the army, B"
        ):
            inside += 1
        first = phrases[inside]
        closes = phrases[inside + 1] if inside + 1 < total else None
        if first.kind == "W" and first.low.isdigit() and len(first.low) < 4:
            if closes is None or closes.low not in (",", ".", "and"):
                break
            person.end = first.end
            place = inside + 1
            comma_taken = False
            if closes.low == "," and inside + 2 < total and phrases[inside + 2].kind != "R":
                place = inside + 2
                person.end = closes.end
                comma_taken = True
            continue
        if first.kind == "R" and (
            closes is None or closes.low in _ENDS or closes.low in _VERBISH or closes.kind == "G"
        ):
            assert first.roles is not None
            person.appositions = (*person.appositions, *first.roles.roles)
            person.end = first.end
            place = inside + 1
            comma_taken = False
            if (
                closes is not None
                and closes.low == ","
                and not (inside + 2 < total and phrases[inside + 2].kind == "R")
            ):
                place = inside + 2
                person.end = closes.end
                comma_taken = True
            continue
        break
    return place
