"""Rules for verbs: somebody is appointed, resigns, is dismissed, succeeds somebody."""

from collections.abc import Callable

import msgspec

from events.catalogue import ClaimKind, Reason
from events.reading.finding import Finding
from events.reading.grammar import Complement, Subject, complement, objects, past_aside, past_place, subject
from events.reading.modality import hearsay, intends, tells_leaving, unreal, would_is_decided
from events.reading.organizations import is_place
from events.reading.phrases import Phrase
from events.reading.posts import PLURALS, Role
from events.reading.scene import Scene, Story
from events.reading.words import mapping

FRAMES = mapping("verbs")
_REASONS: dict[str, Reason] = {"resign": "resigned", "quit": "resigned", "retir": "retired", "step": "resigned", "stood": "resigned", "stand": "resigned"}
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_PUBLIC = frozenset("member president governor mayor senator mp mep representative rep sen congressman congresswoman".split())
# Words whose "to" tells something decided: "voted to elect", "is to nominate", "went on to become".
_DECIDED = frozenset(
    "voted votes agreed decided set due is are was were on forced compelled ordered scheduled chose elected moved named "
    "appointed asked later promoted returned".split()
)
_CHAMBERS = frozenset("senate house congress parliament assembly legislature sabha knesset duma diet bundestag region republic".split())
_BE = frozenset("was were is are been be being gets got get ben".split())


class Verbs:
    """Reads the sentences of a story in order and collects what their verbs say."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.findings: list[Finding] = []
        self.focus: str | None = None  # whom "he" means: the person last spoken of first
        self.topic: list[Role] = []  # what "the post" means: the posts last changed
        self.mentioned: list[Role] = []  # the post last named
        self.pending: list[Finding] = []  # departures of persons whose post is not known yet
        self.plural_in: tuple[Role, int] | None = None  # "elected three directors", and in which sentence
        self.plural_out: tuple[Role, int] | None = None  # "five directors resigned", and in which sentence
        self._frames: dict[str, Callable[[int], None]] = {
            "appoint": self._appoint,
            "nominate": self._appoint,
            "reappoint": self._reappoint,
            "hold": self._hold,
            "become": self._become,
            "take": self._take,
            "leave": self._leave,
            "step": self._step,
            "stand": self._step,
            "depart": self._depart,
            "give": self._give,
            "tender": self._tender,
            "remove": self._remove,
            "succeed": self._succeed,
            "die": self._die,
            "serve": self._serve,
            "win": self._win,
        }

    def read(self, index: int) -> list[Finding]:
        """The changes that the sentence tells."""
        self.index = index
        self.scene: Scene = self.story.scenes[index]
        self.row = self.scene.row
        self.here: list[Finding] = []
        self.reported = hearsay(self.scene)
        for place, phrase in enumerate(self.row):
            if phrase.kind == "W":
                frame = FRAMES.get(phrase.low)
                if frame is not None and frame in self._frames:
                    self._frames[frame](place)
        self.findings.extend(self.here)
        self._roll_call()
        self._fronted()
        self._focus()
        for phrase in self.row:
            if phrase.kind == "R" and phrase.roles is not None:
                self.mentioned = phrase.roles.roles[:1]
        return self.here

    def _focus(self) -> None:
        """Whom the next sentence's "he" means: the first person of this one, unless it speaks of "he" itself."""
        for place, phrase in enumerate(self.row):
            if phrase.low in ("he", "she") and place < 4 and self.focus is not None:
                return
            if phrase.kind == "P" and not (place and self.row[place - 1].low in ("under", "against")):
                self.focus = phrase.text
                return

    def also(self, findings: list[Finding]) -> list[Finding]:
        """Findings of other rules, which later sentences may refer to."""
        self.findings.extend(findings)
        for finding in findings:
            if finding.kind != "holds":
                self.topic = [finding.role]
        return findings

    def finish(self) -> list[Finding]:
        """Departures whose post the article told only later."""
        late: list[Finding] = []
        for template in self.pending:
            known = self.story.posts.get(template.person, [])
            if known and not any(f.person == template.person and f.kind == "out" for f in self.findings):
                for role in self._last(known):
                    organization = self.story.organizations.get((template.person, role.post)) or self.story.home
                    late.append(msgspec.structs.replace(template, role=role, organization=organization))
        return late

    def _roll_call(self) -> None:
        """"It said the directors are A, B and C": the persons whom a plural post spoke of."""
        row = self.row
        if row[0].low == "they" and len(row) > 2 and row[1].low in ("are", "were") and self.plural_in is not None and self.index - self.plural_in[1] == 1:
            fresh = msgspec.structs.replace(self.plural_in[0], modifiers=frozenset(["new"]))
            self._call(fresh, row[0], row, 2)
        for place, phrase in enumerate(row):
            if phrase.kind != "R" or phrase.roles is None or not phrase.roles.plural:
                continue
            role = phrase.roles.roles[0]
            for at in range(place + 1, min(place + 10, len(row))):
                if row[at].low in ("are", "were", "include", "included", ":"):
                    self._call(role, phrase, row, at + 1)
                    break
                if row[at].low in (",", "and", ";", "."):
                    break
            before = row[max(0, place - 4) : place]
            if any(one.low in ("elected", "named", "appointed") for one in before):
                self.plural_in = (role, self.index)
            following = row[place + 1 : place + 2]
            if following and following[0].low in ("resigned", "resign") and "unreal" not in role.modifiers:
                self.plural_out = (role, self.index)

    def _fronted(self) -> None:
        """"Named to the board were A and B" """
        row = self.row
        for place in range(min(2, len(row))):
            if row[place].low in ("elected", "named", "appointed"):
                taken = complement(self.story, self.scene, place + 1)
                if taken is None or taken.anaphor or not (row[taken.at : taken.at + 1] and row[taken.at].low in ("were", "was", "are")):
                    return
                for one in row[taken.at + 1 :]:
                    if one.kind == "P":
                        for role in taken.roles:
                            self._find("in", one.text, role, row[place].start, one.core[1], place, "fronted")
                    elif one.low not in (",", "and") and one.kind == "W":
                        break

    def _call(self, role: Role, phrase: Phrase, row: list[Phrase], at: int) -> None:
        persons: list[Phrase] = []
        for one in row[at : at + 40]:
            if one.kind == "P":
                persons.append(one)
            elif one.kind != "W" or one.low not in (",", "and", "the", "barrister") and persons == [] and one.low in (".", "to", "in"):
                break
            elif persons and one.low not in (",", "and"):
                break
        if not persons:
            return
        singular = msgspec.structs.replace(role, words=[*role.words[:-1], PLURALS.get(role.words[-1], role.words[-1])])
        arrived = any(word in role.modifiers for word in ("new", "newly", "newly-appointed", "newly-elected"))
        left = self.plural_out is not None and self.plural_out[0].head == role.head and self.index - self.plural_out[1] < 3
        for person in persons:
            if left and not arrived:
                self._find("out", person.text, singular, phrase.start, person.core[1], at - 1, "roll-call", reason="resigned")
            elif arrived:
                self._find("in", person.text, singular, phrase.start, person.core[1], at - 1, "roll-call")
            elif role.head != "president":
                self._find("holds", person.text, singular, phrase.start, person.core[1], at - 1, "roll-call")

    # appointing

    def _appoint(self, at: int) -> None:
        nominates = FRAMES[self.row[at].low] == "nominate" or self._needs_senate(at)
        word = self.row[at].low
        if word == "sworn" and self.row[at + 1 : at + 2] and self.row[at + 1].low == "in":
            after = at + 2
        else:
            after = at + 1
        who = subject(self.story, self.scene, at, self.focus)
        passive = who is not None and who.passive or at > 0 and self.row[at - 1].low in _BE
        if passive and who is not None:
            self._appointed(at, after, who, nominates)
            return
        beside = who is not None and who.at >= at - 3 and all(p.low in (",", "first", "who") or p.kind == "P" for p in self.row[who.at : at])
        if who is not None and beside and who.phrases and word.endswith("ed") and self._reduced(after):
            self._appointed(at, after, who, nominates)
            return
        done_to = objects(self.row, after - 1)
        if done_to is None:
            return
        persons, beyond = done_to
        if word in ("moved", "made", "declared", "chosen", "assigned", "approves", "approved", "confirms", "confirmed") and not self._takes_post(beyond, persons):
            return
        verbs = who.verbs if who is not None else self._auxiliaries(at)
        if self._unreal(at, who.at if who else at, verbs):
            return
        beyond = past_place(self.row, past_aside(self.row, beyond))
        taken = complement(self.story, self.scene, beyond)
        if taken is None and [p.low for p in self.row[beyond : beyond + 1]] == ["in"] and any(p.low in ("place", "stead") for p in self.row[beyond : beyond + 4]):
            outs = [f.role for f in self.findings[-4:] + self.here if f.kind == "out"]
            taken = Complement(outs[-1:], persons[-1].end, True, beyond) if outs else None
        if taken is not None and not taken.anaphor:
            self._further(taken.at, at, nominates, word)
        for person in persons:
            roles = taken
            if roles is not None and roles.anaphor and not roles.roles:
                roles = Complement(self._held_by(person)[-1:], roles.end, True, roles.at)
            if roles is None and person.appositions and len(person.appositions) > 0 and not person.appositions[-1].former and word not in ("hired",):
                last = [role for role in person.appositions if not role.former]
                keep = last if len(last) == len(person.appositions) else last[-1:]
                person.appositions = [role for role in person.appositions if role not in keep]
                roles = Complement(keep, person.end, False, beyond)
            if roles is None:
                roles = self._to_succeed(beyond, person)
                if roles is None:
                    continue
            self._arrive(person.text, person.core[0], roles, at, nominates, "appoint-active", kind_word=word)

    def _further(self, place: int, at: int, nominates: bool, word: str) -> None:
        """"named A president and B treasurer": the second person and post."""
        row = self.row
        for _ in range(6):
            while place < len(row) and row[place].low in (",", "and"):
                place += 1
            if place >= len(row) or row[place].kind != "P" or row[place - 1].low not in (",", "and"):
                return
            person = row[place]
            following = row[place + 1 : place + 2]
            if not following or not (following[0].kind == "R" or following[0].low in ("as", "to")):
                return
            taken = complement(self.story, self.scene, place + 1)
            if taken is None or taken.anaphor:
                return
            self._arrive(person.text, person.core[0], taken, at, nominates, "appoint-further", kind_word=word)
            place = taken.at

    def _reduced(self, after: int) -> bool:
        """"Powell, appointed to the board in 2012": a participle without an auxiliary."""
        return self.row[after : after + 1] != [] and self.row[after].low in ("as", "to", "by", "for") or (
            self.row[after : after + 1] != [] and self.row[after].kind == "R"
        )

    def _needs_senate(self, at: int) -> bool:
        """A president's pick still needs the Senate's assent where the article speaks of nomination."""
        if self.row[at].low not in ("taps", "tapped", "picks", "picked", "chose", "chosen", "selects", "selected", "names"):
            return False
        return "nominat" in self.story.article.text and self.story.country in ("U.S.", "United States")

    def _takes_post(self, beyond: int, persons: list[Phrase]) -> bool:
        following = self.row[beyond : beyond + 1]
        return bool(following) and (following[0].low in ("as", "to") or following[0].kind == "R")

    def _appointed(self, at: int, after: int, who: Subject, nominates: bool) -> None:
        if self._unreal(at, who.at, who.verbs):
            return
        word = self.row[at].low
        if any(low in ("re-elected", "reelected", "re-appointed") for low in (word,)):
            return
        taken = complement(self.story, self.scene, after)
        if taken is None and who.phrases and who.phrases[0].titles and word == "appointed" and self._by_somebody(after):
            taken = Complement(who.phrases[0].titles, self.row[at].end, True, after)
        if taken is None:
            for name in who.names:
                replaced = self._to_succeed(after, None)
                if replaced is not None:
                    self._arrive(name, who.start, replaced, at, nominates, "appointed-to-succeed", kind_word=word)
            return
        if taken.anaphor:
            held = who.phrases[0].titles if who.phrases else []
            taken = Complement(held or self.mentioned or self.topic, taken.end, True, taken.at)
        paired = len(who.names) == len(taken.roles) > 1  # "A and B were named president and treasurer"
        for place, name in enumerate(who.names):
            only = taken.roles[place] if paired else None
            self._arrive(name, who.start, taken, at, nominates, "appointed", kind_word=word, pronoun=not who.phrases, only=only)

    def _by_somebody(self, after: int) -> bool:
        return self.row[after : after + 1] != [] and self.row[after].low == "by"

    def _to_succeed(self, after: int, person: Phrase | None) -> Complement | None:
        """"named to succeed B as chairman", "to replace B": the posts, B's where none are said."""
        row = self.row
        for place in range(after, min(after + 5, len(row) - 1)):
            if row[place].low in ("succeed", "replace", "succeeding", "replacing"):
                done_to = objects(row, place)
                if done_to is None:
                    return None
                persons, beyond = done_to
                taken = complement(self.story, self.scene, beyond)
                if taken is not None and not taken.anaphor:
                    return taken
                roles = self._held_by(persons[0])
                return Complement(roles, persons[0].end, True, beyond) if roles else None
        return None

    def _arrive(
        self, name: str, start: int, taken: Complement, at: int, nominates: bool, rule: str, *, kind_word: str = "", pronoun: bool = False,
        only: Role | None = None,
    ) -> None:
        for role in taken.roles if only is None else [only]:
            kind: ClaimKind = "nominated" if nominates else "in"
            public = role.head in _PUBLIC and role.words[0] != "board" and "vice" not in role.words[:-1] or role.post == "vice president"
            if kind_word in ("elected", "elects", "elect") and public:
                whose = self.story.organization(role, name, self.scene, self.row[at].start)
                if self._of_state(role, whose):
                    kind = "elected"
            if "nominee" in role.modifiers:
                kind = "nominated"
            self._find(kind, name, role, start, taken.end, at, rule, anaphoric=taken.anaphor, pronoun=pronoun)

    def _of_state(self, role: Role, organization: str | None) -> bool:
        """Whether the public elects to the post: a country's, a state's, a legislature's, not a company's or a club's."""
        if organization is None:
            return not (role.home or self.story.about_company)
        words_ = organization.lower().split()
        return is_place(organization.lower()) or is_place(words_[0]) and len(words_) == 1 or bool(_CHAMBERS & set(words_))

    def _reappoint(self, at: int) -> None:
        """"was re-elected as chairman": stays, which is no change."""
        who = subject(self.story, self.scene, at, self.focus)
        taken = complement(self.story, self.scene, at + 1)
        if who is None or taken is None or not who.passive or self._unreal(at, who.at, who.verbs):
            return
        for name in who.names:
            for role in taken.roles:
                self._find("holds", name, role, who.start, taken.end, at, "reappointed")

    def _hold(self, at: int) -> None:
        """"who held the posts of chairman and managing director" """
        if not any(phrase.low in ("post", "posts", "position", "positions", "title", "titles", "job") for phrase in self.row[at + 1 : at + 4]):
            return
        who = subject(self.story, self.scene, at, self.focus)
        taken = complement(self.story, self.scene, at + 1)
        if who is None or taken is None or self._unreal(at, who.at, who.verbs):
            return
        past = self.row[at].low == "held"
        if taken.anaphor and past:
            for finding in self.here:  # "became speaker in 2007 and held the post until 2011": a tenure
                if finding.kind == "in" and finding.person in who.names:
                    finding.kind = "held"
        for name in who.names:
            for role in taken.roles:
                self._find("held" if past else "holds", name, role, who.start, taken.end, at, "holds-post")

    def _become(self, at: int) -> None:
        who = subject(self.story, self.scene, at, self.focus)
        if who is None or self._unreal(at, who.at, who.verbs):
            return
        joins = self.row[at].low.startswith("join")
        if joins and not (self.row[at + 1 : at + 2] and self._has_as_or_board(at + 1)):
            return
        start = at + 1
        if joins:
            for place in range(at + 1, min(at + 6, len(self.row))):
                if self.row[place].low == "as":
                    start = place
        taken = complement(self.story, self.scene, start)
        if taken is None:
            return
        if taken.anaphor:
            taken = Complement(self.topic, taken.end, True, taken.at)
        for name in who.names:
            self._arrive(name, who.start, taken, at, False, "becomes", pronoun=not who.phrases)

    def _has_as_or_board(self, place: int) -> bool:
        return any(phrase.low in ("as", "board") for phrase in self.row[place : place + 6])

    def _take(self, at: int) -> None:
        """takes over as, takes office as, took the helm"""
        following = [phrase.low for phrase in self.row[at + 1 : at + 4]]
        if following[:2] == ["over", "from"]:
            self._succeed(at)
            return
        if following[:1] in (["over"], ["office"], ["up"]) or "post" in following or "reins" in following:
            if following[:1] == ["office"] and "as" not in following:
                self._took_office(at)
                return
            self._become(at)

    def _took_office(self, at: int) -> None:
        """"since he took office in January": the post that the article has given the person, where a date is told."""
        who = subject(self.story, self.scene, at, self.focus)
        if who is None or self._unreal(at, who.at, who.verbs):
            return
        if not any(phrase.low in _MONTHS or phrase.low.isdigit() and len(phrase.low) == 4 for phrase in self.row):
            return
        known = [role for role in self.story.posts.get(who.names[0], ()) if not role.former]
        for role in known[:1]:
            self._find("in", who.names[0], role, who.start, self.row[at + 1].end, at, "took-office", anaphoric=True, pronoun=not who.phrases)

    def _serve(self, at: int) -> None:
        """"will serve as interim president": decided, so a taking of the post."""
        who = subject(self.story, self.scene, at, self.focus)
        if who is not None and "will" in who.verbs and self.row[at + 1 : at + 2] != [] and self.row[at].low in ("serve", "act"):
            self._become(at)

    def _win(self, at: int) -> None:
        """"wins the presidential election": elected."""
        offices = {"presidential": "president", "gubernatorial": "governor", "mayoral": "mayor"}
        found = None
        for place in range(at + 1, min(at + 9, len(self.row))):
            phrase = self.row[place]
            if phrase.low in offices:
                found = phrase
            elif phrase.low in ("election", "elections", "runoff", "vote") and found is not None:
                who = subject(self.story, self.scene, at, self.focus)
                if who is None or self._unreal(at, who.at, who.verbs):
                    return
                role = Role([offices[found.low]], found.start, found.end, offices[found.low])
                for name in who.names:
                    self._find("elected", name, role, who.start, phrase.end, at, "wins-election", pronoun=not who.phrases)
                return
            elif phrase.low in (",", ".", "nomination", "primary", "round") or phrase.kind == "P":
                return

    # leaving

    def _leave(self, at: int) -> None:
        word = self.row[at].low
        reason = next(reason for stem, reason in _REASONS.items() if word.startswith(stem))
        self._departure(at, at + 1, reason, "leaves")

    def _step(self, at: int) -> None:
        if self.row[at].low.startswith("st") and self.row[at + 1 : at + 2] != [] and self.row[at + 1].low in ("down", "aside"):
            if self.row[at].low.startswith("sto") and self.row[at + 1].low == "aside":
                return  # "stood aside": did not run
            self._departure(at, at + 2, "resigned", "steps-down")

    def _depart(self, at: int) -> None:
        """"leaves the post of", "vacated his seat": only with a post."""
        taken = complement(self.story, self.scene, at + 1)
        word = self.row[at].low
        if self.row[at + 1 : at + 2] != [] and self.row[at + 1].low == "it" and any(p.low in ("post", "position", "job") for p in self.row[:at]):
            taken = Complement([], self.row[at + 1].end, True, at + 2)
            self.topic = self.topic or self.mentioned
            self._departure(at, at + 1, "resigned", "leaves-post", given=taken)
            return
        if taken is None or word.startswith(("left", "leav")) and not taken.anaphor and not self._post_word(at):
            return
        self._departure(at, at + 1, "moved" if False else "resigned", "leaves-post")

    def _post_word(self, at: int) -> bool:
        return any(phrase.low in ("post", "position", "as", "job", "role", "office", "positions") for phrase in self.row[at + 1 : at + 5])

    def _give(self, at: int) -> None:
        if self.row[at + 1 : at + 2] and self.row[at + 1].low == "up":
            taken = complement(self.story, self.scene, at + 2)
            if taken is not None:
                self._departure(at, at + 2, "resigned", "gives-up")

    def _tender(self, at: int) -> None:
        """"has tendered his resignation", "announced her retirement" """
        for place in range(at + 1, min(at + 5, len(self.row))):
            low = self.row[place].low
            if low in ("resignation", "retirement", "departure") and self.row[place - 1].low in ("his", "her", "its", "their", "formally"):
                offered = self.row[at].low == "offered"
                if not offered:
                    self._departure(at, place + 1, "retired" if low == "retirement" else "resigned", "tenders")
                return
            if self.row[place].kind != "W" or low in (",", "that", "."):
                return

    def _departure(
        self, at: int, after: int, reason: Reason, rule: str, *, given: Complement | None = None
    ) -> None:
        who = subject(self.story, self.scene, at, self.focus)
        if who is None or self._unreal(at, who.at, who.verbs):
            return
        if who.passive and self.row[at].low not in ("retiring", "resigning", "stepping", "quitting", "leaving", "retired", "giving", "relinquishing"):
            return
        if self.row[after : after + 1] != [] and self.row[after].kind == "P" and self.row[at].low in ("resigned", "retired"):
            return  # "the retired Carl Vance"
        if self._object_of_retirement(at, after) or self._leaves_party(after):
            return
        taken = given or complement(self.story, self.scene, after)
        for place, name in enumerate(who.names):
            phrase = who.phrases[place] if place < len(who.phrases) else None
            roles, anaphoric = self._left_posts(name, phrase, taken)
            end = taken.end if taken is not None else self.row[after - 1].end
            if not roles:
                self._find("out", name, _UNKNOWN, who.start, end, at, rule, reason=reason, anaphoric=True)
                self.pending.append(self.here.pop())
            for role in roles:
                self._find("out", name, role, who.start, end, at, rule, reason=reason, anaphoric=anaphoric, pronoun=not who.phrases)
            if roles and phrase is not None:
                self._drop(phrase, roles)

    def _object_of_retirement(self, at: int, after: int) -> bool:
        """"will retire 2.6 mln dlrs of notes": debt is retired, too."""
        if not self.row[at].low.startswith("retir"):
            return False
        return any(p.low[:1].isdigit() and not p.low.isdigit() or p.low in ("debt", "notes", "debentures", "bonds", "shares") for p in self.row[after : after + 6])

    def _leaves_party(self, after: int) -> bool:
        """"resigned from the Labour Party": a membership, not the post in the title."""
        return any(
            phrase.kind in ("O", "N") and "party" in phrase.text.lower() or phrase.low in ("party", "league")
            for phrase in self.row[after : after + 4]
        ) and any(phrase.low == "from" for phrase in self.row[after : after + 1])

    def _left_posts(self, name: str, phrase: Phrase | None, taken: Complement | None) -> tuple[list[Role], bool]:
        if taken is not None and taken.roles:
            return taken.roles, False
        held = [] if phrase is None else [role for role in phrase.titles + phrase.appositions if not role.former]
        if held:
            return held, False
        known = [role for role in self.story.posts.get(name, ()) if not role.former]
        if known:
            return self._last(known), True
        if taken is not None and taken.anaphor:
            return self.topic[-1:], True
        return [], True

    def _last(self, known: list[Role]) -> list[Role]:
        """The posts said last of a person: all of one phrase."""
        last = known[-1]
        return [role for role in known[-4:] if abs(role.start - last.start) < 12 and role.organization == last.organization][-2:]

    # removing

    def _remove(self, at: int) -> None:
        who = subject(self.story, self.scene, at, self.focus)
        word = self.row[at].low
        auxiliaries = self._auxiliaries(at)
        if any(low in _BE for low in auxiliaries) or who is not None and who.passive:
            if who is None or self._unreal(at, who.at, who.verbs) or word in ("suspended", "impeached"):
                return
            taken = complement(self.story, self.scene, at + 1)
            for place, name in enumerate(who.names):
                phrase = who.phrases[place] if place < len(who.phrases) else None
                roles, anaphoric = self._left_posts(name, phrase, taken)
                end = taken.end if taken is not None else self.row[at].end
                for role in roles:
                    self._find("out", name, role, who.start, end, at, "removed", reason="dismissed", anaphoric=anaphoric, pronoun=not who.phrases)
                if phrase is not None:
                    self._drop(phrase, roles)
            return
        if word in ("suspended", "suspends", "impeached"):
            return
        done_to = objects(self.row, at, reach=5)
        if done_to is None or self._unreal(at, who.at if who else at, auxiliaries):
            return
        persons, beyond = done_to
        taken = complement(self.story, self.scene, beyond) if self.row[beyond : beyond + 1] and self.row[beyond].low in ("as", "from") else None
        for phrase in persons:
            roles, anaphoric = self._left_posts(phrase.text, phrase, taken)
            if word.startswith("dismiss") and taken is None and not phrase.titles and not phrase.appositions:
                continue
            for role in roles:
                self._find("out", phrase.text, role, self.row[at].start, taken.end if taken else phrase.end, at, "removes", reason="dismissed", anaphoric=anaphoric)
            self._drop(phrase, roles)

    # succeeding

    def _succeed(self, at: int) -> None:
        word = self.row[at].low
        who = subject(self.story, self.scene, at, self.focus)
        auxiliaries = who.verbs if who is not None else self._auxiliaries(at)
        if any(low in _BE for low in auxiliaries) and word in ("replaced", "succeeded"):
            self._succeeded_by(at, who)
            return
        done_to = objects(self.row, at, reach=6)
        if done_to is None:
            return
        persons, beyond = done_to
        predecessor = persons[0]
        taken = complement(self.story, self.scene, beyond)
        participle = word in ("succeeding", "replacing") or "to" in auxiliaries[:1]
        if participle:
            self._after_appointment(at, predecessor, taken)
            return
        if who is None or self._unreal(at, who.at, auxiliaries) or not who.names or who.names[0] == predecessor.text:
            return
        roles = taken.roles if taken is not None and taken.roles else self._held_by(predecessor)
        if not roles and self.row[0].low == "as" and self.row[1].kind == "R" and self.row[1].roles is not None:
            roles = self.row[1].roles.roles  # "As chairman, he succeeds B."
        if not roles:
            given = [f for f in self.findings + self.here if f.kind == "in" and f.person == who.names[0]]
            roles = [finding.role for finding in given if finding.scene == given[-1].scene]
        if "would" in auxiliaries:
            for role in roles:
                self._find("holds", predecessor.text, role, self.row[at].start, predecessor.core[1], at, "to-be-succeeded")
            return
        end = taken.end if taken is not None else predecessor.end
        for role in roles:
            self._find("in", who.names[0], role, who.start, end, at, "succeeds", anaphoric=taken is None, pronoun=not who.phrases)
            self._find("out", predecessor.text, role, self.row[at].start, end, at, "succeeded", reason="unknown", anaphoric=taken is None)
        self._drop(predecessor, roles)
        if roles:
            self._why_left(predecessor.text, self.row, beyond)

    def _succeeded_by(self, at: int, who: Subject | None) -> None:
        """"He will be replaced by B", "was succeeded by B as chairman" """
        if who is None or self._unreal(at, who.at, who.verbs):
            return
        by = next((p for p in range(at + 1, min(at + 8, len(self.row))) if self.row[p].low == "by"), None)
        if by is None or any(self.row[p].low in (",", ".", "after", "when") for p in range(at + 1, by)):
            return
        done_to = objects(self.row, by, reach=5)
        if done_to is None:
            return
        successor, beyond = done_to[0][0], done_to[1]
        asked = at + 1 if self.row[at + 1].low == "as" else beyond
        taken = complement(self.story, self.scene, asked) if self.row[asked : asked + 1] and self.row[asked].low == "as" else None
        acting = any(phrase.low in ("interim", "temporary", "acting") for phrase in self.row[at + 1 : by])
        phrase = who.phrases[0] if who.phrases else None
        roles, anaphoric = self._left_posts(who.names[0], phrase, taken)
        known_out = any(f.kind == "out" and f.person == who.names[0] for f in self.findings)
        if not who.phrases:
            last = [f.role for f in self.findings if f.kind == "out" and f.person == who.names[0]]
            roles = taken.roles if taken and taken.roles else last[-2:] or roles
        end = taken.end if taken is not None else successor.core[1]
        for role in roles:
            self._find("in", successor.text, role, who.start, end, at, "replaced-by", anaphoric=anaphoric)
            self.here[-1].acting = acting
            if not known_out:
                self._find("out", who.names[0], role, who.start, end, at, "replaced", reason="unknown", anaphoric=anaphoric)

    def _after_appointment(self, at: int, predecessor: Phrase, taken: Complement | None) -> None:
        """"named A as chairman, succeeding B": B leaves what A has just been given."""
        given = [f for f in self.here if f.kind in ("in", "elected", "nominated") and f.person != predecessor.text]
        if not given:
            return
        if given[-1].kind == "nominated":
            for role in taken.roles if taken is not None else [given[-1].role]:
                self._find("holds", predecessor.text, role, self.row[at].start, predecessor.core[1], at, "to-be-succeeded")
            return
        person = given[-1].person
        roles = taken.roles if taken is not None and taken.roles else [f.role for f in given if f.person == person]
        end = predecessor.core[1]
        for role in roles:
            self._find("out", predecessor.text, role, self.row[at].start, end, at, "succeeding", reason="unknown", anaphoric=taken is None)
        self._drop(predecessor, roles)
        place = next((i for i, phrase in enumerate(self.row) if phrase is predecessor), len(self.row))
        self._why_left(predecessor.text, self.row, place + 1)

    def _why_left(self, name: str, row: list[Phrase], at: int) -> None:
        """"succeeding B, who retired": the reason, told after the name."""
        if not tells_leaving(row, at):
            return
        for phrase in row[at : at + 7]:
            for stem, reason in (("resign", "resigned"), ("retir", "retired"), ("died", "died"), ("fired", "dismissed"), ("ousted", "dismissed"), ("dismissed", "dismissed"), ("quit", "resigned")):
                if phrase.low.startswith(stem):
                    for finding in self.here:
                        if finding.kind == "out" and finding.person == name:
                            finding.reason = reason  # type: ignore[assignment]
                    return

    def _die(self, at: int) -> None:
        who = subject(self.story, self.scene, at, self.focus)
        if who is None or not who.phrases or self._unreal(at, who.at, who.verbs):
            return
        if self.row[at].low == "killed" and not who.passive:
            return
        phrase = who.phrases[0]
        held = [role for role in phrase.titles + phrase.appositions if not role.former]
        for role in held:
            self._find("out", phrase.text, role, who.start, self.row[at].end, at, "dies", reason="died")
        self._drop(phrase, held)

    # shared

    def _held_by(self, phrase: Phrase) -> list[Role]:
        held = phrase.titles + [role for role in phrase.appositions if not role.former]
        if held:
            return held
        outs = [f.role for f in self.findings + self.here if f.kind == "out" and f.person == phrase.text]
        if outs:
            return outs[-3:]
        return self._last(known) if (known := [r for r in self.story.posts.get(phrase.text, ()) if not r.former]) else []

    def _auxiliaries(self, at: int) -> list[str]:
        found = []
        for place in range(at - 1, max(-1, at - 5), -1):
            if self.row[place].kind != "W":
                break
            found.append(self.row[place].low)
        return found

    def _unreal(self, at: int, subject_at: int, verbs: list[str]) -> bool:
        if FRAMES[self.row[at].low] in ("leave", "step", "nominate") and at >= 2 and intends(self.scene, at):
            return False
        if self.row[at - 1].low == "to" and at >= 2:
            governor = self.row[at - 3] if self.row[at - 2].low[:1].isdigit() and at >= 3 else self.row[at - 2]
            if governor.kind == "W" and governor.low not in _DECIDED:
                return True
        if unreal(self.scene, at, subject_at, verbs) is not None:
            return True
        return "would" in verbs and not would_is_decided(self.scene, at)

    def _drop(self, phrase: Phrase, roles: list[Role]) -> None:
        """A post that is taken or left is not listed as held again."""
        phrase.titles = [role for role in phrase.titles if role not in roles]
        phrase.appositions = [role for role in phrase.appositions if role not in roles]

    def _find(
        self, kind: ClaimKind, person: str, role: Role, start: int, end: int, at: int, rule: str, *,
        reason: Reason | None = None, anaphoric: bool = False, pronoun: bool = False,
    ) -> None:
        if role.words[-1] in PLURALS:
            role = msgspec.structs.replace(role, words=[*role.words[:-1], PLURALS[role.words[-1]]])
        low, high = min(start, self.row[at].start), max(end, self.row[at].end)
        self.here.append(
            Finding(
                kind=kind, person=person, role=role, scene=self.index, start=low, end=high,
                at=self.row[at].start, rule=rule, reason=reason, reported=self.reported,
                acting=role.acting, anaphoric=anaphoric, pronoun=pronoun,
                organization=self.story.organization(role, person, self.scene, self.row[at].start),
            )
        )
        if role is not _UNKNOWN:
            self.topic = [f.role for f in self.here if f.at == self.row[at].start]
            self.story.remember(person, role)


_UNKNOWN = Role(["post"], 0, 0, "")
