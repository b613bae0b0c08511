"""The picture of a timeline: well-formed whatever is in it, readable, honest about dates, and safe to embed."""

import base64
import hashlib
import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from projections.answering.answers import TimelineOn
from projections.fold.timeline import timeline
from projections.model import PostSettings
from service.rendering.axis import axis_over
from service.rendering.lines import lines, width
from service.rendering.markup import text
from service.rendering.timeline_svg import LEAST_WIDTH, MOST_WIDTH, POLICY, timeline_svg
from tests.projections.folding import claim_sets, days, post_settings
from tests.service.rendering.samples import (
    HOSTILE,
    LONG,
    SAMPLES,
    every_form,
    hostile,
    of_memberships,
    succession,
)

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: bytes) -> Any:
    return etree.fromstring(picture, etree.XMLParser(resolve_entities=False, no_network=True))


def rows(picture: bytes) -> list[Any]:
    found: list[Any] = parsed(picture).findall(f".//{SVG}g[@role='listitem']")
    return found


def said(picture: bytes) -> list[str]:
    """What a screen reader says of each row."""
    return [row.find(f"{SVG}g").get("aria-label") for row in rows(picture)]


def bars(row: Any) -> list[Any]:
    drawn = row.find(f"{SVG}g")
    return [each for each in drawn if each.tag in (f"{SVG}rect", f"{SVG}path", f"{SVG}line")]


@pytest.mark.parametrize("wide", [LEAST_WIDTH, 800, MOST_WIDTH])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_words_run_into_others_or_into_bars(name: str, wide: int) -> None:
    picture = parsed(timeline_svg(SAMPLES[name](), wide=wide))
    height = int(picture.get("height"))
    lowest: dict[str, float] = {}
    for row in picture.findall(f".//{SVG}g[@role='listitem']"):
        words = row.findall(f".//{SVG}text")
        left = min(
            [float(each.get("x") or each.get("x1") or each.get("d").split()[0][1:]) for each in bars(row)]
        )
        for each in words:
            end = float(each.get("x")) + width(
                each.text or "", float(each.get("font-size")), bold=each.get("font-weight") == "600"
            )
            assert end <= left + 8
        for one, other in pairwise(words):
            assert float(other.get("y")) - float(one.get("y")) >= float(other.get("font-size"))
        top = float(words[0].get("y")) - 14
        assert top >= lowest.get("row", 0)
        lowest["row"] = float(words[-1].get("y"))
    for each in picture.iter(f"{SVG}text"):
        assert 0 < float(each.get("y")) < height
        assert each.get("text-anchor") or float(each.get("x")) < wide


@pytest.mark.parametrize("name", SAMPLES)
def test_it_runs_and_fetches_nothing_and_can_stand_beside_others(name: str) -> None:
    picture = timeline_svg(SAMPLES[name]())
    root = parsed(picture)
    ids = [each.get("id") for each in root.iter() if each.get("id")]

    assert not {each.tag.removeprefix(SVG) for each in root.iter()} - {
        "svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "g", "text", "line",
    }  # fmt: skip
    for each in root.iter():
        for attribute, value in each.attrib.items():
            assert not attribute.startswith("on")
            assert attribute not in ("style", "href", "{http://www.w3.org/1999/xlink}href")
            assert "url(" not in value or re.fullmatch(r"url\(#inc-[0-9a-f]{8}-\w+\)", value)
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"inc-[0-9a-f]{8}-\w+", each) for each in ids)
    classes = {part for each in root.iter() for part in (each.get("class") or "").split()}
    assert all(each.startswith("inc-") for each in classes), "a page's own classes are not met"
    style = root.find(f"{SVG}style").text
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in POLICY
    assert root.find(f"{SVG}title").get("id") == root.get("aria-labelledby")
    assert root.find(f"{SVG}desc").get("id") == root.get("aria-describedby")


def test_names_are_data() -> None:
    labels = said(timeline_svg(hostile()))

    assert any(label.startswith(LONG) for label in labels), "whole, where the picture shortens it"
    told = next(label for label in labels if "alert" in label)
    assert told.startswith(HOSTILE.replace("\x00", "").replace("\x07", "").replace("\u202e", ""))


def test_each_form_differs_in_shape_not_only_in_colour() -> None:
    picture = timeline_svg(every_form())
    shapes: dict[str, list[tuple[Any, ...]]] = {}
    for row, label in zip(rows(picture), said(picture), strict=True):
        shapes[label] = [
            (each.tag, each.get("stroke-dasharray"), _kind(each.get("fill")))
            for each in bars(row)
        ]  # fmt: skip
    of = {word: next(shape for label, shape in shapes.items() if word in label)
          for word in ("Silje Moe", "acting", "disputed", "Vacant", "nominated")}  # fmt: skip

    assert len({str(shape) for shape in of.values()}) == 5
    hatching = {each.get("id")[13:]: each[0].get("d") for each in parsed(picture).iter(f"{SVG}pattern")}
    assert hatching["acting"] != hatching["disputed"]
    for word in ("acting", "disputed", "vacant", "elected, nominated or to take office", "possible"):
        assert any(word in (each.text or "") for each in parsed(picture).iter(f"{SVG}text")), word


def _kind(fill: str | None) -> str:
    return "hatched" if fill and fill.startswith("url") else "none" if fill in (None, "none") else "solid"


def test_the_words_tell_how_each_day_is_known() -> None:
    labels = said(timeline_svg(every_form()))

    assert labels[0] == (
        "Piet Halloran: start not known; first mentioned 2 May 2006; ended no later than 5 March 2009"
    )
    assert labels[1] == "Olga Varen: 2009 – May 2013, resigned"
    assert "Jorun Vik: acting, 1 February 2016 – 11 November 2016" in labels
    assert "Vacant: 30 June 2019 – 1 March 2020" in labels
    assert "Edda Lunde: since 15 January 2023" in labels
    assert "Mona Stolt: nominated 3 November 2025" in labels
    assert "Hugo Keller: to take office 1 June 2026" in labels


def test_what_is_not_certain_is_dashed_and_an_open_side_has_no_edge() -> None:
    picture = timeline_svg(every_form())
    drawn = {
        label.partition(":")[0]: bars(row) for row, label in zip(rows(picture), said(picture), strict=True)
    }

    assert [each.tag for each in drawn["Silje Moe"]] == [f"{SVG}rect"], "both ends are exact"
    halloran = drawn["Piet Halloran"]
    assert [each.tag for each in halloran] == [f"{SVG}path", f"{SVG}rect"]
    assert halloran[0].get("d").count("v") == 1, "it has only its right edge"
    varen = drawn["Olga Varen"]
    assert varen[0].get("d").count("v") == 2
    whole = float(varen[0].get("d").split("H")[1].split("M")[0]) - float(varen[0].get("d").split()[0][1:])
    assert float(varen[1].get("width")) < whole


def test_two_hundred_holders_are_drawn_in_order_and_within_reason() -> None:
    picture = timeline_svg(succession(200))
    starts = [float(each.get("x")) for each in parsed(picture).iter(f"{SVG}rect") if each.get("x")][:200]

    assert len(rows(picture)) == 200
    assert starts == sorted(starts)
    assert len(picture) < 200_000


@settings(max_examples=60, deadline=None)
@given(claim_sets, post_settings, days)
def test_whatever_the_fold_makes_can_be_drawn(claims: Any, of: PostSettings, day: date) -> None:
    drawn: TimelineOn = of_memberships(timeline(claims, of), of, as_of=day)

    labels = said(timeline_svg(drawn))

    assert len(labels) == len(drawn.memberships) + len(drawn.vacancies)


@given(st.text(), st.floats(30, 400), st.integers(1, 4))
def test_lines_fit_and_lose_nothing_without_saying_so(words: str, room: float, most: int) -> None:
    found = lines(words, 14, room, most)

    assert len(found) <= most
    assert all(width(line, 14) <= max(room, 30) + 1e-6 for line in found)
    whole = "".join(words.split())
    shown = "".join("".join(found).split())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


@given(st.text())
def test_any_text_can_stand_in_markup(words: str) -> None:
    assert etree.fromstring(f'<a b="{text(words)}">{text(words)}</a>').get("b") is not None


@given(
    st.lists(st.dates(date(1000, 1, 1), date(2999, 12, 31)), min_size=1, max_size=5), st.floats(200, 1_000)
)
def test_an_axis_has_room_for_every_day_and_few_marks(some: list[date], room: float) -> None:
    axis = axis_over(some, 10, 10 + room)
    places = [place for place, _ in axis.marks()]

    assert all(10 <= axis.x(day) <= 10 + room for day in some)
    assert [axis.x(day) for day in sorted(some)] == sorted(axis.x(day) for day in some)
    assert all(later - earlier > 30 for earlier, later in pairwise(places))
    assert len({label for _, label in axis.marks()}) == len(places)
