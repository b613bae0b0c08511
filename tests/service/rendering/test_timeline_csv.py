"""The timeline as a table: every membership with the certainty of its dates, and no cell that calculates."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from service.rendering.cells import csv_of
from service.rendering.timeline_csv import COLUMNS, timeline_csv
from tests.projections.folding import told
from tests.service.rendering.samples import every_form, of_claims


def read(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def test_each_row_tells_how_its_ends_are_known() -> None:
    found = {row["name"]: row for row in read(timeline_csv(every_form()))}

    first = found["Piet Halloran"]
    assert (first["start"], first["start_basis"], first["first_attested"]) == ("", "", "2006-05-02")
    assert (first["end"], first["end_earliest"], first["end_latest"]) == ("[..2009-03-05]", "", "2009-03-05")
    assert (found["Olga Varen"]["start"], found["Olga Varen"]["start_latest"]) == ("2009", "2009-12-31")
    assert found["Jorun Vik"]["capacity"] == "acting"
    assert found["Edda Lunde"]["certainty"] == "certain"
    assert found["Mona Stolt"]["incoming"] == "nominated"
    assert found["Aud Berg"]["on_leave"] == "2021-05/2021-09"
    assert {row["as_of"] for row in found.values()} == {"2026-03-10"}


def test_vacancies_have_rows_of_their_own_in_order_of_time() -> None:
    found = read(timeline_csv(every_form()))
    vacant = [row for row in found if row["entry"] == "vacancy"]

    assert [(row["start"], row["end"]) for row in vacant] == [
        ("2013-05-31", "2013-06-01"),
        ("2019-06-30", "2020-03-01"),
    ]
    names = [row["name"] for row in found]
    assert names.index("Silje Moe") < found.index(vacant[1]) < names.index("Gro Lie")
    assert all(len(row) == len(COLUMNS) and None not in row.values() for row in found)


def test_a_name_that_is_a_formula_stays_text() -> None:
    evil = '=HYPERLINK("https://evil.example";"Ada")'
    table = timeline_csv(
        of_claims([told("in", "person-1", "2026-01-01", date="2026-01-01")], names={"person-1": evil})
    )

    assert table.startswith(b"\xef\xbb\xbfentry,name,")
    assert read(table)[0]["name"] == f"'{evil}"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_no_cell_begins_a_formula_and_none_breaks_out_of_its_row(cells: list[str]) -> None:
    (row,) = list(
        csv.reader(io.StringIO(csv_of(["a"] * len(cells), [cells]).decode("utf-8-sig"), newline=""))
    )[1:] or [[]]

    assert len(row) == len(cells) or cells == [""] or not row
    for cell in row:
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
        assert not cell.startswith(("\t", "\r"))
