"""What editors do, decided: from the streams as they stand to the events of an act, or to why it is refused. Pure.

An editor's word stands against machines and later versions of an article. Against another editor's word it needs
`seen`: the position up to which whoever says otherwise has read. So of two editors at the same moment one is first,
and the other hears who that was.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Literal

import msgspec

from events.catalogue import (
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ClaimsSubmitted,
    ContentRef,
    Decision,
    Event,
    PostConfigured,
    PostOpened,
    PostSettled,
    PostVacancyDeclared,
    PostVacancyWithdrawn,
    Resolution,
    ReviewState,
)
from events.dates import PartialDate
from events.envelope import Recorded
from events.history import History
from events.ids import derived

EDITOR = "editor"  # the rule of an editor's decision, and the basis of an editor's resolution
Verdict = Literal["accepted", "rejected"]


class EditRefused(Exception):
    """An editor's act is refused; the message says why. Nothing is to be appended."""


class Unknown(EditRefused):
    """The stream has no such claim, or there is no such post."""


class Overtaken(EditRefused):
    """Another editor has said otherwise, behind what this one has seen."""

    def __init__(self, what: str, by: Recorded) -> None:
        super().__init__(f"{by.actor} {what} at position {by.position}")
        self.position = by.position


class NotLast(EditRefused):
    """The claim was corrected; `last` is the end of its chain."""

    def __init__(self, claim: str, last: str) -> None:
        super().__init__(f"{claim} was corrected, and {last} is the last of its chain")
        self.last = last


class Undecidable(EditRefused):
    """The claim is in a state in which there is nothing to decide."""


class Unfit(EditRefused):
    """What was said makes no sense; `field` names the member at fault."""

    def __init__(self, why: str, field: str) -> None:
        super().__init__(why)
        self.field = field


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, why, and up to which position they have read (None: they do not say)."""

    actor: str
    note: ContentRef
    seen: int | None = None

    def against(self, what: str, by: Recorded | None) -> None:
        """Raises Overtaken where another editor's event stands against the act that its actor has not seen."""
        if by is not None and by.actor != self.actor and (self.seen is None or self.seen < by.position):
            raise Overtaken(what, by)


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """Which entities an editor means."""

    person: str
    post: str
    organization: str | None = None

    def resolution(self, claim: str) -> Resolution:
        return Resolution(
            claim=claim, person=self.person, post=self.post, organization=self.organization, basis=EDITOR
        )


def decided(
    history: History, claim: str, verdict: Verdict, act: Act, meaning: Meaning | None = None
) -> tuple[Event, ...]:
    """The events that accept or reject a claim; none where the same editor said so before.

    Raises Unknown, NotLast, Undecidable and Overtaken; Unfit for accepting a claim without a person or a post.
    """
    state = _standing(history, claim)
    before = history.editors.get(claim)
    by = history.decided.get(claim) if before is not None else None
    same_meaning = meaning is None or history.resolutions.get(claim) == meaning.resolution(claim)
    if by is not None and state == verdict and by.actor == act.actor and same_meaning:
        return ()
    act.against(f"{state} {claim}", by)
    resolved = history.resolutions.get(claim)
    known = meaning is not None or (resolved is not None and resolved.person and resolved.post)
    if verdict == "accepted" and not known:
        raise Unfit(f"nobody has said whom or what {claim} means: give person and post", "person")
    decision = Decision(claim=claim, state=verdict, rule=EDITOR, checked_by="editor", note=act.note)
    events: list[Event] = []
    if meaning is not None and not same_meaning:
        events.append(ClaimsResolved(resolutions=(meaning.resolution(claim),)))
    return (*events, ClaimsDecided(decisions=(decision,)))


def settled(
    post: str,
    histories: Mapping[str, History],
    verdicts: Mapping[str, Verdict],
    streams: Mapping[str, str],
    act: Act,
) -> dict[str, list[Event]]:
    """The events, by stream, that decide several claims of a post at once: which memberships stand.

    The first says all of it on the stream of the post, so that it is one act. Raises as `decided`.
    """
    decisions: dict[str, list[Decision]] = {}
    for claim, verdict in verdicts.items():
        stream = streams[claim]
        for event in decided(histories[stream], claim, verdict, act):
            assert isinstance(event, ClaimsDecided)
            decisions.setdefault(stream, []).extend(event.decisions)
    if not decisions:
        return {}
    events: dict[str, list[Event]] = {
        post: [PostSettled(decisions=tuple(chain.from_iterable(decisions.values())))]
    }
    for stream, each in decisions.items():
        events.setdefault(stream, []).append(ClaimsDecided(decisions=tuple(each)))
    return events


def submitted(
    history: History,
    claim: Claim,
    meaning: Meaning,
    act: Act,
    *,
    said_on: str,
    evidence: ContentRef | None = None,
    supersedes: str | None = None,
) -> tuple[str, tuple[Event, ...]]:
    """The claim's id and the events by which an editor makes it, accepted, in place of the claim that it corrects.

    The id follows from who says what, so the same claim again is no second one: then there are no events. Raises
    Unfit, Undecidable where it was said before and has been rejected or corrected since, and for a correction
    Unknown, NotLast and Overtaken.
    """
    _check(claim)
    said = (claim.kind, meaning.person, meaning.post, claim.capacity, claim.date, claim.start, claim.end, claim.reason,
            claim.attribution, claim.official)  # fmt: skip
    id_ = derived("claim", EDITOR, act.actor, supersedes or "", *(str(part) for part in said))
    if id_ in history.submitted:
        if (state := _standing(history, id_)) != "accepted":
            raise Undecidable(f"this was said before as {id_} and is {state} now: decide on that claim")
        return id_, ()
    decisions = [Decision(claim=id_, state="accepted", rule=EDITOR, checked_by="editor", note=act.note)]
    if supersedes is not None:
        state = _standing(history, supersedes)
        act.against(
            f"{state} {supersedes}",
            history.decided.get(supersedes) if supersedes in history.editors else None,
        )
        gone = Decision(claim=supersedes, state="superseded", rule=EDITOR, checked_by="editor", note=act.note)
        decisions.insert(0, gone)
    own = msgspec.structs.replace(claim, id=id_, quote=None, rule=EDITOR, confidence=1.0, background=False)
    return id_, (
        ClaimsSubmitted(
            claims=(own,), note=act.note, evidence=evidence, supersedes=supersedes, said_on=said_on
        ),
        ClaimsResolved(resolutions=(meaning.resolution(id_),)),
        ClaimsDecided(decisions=tuple(decisions)),
    )


class PostHistory:
    """What was said of a post's settings and vacancies, as its stream tells it."""

    def __init__(self, post: str, events: Iterable[Recorded]) -> None:
        self.post = post
        self.is_open = False
        self.set_by: dict[str, Recorded] = {}  # by setting: the last that set it
        self.vacancies: dict[str, Recorded] = {}  # by first day: those that stand
        self.withdrawn: dict[str, Recorded] = {}  # those that were taken back
        for recorded in events:
            match recorded.event:
                case PostOpened():
                    self.is_open = True
                case PostConfigured() as configured:
                    self.set_by.update((name, recorded) for name in _named(configured))
                case PostVacancyDeclared(since=since):
                    self.vacancies[since] = recorded
                    self.withdrawn.pop(since, None)
                case PostVacancyWithdrawn(since=since):
                    self.withdrawn[since] = recorded
                    self.vacancies.pop(since, None)
                case _:
                    pass


def configured(post: PostHistory, event: PostConfigured, act: Act) -> tuple[Event, ...]:
    """The event that sets what it names; none where the same editor set just that last.

    Raises Unknown, Overtaken and Unfit.
    """
    _opened(post)
    names = _named(event)
    if not names:
        raise Unfit("nothing is set: give seats, fresh_for or complete", "seats")
    last = [post.set_by[name] for name in names if name in post.set_by]
    if len(last) == len(names) and all(
        each.actor == act.actor and _without_note(each.event) == _without_note(event) for each in last
    ):
        return ()
    for each in sorted(last, key=lambda recorded: recorded.position, reverse=True):
        act.against(f"set {', '.join(_named(each.event))} of {post.post}", each)
    return (event,)


def vacancy(post: PostHistory, since: str, act: Act, *, withdrawn: bool = False) -> tuple[Event, ...]:
    """The event that declares a vacancy from that day on, or takes it back. Raises Unknown, Overtaken, Undecidable."""
    _opened(post)
    declared, gone = post.vacancies.get(since), post.withdrawn.get(since)
    if withdrawn:
        if declared is None:
            raise Undecidable(
                f"no vacancy of {post.post} from {since} on stands: there is nothing to take back"
            )
        act.against(f"declared {post.post} vacant from {since} on", declared)
        return (PostVacancyWithdrawn(since=since, note=act.note),)
    if declared is not None:
        return ()
    if gone is not None:
        act.against(f"took back the vacancy of {post.post} from {since} on", gone)
    return (PostVacancyDeclared(since=since, note=act.note),)


def _standing(history: History, claim: str) -> ReviewState:
    """The state of a claim that can still be decided. Raises Unknown, NotLast, Undecidable."""
    if history.claim(claim) is None:
        raise Unknown(f"there is no claim {claim}")
    if (last := history.last_of_chain(claim)) != claim:
        raise NotLast(claim, last)
    decision = history.decisions.get(claim)
    state: ReviewState = "proposed" if decision is None else decision.state
    if state in ("withdrawn", "superseded"):
        raise Undecidable(f"{claim} is {state}: its article does not make it any more")
    return state


def _check(claim: Claim) -> None:
    start, end = claim.start, claim.end
    if start and end and start.earliest and end.latest and start.earliest > end.latest:
        raise Unfit(f"the end {end} lies before the start {start}", "end")
    if start and end and start == end and start.exact:
        raise Unfit(f"start and end are the same day {start}: nothing was held", "end")
    told: Sequence[tuple[str, PartialDate | None]] = (("start", start), ("end", end))
    if claim.kind not in ("holds", "held") and (named := next((name for name, day in told if day), None)):
        raise Unfit(f"a claim of kind {claim.kind} takes `date`, not `{named}`", named)
    if claim.kind in ("holds", "held") and claim.date is not None:
        raise Unfit(f"a claim of kind {claim.kind} takes `start` and `end`, not `date`", "date")


def _opened(post: PostHistory) -> None:
    if not post.is_open:
        raise Unknown(f"there is no post {post.post}")


def _named(event: Event) -> list[str]:
    """The settings that an event names."""
    names = ("seats", "fresh_for", "complete")
    return [name for name in names if getattr(event, name, msgspec.UNSET) is not msgspec.UNSET]


def _without_note(event: Event) -> Event:
    return msgspec.structs.replace(event, note=None)
