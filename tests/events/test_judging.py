"""What a further reading of an article changes. Pure: histories are made of events."""

import uuid
from datetime import UTC, date, datetime

import msgspec

from events.catalogue import (
    AnyEvent,
    ArticleRead,
    Claim,
    ClaimsDecided,
    Decision,
    Resolution,
    ReviewState,
)
from events.envelope import Recorded
from events.history import History
from events.judging import CANCELED, Evidence, judge, release
from events.register import Backing, Holding

ARTICLE = "article-1"
CLAIM = Claim(id="claim-in", kind="in", person="Ada Quist", post="chair", confidence=0.95)
RESOLVED = {"claim-in": Resolution(claim="claim-in", person="person-ada", post="post-chair")}
NOTHING_ELSE = Evidence(publisher_trusted=False, origin="publisher-1", published=date(2025, 2, 1))
SOMEBODY_ELSE = msgspec.structs.replace(
    NOTHING_ELSE,
    holdings=[Holding(person="person-bo", post="post-chair", capacity="substantive", since=date(2025, 1, 1))],
    seats={"post-chair": 1},
)


def history(*events: AnyEvent) -> History:
    return History(
        ARTICLE,
        (
            Recorded(n, ARTICLE, n, uuid.uuid4(), datetime.now(UTC), "desk", None, uuid.uuid4(), event)
            for n, event in enumerate(events, 1)
        ),
    )


def reading(version: int, *claims: Claim) -> ArticleRead:
    return ArticleRead(version=version, extractor="lines/1", claims=claims)


def decided(state: ReviewState, rule: str = "change") -> ClaimsDecided:
    return ClaimsDecided(decisions=(Decision(claim="claim-in", state=state, rule=rule),))


def test_what_was_accepted_is_not_judged_again_by_what_stands_since() -> None:
    before = history(reading(1, CLAIM), decided("accepted"))

    assert judge(ARTICLE, before, reading(2, CLAIM), RESOLVED, SOMEBODY_ELSE).decisions == ()


def test_an_article_that_backs_off_to_hearsay_loses_its_acceptance() -> None:
    before = history(reading(1, CLAIM), decided("accepted"))
    hearsay = msgspec.structs.replace(CLAIM, modality="reported")

    judgement = judge(ARTICLE, before, reading(2, hearsay), RESOLVED, NOTHING_ELSE)

    assert judgement.decisions == (Decision(claim="claim-in", state="proposed", rule="hearsay"),)


def test_what_was_only_proposed_is_judged_again() -> None:
    before = history(reading(1, CLAIM), decided("proposed", "unsure"))

    judgement = judge(ARTICLE, before, reading(2, CLAIM), RESOLVED, NOTHING_ELSE)

    assert judgement.decisions == (Decision(claim="claim-in", state="accepted", rule="change"),)


def test_a_kill_withdraws_what_stands_and_leaves_what_was_rejected() -> None:
    kill = ArticleRead(version=2, extractor=CANCELED)

    accepted = judge(ARTICLE, history(reading(1, CLAIM), decided("accepted")), kill, {}, NOTHING_ELSE)
    rejected = judge(ARTICLE, history(reading(1, CLAIM), decided("rejected")), kill, {}, NOTHING_ELSE)

    assert accepted.decisions == (Decision(claim="claim-in", state="withdrawn", rule="canceled"),)
    assert rejected.decisions == ()


def test_only_another_origins_word_releases_what_waits() -> None:
    waiting = Backing(
        claim="claim-other", article="article-2", kind="in", person="person-ada", post="post-chair",
        origin="publisher-2", official=True, state="proposed", rule="contradicts_standing", day=date(2025, 2, 3),
    )  # fmt: skip
    same_origin = msgspec.structs.replace(waiting, origin="publisher-1")

    def judged(backing: Backing) -> tuple[str, tuple[Backing, ...]]:
        evidence = msgspec.structs.replace(SOMEBODY_ELSE, backings=[backing])
        judgement = judge(ARTICLE, history(), reading(1, CLAIM), RESOLVED, evidence)
        return judgement.decisions[0].rule, judgement.released

    assert judged(waiting) == ("second_origin", (waiting,))
    assert judged(same_origin) == ("contradicts_standing", ())
    long_ago = msgspec.structs.replace(waiting, day=date(2019, 2, 3))
    assert judged(long_ago) == ("contradicts_standing", ())


def test_a_claim_that_no_longer_waits_is_not_released() -> None:
    waiting = history(reading(1, CLAIM), decided("proposed", "contradicts_standing"))
    since_rejected = history(
        reading(1, CLAIM), decided("proposed", "contradicts_standing"), decided("rejected", "editor")
    )

    assert release(waiting, "claim-in") == Decision(claim="claim-in", state="accepted", rule="second_origin")
    assert release(since_rejected, "claim-in") is None
