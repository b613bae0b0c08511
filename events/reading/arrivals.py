"""Somebody is named, elected, appointed or nominated: "X was named president", "the board elected Y treasurer"."""

from events.catalogue import ClaimKind
from events.reading.complements import Complement, complement
from events.reading.elections import declare_winner
from events.reading.followers import to_succeed
from events.reading.objects import objects, past_aside, past_place
from events.reading.organizations import is_place
from events.reading.phrases import Phrase
from events.reading.role import Role
from events.reading.subjects import Subject, subject
from events.reading.telling import BE, FRAMES, Telling
from events.reading.words import words

_PUBLIC = frozenset(
    "member president governor mayor senator mp mep representative rep sen congressman congresswoman".split()
)
_ALWAYS_PUBLIC = frozenset("mayor senator mp mep representative rep sen congressman congresswoman".split())
_HIS = frozenset(["his", "her"])
_FRESH = frozenset(["new", "next"])
_JUDGES = frozenset(["judge", "justice"])
_ORGANIZATION_WORDS = words("organization_words")
_OPEN_TO_ALL = frozenset("party movement union church army force family club society".split())
_CHAMBERS = frozenset(
    "senate house congress parliament assembly legislature sabha knesset duma diet bundestag region "
    "republic".split()
)


def appoint(t: Telling, at: int) -> None:
    """ "named X president", "X was named president": the rule for verbs of appointing."""
    nominates = FRAMES[t.row[at].low] == "nominate" or needs_senate(t, at)
    word = t.row[at].low
    sworn_in = word in ("sworn", "swore") and at + 1 < len(t.row) and t.row[at + 1].low == "in"
    after = at + 2 if sworn_in else at + 1
    if word in ("declared", "proclaimed", "named") and declare_winner(t, at):
        return
    who = subject(t.story, t.scene, at, t.focus)
    passive = (who is not None and who.passive) or (at > 0 and t.row[at - 1].low in BE)
    if passive and who is not None:
        appointed(t, at, after, who, nominates)
        return
    beside = (
        who is not None
        and who.at >= at - 3
        and all(p.low in (",", "first", "who") or p.kind == "P" for p in t.row[who.at : at])
    )
    if who is not None and t.row[at - 1].low == "and":  # "is removed and nominated as"
        before = t.row[max(0, at - 9) : at]
        coordinated = t.row[at - 2].low.endswith("ed") or t.row[at - 2].kind == "R"
        beside = coordinated and any(phrase.low in BE for phrase in before)
    if who is not None and beside and who.phrases and word.endswith("ed") and reduced(t, after):
        appointed(t, at, after, who, nominates)
        return
    done_to = objects(t.row, after - 1)
    meant = t.meant(after - 1)
    if meant is not None:
        done_to = ([meant], after + 1)
    if done_to is None:
        return
    persons, beyond = done_to
    if word in (
        "made",
        "declared",
        "chosen",
        "assigned",
        "approves",
        "approved",
        "confirms",
        "confirm",
        "confirmed",
        "poached",
        "unveiled",
        "unveils",
        "poaches",
        "elevated",
        "elevates",
        "moved",
    ) and not takes_post(t, past_place(t.row, beyond), persons):
        return
    verbs = who.verbs if who is not None else t.auxiliaries(at)
    if t.is_unreal(at, who.at if who else at, verbs):
        return
    beyond = past_place(t.row, past_aside(t.row, beyond))
    taken = complement(t.story, t.scene, beyond)
    if (
        taken is None
        and [p.low for p in t.row[beyond : beyond + 1]] == ["in"]
        and any(p.low in ("place", "stead") for p in t.row[beyond : beyond + 4])
    ):
        outs = [f.role for f in t.findings[-4:] + t.here if f.kind == "out"]
        taken = Complement(outs[-1:], persons[-1].end, True, beyond) if outs else None
    if taken is not None and not taken.anaphor:
        further(t, taken.at, at, nominates, word)
    for person in persons:
        roles = taken
        if roles is not None and roles.anaphor and not roles.roles:
            roles = Complement(t.held_by(person)[-1:], roles.end, True, roles.at)
        if (
            roles is None
            and meant is None
            and person.appositions
            and not person.appositions[-1].former
            and word not in ("hired",)
        ):
            last = [role for role in person.appositions if not role.former]
            keep = last if len(last) == len(person.appositions) else last[-1:]
            person.appositions = tuple(role for role in person.appositions if role not in keep)
            roles = Complement(keep, person.end, False, beyond)
        if roles is None:
            fresh = [role for role in person.titles if role.modifiers & _FRESH]
            if fresh and meant is None:  # "appoints new chief executive X"
                person.titles = tuple(role for role in person.titles if role not in fresh)
                roles = Complement(fresh, person.end, False, beyond)
            else:
                roles = to_succeed(t, beyond, person)
            if roles is None:
                continue
        start = t.row[at].start if meant is not None else person.core[0]
        arrive(
            t,
            person.text,
            start,
            roles,
            at,
            nominates,
            "appoint-active",
            kind_word=word,
            pronoun=meant is not None,
        )


def reduced(t: Telling, after: int) -> bool:
    """ "Powell, appointed to the board in 2012": a participle without an auxiliary."""
    return (t.row[after : after + 1] != [] and t.row[after].low in ("as", "to", "by", "for")) or (
        t.row[after : after + 1] != [] and t.row[after].kind == "R"
    )


def by_somebody(t: Telling, after: int) -> bool:
    """Whether the appointer follows: "appointed by President Dunn"."""
    return t.row[after : after + 1] != [] and t.row[after].low == "by"


def appointed(t: Telling, at: int, after: int, who: Subject, nominates: bool) -> None:
    """The passive: who is appointed stands before the verb."""
    if t.is_unreal(at, who.at, who.verbs):
        return
    word = t.row[at].low
    asked = [phrase.low for phrase in t.row[max(0, who.at - 4) : at]]
    if any(low in ("proposed", "proposes", "recommended", "recommends", "recommend") for low in asked):
        nominates = True  # "proposed that he be appointed", "will recommend that": still needs a vote
    again = [phrase.low for phrase in t.row[after : after + 6]]
    if "term" in again and any(
        word in ("second", "third", "fourth", "fifth", "another", "new") for word in again
    ):
        return  # "sworn in for a second term": stays
    taken = complement(t.story, t.scene, after)
    if (
        taken is None
        and who.phrases
        and who.phrases[0].titles
        and word == "appointed"
        and by_somebody(t, after)
    ):
        taken = Complement(list(who.phrases[0].titles), t.row[at].end, True, after)
    if taken is None:
        for name in who.names:
            replaced = to_succeed(t, after, None)
            if replaced is not None:
                arrive(t, name, who.start, replaced, at, nominates, "appointed-to-succeed", kind_word=word)
        return
    if taken.anaphor:
        held = list(who.phrases[0].titles) if who.phrases else []
        if not held and t.row[taken.at - 1].low == "seat":
            return  # "appointed to fill the seat": only beside "Senator"
        if (
            not held
            and t.row[taken.at - 1].low in ("post", "job", "position")
            and t.row[taken.at - 2].low in _HIS
        ):
            held = t.last(t.story.held(who.names[0]))
        taken = Complement(held or t.mentioned or t.topic, taken.end, True, taken.at)
    paired = len(who.names) == len(taken.roles) > 1  # "A and B were named president and treasurer"
    for place, name in enumerate(who.names):
        only = taken.roles[place] if paired else None
        arrive(
            t,
            name,
            who.start,
            taken,
            at,
            nominates,
            "appointed",
            kind_word=word,
            pronoun=not who.phrases,
            only=only,
        )


def takes_post(t: Telling, beyond: int, persons: list[Phrase]) -> bool:
    """Whether a post follows the person; without one "made" and "approved" appoint nobody."""
    following = t.row[beyond : beyond + 1]
    return bool(following) and (following[0].low in ("as", "to") or following[0].kind == "R")


def needs_senate(t: Telling, at: int) -> bool:
    """A president's pick still needs the Senate's assent where the article speaks of nomination."""
    if t.row[at].low not in (
        "taps",
        "tapped",
        "picks",
        "picked",
        "chose",
        "chosen",
        "selects",
        "selected",
        "names",
    ):
        return False
    return t.story.tells_a_nomination and t.story.country in ("U.S.", "United States")


def further(t: Telling, place: int, at: int, nominates: bool, word: str) -> None:
    """ "named A president and B treasurer": the second person and post."""
    row = t.row
    for _ in range(6):
        while place < len(row) and row[place].low in (",", "and"):
            place += 1
        if place >= len(row) or row[place].kind != "P" or row[place - 1].low not in (",", "and"):
            return
        person = row[place]
        following = row[place + 1 : place + 2]
        if not following or not (following[0].kind == "R" or following[0].low in ("as", "to")):
            return
        taken = complement(t.story, t.scene, place + 1)
        if taken is None or taken.anaphor:
            return
        arrive(t, person.text, person.core[0], taken, at, nominates, "appoint-further", kind_word=word)
        place = taken.at


def arrive(
    t: Telling,
    name: str,
    start: int,
    taken: Complement,
    at: int,
    nominates: bool,
    rule: str,
    *,
    kind_word: str = "",
    pronoun: bool = False,
    only: Role | None = None,
) -> None:
    """Adds what was taken: in, elected or nominated, for each post."""
    for role in taken.roles if only is None else [only]:
        if role.head in ("member", "members") and _mere_membership(role):
            continue
        kind: ClaimKind = "nominated" if nominates else "in"
        public = (
            role.head in _PUBLIC and role.words[0] != "board" and "vice" not in role.words[:-1]
        ) or role.post == "vice president"
        if kind_word in ("elected", "elects", "elect") and public:
            whose = t.story.organization(role, name, t.scene, t.row[at].start)
            if role.organization is None and t.findings and t.index - t.findings[-1].scene < 3:
                whose = (
                    t.findings[-1].organization or whose
                )  # the body whose elections the article is telling
            if of_state(t, role, whose):
                kind = "elected"
        if "nominee" in role.modifiers or (kind_word.startswith("nam") and needs_assent(t, role)):
            kind = "nominated"
        if kind == "nominated" and any(known.head in _JUDGES for known in t.story.posts.get(name, ())):
            continue  # "Judge X, who was nominated by ...": long in office
        t.find(kind, name, role, start, taken.end, at, rule, anaphoric=taken.anaphor, pronoun=pronoun)


def _mere_membership(role: Role) -> bool:
    """ "became a member of the Liberal Party": anybody may join."""
    return role.organization is not None and bool(_OPEN_TO_ALL & set(role.organization.lower().split()))


def needs_assent(t: Telling, role: Role) -> bool:
    """An ambassador whom the article elsewhere says to be nominated still needs the chamber's assent."""
    return role.head == "ambassador" and t.story.tells_a_nomination


def of_state(t: Telling, role: Role, organization: str | None) -> bool:
    """Whether the public elects to the post: a country's, a state's, a legislature's, not a company's or a club's."""
    if role.head in _ALWAYS_PUBLIC:
        return True
    if organization is None:
        return not (role.home or t.story.about_company)
    words_ = organization.lower().split()
    if is_place(organization.lower()) or _CHAMBERS & set(words_):
        return True
    return (
        len(words_) < 3
        and not t.story.about_company
        and not _ORGANIZATION_WORDS & set(words_)
        and not organization.isupper()
    )
