"""When two spellings are one organization's name. Pure.

A company's name is compared word by word, without its legal form. A public body's is compared by its country and
its words in any order, so the Russian Defence Ministry is the Ministry of Defense of the Russian Federation. A
body named without its country (the Defense Ministry, the Senate) may be anyone's: it is generic.
"""

from functools import cache, lru_cache

import msgspec

from events.naming.countries import Country, country_named, country_within
from events.naming.tables import entries, pairs
from events.naming.text import words_with_initialisms

_SPELLINGS = {
    "organisation": "organization", "defence": "defense", "labour": "labor", "centre": "center", "theatre": "theater",
    "intl": "international", "natl": "national", "assn": "association", "assoc": "association", "bros": "brothers",
    "dept": "department", "govt": "government", "univ": "university", "cttee": "committee", "programme": "program",
    "int": "international", "1st": "first", "2nd": "second", "3rd": "third",
}  # fmt: skip
_LINKS = frozenset("of the for and on in to".split())
# A name with one of these words and a country is that of a public body.
_BODY_WORDS = frozenset(
    """
    government cabinet ministry department parliament senate house congress assembly duma knesset bundestag diet
    court army navy police military treasury representatives agency bureau council commission directorate embassy
    armed forces force intelligence office prosecutor presidency reserve legislature administration
    supreme federal central
    """.split()
)
# A name that holds nothing else says which kind of body it is, not which one.
_GENERIC_WORDS = _BODY_WORDS | frozenset(
    """
    bank national state high upper lower constitutional appeals appeal district city town county local regional
    provincial board company firm corporation group party ruling opposition team club university school union panel
    committee judiciary foreign interior internal affairs defense finance health education trade justice labor energy
    agriculture transport economy industry culture office general security public information state services service
    chamber commons deputies leadership authorities country republic kingdom campaign court courts law air national
    """.split()
)
_WHOLE_STATES = frozenset(
    ("", "government", "federal government", "administration", "state", "republic", "kingdom")
)
_LEADING_FORMS = frozenset("oao ooo zao pao ao jsc ojsc cjsc pjsc srl pt".split())


class Body(msgspec.Struct, frozen=True):
    """A public body: its country, where its name tells it, and its own words, sorted."""

    country: Country | None
    words: tuple[str, ...]


def organization_fingerprint(name: str) -> str:
    """The name in a form that case, punctuation, articles, legal forms and names of countries do not change.

    A country, its demonym and its government are one. Empty only where the name holds no letter or digit.
    """
    return _fingerprint(name)


@lru_cache(maxsize=16384)
def _fingerprint(name: str) -> str:
    tokens = _tokens(name)
    alias = _aliases().get(" ".join(tokens))
    if alias is not None:
        tokens = _tokens(alias)
    body = _body(tokens)
    if body is not None and body.country is not None:
        own = "" if " ".join(body.words) in _WHOLE_STATES else " ".join(body.words)
        return f"{body.country.key} {own}".rstrip()
    bare = " ".join(_without_legal_forms(tokens))
    if bare in _aliases() or country_named(bare) is not None:  # "America Corp" is not America
        bare = " ".join(tokens)
    return bare or " ".join(words_with_initialisms(name))


@lru_cache(maxsize=16384)
def public_body(name: str) -> Body | None:
    """The country and the words of a public body's name; None where it does not look like one."""
    tokens = _tokens(name)
    alias = _aliases().get(" ".join(tokens))
    return _body(tokens if alias is None else _tokens(alias))


def named_body(abbreviation: str) -> str | None:
    """The full name of a body known by an abbreviation or a short name (UN, Pentagon); None for other words."""
    return _aliases().get(" ".join(_tokens(abbreviation)))


@lru_cache(maxsize=16384)
def is_generic(name: str) -> bool:
    """Whether the name could be that of many bodies: the Senate, the central bank, the Defence Ministry."""
    tokens = _tokens(name)
    if " ".join(tokens) in _aliases() or not tokens:
        return not tokens
    return all(token in _GENERIC_WORDS or token in _LINKS for token in tokens)


def within(country: Country, name: str) -> str:
    """The fingerprint that a generic name has once its country is told."""
    return organization_fingerprint(f"{country.name} {name}")


def readable_name(name: str) -> str:
    """The name to show: the country's noun for a demonym or its government, else the words as they stand."""
    stripped = " ".join(name.split()).strip(" ,;")
    if (country := country_named(stripped)) is not None:
        return country.name
    body = public_body(stripped)
    if body is not None and body.country is not None and " ".join(body.words) in _WHOLE_STATES:
        return body.country.name
    for article in ("the ", "The "):
        stripped = stripped.removeprefix(article)
    return stripped


def _body(tokens: list[str]) -> Body | None:
    if (country := country_named(" ".join(tokens))) is not None:
        return Body(country, ())
    if not any(token in _BODY_WORDS for token in tokens):
        return None
    found = country_within(tokens, demonyms=True)
    if found is None:
        return Body(None, tuple(sorted(token for token in tokens if token not in _LINKS)))
    country, start, end = found
    rest = (token for token in (*tokens[:start], *tokens[end:]) if token not in _LINKS)
    return Body(country, tuple(sorted(rest)))


def _tokens(name: str) -> list[str]:
    return [_SPELLINGS.get(word, word) for word in words_with_initialisms(name) if word != "the"]


def _without_legal_forms(tokens: list[str]) -> list[str]:
    if len(tokens) > 1 and tokens[0] in _LEADING_FORMS:
        tokens = tokens[1:]
    forms = _legal_forms()
    while True:
        for length in range(min(6, len(tokens) - 1), 0, -1):
            if tuple(tokens[-length:]) in forms:
                tokens = tokens[:-length]
                break
            if length > 1 and tuple(tokens[:length]) in forms:
                tokens = tokens[length:]
                break
        else:
            return tokens


@cache
def _legal_forms() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(form.split()) for form in entries("legal_forms"))


@cache
def _aliases() -> dict[str, str]:
    """From a name as `_tokens` gives it to the full name of the same body."""
    return {" ".join(_tokens(alias)): full for alias, full in pairs("bodies").items()}
