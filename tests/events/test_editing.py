"""What editors' acts come to: given a stream, when an editor acts, then these events or this refusal. Pure."""

import uuid
from datetime import UTC, datetime

import msgspec
import pytest

from events.catalogue import (
    AnyEvent,
    ArticleRead,
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
from events.editing import (
    Act,
    Meaning,
    NotLast,
    Overtaken,
    PostHistory,
    Undecidable,
    Unfit,
    Unknown,
    configured,
    decided,
    settled,
    submitted,
    vacancy,
)
from events.envelope import Recorded
from events.history import History
from events.judging import CANCELED, Evidence, judge

NOTE = ContentRef(hash="00", media_type="text/plain", length=3)
CLAIM = Claim(id="claim-in", kind="in", person="Ada Quist", post="chair")
MEANT = Meaning(person="person-ada", post="post-chair")
ADA, BO = Act(actor="ada", note=NOTE), Act(actor="bo", note=NOTE)


def recorded(events: tuple[tuple[str, Event] | Event, ...]) -> list[Recorded]:
    """The events as a stream, at positions 10, 20, ...; a pair names its actor."""
    given = [each if isinstance(each, tuple) else ("desk", each) for each in events]
    return [
        Recorded(
            n * 10, "stream-1", n, uuid.uuid4(), datetime.now(UTC), actor, None, uuid.uuid4(), _any(event)
        )
        for n, (actor, event) in enumerate(given, 1)
    ]


def _any(event: Event) -> AnyEvent:
    assert isinstance(event, AnyEvent)
    return event


def history(*events: tuple[str, Event] | Event) -> History:
    return History("stream-1", recorded(events))


def post(*events: tuple[str, Event] | Event) -> PostHistory:
    return PostHistory("post-chair", recorded((PostOpened(label="chair"), *events)))


Stream = tuple[tuple[str, Event] | Event, ...]

READ = ArticleRead(version=1, extractor="lines/1", claims=(CLAIM,))
RESOLVED = ClaimsResolved(resolutions=(Resolution(claim="claim-in", person="person-ada", post="post-chair"),))


def judged(state: ReviewState, *, editor: bool = False) -> ClaimsDecided:
    checked_by, rule = ("editor", "editor") if editor else ("machine", "change")
    decision = Decision(claim="claim-in", state=state, rule=rule)
    return ClaimsDecided(decisions=(msgspec.structs.replace(decision, checked_by=checked_by),))


def states(events: tuple[Event, ...]) -> list[tuple[str, str, str]]:
    return [
        (each.claim, each.state, each.checked_by)
        for event in events
        if isinstance(event, ClaimsDecided)
        for each in event.decisions
    ]


def test_an_editor_decides_what_a_machine_proposed() -> None:
    events = decided(history(READ, RESOLVED, judged("proposed")), "claim-in", "accepted", ADA)

    assert states(events) == [("claim-in", "accepted", "editor")]
    assert isinstance(events[0], ClaimsDecided)
    assert events[0].decisions[0].note == NOTE


def test_the_same_word_of_the_same_editor_again_is_nothing_new() -> None:
    stream = history(READ, RESOLVED, judged("proposed"), ("ada", judged("accepted", editor=True)))

    assert decided(stream, "claim-in", "accepted", ADA) == ()


def test_of_two_editors_the_second_hears_who_was_first_and_may_insist() -> None:
    stream = history(READ, RESOLVED, judged("proposed"), ("ada", judged("accepted", editor=True)))

    with pytest.raises(Overtaken, match="ada accepted claim-in at position 40"):
        decided(stream, "claim-in", "rejected", BO)
    with pytest.raises(Overtaken):
        decided(stream, "claim-in", "rejected", msgspec.structs.replace(BO, seen=39))
    insisting = decided(stream, "claim-in", "rejected", msgspec.structs.replace(BO, seen=40))
    assert states(insisting) == [("claim-in", "rejected", "editor")]


def test_an_unresolved_claim_is_accepted_only_with_whom_it_means() -> None:
    stream = history(READ, judged("proposed"))

    with pytest.raises(Unfit, match="whom or what"):
        decided(stream, "claim-in", "accepted", ADA)
    events = decided(stream, "claim-in", "accepted", ADA, MEANT)
    assert events[0] == ClaimsResolved(resolutions=(MEANT.resolution("claim-in"),))
    assert states(decided(stream, "claim-in", "rejected", ADA)) == [("claim-in", "rejected", "editor")]


@pytest.mark.parametrize("state", ["withdrawn", "superseded"])
def test_what_is_withdrawn_cannot_be_withdrawn_or_brought_back(state: ReviewState) -> None:
    with pytest.raises(Undecidable, match=state):
        decided(history(READ, RESOLVED, judged(state)), "claim-in", "rejected", ADA)


def test_an_unknown_claim_is_refused() -> None:
    with pytest.raises(Unknown):
        decided(history(READ), "claim-other", "rejected", ADA)


def corrected(stream: Stream, claim: str, date: str, act: Act) -> tuple[str, tuple[Event, ...]]:
    said = msgspec.structs.replace(CLAIM, date=PartialDate.parse(date))
    return submitted(history(*stream), said, MEANT, act, said_on="2026-01-02", supersedes=claim)


def test_a_correction_supersedes_the_last_of_its_chain_and_no_other() -> None:
    stream: Stream = (READ, RESOLVED, judged("accepted"))
    first, events = corrected(stream, "claim-in", "2025-03-01", ADA)
    longer: Stream = (*stream, *(("ada", event) for event in events))
    second, more = corrected(longer, first, "2025-03-02", ADA)

    assert states(events) == [("claim-in", "superseded", "editor"), (first, "accepted", "editor")]
    assert states(more) == [(first, "superseded", "editor"), (second, "accepted", "editor")]
    with pytest.raises(NotLast, match=first):
        corrected(longer, "claim-in", "2025-03-09", BO)
    with pytest.raises(NotLast) as refused:
        decided(history(*longer, *(("ada", event) for event in more)), "claim-in", "rejected", BO)
    assert refused.value.last == second


def test_a_kill_withdraws_the_correction_that_rests_on_the_article_and_its_return_brings_it_back() -> None:
    stream: Stream = (READ, RESOLVED, judged("accepted"))
    correction, events = corrected(stream, "claim-in", "2025-03-01", ADA)
    stream = (*stream, *(("ada", event) for event in events))
    nothing = Evidence(publisher_trusted=False, origin="publisher-1", published=None)
    kill = ArticleRead(version=2, extractor=CANCELED)
    back = ArticleRead(version=3, extractor="lines/1", claims=(CLAIM,))

    killed = judge("stream-1", history(*stream), kill, {}, nothing).decisions
    gone: Stream = (*stream, ("desk", kill), ("desk", ClaimsDecided(decisions=killed)))
    restored = judge("stream-1", history(*gone), back, {}, nothing).decisions
    elsewhere = ArticleRead(version=3, extractor="lines/1")

    assert [(each.claim, each.state, each.rule) for each in killed] == [(correction, "withdrawn", "canceled")]
    assert [(each.claim, each.state, each.checked_by) for each in restored] == [
        (correction, "accepted", "editor")
    ]
    assert judge("stream-1", history(*gone), elsewhere, {}, nothing).decisions == ()


def test_a_chain_never_comes_back_to_where_it_was() -> None:
    stream: Stream = (READ, RESOLVED, judged("accepted"))
    last, seen = "claim-in", {"claim-in"}
    for date in ("2025-03-01", "2025-03-02", "2025-03-01", "2025-03-02"):
        last, events = corrected(stream, last, date, ADA)
        assert last not in seen
        seen.add(last)
        stream = (*stream, *(("ada", event) for event in events))


def test_a_correction_of_anothers_decision_needs_to_have_seen_it() -> None:
    stream = (READ, RESOLVED, ("ada", judged("accepted", editor=True)))

    with pytest.raises(Overtaken):
        corrected(stream, "claim-in", "2025-03-01", BO)
    assert corrected(stream, "claim-in", "2025-03-01", msgspec.structs.replace(BO, seen=30))[1]


def test_a_claim_said_twice_is_one_claim() -> None:
    claim, events = submitted(history(PostOpened(label="chair")), CLAIM, MEANT, ADA, said_on="2026-01-02")
    said: Stream = (PostOpened(label="chair"), *(("ada", event) for event in events))

    assert submitted(history(*said), CLAIM, MEANT, ADA, said_on="2026-01-03") == (claim, ())
    assert submitted(history(*said), CLAIM, MEANT, BO, said_on="2026-01-03")[0] != claim
    assert isinstance(events[0], ClaimsSubmitted)
    assert events[0].claims[0].id == claim


@pytest.mark.parametrize(
    ("kind", "days", "field"),
    [
        ("holds", {"start": "2025-03-02", "end": "2025-03-01"}, "end"),
        ("held", {"start": "2025-03-02", "end": "2025-03-02"}, "end"),
        ("in", {"start": "2025-03-02"}, "start"),
        ("holds", {"date": "2025-03-02"}, "date"),
    ],
)  # fmt: skip
def test_dates_that_make_no_sense_are_refused_by_name(kind: str, days: dict[str, str], field: str) -> None:
    claim = msgspec.convert(
        {"id": "", "kind": kind, "person": "a", "post": "b", **days}, Claim,
        dec_hook=lambda _, text: PartialDate.parse(text),
    )  # fmt: skip

    with pytest.raises(Unfit) as refused:
        submitted(history(), claim, MEANT, ADA, said_on="2026-01-02")

    assert refused.value.field == field


def test_a_dispute_is_settled_by_decisions_on_both_sides_at_once() -> None:
    one = history(READ, RESOLVED, judged("accepted"))
    other = History("post-chair", recorded((PostOpened(label="chair"), *submitted(
        history(), CLAIM, MEANT, ADA, said_on="2026-01-02")[1])))  # fmt: skip
    (mine,) = other.submitted

    events = settled(
        "post-chair",
        {"stream-1": one, "post-chair": other},
        {"claim-in": "rejected", mine: "accepted"},
        {"claim-in": "stream-1", mine: "post-chair"},
        msgspec.structs.replace(BO, seen=1000),
    )

    (act,) = (event for event in events["post-chair"] if isinstance(event, PostSettled))
    assert {(each.claim, each.state) for each in act.decisions} == {
        ("claim-in", "rejected"),
        (mine, "accepted"),
    }
    assert events["post-chair"][0] == act, "it comes first, so that the rest does nothing any more"
    assert {stream: states(tuple(each)) for stream, each in events.items()} == {
        "stream-1": [("claim-in", "rejected", "editor")],
        "post-chair": [(mine, "accepted", "editor")],
    }


def test_a_correction_stays_over_a_later_version_of_the_article() -> None:
    stream: Stream = (READ, RESOLVED, judged("accepted"))
    _, events = corrected(stream, "claim-in", "2025-03-01", ADA)
    after = history(*stream, *(("ada", event) for event in events))
    nothing = Evidence(publisher_trusted=False, origin="publisher-1", published=None)

    still = judge(
        "stream-1", after, ArticleRead(version=2, extractor="lines/1", claims=(CLAIM,)), {}, nothing
    )
    gone = judge("stream-1", after, ArticleRead(version=2, extractor="lines/1"), {}, nothing)

    assert still.decisions == ()
    assert gone.decisions == ()


def test_settings_name_what_they_set_and_another_editors_need_to_have_been_seen() -> None:
    event = PostConfigured(seats=1, note=NOTE)

    assert configured(post(), event, ADA) == (event,)
    assert configured(post(("ada", event)), event, ADA) == ()
    assert configured(post(("ada", event)), PostConfigured(fresh_for=30, note=NOTE), BO)
    with pytest.raises(Overtaken, match="ada set seats"):
        configured(post(("ada", event)), PostConfigured(seats=2, note=NOTE), BO)
    assert configured(post(("ada", event)), PostConfigured(seats=None), msgspec.structs.replace(BO, seen=20))
    with pytest.raises(Unfit):
        configured(post(), PostConfigured(note=NOTE), ADA)
    with pytest.raises(Unknown):
        configured(PostHistory("post-none", ()), event, ADA)


def test_a_vacancy_is_declared_once_and_taken_back_once() -> None:
    declared = PostVacancyDeclared(since="2026-01-01", note=NOTE)

    assert vacancy(post(), "2026-01-01", ADA) == (declared,)
    assert vacancy(post(("ada", declared)), "2026-01-01", BO) == ()
    taken_back = vacancy(post(("ada", declared)), "2026-01-01", ADA, withdrawn=True)
    assert taken_back == (PostVacancyWithdrawn(since="2026-01-01", note=NOTE),)
    with pytest.raises(Overtaken):
        vacancy(post(("ada", declared)), "2026-01-01", BO, withdrawn=True)
    with pytest.raises(Undecidable, match="nothing to take back"):
        vacancy(post(("ada", declared), ("ada", taken_back[0])), "2026-01-01", ADA, withdrawn=True)
