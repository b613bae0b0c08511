"""Organizations' names: legal forms, countries, public bodies, and what is too general to be anyone's."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.naming.countries import country_named
from events.naming.organizations import is_generic, organization_fingerprint, readable_name

common = settings(deadline=None)  # the machine may be busy

ONE = [
    ("Olin Corp", "Olin Corporation"),
    ("Olin Corp", "OLIN"),
    ("The Quill & Ink Company", "Quill and Ink Co."),
    ("HSBC Holdings p.l.c.", "HSBC Holdings plc"),
    ("J.P. Morgan & Co.", "JP Morgan"),
    ("OAO Gazprom", "Open Joint Stock Company Gazprom"),
    ("Organisation for Birds", "Organization for Birds"),
    ("Russia", "the Russian Federation"),
    ("Russia", "Russian government"),
    ("U.S.", "United States"),
    ("U.S.", "USA"),
    ("UK", "Britain"),
    ("Russian Defense Ministry", "Ministry of Defence of the Russian Federation"),
    ("Russia's Defence Ministry", "the Russian Ministry of Defense"),
    ("Pentagon", "U.S. Department of Defense"),
    ("U.N.", "United Nations"),
    ("U.S. Senate", "United States Senate"),
    ("People's Republic of China", "China"),
    ("Côte d'Ivoire", "Ivory Coast"),
]
TWO = [
    ("Deutsche Bank", "Deutsche Bank Trust Company"),
    ("Niger", "Nigeria"),
    ("Guinea", "Guinea-Bissau"),
    ("South Korea", "North Korea"),
    ("China", "Republic of China"),
    ("Government of Estonia", "Government of Ethiopia"),
    ("Russian Defense Ministry", "Ukrainian Defense Ministry"),
    ("Russian Defense Ministry", "Defense Ministry"),
    ("American Airlines", "U.S. Airlines"),
    ("Bank of Scotland", "Bank of England"),
    ("Senate", "U.S. Senate"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_one_organization_gives_one_fingerprint(one: str, other: str) -> None:
    assert organization_fingerprint(one) == organization_fingerprint(other)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_near_misses_are_kept_apart(one: str, other: str) -> None:
    assert organization_fingerprint(one) != organization_fingerprint(other)


@pytest.mark.parametrize(
    "name", ["Senate", "the Defence Ministry", "central bank", "House of Representatives", "Board"]
)
def test_a_body_without_its_country_is_generic(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize(
    "name", ["Russia", "U.S. Senate", "Federal Reserve", "Olin Corp", "White House", "Pentagon"]
)
def test_a_name_of_its_own_is_not_generic(name: str) -> None:
    assert not is_generic(name)


def test_a_demonym_and_a_government_are_shown_as_the_country() -> None:
    assert readable_name("Russian") == "Russia"
    assert readable_name("the French government") == "France"
    assert readable_name("the Olin Corp,") == "Olin Corp"


def test_a_country_is_known_by_noun_and_demonym_only() -> None:
    russia = country_named("Russian")
    assert russia is not None
    assert russia == country_named("the Russian Federation")
    assert country_named("Russian Railways") is None


PARTS = (
    "the Russian British U.S. American Olin Quill & and Corp. Inc Ltd plc Co Holdings Group Bank of for Ministry"
    " Defence Foreign Affairs Senate House Court Supreme Federal Reserve government N.V. S.p.A. Republic China"
).split()


@common
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6))
def test_a_fingerprint_is_its_own_fingerprint_in_any_case(parts: list[str]) -> None:
    name = " ".join(parts)
    print_ = organization_fingerprint(name)
    assert organization_fingerprint(print_) == print_ == organization_fingerprint(name.upper())


@common
@given(st.text(max_size=40))
def test_only_a_name_without_letters_and_digits_has_no_fingerprint(name: str) -> None:
    if any(character.isascii() and character.isalnum() for character in name):
        assert organization_fingerprint(name)


def test_measured_on_the_shared_cases_no_fingerprint_joins_two_organizations(shared_data: Path) -> None:
    cases = shared_data / "data" / "names" / "cases.csv"
    if not cases.is_file():
        pytest.skip(f"the shared cases are missing: {cases}")
    with cases.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["schema"] in ("Organization", "Company", "LegalEntity")]

    joined = [
        (row["name1"], row["name2"], row["is_match"] == "true")
        for row in rows
        if organization_fingerprint(row["name1"]) == organization_fingerprint(row["name2"])
    ]

    assert [pair for pair in joined if not pair[2]] == []
    assert len(joined) >= 49
