"""PartialDate: its text form, and what it refuses."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.dates import InvalidDate, PartialDate

days = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    one, other = sorted((draw(days), draw(days)))
    return draw(
        st.sampled_from(
            [
                PartialDate(one, other),
                PartialDate.on(one),
                PartialDate.no_later_than(one),
                PartialDate.no_earlier_than(one),
                PartialDate.parse(f"{one:%Y}" if one.year >= 1000 else "2008"),
                PartialDate.parse(f"{one:%Y-%m}"),
            ]
        )
    )


@given(partial_dates())
def test_the_text_form_reads_back_as_the_same_date(partial: PartialDate) -> None:
    assert PartialDate.parse(str(partial)) == partial


@given(partial_dates())
def test_it_travels_between_processes(partial: PartialDate) -> None:
    assert pickle.loads(pickle.dumps(partial)) == partial


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2008", date(2008, 1, 1), date(2008, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-09-24", date(2022, 9, 24), date(2022, 9, 24)),
        ("[..2017-03-05]", None, date(2017, 3, 5)),
        ("[2017-03-05..]", date(2017, 3, 5), None),
        ("[2017-03-05..2017-03-07]", date(2017, 3, 5), date(2017, 3, 7)),
    ],
)
def test_a_text_gives_its_earliest_and_latest_day(
    text: str, earliest: date | None, latest: date | None
) -> None:
    partial = PartialDate.parse(text)

    assert (partial.earliest, partial.latest, str(partial)) == (earliest, latest, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2022-02-31",
        "2022-13",
        "0000",
        "22",
        "2022-9-4",
        "[..]",
        "[2020-01-02..2020-01-01]",
        "٢٠٢٢",
        "2022-09-24T00",
    ],
)
def test_nonsense_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(InvalidDate):
        PartialDate.parse(text)


def test_only_a_day_is_exact() -> None:
    assert PartialDate.parse("2022-09-24").exact == date(2022, 9, 24)
    assert PartialDate.parse("2022-09").exact is None
