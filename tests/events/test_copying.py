"""One report or two: a shared run of twelve words makes two texts one, wherever it stands, and eleven do not."""

from hypothesis import given
from hypothesis import strategies as st

from events.copying import MOST_WORDS, RUN, Source, fingerprints, is_copy, traced, words_of

own_words = st.lists(st.integers(0, 10**6).map("own{}".format), max_size=60)
other_words = st.lists(st.integers(0, 10**6).map("other{}".format), max_size=60)
shared_words = st.lists(
    st.sampled_from(["the", "minister", "resigned", "on", "monday"]), min_size=RUN, max_size=30
)


@given(own_words, own_words, other_words, other_words, shared_words)
def test_a_shared_run_is_a_copy_and_leaves_a_fingerprint_in_both(
    before: list[str], after: list[str], ahead: list[str], behind: list[str], shared: list[str]
) -> None:
    one, other = [*before, *shared, *after], [*ahead, *shared, *behind]

    assert is_copy(one, other)
    assert set(fingerprints(one)) & set(fingerprints(other))


@given(own_words, other_words, st.lists(st.integers(0, 5).map(str), max_size=RUN - 1))
def test_a_shorter_run_is_none(own: list[str], other: list[str], shared: list[str]) -> None:
    assert not is_copy([*own, *shared], [*shared, *other])


@given(st.text())
def test_case_and_marks_do_not_count_and_any_text_is_taken(text: str) -> None:
    assert words_of("The  MINISTER, “Edda” resigned.") == ["the", "minister", "edda", "resigned"]
    assert all(-(2**63) <= each < 2**63 for each in fingerprints(words_of(text)))


def test_of_a_very_long_text_only_the_beginning_is_looked_at() -> None:
    words = words_of(" ".join(f"word{number}" for number in range(50_000)))

    assert len(words) == MOST_WORDS
    assert len(fingerprints(words)) < MOST_WORDS


def source(article: str, position: int, credit: str | None = None, known: str | None = None) -> Source:
    return Source(
        article=article, version=1, position=position, credit=credit, publisher=f"of {article}", traced=known
    )


def test_what_others_printed_before_is_theirs() -> None:
    own, first, second = source("c", 9), source("a", 3), source("b", 5)

    assert traced(own, [second, first]) == {own: "of a", second: "of a"}


def test_the_wire_credit_says_whose_it_is_also_of_those_that_printed_it_without() -> None:
    own, bare = source("c", 9, "Wire"), source("a", 3)

    assert traced(own, [bare]) == {bare: "Wire"}
    assert traced(source("c", 9), [source("a", 3, "Wire")]) == {source("c", 9): "Wire"}


def test_a_credit_of_its_own_is_never_overruled_and_nothing_is_traced_twice() -> None:
    own, other = source("c", 9, "Wire"), source("a", 3, "Other Wire")
    known = source("b", 4, known="Wire")

    assert traced(own, [other, known]) == {}
    assert traced(own, []) == {}
