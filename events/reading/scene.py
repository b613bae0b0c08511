"""What the rules see: a sentence's row of phrases, and what the article has said before it."""

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from events.reading.article import Article
from events.reading.attaching import attached
from events.reading.countries import CAPITALS, COUNTRIES, countries_in, country
from events.reading.names import Register
from events.reading.phrases import Phrase, row
from events.reading.role import Role
from events.reading.text import Sentence, Token, sentences
from events.reading.words import words

_ORGANIZATION_WORDS = words("organization_words")
_COMPANY = frozenset(
    "corp corporation inc incorporated ltd limited plc co company companies bancorp industries group "
    "airlines holdings savings".split()
)
_STATE_HEADS = frozenset(
    "mayor senator representative judge justice minister secretary president premier chancellor king "
    "queen emperor ambassador governor general spokesman envoy chief vice-president cabinet".split()
)
_ALWAYS_STATE = frozenset("minister ministers premier king queen emperor".split())
_OF_COMPANIES_TOO = frozenset(["president", "chief", "vice-president"])
_HOUSE = ("House of Representatives",)
_CHAMBERS = {
    "senator": ("Senate",),
    "sen": ("Senate",),
    "representative": _HOUSE,
    "rep": _HOUSE,
    "congressman": _HOUSE,
    "congresswoman": _HOUSE,
    "speaker": _HOUSE,
    "mp": ("House of Commons", "House of Representatives", "Lok Sabha", "National Assembly", "Parliament"),
    "justice": ("Supreme Court",),
}
_HOMES = frozenset("university college school hospital museum foundation united diocese".split())
_TICKER = re.compile(r"<[A-Z]{1,5}(?:\.[A-Z]{1,3})?>|\([A-Z]{2,5}\.[A-Z]{1,3}\)")  # "<KEST.O>", "(KEST.O)"
_OPENING = 300  # characters
_ALSO = {"U.K.": "Britain", "UK": "Britain", "United States": "U.S."}  # one country, one count
_ACTS = frozenset(
    "said says named names announced announces elected elects appointed appoints sacked sacks fired fires "
    "dismissed hired hires ousted ousts".split()
)
_MAX_ROLES = 20


class Scene(msgspec.Struct, gc=False):
    """A sentence with its phrases."""

    sentence: Sentence
    row: list[Phrase]

    def text(self, phrase: Phrase) -> str:
        return " ".join(token.text for token in self.sentence.tokens[phrase.start : phrase.end])

    @property
    def tokens(self) -> list[Token]:
        return self.sentence.tokens


class Story:
    """An article in the making: its scenes, and who and what has been named so far."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.register = Register()
        found = sentences(article.text, article.title_length)
        common = frozenset(token.low for one in found for token in one.tokens if not token.capital)
        rows = [row(one, self.register, common) for one in found if not one.shouted]
        kept = [one for one in found if not one.shouted]
        self._settle(rows)
        self.scenes = [
            Scene(one, attached(phrases, self.register)) for one, phrases in zip(kept, rows, strict=True)
        ]
        self._place = {id(scene): place for place, scene in enumerate(self.scenes)}
        self.is_digest = sum(one.credited for one in found) >= 2
        self.home = self._home()
        named = self._countries()
        self.country = named[0] if named else None
        # In the United States a minister is a secretary, so a minister is another country's.
        self.country_of_ministers = next(
            (name for name in named if name not in ("U.S.", "United States")), None
        )
        self.posts: dict[str, list[Role]] = {}  # person: posts said of them so far
        self.state: str | None = (
            None  # whose minister the article has told of, where it names no country we know
        )
        self.organizations: dict[tuple[str, str], str] = {}  # (person, post): the organisation said with it

    def remember(self, person: str, role: Role) -> None:
        known = self.posts.setdefault(person, [])
        for place, other in enumerate(known):
            if other.words == role.words and other.modifiers == role.modifiers:
                del known[place]  # said again: the last of a person
                break
        known.append(role)
        del known[:-_MAX_ROLES]
        if role.organization is not None and not role.former:
            self.organizations.setdefault((person, role.post), role.organization)
            if role.head in _ALWAYS_STATE:
                self.state = self.state or role.organization

    def held(self, person: str) -> list[Role]:
        """The posts said last of a person that were not called former, at most four."""
        found: list[Role] = []
        for role in reversed(self.posts.get(person, ())):
            if not role.former:
                found.append(role)
                if len(found) == 4:
                    break
        return found[::-1]

    def organization(self, role: Role, person: str, scene: Scene, at: int) -> str | None:
        """Whose post it is, in the fullest form the article gives. `at`: the token from which it is asked."""
        said = role.organization
        chamber = self._chamber(role)
        if chamber is not None and (said is None or said.lower() in COUNTRIES or "party" in said.lower()):
            return chamber
        if said is not None and not self.is_person(said):
            return self.fuller(said)
        known = self.organizations.get((person, role.post))
        if known is not None and not self.is_person(known):
            return self.fuller(known)
        if self.is_digest and role.head in _STATE_HEADS and not role.home:
            return self.country_near(scene, at)
        if role.head in _ALWAYS_STATE and not role.home:
            return self.country_of_ministers or self.state
        if (
            role.words == ["president"]
            and " " not in person
            and not self.is_digest
            and self._headed(role, scene)
        ):
            return self.country  # "President Dunn", without a first name, is no company's
        if (
            (role.head in _STATE_HEADS or role.post.startswith("national security advis"))
            and not role.home
            and not (self.is_company(self.home) or (self.about_company and role.head in _OF_COMPANIES_TOO))
            and (self.country is not None or role.head not in _OF_COMPANIES_TOO)
        ):
            return self.country
        return self.speaking(scene, at) or self.home or (self.country if role.home else None)

    def _headed(self, role: Role, scene: Scene) -> bool:
        """Whether the post is a title in capitals right before the name."""
        return (
            role.end < len(scene.tokens)
            and scene.tokens[role.end - 1].capital
            and scene.tokens[role.end].capital
        )

    def _chamber(self, role: Role) -> str | None:
        """The legislature or court whose member this is, where the article names it."""
        if role.head not in _CHAMBERS:
            return None
        return next((name for name in _CHAMBERS[role.head] if name in self._chambers), None)

    @cached_property
    def _chambers(self) -> frozenset[str]:
        return frozenset(name for names in _CHAMBERS.values() for name in names if name in self.article.text)

    @cached_property
    def tells_a_nomination(self) -> bool:
        """Whether the article speaks of nominating anywhere."""
        return "nominat" in self.article.text

    def country_near(self, scene: Scene, at: int) -> str | None:
        """In a digest every item has its own country: the one named last before, or else in the item."""
        place = self._place[id(scene)]
        for one in (scene, *reversed(self.scenes[max(0, place - 2) : place])):
            named = list(countries_in(one.tokens))
            if named:
                before = [name for start, name in named if start < at]
                return before[-1] if before and one is scene else named[0][1]
        return None

    def is_person(self, name: str) -> bool:
        """Whether a name beside a post is a person's: "Dunn" in "Dunn's health secretary"."""
        if name.lower() in self._fuller:
            return False
        return self.register.knows(name.split()[-1]) and not any(
            part.lower() in _ORGANIZATION_WORDS for part in name.split()
        )

    @cached_property
    def about_company(self) -> bool:
        """Whether the article's own news is a company's: its first sentences name one, or its opening a ticker."""
        return _TICKER.search(self.article.text, 0, _OPENING) is not None or any(
            token.capital and token.low.strip(".") in _COMPANY
            for scene in self.scenes[:3]
            for token in scene.tokens
        )

    def is_company(self, name: str | None) -> bool:
        return name is not None and any(part.lower().strip(".") in _COMPANY for part in name.split())

    def fuller(self, name: str) -> str:
        """The longest name of an organisation in the article that begins with this one."""
        return self._fuller.get(name.lower(), name)

    def speaking(self, scene: Scene, at: int) -> str | None:
        """The organisation last named before `at` in the sentence, in the company's own news the one that speaks."""
        found = beside = None
        for place, phrase in enumerate(scene.row):
            if phrase.start >= at:
                break
            if phrase.kind == "O" and _beside(scene.row, place):
                beside = phrase.text
            elif phrase.kind == "O":
                found = phrase.text
        found = found or (beside if self.home is None else None)
        return None if found is None else self.fuller(found)

    def _settle(self, rows: list[list[Phrase]]) -> None:
        """Names that are the beginning of an organisation's name are that organisation's."""
        self._fuller: dict[str, str] = {}
        for phrase in _all(rows):
            if phrase.kind == "O":
                parts = phrase.text.split()
                for size in range(1, len(parts)):
                    start = " ".join(parts[:size]).lower().removesuffix("'s")
                    if size > 1 or (
                        parts[0].lower() not in _ORGANIZATION_WORDS and country(parts[0]) is None
                    ):
                        self._fuller.setdefault(start, phrase.text)
                initials = "".join(part[0] for part in parts if part[0].isupper())
                if len(initials) > 1:
                    self._fuller.setdefault(initials.lower(), phrase.text)
        for phrase in _all(rows):
            known = phrase.kind == "N" and self.register.knows(phrase.text)
            if phrase.kind in ("P", "N") and phrase.text.lower() in self._fuller and not known:
                phrase.kind = "O"

    def _home(self) -> str | None:
        first = None
        for scene in self.scenes[:4]:
            for place, phrase in enumerate(scene.row):
                if phrase.kind in ("O", "N"):
                    after = scene.row[place + 1 : place + 4]
                    if any(word.low in _ACTS for word in after):
                        return self.fuller(phrase.text)
                    if _beside(scene.row, place):
                        continue
                    if first is None and phrase.kind == "O" and scene.row[place + 1 : place + 2]:
                        first = phrase.text
                elif first is None:
                    first = next(
                        (
                            one
                            for one in _organizations(phrase)
                            if self.is_company(one)
                            or (scene is self.scenes[0] and not _HOMES.isdisjoint(one.lower().split()))
                        ),
                        None,
                    )
        return None if first is None else self.fuller(first)

    def _countries(self) -> list[str]:
        """The countries that the article names, the one that it is about first: the dateline counts thrice."""
        counts: dict[str, float] = {}
        written: dict[str, str] = {}  # as the article writes it first
        for scene in self.scenes:
            for _, name in countries_in(scene.tokens):
                same = _ALSO.get(name, name)
                written.setdefault(same, name)
                counts[same] = counts.get(same, 0) + 1
        filed = next((s.sentence.dateline for s in self.scenes[:3] if s.sentence.dateline), "")
        theirs = next((name for city, name in CAPITALS.items() if filed.startswith(city)), "")
        if theirs in counts or theirs == "U.S.":  # the text must name it, or editors could not check it
            counts[theirs] = counts.get(theirs, 0) + 3
        return [written.get(name, name) for name in sorted(counts, key=lambda name: -counts[name])]


def _organizations(phrase: Phrase) -> Iterator[str]:
    """ "chairman of Corwin Corp, said": the organisations that stand in posts."""
    roles = (*phrase.titles, *phrase.appositions, *(phrase.roles.roles if phrase.roles is not None else ()))
    for role in roles:
        if role.organization is not None:
            yield role.organization


def _beside(row: list[Phrase], place: int) -> bool:
    """Whether an organisation is only named beside: "in a filing with the Exchange Commission"."""
    before = place - 1
    if before > 0 and row[before].low in ("the", "its", "a"):
        before -= 1
    return before >= 0 and row[before].low in ("with", "to", "against", "from")


def _all(rows: list[list[Phrase]]) -> Iterator[Phrase]:
    for phrases in rows:
        yield from phrases
