"""What the rules for changes share: the sentence being read, what was found, and whom "he" and "the post" mean."""

import msgspec

from events.catalogue import ClaimKind, Reason
from events.reading.complements import Complement
from events.reading.finding import Finding
from events.reading.interim import is_for_a_time
from events.reading.modality import hearsay, intends, unreal, would_is_decided
from events.reading.phrases import Phrase
from events.reading.role import PLURALS, Role
from events.reading.scene import Scene, Story
from events.reading.words import mapping

FRAMES = mapping("verbs")
BE = frozenset("was were is are been be being gets got get ben".split())
UNKNOWN = Role(["post"], 0, 0, "")  # of a departure whose post is not known yet
_MOST_LEFT = 6  # posts of one person that later sentences may mean
_AFTER_HER = frozenset("from as with to in of on for , . ; and".split())
_BETWEEN = frozenset("on in monday tuesday wednesday thursday friday saturday sunday unanimously".split())
# Words whose "to" tells something decided: "voted to elect", "is to nominate", "went on to become".
_DECIDED = frozenset(
    "voted votes agreed decided set due is are was were on forced compelled ordered scheduled chose "
    "elected moved named appointed asked later promoted returned".split()
)


class Telling:
    """A story being read sentence by sentence; rules are functions that take it and add findings."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.findings: list[Finding] = []  # of the sentences before
        self.left: dict[str, list[Role]] = {}  # person: the posts they left in the sentences before
        self.here: list[Finding] = []  # of the sentence being read
        self.focus: str | None = None  # whom "he" means: the person last spoken of first
        self.topic: list[Role] = []  # what "the post" means: the posts last changed
        self.mentioned: list[Role] = []  # the post last named
        self.pending: list[Finding] = []  # departures of persons whose post is not known yet
        self.plural_in: tuple[Role, int] | None = None  # "elected three directors", and in which sentence
        self.plural_out: tuple[Role, int] | None = None  # "five directors resigned", and in which sentence
        self.index = -1
        self.scene: Scene
        self.row: list[Phrase]
        self.reported = False

    def turn_to(self, index: int) -> None:
        """Begins the sentence with that number."""
        self.index = index
        self.scene = self.story.scenes[index]
        self.row = self.scene.row
        self.here = []
        self.reported = hearsay(self.scene)

    def keep(self, findings: list[Finding]) -> None:
        """Findings that later sentences may refer to."""
        self.findings.extend(findings)
        for finding in findings:
            if finding.kind == "out":
                left = self.left.setdefault(finding.person, [])
                left.append(finding.role)
                del left[:-_MOST_LEFT]

    def turn_over(self) -> None:
        """Ends the sentence: what it found and named is what the next one may refer to."""
        self.keep(self.here)
        self._refocus()
        for phrase in self.row:
            if phrase.kind == "R" and phrase.roles is not None:
                self.mentioned = phrase.roles.roles[:1]

    def _refocus(self) -> None:
        """Whom the next sentence's "he" means: the first person of this one, unless it speaks of "he" itself."""
        for place, phrase in enumerate(self.row):
            if phrase.low in ("he", "she") and place < 4 and self.focus is not None:
                return
            if phrase.kind == "P" and not (place and self.row[place - 1].low in ("under", "against")):
                self.focus = phrase.text
                return

    def left_posts(
        self, name: str, phrase: Phrase | None, taken: Complement | None
    ) -> tuple[list[Role], bool]:
        """The posts that somebody leaves, and whether they had to be found elsewhere in the article."""
        if taken is not None and taken.roles:
            return taken.roles, False
        held = (
            [] if phrase is None else [role for role in phrase.titles + phrase.appositions if not role.former]
        )
        if held:
            return held, False
        if name in self.left and taken is not None and taken.anaphor:
            return self.left[name][-2:], True  # "was leaving his post", said again
        known = self.story.held(name)
        if known:
            return self.last(known), True
        if taken is not None and taken.anaphor:
            return self.topic[-1:], True
        return [], True

    def last(self, known: list[Role]) -> list[Role]:
        """The posts said last of a person: all of one phrase."""
        if not known:
            return []
        last = known[-1]
        return [
            role
            for role in known[-4:]
            if abs(role.start - last.start) < 12 and role.organization == last.organization
        ][-2:]

    def held_by(self, phrase: Phrase) -> list[Role]:
        """The posts of a person who is succeeded: said beside the name, left before, or known."""
        held = [*phrase.titles, *(role for role in phrase.appositions if not role.former)]
        if held:
            return held
        outs = list(self.left.get(phrase.text, ()))
        outs += [f.role for f in self.here if f.kind == "out" and f.person == phrase.text]
        if outs:
            return outs[-3:]
        return self.last(self.story.held(phrase.text))

    def auxiliaries(self, at: int) -> list[str]:
        """The words right before a verb, nearest first."""
        found = []
        for place in range(at - 1, max(-1, at - 5), -1):
            if self.row[place].kind != "W":
                break
            found.append(self.row[place].low)
        return found

    def is_unreal(self, at: int, subject_at: int, verbs: list[str]) -> bool:
        """Whether the verb did not happen and is not decided."""
        if (
            FRAMES.get(self.row[at].low) in ("leave", "step", "nominate")
            and at >= 2
            and intends(self.scene, at)
        ):
            return False
        if "asked" in verbs and FRAMES.get(self.row[at].low) in ("become", "take", "serve"):
            return True  # an offer, until it is taken
        if self.row[at - 1].low == "to" and at >= 2:
            back = at - 2
            while back > 0 and (self.row[back].low[:1].isdigit() or self.row[back].low in _BETWEEN):
                back -= 1  # "voted 52-48 on Thursday to confirm"
            if self.row[back].kind == "W" and self.row[back].low not in _DECIDED:
                return True
        if unreal(self.scene, at, subject_at, verbs) is not None:
            return True
        return "would" in verbs and not would_is_decided(self.scene, at)

    def meant(self, at: int) -> Phrase | None:
        """Whom "him" or "her" right after the verb at `at` means: the person whom the sentence named last.

        "Her" before a noun ("her deputy") means nobody here.
        """
        following = self.row[at + 1 : at + 3]
        if not following or following[0].low not in ("him", "her"):
            return None
        beyond = following[1] if len(following) > 1 else None
        hers = following[0].low == "her" and beyond is not None and beyond.low not in _AFTER_HER
        if hers and (beyond is None or beyond.roles is None or not beyond.roles.determiner):
            return None  # but "appointed her an ambassador" means her
        return next((phrase for phrase in reversed(self.row[:at]) if phrase.kind == "P"), None)

    def is_near(self, finding: Finding) -> bool:
        """Whether a pronoun may still mean the one of this finding: a few sentences on, in a digest in its item."""
        if self.index - finding.scene > 3:
            return False
        between = self.story.scenes[finding.scene + 1 : self.index + 1]
        return not (self.story.is_digest and any(scene.sentence.after_break for scene in between))

    def drop(self, phrase: Phrase, roles: list[Role]) -> None:
        """A post that is taken or left is not listed as held again."""
        phrase.titles = tuple(role for role in phrase.titles if role not in roles)
        phrase.appositions = tuple(role for role in phrase.appositions if role not in roles)

    def find(
        self,
        kind: ClaimKind,
        person: str,
        role: Role,
        start: int,
        end: int,
        at: int,
        rule: str,
        *,
        reason: Reason | None = None,
        anaphoric: bool = False,
        pronoun: bool = False,
    ) -> None:
        """Adds a finding about the sentence being read."""
        if role.words[-1] in PLURALS:
            role = msgspec.structs.replace(role, words=[*role.words[:-1], PLURALS[role.words[-1]]])
        low, high = min(start, self.row[at].start), max(end, self.row[at].end)
        verb = self.row[at].start
        aside = any(token.low == "who" for token in self.scene.tokens[low:verb])
        self.here.append(
            Finding(
                kind=kind,
                person=person,
                role=role,
                scene=self.index,
                start=low,
                end=high,
                at=self.row[at].start,
                rule=rule,
                reason=reason,
                reported=self.reported and not aside,  # what a relative clause recalls is no hearsay
                acting=role.acting or (kind == "in" and is_for_a_time(self.scene.tokens, verb, high)),
                background=aside and kind in ("in", "elected", "nominated"),
                anaphoric=anaphoric,
                pronoun=pronoun,
                organization=self.story.organization(role, person, self.scene, verb),
            )
        )
        if role is not UNKNOWN:
            self.topic = [f.role for f in self.here if f.at == self.row[at].start]
            self.story.remember(person, role)

    def wait(
        self, kind: ClaimKind, person: str, start: int, end: int, at: int, rule: str, reason: Reason
    ) -> None:
        """Keeps a departure whose post the article may tell only later."""
        self.find(kind, person, UNKNOWN, start, end, at, rule, reason=reason, anaphoric=True)
        self.pending.append(self.here.pop())
