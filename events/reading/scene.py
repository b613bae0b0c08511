"""What the rules see: a sentence's row of phrases, and what the article has said before it."""

from collections.abc import Iterator
from functools import cached_property

import msgspec

from events.reading.article import Article
from events.reading.countries import COUNTRIES, countries_in, country
from events.reading.names import Register
from events.reading.phrases import Phrase, attached, row
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
    "queen emperor ambassador governor general spokesman envoy chief".split()
)
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
_MAX_ROLES = 60


class Scene(msgspec.Struct):
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
        self.country = self._country()
        self.posts: dict[str, list[Role]] = {}  # person: posts said of them so far
        self.organizations: dict[tuple[str, str], str] = {}  # (person, post): the organisation said with it

    def remember(self, person: str, role: Role) -> None:
        known = self.posts.setdefault(person, [])
        if len(known) < _MAX_ROLES:
            known.append(role)
        if role.organization is not None and not role.former:
            self.organizations.setdefault((person, role.post), role.organization)

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
        if (
            role.head in _STATE_HEADS
            and not role.home
            and not (
                self.is_company(self.home) or (self.about_company and role.head in ("president", "chief"))
            )
        ):
            return self.country
        return self.speaking(scene, at) or self.home or (self.country if role.home else None)

    def _chamber(self, role: Role) -> str | None:
        """The legislature or court whose member this is, where the article names it."""
        return next((name for name in _CHAMBERS.get(role.head, ()) if name in self._chambers), None)

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
        return self.register.knows(name.split()[-1]) and not any(
            part.lower() in _ORGANIZATION_WORDS for part in name.split()
        )

    @cached_property
    def about_company(self) -> bool:
        """Whether the article's own news is a company's: its first sentences name one."""
        return any(
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
        found = None
        for phrase in scene.row:
            if phrase.start >= at:
                break
            if phrase.kind == "O":
                found = phrase.text
        return None if found is None else self.fuller(found)

    def _settle(self, rows: list[list[Phrase]]) -> None:
        """Names that are the beginning of an organisation's name are that organisation's."""
        self._fuller: dict[str, str] = {}
        for phrase in _all(rows):
            if phrase.kind == "O":
                parts = phrase.text.split()
                for size in range(1, len(parts)):
                    start = " ".join(parts[:size]).lower()
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
                    if any(
                        word.low in ("said", "says", "named", "announced", "elected", "appointed")
                        for word in after
                    ):
                        return self.fuller(phrase.text)
                    if first is None and phrase.kind == "O" and scene.row[place + 1 : place + 2]:
                        first = phrase.text
        if first is None:  # "chairman of Corwin Corp, said": the organisation stands in the post
            first = next(
                (
                    role.organization
                    for scene in self.scenes[:3]
                    for phrase in scene.row
                    for role in (*phrase.titles, *phrase.appositions)
                    if self.is_company(role.organization)
                ),
                None,
            )
        return None if first is None else self.fuller(first)

    def _country(self) -> str | None:
        counts: dict[str, float] = {}
        for scene in self.scenes:
            for _, name in countries_in(scene.tokens):
                counts[name] = counts.get(name, 0) + 1
        if any(scene.sentence.dateline.startswith("washington") for scene in self.scenes[:3]):
            counts["U.S."] = counts.get("U.S.", 0) + 3
        return max(counts, key=lambda name: counts[name]) if counts else None


def _all(rows: list[list[Phrase]]) -> Iterator[Phrase]:
    for phrases in rows:
        yield from phrases
