"""What an import appends: the difference between the file and what its source has said, and nothing else."""

import itertools
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalogue import ClaimsStated, Event, MissingEnd, decode, encode
from events.dates import PartialDate
from events.envelope import NewContent, Recorded
from events.sources.history import SourceHistory, digest_of_words
from events.sources.planning import plan
from events.sources.recording import Known
from events.sources.records import Entity, SourceFile, Tenure
from events.sources.stating import Import, kind_of
from events.sources.steps import Step

STREAM = "import-register"
_numbers = itertools.count()


class Source:
    """A source's stream, kept by hand."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self._contents: dict[str, bytes | None] = {}

    def take(self, file: SourceFile, declared: Import, most: int | None = None) -> list[Step]:
        """Imports the file, or only its first steps, and gives what there was to do."""
        history = self.history()
        verbatims = {
            key: digest_of_words(words[place.span.start : place.span.end]) if words is not None else None
            for key, place in history.places.items()
            for words in [self._contents[place.content.hash]]
        }
        planned = plan(file, declared, history, verbatims, Known(), _mint)
        todo = list(planned.steps)
        assert sum(step.records for step in todo) == planned.records
        for step in todo[:most]:
            for content in step.contents:
                self._keep(content)
            for new in step.events:
                if new.stream == STREAM:
                    self.events.append(_recorded(len(self.events) + 1, new.event))
        return todo

    def redact(self) -> None:
        """Every word that was kept is taken away."""
        self._contents = dict.fromkeys(self._contents)

    def history(self) -> SourceHistory:
        return SourceHistory(STREAM, self.events)

    def _keep(self, content: NewContent) -> None:
        self._contents[content.ref.hash] = content.body


def _mint(category: Literal["person", "post", "organization"]) -> str:
    return f"{category}-{next(_numbers)}"


def _recorded(version: int, event: Event) -> Recorded:
    now, stored = datetime(2026, 1, 1, tzinfo=UTC), decode(encode(event))
    return Recorded(version, STREAM, version, uuid.uuid4(), now, "tests", None, uuid.uuid4(), stored)


def list_of(*rows: tuple[int, str, str, int | None]) -> SourceFile:
    """Rows of (id, person, post, year of the end)."""
    tenures = [
        Tenure(
            record=str(number), person=person, post=post, start=PartialDate.parse("2010"),
            end=PartialDate.parse(str(end)) if end else None, verbatim=f"{number},{person},{post},{end}".encode(),
        )
        for number, person, post, end in rows
    ]  # fmt: skip
    people = {each.person for each in tenures}
    posts = {each.post for each in tenures}
    return SourceFile(
        format="csv",
        entities=[
            *(Entity(kind="person", record=each, name=each) for each in sorted(people)),
            *(Entity(kind="post", record=each, name=each) for each in sorted(posts)),
        ],
        tenures=tenures,
    )


def declared(day: str = "2024-06-01", missing_end: MissingEnd = "current") -> Import:
    return Import(publisher="publisher-register", missing_end=missing_end, as_of=date.fromisoformat(day))


rows = st.lists(
    st.tuples(
        st.integers(1, 12), st.sampled_from(["Ada", "Bo", "Cy"]), st.sampled_from(["mayor", "clerk"]),
        st.sampled_from([None, 2015, 2030]),
    ),
    max_size=12, unique_by=lambda row: row[0],
)  # fmt: skip


@given(st.lists(rows, min_size=1, max_size=4))
def test_whatever_came_before_the_source_says_what_its_last_file_says(
    files: list[list[tuple[int, str, str, int | None]]],
) -> None:
    source = Source()
    for each in files:
        source.take(list_of(*each), declared())

    assert _said(source) == sorted((str(n), person, post) for n, person, post, _ in files[-1])
    assert source.take(list_of(*files[-1]), declared()) == []


@given(rows, rows, st.integers(0, 6))
def test_an_import_that_broke_off_anywhere_comes_to_the_same_end(
    first: list[tuple[int, str, str, int | None]], second: list[tuple[int, str, str, int | None]], most: int
) -> None:
    source = Source()
    source.take(list_of(*first), declared())
    source.take(list_of(*second), declared(), most)

    source.take(list_of(*second), declared())

    assert _said(source) == sorted((str(n), person, post) for n, person, post, _ in second)
    assert source.history().complete


def _said(source: Source) -> list[tuple[str, str, str]]:
    told = {
        each.claim.id: (each.record, each.claim.person, each.claim.post)
        for recorded in source.events
        if isinstance(recorded.event, ClaimsStated)
        for each in recorded.event.claims
    }
    return sorted(told[claim] for claim in source.history().claims)


def test_only_what_changed_is_stated_and_what_has_no_end_is_said_again() -> None:
    source = Source()
    source.take(
        list_of((1, "Ada", "mayor", None), (2, "Bo", "clerk", 2015), (3, "Cy", "clerk", None)), declared()
    )

    todo = source.take(
        list_of((1, "Ada", "mayor", 2015), (2, "Bo", "clerk", 2015), (3, "Cy", "clerk", None)),
        declared("2025-06-01"),
    )

    assert _counted(todo) == (1, 1, 1)
    assert _counted(source.take(list_of((2, "Bo", "clerk", 2015)), declared("2025-06-01"))) == (0, 2, 0)


def test_words_that_were_redacted_are_not_brought_back_by_the_same_file() -> None:
    source = Source()
    source.take(list_of((1, "Ada", "mayor", 2015)), declared())
    source.redact()

    assert source.take(list_of((1, "Ada", "mayor", 2015)), declared()) == []


def _counted(todo: Sequence[Step]) -> tuple[int, int, int]:
    events = [new.event for step in todo for new in step.events]
    sides = ("claims", "withdrawn", "attested")
    stated, withdrawn, attested = (sum(len(getattr(event, side, ())) for event in events) for side in sides)
    return stated, withdrawn, attested


def test_a_person_keeps_the_entity_even_when_the_record_was_gone_for_a_while() -> None:
    source = Source()
    source.take(list_of((1, "Ada", "mayor", None)), declared())
    ada = source.history().entities["person", "Ada"]

    source.take(list_of((2, "Bo", "mayor", None)), declared())
    source.take(list_of((1, "Ada", "mayor", None)), declared())

    assert source.history().entities["person", "Ada"] == ada


@pytest.mark.parametrize(
    ("start", "end", "missing_end", "kind"),
    [
        ("2010", "2015", "current", "held"),
        ("2010", "2024-06-01", "current", "held"),
        ("2010", "2024-06-02", "current", "holds"),
        ("2010", None, "current", "holds"),
        (None, None, "current", "holds"),
        ("2025", None, "current", "in"),
        ("2010", None, "unknown", "in"),
        ("2025", "2030", "unknown", "holds"),
    ],
)
def test_what_a_row_claims(start: str | None, end: str | None, missing_end: MissingEnd, kind: str) -> None:
    tenure = Tenure(
        record="1", person="p", post="q",
        start=PartialDate.parse(start) if start else None, end=PartialDate.parse(end) if end else None,
    )  # fmt: skip

    assert kind_of(tenure, declared(missing_end=missing_end)) == kind
