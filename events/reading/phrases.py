"""A sentence as a row of phrases: persons, posts, organisations, words."""

import msgspec

from events.reading.names import Register, names
from events.reading.organizations import is_place
from events.reading.posts import role_phrases
from events.reading.role import Role, RolePhrase
from events.reading.text import Sentence
from events.reading.words import words

_ORGANIZATION_WORDS = words("organization_words")


class Phrase(msgspec.Struct, gc=False):
    """One element of the row. `kind`: P person, R post, O organisation, G place, N lone capital word, W other."""

    kind: str
    low: str  # of a W its word in lower case, of others ""
    start: int  # tokens, [start, end), with what is attached
    end: int
    text: str = ""
    roles: RolePhrase | None = None
    titles: tuple[Role, ...] = ()  # of a P: said before the name
    appositions: tuple[Role, ...] = ()  # of a P: said after it
    core: tuple[int, int] = (0, 0)  # of a P: the tokens of the name alone
    possessor: str | None = None  # of a P with titles: whose ("Trump's health secretary Tom Price")
    pointed: bool = False  # the title had a determiner: "its chairman, ..."


def row(sentence: Sentence, register: Register, common: frozenset[str]) -> list[Phrase]:
    """The phrases of a sentence, persons not yet joined to their posts; persons enter the register."""
    tokens = sentence.tokens
    roles = role_phrases(tokens)
    for phrase in roles:
        if phrase.possessor is not None and _maybe_person(phrase.possessor):
            # "President Trump's health secretary": the possessor is a person of its own.
            mark = next(i for i in range(phrase.start, phrase.end) if tokens[i].low in ("'s", "'"))
            phrase.start = phrase.roles[0].start = mark + 1
    found = names(sentence, roles, common)
    for name in found:
        if name.kind == "P":
            register.add(name.text)
    phrases: list[Phrase] = []
    place = at_role = at_name = 0
    while place < len(tokens):
        if at_role < len(roles) and roles[at_role].start == place:
            role = roles[at_role]
            phrases.append(Phrase("R", "", place, role.end, roles=role))
            place, at_role = role.end, at_role + 1
        elif at_name < len(found) and found[at_name].start == place:
            name = found[at_name]
            phrases.append(Phrase(name.kind, "", place, name.end, name.text, core=(place, name.end)))
            place, at_name = name.end, at_name + 1
        else:
            token = tokens[place]
            phrases.append(Phrase("W", token.low, place, place + 1, token.text))
            place += 1
    return phrases


def _maybe_person(name: str) -> bool:
    words_ = name.lower().split()
    return (
        len(words_) < 5
        and not is_place(name.lower())
        and not any(word in _ORGANIZATION_WORDS or is_place(word) for word in words_)
        and not (len(words_) == 1 and name.isupper())
    )
