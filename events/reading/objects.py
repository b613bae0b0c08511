"""To whom a verb is done, and what may stand between that person and the post."""

from events.reading.phrases import Phrase

_DAYS = frozenset(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday early late".split()
)
_CHOICES = frozenset("nomination appointment election selection promotion".split())
_KIN = frozenset("son brother father daughter sister wife husband deputy nephew cousin".split())


def objects(row: list[Phrase], at: int, reach: int = 9) -> tuple[list[Phrase], int] | None:
    """The persons that the verb at `at` is done to, and the index after them."""
    for place in range(at + 1, min(at + 1 + reach, len(row))):
        phrase = row[place]
        if phrase.kind == "P" and place + 1 < len(row) and row[place + 1].low in ("'s", "'"):
            if place + 2 < len(row) and row[place + 2].kind == "P":
                continue
            return None  # "dismissed Senator A's criticism"
        if phrase.kind == "P":
            found = [phrase]
            while place + 2 < len(row) and row[place + 1].low in ("and", ",") and row[place + 2].kind == "P":
                found.append(row[place + 2])
                place += 2
            if len(found) > 1 and row[place - 1].low != "and":
                found = found[:1]
                place = at + 1 + [row[at + 1 + k] is found[0] for k in range(reach)].index(True)
            return found, place + 1
        if phrase.low == "and" and place + 1 < len(row) and row[place + 1].kind == "W":
            continue
        if phrase.low == "," and row[place - 1].low in _KIN:
            continue
        if phrase.low in ("'s", "'") and row[place - 1].kind == "P":
            continue
        if phrase.low == "of" and row[place - 1].low in _CHOICES:
            continue  # "approves the nomination of A as"
        if phrase.low == "over" and place > at + 1:
            return None  # "takes over from B" goes on
        if phrase.low in ("in", "on") and place + 1 < len(row) and row[place + 1].low in _DAYS:
            continue  # "will elect in April John Hart"
        if (
            phrase.kind in ("O", "N", "G")
            and place + 1 < len(row)
            and row[place + 1].low not in ("as", "to", ",", ".")
        ):
            continue
        if phrase.kind != "W" or phrase.low in (
            ",",
            ".",
            ";",
            "that",
            "by",
            "to",
            "who",
            "in",
            "at",
            "as",
            "and",
            "against",
            "with",
            "of",
            "about",
            "between",
            "under",
            "after",
            "before",
            "near",
            "is",
            "was",
            "has",
        ):
            return None
    return None


def past_aside(row: list[Phrase], at: int) -> int:
    """The index after ", a former senator from Ohio,"; `at` itself where no short aside stands there."""
    if at >= len(row) or row[at].low != ",":
        return at
    if at + 1 < len(row) and row[at + 1].low == "as":
        return at + 1  # "named her deputy, Tomas Brandt, as"
    for place in range(at + 1, min(at + 11, len(row))):
        if row[place].low in ("who", "and", "which", ".", "said", ";"):
            return at
        if row[place].low == ",":
            after = row[place + 1 : place + 2]
            return place + 1 if after and after[0].low in ("as", "to") else at
    return at


def past_place(row: list[Phrase], at: int) -> int:
    """The index after "of Kuwait's Burgan Bank", "of Maricopa, Ariz."; `at` itself where no such words stand."""
    if at >= len(row) or row[at].low not in ("of", "from"):
        return at
    place = at + 1
    while (
        place < len(row)
        and place < at + 9
        and (
            row[place].kind in ("O", "N", "G")
            or row[place].low in ("of", "the", "'s", "'")
            or (row[place].low == "," and place + 1 < len(row) and row[place + 1].kind in ("N", "G"))
        )
    ):
        place += 1
    return place if place > at + 1 else at
