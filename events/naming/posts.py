"""When two wordings are one post. Pure.

A post's key holds within an organization: the finance ministers of Russia and of France share a key and are two
posts. "Minister of defence", "defense minister" and "defence minister" give one key because its words are sorted;
phrases whose order matters (secretary of state, chief of staff) are one word each.
"""

import re
from functools import cache, lru_cache

import msgspec

from events.naming.countries import country_within
from events.naming.organizations import named_body, organization_fingerprint, public_body, readable_name
from events.naming.tables import pairs
from events.naming.text import words_with_initialisms

# What says how or when a post is held and not which one it is: dropped wherever it stands, or only in front.
_QUALIFIERS = frozenset(
    """
    acting interim caretaker provisional former ex elect designate incumbent longtime longstanding outgoing incoming
    """.split()
)
_QUALIFIERS_IN_FRONT = frozenset(
    "a an the his her its their then late old new newly current temporary retiring".split()
)
_AFTER_NEW = frozenset(
    "york jersey mexico hampshire zealand delhi orleans south brunswick england hope haven".split()
)
_LINKS = frozenset("of for in to at on and with the".split())
_SAYS_NOTHING = _QUALIFIERS | _QUALIFIERS_IN_FRONT | _LINKS
# "Federal chancellor", "Union minister": of the whole country, which the organization says already.
_WHOLE_COUNTRY = {"federal": ("chancellor", "minister", "president"), "union": ("minister",)}
_MINISTRY_WORDS = frozenset(("ministry", "department", "office"))
_RANKS = frozenset(
    "minister deputy first senior assistant vice chief prime minister-of-state junior second".split()
)
_NO_POST_ALONE = frozenset(("", "attorney", "marshal"))  # a U.S. attorney is one of a kind of its own
_PREFIX = re.compile(r"\bex-|-(?:elect|designate)\b", re.I)
_TAIL = re.compile(r"(?P<head>.+?) (?:of|at|for|in) (?:the )?(?P<place>.+)")
# What follows "of" is the place they head, and so their organization.
_HEADS_OF_PLACES = frozenset(
    "mayor governor king queen sultan emir premier archbishop bishop president emperor deputy lieutenant".split()
)


class Worded(msgspec.Struct, frozen=True):
    """A post in words: its label, without country or organization, and the organization that the words name."""

    label: str
    organization: str | None


def post_key(label: str) -> str:
    """The label's words in a form that wording, word order and case do not change; holds within an organization.

    Readable, words parted by blanks, so that a search can measure its distance (rapidfuzz) from a question's key.
    Empty only where the label holds no letter or digit.
    """
    return _key(label)


@lru_cache(maxsize=16384)
def _key(label: str) -> str:
    key = _sorted_words(words_with_initialisms(label))
    while (again := _sorted_words(words_with_initialisms(key))) != key:
        key = again  # sorting brought the words of a phrase together ("director, board")
    return key


def _sorted_words(tokens: list[str]) -> str:
    tokens = _replaced(_replaced(_names_joined(tokens), "portfolios"), "post_words")
    for whole, heads in _WHOLE_COUNTRY.items():
        if any(head in tokens for head in heads):
            tokens = [token for token in tokens if token != whole]
    own = {token for token in tokens if token not in _SAYS_NOTHING}
    return " ".join(sorted(own or set(tokens)))


def _names_joined(tokens: list[str]) -> list[str]:
    """ "New York" as one word, for there "new" does not say that somebody has just come."""
    joined: list[str] = []
    for token in tokens:
        if joined and joined[-1] == "new" and token in _AFTER_NEW:
            joined[-1] = f"new-{token}"
        else:
            joined.append(token)
    return joined


@lru_cache(maxsize=16384)
def worded(label: str, organization: str | None) -> Worded:
    """The post and its organization, with what each says of the other told apart.

    "French president" and "president of France" are the president, in France; the defense minister of the Russian
    Defense Ministry is Russia's; the deputy minister of that ministry is its deputy defense minister.
    """
    label = clean_label(label)
    own = pairs("post_organizations").get(post_key(label))
    if own is not None:
        return Worded(label, own)
    if organization is None:
        return _organization_in(label) or Worded(label, None)
    inner = _organization_in(label, organization)
    if inner is not None:
        label = inner.label
    return _of_ministry(label, organization) or Worded(label, organization)


def clean_label(label: str) -> str:
    """The label as it is to be shown: without "acting", "former", "-elect" and the like, blanks made single."""
    tokens = _PREFIX.sub(" ", label).split()
    kept = _unqualified(tokens)
    return " ".join(kept).strip(" ,;") or " ".join(label.split())


def _unqualified(tokens: list[str]) -> list[str]:
    kept = [token for token in tokens if _word(token) not in _QUALIFIERS]
    while len(kept) > 1 and _word(kept[0]) in _QUALIFIERS_IN_FRONT and _word(kept[1]) not in _AFTER_NEW:
        kept = kept[1:]
    return kept or tokens


def _organization_in(label: str, known: str | None = None) -> Worded | None:
    """The organization that the label itself tells; where one is `known` already, only if it is the same."""
    tail = _TAIL.fullmatch(label)
    if tail is not None:
        head, place = tail["head"], tail["place"]
        named = place[:1].isupper() and all(_word(token) in _HEADS_OF_PLACES for token in head.split())
        if (known is None and named) or (known is not None and _same(place, known)):
            return Worded(head, readable_name(place))
    tokens = label.split()
    if known is None and len(tokens) > 1 and (body := named_body(tokens[0])) is not None:
        return Worded(" ".join(tokens[1:]), body)
    found = country_within([_word(token) for token in tokens], demonyms=True)
    if found is None:
        return None
    country, start, end = found
    before, after = tokens[:start], tokens[end:]
    while before and _word(before[-1]) == "the":
        before.pop()
    if before and _word(before[-1]) in ("to", "for"):  # the ambassador to France is not France's
        return None
    if known is None and before and after:  # a vice president of American operations is not America's
        return None
    if known is not None and not _same(country.name, known):
        return None
    if not after and before and _word(before[-1]) in ("of", "in"):
        before.pop()
    rest = " ".join((*before, *after))
    return Worded(rest, country.name) if post_key(rest) not in _NO_POST_ALONE else None


def _of_ministry(label: str, organization: str) -> Worded | None:
    """A minister's organization is the country, however the article words it."""
    body = public_body(organization)
    if body is None or "minister" not in words_with_initialisms(label):
        return None
    spelled = words_with_initialisms(organization)
    field = sorted(
        (word for word in body.words if word not in _MINISTRY_WORDS), key=lambda w: _place(w, spelled)
    )
    if len(field) == len(body.words):  # no ministry: the country itself, its senate, its council
        return None
    told = {word for word in post_key(label).split() if word not in _RANKS}
    if told and told != set(post_key(" ".join(field)).split()):
        return None
    country = None if body.country is None else body.country.name
    if told:
        return Worded(label, country)
    tokens = label.split()
    at = next(index for index, token in enumerate(tokens) if _word(token) == "minister")
    return Worded(" ".join((*tokens[:at], *field, *tokens[at:])), country)


def _place(word: str, spelled: list[str]) -> int:
    """Where the word stands, so that a label made of it reads as people say it; 0 for a word spelled otherwise."""
    return spelled.index(word) if word in spelled else 0


def _same(one: str, other: str) -> bool:
    return organization_fingerprint(one) == organization_fingerprint(other)


def _replaced(tokens: list[str], table: str) -> list[str]:
    """The tokens with every phrase of the table replaced, the longest first."""
    phrases = _phrases(table)
    longest = max(map(len, phrases))
    out: list[str] = []
    at = 0
    while at < len(tokens):
        for length in range(min(longest, len(tokens) - at), 0, -1):
            found = phrases.get(tuple(tokens[at : at + length]))
            if found is not None:
                out.extend(found)
                at += length
                break
        else:
            out.append(tokens[at])
            at += 1
    return out


@cache
def _phrases(table: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {tuple(key.split()): tuple(value.split()) for key, value in pairs(table).items()}


def _word(token: str) -> str:
    return "".join(words_with_initialisms(token))
