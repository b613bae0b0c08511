"""Tokens and sentences of an article, each knowing where it stands in the derived text."""

import re
from collections.abc import Iterator

import msgspec

from events.reading.misspelt import MEANT
from events.reading.words import words

MAX_SENTENCE = 220  # tokens; a longer one is cut, so that work stays linear in the length of the text

_TOKEN = re.compile(
    r"\n[ \t\r\n]*"  # a line break, and blank lines
    r"|(?:[^\W\d_]\.){2,6}"  # U.S., J.P., a.m.
    r"|(?:then-(?=\w)|(?:ex|vice|mid)-(?=[A-Z]))"  # then-President
    r"|[^\W\d_]+(?:(?:-|['’](?!s\b))[^\W\d_]+)*"  # words, al-Sudani and O'Brien
    r"|\d+(?:[.,/-]\d+)*(?:st|nd|rd|th|s)?"  # numbers
    r"|['’]s\b"  # possessive
    r"|[^\w\s]"
)
_ABBREVIATIONS = words("abbreviations")
_SELDOM_LAST = frozenset("jr sr inc corp co ltd bros cie u.s. u.k. u.n.".split())
_OPENERS = frozenset(
    "the he she it they we in on at a an but and his her its this that these those after before while as for "
    "when if no one mr mrs ms last also".split()
)
_QUOTES = frozenset('"“”„‘«»`*')
_TICKER = re.compile(r"[A-Z]{1,6}(?:\.[A-Z]{1,3})?", re.ASCII)
_GLUED = re.compile(r"([A-ZÀ-Þ][^\W\d_]{2,30})(who|which|whose|has|had|was|will|said)")
_IN_LINE = re.compile(r"[a-z,]\r?\n[a-z]")  # lines that are cut within a sentence: text of fixed width
_ENDS = frozenset('.?!:;)”"')
_MAX_BRACKET = 14  # tokens
_SMALL = frozenset("the of and a an to in for by with at from on as".split())


class Token(msgspec.Struct, gc=False):
    """A word, number or mark; `start` and `end` are code points of the derived text."""

    text: str
    low: str
    start: int
    end: int
    capital: bool


class Sentence(msgspec.Struct, gc=False):
    """Tokens without quotation marks, tickers and short brackets, which rules read past."""

    tokens: list[Token]
    index: int
    is_title: bool
    shouted: bool  # written in capitals: a wire headline
    after_break: bool  # first of its paragraph
    credited: bool  # ends in a bracketed source, as the items of a digest do
    dateline: str  # the place before the dash that opens a wire story, in lower case


def sentences(text: str, title_length: int) -> list[Sentence]:
    """The sentences of a derived text, in order."""
    found: list[Sentence] = []
    seen: set[str] = set()
    wrapped_from = title_length + 1 if len(_IN_LINE.findall(text)) > 1 else len(text)
    for tokens, after_break in _split(list(_tokens(text)), wrapped_from):
        if not any(token.text[0].isalpha() for token in tokens):
            continue
        kept, credited = _without_asides(tokens)
        kept = list(_unglued(kept, seen))
        kept, dateline = _without_dateline(kept) if after_break else (kept, "")
        if not kept:
            if credited and found:
                found[-1].credited = True
            continue
        letters = [token for token in kept if token.low != token.text.upper()]
        capitals = sum(token.text.isupper() and len(token.text) > 1 for token in letters)
        seen.update(token.text for token in kept if token.capital)
        found.append(
            Sentence(
                tokens=kept,
                index=len(found),
                is_title=kept[0].start < title_length,
                shouted=capitals >= 3 and capitals > 0.6 * len(letters),
                after_break=after_break,
                credited=credited,
                dateline=dateline,
            )
        )
    return found


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word[0] == "\n":
            word = (
                "\n\n" if word.count("\n") > 1 or word.endswith("  ") else "\n"
            )  # an indent opens a paragraph
        low = word.lower().replace("’", "'")
        yield Token(word, MEANT.get(low, low), match.start(), match.end(), word[0].isupper())


def _split(tokens: list[Token], wrapped_from: int) -> Iterator[tuple[list[Token], bool]]:
    """Tokens of each sentence, full stops of abbreviations joined to their words.

    `wrapped_from`: the place from which on a lone line break ends no sentence by itself.
    """
    sentence: list[Token] = []
    after_break = True
    total = len(tokens)
    for place, token in enumerate(tokens):
        mark = token.text
        ends = len(sentence) >= MAX_SENTENCE
        is_break = mark[0] == "\n"
        if is_break:
            following = tokens[place + 1] if place + 1 < total else None
            if mark == "\n" and sentence and following is not None:
                hard = token.start > wrapped_from and sentence[-1].text not in _ENDS
                if hard or _wrapped(sentence[-1], following):
                    continue
            ends = True
        elif mark == "." and sentence and sentence[-1].end == token.start and _abbreviates(sentence[-1]):
            last = sentence[-1]
            low = last.low if len(last.low) > 1 else last.low + "."  # "A." is no article
            sentence[-1] = Token(last.text + ".", low, last.start, token.end, last.capital)
            ends = last.low in _SELDOM_LAST and _opens(tokens, place + 1)
        elif mark in ".?!":
            sentence.append(token)
            ends = ends or _may_begin(tokens, place + 1)
        else:
            sentence.append(token)
            if mark.lower() in _SELDOM_LAST and mark[-1] == ".":
                ends = ends or _opens(tokens, place + 1)
        if ends:
            if sentence:
                yield sentence, after_break
            sentence, after_break = [], is_break
    if sentence:
        yield sentence, after_break


def _abbreviates(token: Token) -> bool:
    return token.low in _ABBREVIATIONS or (len(token.text) == 1 and token.capital)


def _wrapped(last: Token, following: Token) -> bool:
    """Whether a line break merely wraps a sentence."""
    return following.text[0].islower() or last.text == "," or last.low in _SMALL


def _next_word(tokens: list[Token], place: int) -> Token | None:
    for token in tokens[place : place + 4]:
        if token.text not in _QUOTES and token.text not in "()[]'’":
            return token
    return None


def _opens(tokens: list[Token], place: int) -> bool:
    following = _next_word(tokens, place)
    return following is None or (following.capital and following.low in _OPENERS)


def _may_begin(tokens: list[Token], place: int) -> bool:
    following = _next_word(tokens, place)
    if following is None:
        return True
    if following is tokens[place] and following.start == tokens[place - 1].end:
        # No space: a ticker (LLY.N), an address, or two sentences that a feed glued together.
        return following.capital and place > 1 and tokens[place - 2].text[-1].islower()
    return not following.text[0].islower()


def _without_asides(tokens: list[Token]) -> tuple[list[Token], bool]:
    kept: list[Token] = []
    credited = False
    place, total = 0, len(tokens)
    while place < total:
        token = tokens[place]
        mark = token.text
        if mark in _QUOTES:
            place += 1
            continue
        if mark in ("(", "["):
            close = _closing(tokens, place, ")" if mark == "(" else "]")
            if close is not None:
                inside = tokens[place + 1 : close]
                credited = mark == "(" and bool(inside) and inside[0].capital
                place = close + 1
                continue
        elif mark == "<":
            close = _closing(tokens, place, ">")
            if close is not None and _TICKER.fullmatch("".join(t.text for t in tokens[place + 1 : close])):
                place = close + 1
                continue
            place += 1
            continue
        elif mark == ">":
            place += 1
            continue
        if mark not in ".?!":
            credited = False
        kept.append(token)
        place += 1
    return kept, credited


def _without_dateline(tokens: list[Token]) -> tuple[list[Token], str]:
    """The sentence without "PARIS, April 1 -", and its place."""
    if not (tokens and tokens[0].text.isupper() and len(tokens[0].text) > 1):
        return tokens, ""
    for place, token in enumerate(tokens[:16]):
        if (
            token.text in "-–—"
            and place
            and (place + 1 >= len(tokens) or tokens[place + 1].start > token.end)
        ):
            return tokens[place + 1 :], " ".join(t.low for t in tokens[:place] if t.text.isupper())
        if token.text in ".;:":
            break
    return tokens, ""


def _closing(tokens: list[Token], place: int, mark: str) -> int | None:
    for at in range(place + 1, min(place + _MAX_BRACKET, len(tokens))):
        if tokens[at].text == mark:
            return at
    return None


def _unglued(tokens: list[Token], seen: set[str]) -> Iterator[Token]:
    """Feeds glue a name to the word after a link: "Mizintsevwho" is a name and "who"."""
    for token in tokens:
        if token.capital and len(token.text) > 6 and token.text[-1] in "ohesadwl":
            glued = _GLUED.fullmatch(token.text)
            if glued is not None and (glued[2] in ("who", "whose", "which") or glued[1] in seen):
                cut = token.start + len(glued[1])
                yield Token(glued[1], glued[1].lower(), token.start, cut, True)
                yield Token(glued[2], glued[2], cut, token.end, False)
                continue
        yield token
