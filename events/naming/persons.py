"""When two spellings are one person's name. Pure.

Three strengths, weakest last:
- the same fingerprint: the same name, wherever it stands;
- `compatible`: one spelling tells more middle names than the other and they contradict nowhere ("Donald Trump",
  "Donald J. Trump"); enough only beside a shared post or organization;
- `loosely_same`: initials, word order, romanization, a family name alone; enough only among the people of one post.
Spellings that may well be two people (George W. and George H. W. Bush, a Jr. and his father) are kept apart.
"""

import re
from functools import lru_cache

from events.naming.text import plain, words

# Dropped at the beginning. They are no given names, so they go even before a single name (Pope Leo).
_TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor sir dame lord lady hon honorable honourable rev reverend gen general
    lt lieutenant col colonel capt captain maj sgt sergeant cpl adm admiral rear cmdr commander cdr brig
    brigadier gov governor sen senator rep congressman congresswoman president premier chancellor ambassador
    chairman king queen emperor empress pope emir sultan shah tsar cardinal archbishop rabbi crown monsieur
    madame mme herr frau signor signora senor senora dona prasident mister
    """.split()
)
# Also given or family names (Earl Warren, Major Garrett): dropped only where two words of a name follow.
_PERHAPS_TITLES = frozenset(
    """
    major dean duke duchess earl count baron baroness judge justice prince princess bishop father brother sister
    marshal chief field air vice don deputy sheikh shaikh sheik shaykh ayatollah mullah imam
    """.split()
)
# Dropped at the end, where two words of a name stand before: degrees, orders, seats, "(retired)".
_SUFFIXES = frozenset(
    "phd md mba jd cpa esq mp msp mep kc qc kbe cbe obe mbe dbe usn usaf usmc ret retd retired".split()
)
# Kept: they tell father from son, and one king from another.
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}

_LETTER_DOT = re.compile(r"\b([a-z])\.")


def person_fingerprint(name: str) -> str:
    """The name in a form that case, accents, script, titles, degrees, dots and "Family, Given" do not change.

    Given name first, as worded; words parted by one blank. Empty only where the name holds no letter or digit.
    """
    return " ".join(_tokens(name))


def person_keys(name: str) -> tuple[str, ...]:
    """Every key under which the name is to be found: its fingerprint, and that without middle names.

    A name is stored under each of them; two spellings may be one name only if they share a key.
    """
    tokens = _tokens(name)
    if not tokens:
        return ()
    first, _, last, generation = _parts(tokens)
    short = " ".join(part for part in (first, last, generation) if part)
    full = " ".join(tokens)
    return (full,) if short == full else (full, short)


def family_name(name: str) -> str:
    """The last word of the fingerprint, a generation (jr, iii) left aside; empty for an empty name."""
    tokens = _tokens(name)
    if not tokens:
        return ""
    first, _, last, _ = _parts(tokens)
    return last or first


def is_bare(name: str) -> bool:
    """Whether the name is a single word, such as a family name alone, and so says too little by itself."""
    return len(_tokens(name)) < 2


def compatible(one: str, other: str) -> bool:
    """Whether first, last and generation agree and the middle names of one begin those of the other.

    An initial agrees with a name it begins. [w] does not begin [h, w]: two presidents differ in just that.
    """
    first_one, middle_one, *rest_one = _parts(_tokens(one))
    first_other, middle_other, *rest_other = _parts(_tokens(other))
    if first_one != first_other or rest_one != rest_other or not first_one:
        return False
    return all(_agree(a, b) for a, b in zip(middle_one, middle_other, strict=False))


def loosely_same(one: str, other: str) -> bool:
    """Whether two spellings may be one person, given that both stand for someone in the same post."""
    a, b = _tokens(one), _tokens(other)
    if not a or not b:
        return False
    if a == b or compatible(one, other) or sorted(a) == sorted(b):
        return True
    if "".join(a) == "".join(b):
        return True
    if _generation(a) != _generation(b) or _initials_contradict(a, b):
        return False
    shorter, longer = sorted((a, b), key=lambda tokens: (len(tokens), len(tokens[0])))
    if len(shorter) == 1:
        return shorter[0] == family_name(" ".join(longer))
    return set(shorter) <= set(longer) or _initials_agree(shorter, longer) or _sound_alike(a, b)


def _initials_contradict(one: list[str], other: list[str]) -> bool:
    """Whether two names that are not compatible differ just in middle initials: George W. and George H. W. Bush."""
    first_one, middle_one, last_one, _ = _parts(one)
    first_other, middle_other, last_other, _ = _parts(other)
    same = (first_one, last_one) == (first_other, last_other)
    return same and any(len(middle) == 1 for middle in (*middle_one, *middle_other))


def _initials_agree(shorter: list[str], longer: list[str]) -> bool:
    """ "V. Putin" and "Vladimir Putin", "J. C. Juncker" and "Jean-Claude Juncker"."""
    return (
        len(shorter[0]) == 1
        and shorter[-1] == longer[-1]
        and all(_agree(x, y) for x, y in zip(shorter[:-1], longer[:-1], strict=False))
    )


def _sound_alike(one: list[str], other: list[str]) -> bool:
    """Two romanizations: first and last names share a skeleton, and middle names as far as both tell them."""
    first_one, middle_one, last_one, _ = _parts(one)
    first_other, middle_other, last_other, _ = _parts(other)
    return (
        _skeleton(first_one) == _skeleton(first_other)
        and _skeleton(last_one) == _skeleton(last_other)
        and all(
            _agree(a, b) or (len(a) > 1 and len(b) > 1 and _skeleton(a) == _skeleton(b))
            for a, b in zip(middle_one, middle_other, strict=False)
        )
    )


def _tokens(name: str) -> list[str]:
    return list(_cached_tokens(name))


@lru_cache(maxsize=65536)
def _cached_tokens(name: str) -> tuple[str, ...]:
    tokens = words(_LETTER_DOT.sub(r"\1. ", _given_first(plain(name))))
    whole = tokens
    while len(tokens) > 1 and (tokens[0] in _TITLES or (tokens[0] in _PERHAPS_TITLES and len(tokens) > 2)):
        tokens = tokens[1:]
    while len(tokens) > 2 and tokens[-1] in _SUFFIXES:
        tokens = tokens[:-1]
    if len(tokens) > 2 and tokens[-1] in _GENERATIONS:
        tokens = [*tokens[:-1], _GENERATIONS[tokens[-1]]]
    return tuple(tokens or whole)


def _given_first(name: str) -> str:
    """ "bulgakov, dmitry" as "dmitry bulgakov"; "smith, john, jr." as "john smith jr."."""
    family, comma, rest = name.partition(",")
    if not comma:
        return name
    parts = [part for part in (family, *rest.split(",")) if words(part)]
    ends = [part for part in parts[1:] if all(w in _SUFFIXES or w in _GENERATIONS for w in words(part))]
    names = [part for part in parts if part not in ends]
    if len(names) > 1:
        names = [*names[1:], names[0]]
    return " ".join((*names, *ends))


def _parts(tokens: list[str]) -> tuple[str, list[str], str, str]:
    """First, middle names, last and generation; last is empty for a single word."""
    generation = _generation(tokens)
    if generation:
        tokens = tokens[:-1]
    if len(tokens) < 2:
        return (tokens[0] if tokens else "", [], "", generation)
    return tokens[0], tokens[1:-1], tokens[-1], generation


def _generation(tokens: list[str]) -> str:
    return tokens[-1] if len(tokens) > 1 and tokens[-1] in _GENERATIONS.values() else ""


def _agree(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


_ROMANIZATIONS = (
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("ck", "k"), ("ts", "c"), ("tz", "c"), ("q", "k"), ("w", "v"),
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_VOWELS = "aeiou"


def _skeleton(token: str) -> str:
    """What romanizations of one name share: its consonants, whether it begins with a vowel, its last vowel.

    The last vowel stays because it tells Maria from Mario.
    """
    for spelling, common in _ROMANIZATIONS:
        token = token.replace(spelling, common)
    token = re.sub(r"(.)\1+", r"\1", token)
    start = "*" if token[0] in _VOWELS else token[0]
    end = token[-1] if len(token) > 1 and token[-1] in _VOWELS else ""
    return start + re.sub(f"[{_VOWELS}]", "", token[1:]) + end
