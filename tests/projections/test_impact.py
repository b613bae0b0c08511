"""Which statements are in trouble: given what was said and what is believed, then what an editor has to correct."""

from typing import Any

from projections.fold.timeline import timeline
from projections.impact import Affected, Statement, impact
from projections.model import FoldClaim
from tests.projections.folding import POST, day, settings, told

ADA, BO = "person-ada", "person-bo"
TODAY = day("2022-12-01")


def said(claim: str, article: str | None, kind: str, person: str, published: str, **more: Any) -> Statement:
    values: dict[str, Any] = {
        "rests_on": None, "post": POST, "capacity": "substantive", "state": "accepted", "rule": kind,
        "by_editor": False,
    } | more  # fmt: skip
    return Statement(
        claim=claim, article=article, kind=kind, person=person, published=day(published), **values  # type: ignore[arg-type] # as in the catalogue
    )  # fmt: skip


def troubles(*statements: Statement, claims: tuple[FoldClaim, ...] = ()) -> list[tuple[str, str]]:
    return [(each.claim, each.trouble) for each in found(*statements, claims=claims)]


def found(*statements: Statement, claims: tuple[FoldClaim, ...] = ()) -> tuple[Affected, ...]:
    return impact(statements, timeline(claims, settings()), TODAY)


NAMES_ADA = said("c1", "article-a", "holds", ADA, "2022-05-01")
ADA_STANDS = told("holds", ADA, "2022-05-01", claim_id="c1", article="article-a")
ADA_GOES = told("out", ADA, "2022-09-24", date="2022-09-24", claim_id="c2")
ADA_WENT = said("c2", "article-b", "out", ADA, "2022-09-24")


def test_an_article_that_names_one_who_has_gone_since_is_dated() -> None:
    (affected,) = found(NAMES_ADA, ADA_WENT, claims=(ADA_STANDS, ADA_GOES))

    assert (affected.claim, affected.article, affected.trouble) == ("c1", "article-a", "dated")
    assert affected.membership is not None
    assert affected.membership.end is not None
    assert str(affected.membership.end.date) == "2022-09-24"


def test_an_article_that_names_the_holder_is_in_no_trouble() -> None:
    assert troubles(NAMES_ADA, claims=(ADA_STANDS,)) == []


def test_one_who_came_back_makes_no_article_dated() -> None:
    back = told("in", ADA, "2022-11-20", date="2022-11-20", claim_id="c3")

    assert troubles(NAMES_ADA, ADA_WENT, claims=(ADA_STANDS, ADA_GOES, back)) == []


def test_an_end_that_is_still_to_come_dates_nothing() -> None:
    later = told("out", ADA, "2022-09-24", date="2023-01-31", claim_id="c2")

    assert troubles(NAMES_ADA, ADA_WENT, claims=(ADA_STANDS, later)) == []


KILLED = said("k1", "article-k", "in", BO, "2022-10-01", state="withdrawn", rule="canceled")
NAMES_BO = said("c4", "article-c", "holds", BO, "2022-10-05")


def test_what_took_over_from_a_killed_article_is_unsound() -> None:
    (affected,) = found(KILLED, NAMES_BO)

    assert (affected.claim, affected.trouble, affected.killed) == ("c4", "unsound", ("article-k",))


def test_it_is_sound_where_another_article_tells_of_the_turn_or_it_came_before() -> None:
    other = said("c5", "article-d", "in", BO, "2022-10-02")
    earlier = said("c6", "article-e", "holds", BO, "2022-09-01")
    somebody = said("c7", "article-e", "holds", ADA, "2022-10-05")

    assert troubles(KILLED, NAMES_BO, other) == []
    assert troubles(KILLED, earlier, somebody) == []


def test_a_claim_that_only_the_killed_article_corroborated_is_unsound() -> None:
    released = said("c8", "article-f", "in", BO, "2022-09-30", rule="second_origin")
    by_editor = said("c9", "article-g", "in", BO, "2022-09-30", rule="editor", by_editor=True)

    assert troubles(KILLED, released) == [("c8", "unsound")]
    assert troubles(KILLED, by_editor) == []
    assert troubles(KILLED, released, by_editor) == []


def test_an_editors_correction_of_a_killed_article_is_unsound() -> None:
    correction = said(
        "c10", None, "in", BO, "2022-10-01", rests_on="article-k", by_editor=True, rule="editor"
    )

    assert troubles(KILLED, correction) == [("c10", "unsound")]


def test_what_an_editor_rejected_or_corrected_is_still_printed_somewhere() -> None:
    rejected = said("c11", "article-h", "in", BO, "2022-10-01", state="rejected", by_editor=True)
    superseded = said("c12", "article-h", "in", ADA, "2022-10-01", state="superseded", by_editor=True)
    machine = said("c13", "article-h", "out", ADA, "2022-10-01", state="superseded", rule="newer_version")
    withdrawn = said("c14", "article-h", "out", ADA, "2022-10-01", state="withdrawn", rule="no_longer_made")

    assert troubles(rejected, superseded, machine, withdrawn) == [("c11", "corrected"), ("c12", "corrected")]
