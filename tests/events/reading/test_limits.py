"""Texts that nobody writes: work must stay linear, and nothing may fail."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.reading.article import derive
from events.reading.read import read
from events.reading.rules import Rules

_SENTENCE = (
    "Kestrel Bank said Clara Whitfield was named chairman, succeeding Owen Blythe, who retired on Monday. "
)
PATHOLOGICAL = {
    "a megabyte of news": _SENTENCE * 10_000,
    "one endless sentence": "the chairman and the president of the bank and " * 8_000,
    "one endless list of names": "Amy Stone, Carl Vance and Hugh Doyle, " * 5_000
    + "have resigned as directors.",
    "ten thousand nested quotes": "“" * 10_000 + "He resigned as mayor" + "”" * 10_000,
    "a hundred thousand capitals": "A" * 100_000,
    "a hundred thousand capital words": "Aa " * 100_000,
    "a hundred thousand initials": "A. " * 100_000,
    "brackets without end": "(" * 50_000 + "<" * 50_000,
    "possessives without end": "Kestrel's " * 20_000,
    "posts without end": "chairman of the president of " * 6_000,
    "commas without end": "named, " * 20_000,
    "one word": "x" * 1_000_000,
    "line feeds": "\n" * 500_000 + "Mayor Thomas Beck resigned.",
    "blanks": " " * 500_000 + "Mayor Thomas Beck resigned.",
    "hyphens": "a-" * 200_000,
    "full stops": ". " * 100_000,
    "different persons": " ".join(
        f"Mayor Amy{chr(97 + i % 26)}{chr(97 + i // 26 % 26)} Stone{i} resigned." for i in range(5_000)
    ),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_the_work_of_a_pathological_text_stays_linear(name: str) -> None:
    """Ten times the text is at most twenty-five times the work; of something quadratic it would be a hundred."""
    text = PATHOLOGICAL[name]
    tenth = _seconds(text[: len(text) // 10])

    assert _seconds(text) < 25 * max(tenth, 0.02)


def _seconds(text: str) -> float:
    """CPU time of reading it."""
    article = derive(text, title=None, published="2024-05-18")
    before = time.process_time()
    read("article-test", 1, article, Rules())
    return time.process_time() - before


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\x00\x01", "\ud7ff�", ".", "'s", "Mayor", "resigned", "by", ", ,", "who"]
)
def test_an_empty_or_odd_text_gives_nothing_and_does_not_fail(text: str) -> None:
    found = read("article-test", 1, derive(text, title=None, published=None), Rules())

    assert found.claims == ()


_SOUP = (
    "named appointed elected resigned replaced succeeding nominated sworn forced becomes will would was "
    "is has been to as of by the a his its he she who which and or , . ; : - 's ( ) not if that said "
    "president chairman chief executive minister directors finance deputy board Senate court post "
    "resignation counterpart effective Monday March 3 2012 John Smith Ann Lee Mr Gen. A. Kestrel Bank Inc "
    "French U.S. in on from until since down out into up"
).split()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_SOUP), max_size=40))
def test_any_row_of_words_is_read_and_every_quote_stands_in_it(words: list[str]) -> None:
    text = " ".join(words)

    found = read("article-test", 1, derive(text, title=None, published="2024-05-18"), Rules())

    spans = [(claim.quote.start, claim.quote.end) for claim in found.claims if claim.quote is not None]
    assert len(spans) == len(found.claims)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
