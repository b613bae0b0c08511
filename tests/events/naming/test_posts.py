"""Posts: many wordings, one key; and how many hold a post at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.naming.posts import Worded, clean_label, post_key, worded
from events.naming.seats import seats_of

common = settings(deadline=None)  # the machine may be busy

ONE = [
    ("deputy defence minister", "Deputy Minister of Defense"),
    ("CEO", "chief executive"),
    ("CEO", "chief executive officer"),
    ("chairman", "chairwoman"),
    ("chairman of the board of directors", "chair"),
    ("PM", "prime minister"),
    ("premier", "prime minister"),
    ("deputy prime minister", "vice-premier"),
    ("spokesman", "spokeswoman"),
    ("acting director", "director"),
    ("president-elect", "president"),
    ("former chancellor", "chancellor"),
    ("Treasury secretary", "secretary of the Treasury"),
    ("foreign secretary", "Secretary of State for Foreign Affairs"),
    ("minister of internal affairs", "interior minister"),
    ("labour minister", "minister of labor"),
    ("federal minister of finance", "finance minister"),
    ("board member", "member of the board of directors"),
    ("EVP", "executive vice president"),
    ("commander-in-chief", "commander in chief"),
    ("prosecutor general", "general prosecutor"),
    ("vice president for sales", "vice president-sales"),
    ("congresswoman", "congressman"),
    ("police chief", "chief of police"),
]
TWO = [
    ("minister of defense", "deputy minister of defense"),
    ("minister of state for defense", "defense minister"),
    ("secretary of state", "state secretary"),
    ("secretary of state", "secretary"),
    ("chairman", "vice chairman"),
    ("director", "managing director"),
    ("director", "board member"),
    ("president", "vice president"),
    ("chief of staff", "chief of the defence staff"),
    ("economy minister", "finance minister"),
    ("king", "queen"),
    ("judge", "chief judge"),
    ("first deputy minister", "deputy minister"),
    ("co-chairman", "chairman"),
    ("New York regional administrator", "regional administrator"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_one_post_worded_differently_gives_one_key(one: str, other: str) -> None:
    assert post_key(one) == post_key(other)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_posts_worded_alike_give_two_keys(one: str, other: str) -> None:
    assert post_key(one) != post_key(other)


@common
@given(st.text(max_size=40))
def test_a_key_is_its_own_key(label: str) -> None:
    assert post_key(post_key(label)) == post_key(label)


RANKS = (
    "deputy first senior vice minister president secretary chief officer executive general director chairman mp of for"
    " the state defence internal affairs staff co acting new york board member finance premier interior public house"
).split()


@common
@given(st.lists(st.sampled_from(RANKS), min_size=1, max_size=6))
def test_a_key_of_rank_words_is_its_own_key_in_any_case(words: list[str]) -> None:
    label = " ".join(words)
    assert post_key(post_key(label)) == post_key(label) == post_key(label.upper())


@pytest.mark.parametrize(
    ("label", "organization", "expected"),
    [
        ("French president", None, Worded("president", "France")),
        ("President of the United States", None, Worded("President", "United States")),
        ("deputy Russian defense minister", "Russia", Worded("deputy defense minister", "Russia")),
        ("deputy minister", "Russian Defense Ministry", Worded("deputy defense minister", "Russia")),
        ("finance minister", "French Finance Ministry", Worded("finance minister", "France")),
        ("defense minister", "Defence Ministry", Worded("defense minister", None)),
        (
            "finance minister",
            "French Defense Ministry",
            Worded("finance minister", "French Defense Ministry"),
        ),
        ("mayor of Springfield", None, Worded("mayor", "Springfield")),
        ("chief executive of Olin", "Olin Corp", Worded("chief executive", "Olin Corp")),
        ("ambassador to France", "U.S.", Worded("ambassador to France", "U.S.")),
        ("U.S. ambassador to France", None, Worded("ambassador to France", "United States")),
        ("secretary of state for Scotland", "UK", Worded("secretary of state for Scotland", "UK")),
        (
            "vice president of American operations",
            None,
            Worded("vice president of American operations", None),
        ),
        ("UN secretary-general", None, Worded("secretary-general", "United Nations")),
        ("U.S. attorney", "U.S.", Worded("U.S. attorney", "U.S.")),
        ("pope", None, Worded("pope", "Catholic Church")),
        ("pope", "Vatican", Worded("pope", "Catholic Church")),
        ("finance minister", None, Worded("finance minister", None)),
    ],
)
def test_post_and_organization_are_told_apart(label: str, organization: str | None, expected: Worded) -> None:
    assert worded(label, organization) == expected


def test_a_label_is_shown_without_how_it_is_held() -> None:
    assert clean_label("acting  defence minister") == "defence minister"
    assert clean_label("New York regional administrator") == "New York regional administrator"
    assert clean_label("the new ex-chairman") == "chairman"


@pytest.mark.parametrize(
    ("label", "seats"),
    [
        ("president", 1), ("chief executive officer", 1), ("Prime Minister", 1), ("minister of health", 1),
        ("chairwoman", 1), ("governor", 1), ("mayor", 1), ("pope", 1), ("king", 1), ("secretary of state", 1),
        ("chief financial officer", 1), ("chief justice", 1), ("ambassador to France", 1),
        ("deputy minister of health", None), ("member", None), ("director", None), ("judge", None), ("senator", None),
        ("spokesman", None), ("vice president", None), ("secretary", None), ("minister", None),
        ("co-chief executive", None), ("associate justice", None), ("wizard", None),
    ],
)  # fmt: skip
def test_seats_come_from_rank_words(label: str, seats: int | None) -> None:
    assert seats_of(label).seats == seats


def test_a_judge_stays_fresh_for_longer_than_a_minister() -> None:
    assert seats_of("judge").fresh_for > seats_of("minister of health").fresh_for > 0
