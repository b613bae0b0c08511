"""Whose fault a failure is, and when the next attempt comes."""

import itertools
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.outbound.answer import Answer, Failure, FailureKind, Outcome, Timings
from service.webhooks.schedule import (
    Dead,
    Delivered,
    Disable,
    Health,
    Pause,
    Tries,
    Verdict,
    Wait,
    after_failure,
    after_success,
    judge,
    retry_after,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEW, HEALTHY = Tries(), Health()
BEGAN = NOW - timedelta(seconds=1)
DICE = st.floats(0, 1, exclude_max=True)


def answer(status: int, retry: str | None = None) -> Answer:
    return Answer(status, b"", retry, Timings(1, 2, 3, 4))


def failure(kind: FailureKind) -> Failure:
    return Failure(kind, "", Timings(None, None, None, 4))


def verdict(
    outcome: Outcome,
    tries: Tries = NEW,
    health: Health = HEALTHY,
    dice: float = 0.5,
) -> Verdict:
    return judge(outcome, tries, health, began=BEGAN, now=NOW, dice=dice)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_success(status: int) -> None:
    assert verdict(answer(status)) == Delivered()


def test_410_disables() -> None:
    assert verdict(answer(410)) == Disable("gone")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_429_and_5xx_are_the_endpoints(status: int) -> None:
    assert isinstance(verdict(answer(status)), Pause)


@pytest.mark.parametrize("kind", [kind for kind in get_args(FailureKind) if kind != "answer"])
def test_no_answer_is_the_endpoints(kind: FailureKind) -> None:
    assert isinstance(verdict(failure(kind)), Pause)


@pytest.mark.parametrize(
    "outcome", [*map(answer, (100, 301, 302, 308, 400, 401, 404, 422, 600)), failure("answer")]
)
def test_redirects_refusals_and_nonsense_are_the_messages(outcome: Outcome) -> None:
    assert isinstance(verdict(outcome), Wait)


@given(st.lists(DICE, min_size=5, max_size=5))
def test_a_message_is_tried_after_5_s_5_m_30_m_2_h_and_then_dead(dice: list[float]) -> None:
    tries, waits = Tries(), []
    for throw in dice:
        match verdict(answer(400), tries, dice=throw):
            case Wait(until, strikes):
                waits.append((until - NOW).total_seconds())
                tries = Tries(strikes=strikes, attempted_at=BEGAN)
            case Dead(strikes):
                assert strikes == 5
    assert len(waits) == 4
    for waited, planned in zip(waits, (5, 300, 1_800, 7_200), strict=True):
        assert planned <= waited <= planned * 1.1


@settings(max_examples=15)
@given(st.lists(DICE, min_size=1, max_size=50))
def test_probes_are_at_most_30_s_apart_in_the_first_hour_back_off_to_two_hours_and_end_after_five_days(
    dice: list[float],
) -> None:
    now, health, gaps, told = NOW, Health(), [], list[float]()
    for throw in itertools.islice(itertools.cycle(dice), 1_000):
        decided = judge(failure("connect"), Tries(), health, began=now, now=now, dice=throw)
        if health.is_told:
            told.append((now - NOW).total_seconds())
        if decided == Disable("failing"):
            break
        assert isinstance(decided, Pause)
        gaps.append(((now - NOW).total_seconds(), (decided.until - now).total_seconds()))
        health = after_failure(health, now)
        now = decided.until
    assert [round(gap) <= planned for (_, gap), planned in zip(gaps, (1, 2, 4, 8, 15, 30), strict=False)]
    assert all(0 < gap <= 30 for at, gap in gaps if at < 3_600)
    assert all(90 <= gap <= 7_200 for at, gap in gaps if at >= 3_600)
    assert gaps[-1][1] >= 5_400
    assert decided == Disable("failing")
    assert 5 * 86_400 <= (now - NOW).total_seconds() <= 5 * 86_400 + 7_200
    assert min(told) - 3_600 <= 240, "its owner is told after an hour"
    assert all(gap >= 0.75 for _, gap in gaps)


def test_one_success_forgives_everything() -> None:
    assert after_success(NOW) == Health(failures=0, failing_since=None, succeeded_at=NOW)


@pytest.mark.parametrize("outcome", [answer(500), failure("timeout"), failure("closed"), failure("write")])
def test_a_message_that_fails_while_others_are_answered_is_to_blame_itself(outcome: Outcome) -> None:
    others_answered = Health(succeeded_at=BEGAN + timedelta(milliseconds=1))
    assert isinstance(verdict(outcome, health=others_answered), Wait)
    tried_before = Tries(attempted_at=BEGAN - timedelta(minutes=1))
    assert isinstance(verdict(outcome, tried_before, Health(succeeded_at=BEGAN)), Wait)


@pytest.mark.parametrize("outcome", [answer(500), failure("timeout")])
def test_an_endpoint_that_answered_only_before_is_to_blame(outcome: Outcome) -> None:
    answered_before = Health(succeeded_at=BEGAN - timedelta(milliseconds=1))
    assert isinstance(verdict(outcome, health=answered_before), Pause)
    assert isinstance(verdict(outcome, Tries(attempted_at=BEGAN), answered_before), Pause)


@pytest.mark.parametrize("outcome", [answer(429), answer(503, "5"), failure("connect"), failure("tls")])
def test_what_cannot_be_the_messages_fault_never_is(outcome: Outcome) -> None:
    assert isinstance(verdict(outcome, health=Health(succeeded_at=NOW)), Pause)


@pytest.mark.parametrize(
    ("asked", "obeyed"),
    [
        ("120", 120), ("0", 1), ("86400", 3_600), ("9" * 400, 3_600), (" 7 ", 7),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 1),
        (format_datetime(NOW + timedelta(days=9), usegmt=True), 3_600),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30),
    ],
)  # fmt: skip
def test_retry_after_is_obeyed_within_bounds(asked: str, obeyed: int) -> None:
    assert retry_after(asked, NOW) == obeyed
    assert verdict(answer(429, asked)) == Pause(NOW + timedelta(seconds=obeyed))
    assert verdict(answer(503, asked)) == Pause(NOW + timedelta(seconds=obeyed))


@given(st.text(max_size=40))
def test_any_other_retry_after_is_no_reason_to_stumble(text: str) -> None:
    assert isinstance(verdict(answer(429, text)), Pause)


def test_retry_after_is_heard_only_where_it_means_something() -> None:
    decided = verdict(answer(502, "3000"))
    assert isinstance(decided, Pause)
    assert decided.until <= NOW + timedelta(seconds=1)
