"""Names of persons: where they stand in a sentence, and which is the fullest form the article gives."""

import msgspec

from events.reading.countries import DEMONYMS, PLACES
from events.reading.organizations import ADJECTIVAL, WITHIN_NAMES, before_legal, is_place
from events.reading.role import RolePhrase
from events.reading.text import Sentence, Token
from events.reading.words import mapping, words

_STOP = words("stop_names")
_MILITARY = words("ranks_military")
_PARTICLES = words("particles")
_ORGANIZATION_WORDS = words("organization_words")
_TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december".split()
)
_VERBS = frozenset(mapping("verbs"))
_SUFFIXES = frozenset("jr sr ii iii iv".split())
_MAX_PARTS = 6


class Name(msgspec.Struct, gc=False):
    """A run of capitals outside the posts: a person, an organisation, a place, or a lone word that may be any."""

    kind: str  # P person-like, O organisation, G place, N a lone capital word
    text: str
    start: int  # tokens, [start, end); titles such as "Gen." before the name are inside
    end: int
    titled: bool = False  # "Mr", "Gen." before it: a person for sure


def names(sentence: Sentence, phrases: list[RolePhrase], common: frozenset[str]) -> list[Name]:
    """The names between the role phrases. `common` are words that the article also writes in lower case."""
    tokens = sentence.tokens
    found: list[Name] = []
    place = 0
    ends = frozenset(phrase.end for phrase in phrases)
    limits = [(phrase.start, phrase.end) for phrase in phrases] + [(len(tokens), len(tokens))]
    for start, after in limits:
        while place < start:
            token = tokens[place]
            if "-turned-" in token.low:  # "Banker-turned-senator A"
                place += 1
                continue
            if place == 0 and token.low in _VERBS and not (len(tokens) > 1 and tokens[1].capital):
                place += 1
                continue
            if token.capital and (
                token.low not in _STOP or token.low in _MILITARY or _inside(tokens, place, place)
            ):
                name = _run(tokens, place, start, common, ends, first=place == 0)
                if name is not None:
                    found.append(name)
                    place = name.end
                    continue
            place += 1
        place = max(place, after)
    return found


def _run(
    tokens: list[Token], place: int, limit: int, common: frozenset[str], ends: frozenset[int], *, first: bool
) -> Name | None:
    begin = place
    titled = False
    while place < limit and tokens[place].low in _MILITARY and tokens[place].capital:
        titled = True
        place += 1
    start = end = place
    while end < limit and end - start < _MAX_PARTS + 2:
        token = tokens[end]
        if (
            (token.capital and (token.low not in _STOP or _inside(tokens, end, start)))
            or (end > start and token.low[:3] in ("al-", "el-", "ul-", "as-", "ad-"))
            or (
                token.low in _PARTICLES
                and end > start
                and end + 1 < limit
                and (tokens[end + 1].capital or tokens[end + 1].low in _PARTICLES)
                and token.low != "e"
            )
            or (token.text == "," and end > start and end + 1 < limit and tokens[end + 1].low in _SUFFIXES)
        ):
            end += 1
        else:
            break
    if end == start:
        return None
    if end - start > 1 and tokens[start].low.endswith(ADJECTIVAL):
        start += 1  # "State-run Tarn Railways"
        begin = start
    if first and end - start > 1 and tokens[start].low in common and tokens[start].low not in WITHIN_NAMES:
        start += 1
        begin = start
    while tokens[end - 1].low in _PARTICLES and not tokens[end - 1].capital:
        end -= 1
    company = 0
    if not titled and not any(t.low in _COMPANY for t in tokens[start:end]):
        company = _joined_company(tokens, end, limit)
    if company:
        return Name("O", _text(tokens[start:company]), begin, company)
    run = tokens[start:end]
    after_title = any(phrase_end == begin for phrase_end in ends)
    if not titled and not (after_title and len(run) == 2):
        shorter = 0 if _given_name(run) else _leading_places(run)
        if 0 < shorter < len(run):
            if any(_is_kind(t) for t in run):
                return Name("O", _text(run), begin, end)
            begin = start = start + shorter
            run = tokens[start:end]
            if len(run) == 1 and tokens[start - 1].low not in DEMONYMS:
                return Name("G", _text(tokens[start - shorter : end]), start - shorter, end)
        elif shorter == len(run):
            return Name("G", _text(run), begin, end)
    if not titled and any(_is_kind(t) for t in run):
        end = _longer_organization(tokens, end, limit)
        return Name("O", _text(tokens[start:end]), begin, end)
    if len(run) == 1:
        token = run[0]
        if token.text.isupper() and len(token.text) > 1 and not titled:
            return Name("O", token.text, begin, end)
        if first and token.low in common and not titled:
            return None
        return Name("P" if titled else "N", token.text, begin, end, titled)
    if run[0].text.isupper() and len(run) > 1 and not titled and _abbreviated(run):
        return Name("O", _text(run), begin, end)
    if len(run) > _MAX_PARTS or (not titled and begin > 0 and tokens[begin - 1].low in ("the", "&")):
        return Name("O", _text(run), begin, end)
    return Name("P", _text(run), begin, end, titled)


def _abbreviated(run: list[Token]) -> bool:
    """ "NATO Response", "GM do Brasil": capitals that are no initials make no person's name."""
    first = run[0].text
    if not first.isalpha() or any(token.text.isupper() and len(token.text) > 1 for token in run[1:]):
        return False
    return (len(first) > 2 and not set(first) & _VOWELS) or (len(first) == 2 and run[1].low in ("do", "de"))


_VOWELS = frozenset("AEIOUY")


def _is_kind(token: Token) -> bool:
    """Whether the word makes a name an organisation's; short ones only in capitals: "UN", not "Kim Jong Un"."""
    return token.low in _ORGANIZATION_WORDS and (
        len(token.low) > 2 or token.text.isupper() or token.low == "co"
    )


def _inside(tokens: list[Token], place: int, start: int) -> bool:
    """Whether a word that mostly begins sentences is part of a name here: an initial, "Dean" in "James Dean"."""
    token = tokens[place]
    following = place + 1 < len(tokens) and tokens[place + 1].capital
    if token.low in ("may", "march") and place == start and following:
        return any(_is_kind(t) and t.capital for t in tokens[place + 1 : place + 4])  # "May Stores Co"
    if before_legal(tokens, place):
        return place > start
    if token.low in WITHIN_NAMES:
        return following and (place > start or any(_is_kind(t) for t in tokens[place + 1 : place + 5]))
    if len(token.text) == 1:
        return following and place > start  # "Mark A Cotter"
    return token.low in _INSIDE and place > start


_INSIDE = frozenset(
    "may april june august major dean judge prince king young baron lord bishop pope marshal sheriff abbot".split()
)


def _joined_company(tokens: list[Token], end: int, limit: int) -> int:
    """The end of "Gulf and Western Inc", "Savings and Loan Association", whose first word `end` follows; or 0."""
    if end + 1 >= limit or tokens[end].low not in ("and", "&", "'s") or not tokens[end + 1].capital:
        return 0
    for place in range(end + 1, min(end + 5, limit)):
        if not tokens[place].capital:
            return 0
        if tokens[place].low in _COMPANY and (tokens[end].low != "'s" or place < end + 4):
            return _longer_organization(tokens, place + 1, limit)
    return 0


_COMPANY = frozenset(
    "corp inc co ltd plc association industries company bank administration commission".split()
)


def _given_name(run: list[Token]) -> bool:
    """ "Jordan Price", "Georgia Walsh": a place that is a given name, with one more word that is no place."""
    return (
        len(run) == 2
        and run[0].low in _GIVEN
        and run[1].low not in _GROUND
        and not run[1].text.isupper()
        and not is_place(run[1].low)
    )


_GIVEN = frozenset(
    "jordan georgia virginia chad paris austin dallas london sofia florence sydney israel india victoria houston "
    "carolina kenya brooklyn montana dakota adelaide charlotte savannah phoenix lourdes milan marseille".split()
)
_GROUND = frozenset(
    "valley river county island islands city square street bridge agreement accord summit stock fire games "
    "republicans democrats republican democrat open avenue road airport marathon olympics region state suburb".split()
)


def _leading_places(run: list[Token]) -> int:
    """How many tokens of the run, from its beginning, name a place."""
    for size in (4, 3, 2, 1):
        if size <= len(run):
            text = " ".join(token.low for token in run[:size])
            if text in PLACES or text in DEMONYMS:
                return size
    return 0


def _longer_organization(tokens: list[Token], end: int, limit: int) -> int:
    """ "Bank of England", "Ministry of Foreign Affairs"."""
    while end < limit and tokens[end].capital and tokens[end].low in _COMPANY | {"plc"}:
        end += 1
    while (
        end + 1 < limit
        and tokens[end].low in ("of", "for")
        and tokens[end + 1].capital
        and tokens[end + 1].low not in _TIMES
    ):
        end += 2
        while end < limit and tokens[end].capital and tokens[end].low not in _STOP:
            end += 1
    return end


def _text(run: list[Token]) -> str:
    return " ".join(token.text for token in run).replace(" ,", ",").replace(" 's", "'s").replace(" ’s", "’s")


class Register:
    """The persons of an article by their last and first words, so that "Ferris" is "George A. Ferris"."""

    def __init__(self) -> None:
        self._by_last: dict[str, str] = {}
        self._by_word: dict[str, str] = {}
        self._order: dict[str, int] = {}

    def add(self, full: str) -> None:
        parts = _parts(full)
        if len(parts) < 2:
            if parts and len(parts[0]) > 2:
                self._by_last.setdefault(parts[0], full)
            return
        self._order.setdefault(full, len(self._order))
        last = parts[-1]
        known = self._by_last.get(last)
        if known is None or (
            len(full) > len(known) and (" " not in known or _parts(known)[0][0] == parts[0][0])
        ):
            self._by_last[last] = full
        for part in parts[:-1]:
            if len(part) > 2:
                self._by_word.setdefault(part, full)
        if len(parts) > 2:
            self._by_word.setdefault(" ".join(parts[-2:]), full)

    def fullest(self, name: str) -> str:
        """The fullest form of the name; the name itself where the article has no fuller."""
        parts = _parts(name)
        if not parts:
            return name
        known = self._by_last.get(parts[-1])
        if len(parts) == 1:
            return known or self._by_word.get(parts[0]) or name
        if known is not None and _parts(known)[0][0] == parts[0][0] and len(known) > len(name):
            return known
        if known is None and (" ".join(parts) in self._by_word):
            return self._by_word[" ".join(parts)]
        return name

    def knows(self, word: str) -> bool:
        low = word.lower()
        return low in self._by_last or low in self._by_word


def _parts(name: str) -> list[str]:
    words_ = [word.strip(".,").lower() for word in name.split()]
    return [word for word in words_ if word and word not in _SUFFIXES]
