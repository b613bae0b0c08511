"""What stands after the head of a post: "of planning", "for trade", "of Kestrel Bank"."""

from events.reading.organizations import after_preposition, is_place, named
from events.reading.role import Role
from events.reading.text import Token
from events.reading.words import words

_STOP = words("stop_names")
_ORGANIZATION_WORDS = words("organization_words")
_PORTFOLIO = frozenset("minister ministers secretary undersecretary".split())
_TO_HEADS = frozenset("ambassador adviser advisor envoy assistant counsel consul".split())
_FIELDS = words("fields")


def rightwards(tokens: list[Token], role: Role) -> int:
    """Where the phrase ends; what follows the head ("of ...", "for ...") goes into post or organisation."""
    place = role.end
    for _ in range(3):
        if place + 1 >= len(tokens):
            return place
        low = tokens[place].low
        if low == "emeritus":
            role.words.append(low)
            place += 1
            continue
        if (
            low in ("of", "for")
            and role.head in _PORTFOLIO
            and "prime" not in role.words
            and "general" not in role.words
            and role.organization != ""
        ):
            end = _portfolio(tokens, place + 1)
            if end > place + 1 and not _all_places(tokens, place + 1, end):
                role.words.extend(t.low for t in tokens[place:end])
                place = end
                continue
        if (
            (low == "for" or (low == "of" and role.head not in _PORTFOLIO))
            and tokens[place + 1].low in _FIELDS
            and not tokens[place + 1].capital
            and not (place + 2 < len(tokens) and tokens[place + 2].low in ("reasons", "grounds", "problems"))
        ):
            end = _tail(tokens, place + 1)
            role.words.extend(t.low for t in tokens[place:end])
            place = end
            continue
        if low == "to" and role.head in _TO_HEADS:
            end = _portfolio(tokens, place + 1)
            if role.head in ("ambassador", "envoy", "consul"):
                _, end, _ = after_preposition(tokens, place + 1)
            if end > place + 1 or tokens[place + 1].low == "the":
                end = end if end > place + 1 else place + 3
                role.words.extend(t.text if t.capital else t.low for t in tokens[place:end])
                place = end
                continue
        if (
            low == ","
            and role.head == "president"
            and "vice" in role.words
            and tokens[place + 1].low in _FIELDS
        ):
            end = _tail(tokens, place + 1)
            role.words.extend(t.low for t in tokens[place + 1 : end])
            place = end
            continue
        if (
            low == "of"
            and role.head == "chancellor"
            and tokens[place + 1 : place + 3]
            and tokens[place + 2 : place + 3]
            and tokens[place + 2].low == "exchequer"
        ):
            role.words.extend(["of", "the", "exchequer"])
            return place + 3
        if (
            low == "in"
            and tokens[place + 1].low == "charge"
            and place + 2 < len(tokens)
            and tokens[place + 2].low == "of"
        ):
            end = place + 3
            while (
                end < min(place + 8, len(tokens))
                and not tokens[end].capital
                and tokens[end].low.isalpha()
                and tokens[end].low not in ("for", "of", "at", "who", "and")
            ):
                end += 1
            role.words.extend(t.low for t in tokens[place:end])
            place = end
            continue
        if low == "from" and role.head in ("senator", "representative", "mp", "congressman", "congresswoman"):
            for size in (3, 2, 1):
                if is_place(" ".join(t.low for t in tokens[place + 1 : place + 1 + size])):
                    role.organization = role.organization or named(tokens, place + 1, place + 1 + size)
                    return place + 1 + size
        if low in ("of", "for", "at") or (low == "in" and role.head in ("judge", "justice")):
            organization, end, home = after_preposition(tokens, place + 1)
            if (
                low == "of"
                and organization is not None
                and (tokens[role.end - 1].capital or role.start == 0)
                and _ends_in_name(tokens, place + 1, end)
            ):
                end -= 2
                organization = named(tokens, place + 1, end)
            if end > place + 1:
                role.home = role.home or home
                if organization is not None and (
                    role.organization is None or not role.from_left or low == "of"
                ):
                    role.organization, role.from_left = organization, False
                return end
        return place
    return place


def _portfolio(tokens: list[Token], place: int) -> int:
    """The end of "Health and Social Care", "planning", "the Treasury", "State for Trade"."""
    end = place
    if end < len(tokens) and tokens[end].low == "the":
        end += 1
    first = end
    while end < min(place + 9, len(tokens)):
        token = tokens[end]
        opening = end == first or tokens[end - 1].low in ("and", "for", "of")
        wordy = token.low in _FIELDS or (opening and token.capital and token.low not in _STOP)
        if wordy and end > first and tokens[end - 1].low == "of" and is_place(token.low):
            return end - 1
        if wordy or (
            token.low in ("and", "for", "of", ",")
            and end > first
            and end + 2 < len(tokens)
            and (tokens[end + 1].low in _FIELDS or (tokens[end + 1].low == "the" and token.low == "for"))
        ):
            end += 1
        elif (
            token.capital
            and tokens[end - 1].low in _FIELDS
            and token.low not in _STOP
            and not is_place(token.low)
            and not (end + 1 < len(tokens) and tokens[end + 1].capital)
        ):
            end += 1  # "Public Procurement": a person's name would be two words
        else:
            break
    return end if tokens[end - 1].low not in ("the", "and", "for", "of", ",") else place


def _tail(tokens: list[Token], place: int) -> int:
    end = place
    while end < min(place + 7, len(tokens)) and (
        tokens[end].low in _FIELDS
        or (
            tokens[end].low == "and"
            and end > place
            and end + 1 < len(tokens)
            and tokens[end + 1].low in _FIELDS
        )
    ):
        end += 1
    return end


def _all_places(tokens: list[Token], start: int, end: int) -> bool:
    text = " ".join(token.low for token in tokens[start:end]).removeprefix("the ")
    return is_place(text) or is_place(text.partition(" ")[0])


def _ends_in_name(tokens: list[Token], start: int, end: int) -> bool:
    """In "Mayor of Hallstadt Thomas Beck" the last two capitals are the person."""
    run = tokens[start:end]
    return (
        2 < len(run) < 6
        and all(token.capital for token in run)
        and not any(token.low in _ORGANIZATION_WORDS or token.text.isupper() for token in run)
        and not is_place(" ".join(token.low for token in run))
    )
