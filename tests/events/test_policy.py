"""The policy's table, row by row."""

from datetime import date

import pytest

from events.catalogue import Claim, ClaimKind
from events.dates import PartialDate
from events.policy import RULES, contradicts, decide, same_change
from events.register import Holding

DAY = date(2022, 9, 24)


def claim(kind: ClaimKind = "out", **fields: object) -> Claim:
    values: dict[str, object] = {"confidence": 0.95, **fields}
    return Claim(id="claim-1", kind=kind, person="Ada Quist", post="chair", **values)  # type: ignore[arg-type] # fields of Claim


@pytest.mark.parametrize(
    ("made", "known", "state", "rule"),
    [
        (claim(), {"resolved": False, "publisher_trusted": True}, "proposed", "unresolved"),
        (claim(modality="reported", official=True), {"corroborating_origins": 3}, "proposed", "hearsay"),
        (claim(confidence=0.5), {}, "proposed", "unsure"),
        (claim(confidence=0.5), {"publisher_trusted": True}, "accepted", "change"),
        (claim(confidence=0.4), {"publisher_trusted": True}, "proposed", "unsure"),
        (
            claim(confidence=0.8),
            {"publisher_trusted": True, "contradicts_standing": True},
            "proposed",
            "unsure",
        ),
        (claim(confidence=0.5), {"corroborating_origins": 1}, "accepted", "change"),
        (claim(), {"contradicts_standing": True}, "proposed", "contradicts_standing"),
        (claim(official=True), {"contradicts_standing": True}, "proposed", "contradicts_standing"),
        (
            claim(),
            {"contradicts_standing": True, "corroborating_origins": 2},
            "proposed",
            "contradicts_standing",
        ),
        (
            claim(official=True),
            {"contradicts_standing": True, "corroborating_origins": 1},
            "accepted",
            "second_origin",
        ),
        (
            claim(),
            {"contradicts_standing": True, "corroborating_origins": 1, "corroborated_officially": True},
            "accepted",
            "second_origin",
        ),
        (claim(), {"contradicts_standing": True, "publisher_trusted": True}, "accepted", "trusted_publisher"),
        (claim("in"), {}, "accepted", "change"),
        (claim("out"), {}, "accepted", "change"),
        (claim("out", background=True), {}, "accepted", "change"),
        (claim("nominated"), {}, "accepted", "nominated"),
        (claim("elected"), {}, "accepted", "elected"),
        (claim("holds"), {}, "accepted", "holds"),
        (claim("held"), {}, "accepted", "held"),
    ],
)
def test_the_first_rule_that_fits_decides(
    made: Claim, known: dict[str, object], state: str, rule: str
) -> None:
    verdict = decide(made, **known)  # type: ignore[arg-type] # keywords of decide

    assert (verdict.state, verdict.rule) == (state, rule)


def test_the_threshold_may_be_moved() -> None:
    assert decide(claim(confidence=0.7), threshold=0.6).state == "accepted"
    assert decide(claim(confidence=0.7), threshold=0.8).state == "proposed"


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def holding(person: str = "person-ada", since: date | None = date(2020, 1, 1)) -> Holding:
    return Holding(person=person, post="post-1", capacity="substantive", since=since)


@pytest.mark.parametrize(
    ("made", "person", "seats", "expected"),
    [
        (claim("out", date=PartialDate.on(DAY)), "person-ada", None, True),
        (claim("out"), "person-ada", None, True),  # undated: the day of publication
        (claim("out"), "person-bo", 1, False),  # who holds nothing leaves nothing
        (claim("out", date=PartialDate.parse("2008")), "person-ada", 1, False),  # an earlier tenure
        (claim("out", background=True), "person-ada", 1, True),  # undated, of any time
        (claim("held", end=PartialDate.parse("2008")), "person-ada", 1, False),
        (claim("held"), "person-ada", 1, True),  # "former chair Ada Quist"
        (claim("in", date=PartialDate.on(DAY)), "person-bo", 1, True),
        (claim("in", date=PartialDate.on(DAY)), "person-bo", None, False),  # any number at once
        (claim("in", date=PartialDate.on(DAY)), "person-ada", 1, False),
        (claim("in", date=PartialDate.parse("2008")), "person-bo", 1, False),
        (claim("holds"), "person-bo", 1, True),
        (
            claim("holds", start=PartialDate.parse("2008")),
            "person-bo",
            1,
            True,
        ),  # since 2008, and still today
        (claim("elected"), "person-bo", 1, False),
        (claim("nominated"), "person-bo", 1, False),
    ],
)
def test_a_claim_contradicts_what_stands_only_on_its_own_days(
    made: Claim, person: str, seats: int | None, expected: bool
) -> None:
    assert contradicts(made, person, [holding()], seats=seats, published=DAY) is expected


def test_nothing_stands_where_nobody_holds() -> None:
    assert not contradicts(claim("out"), "person-ada", [], seats=1, published=DAY)


def test_an_old_article_does_not_contradict_a_later_holder() -> None:
    assert not contradicts(claim("holds"), "person-bo", [holding()], seats=1, published=date(1987, 3, 1))
    assert contradicts(
        claim("holds"), "person-bo", [holding(since=None)], seats=1, published=date(1987, 3, 1)
    )


def test_two_reports_of_one_kind_tell_of_one_change_where_their_days_are_near() -> None:
    assert same_change(DAY, date(2022, 10, 10))
    assert same_change(DAY, None)
    assert not same_change(DAY, date(2021, 9, 24))
