"""The articles that come with the project, read as a newsroom would read them."""

import json
from pathlib import Path

import pytest

import service
from events.reading.article import derive
from events.reading.read import read
from events.reading.rules import Rules

SAMPLES = Path(service.__file__).parent / "samples"


def changes(name: str) -> list[tuple[str, ...]]:
    sample = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf8"))
    article = derive(sample["text"], title=sample["title"], published=sample["published"])
    return [
        (
            claim.kind,
            claim.person,
            claim.post,
            str(claim.organization),
            claim.capacity,
            claim.modality,
            str(claim.date),
        )
        for claim in read("article-1", 1, article, Rules()).claims
        if claim.kind not in ("holds", "held")
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "deputy-defence-minister",
            [
                (
                    "out",
                    "Dmitry Bulgakov",
                    "deputy defence minister",
                    "Russia",
                    "substantive",
                    "actual",
                    "2022-09-24",
                ),
                (
                    "in",
                    "Mikhail Mizintsev",
                    "deputy defence minister",
                    "Russia",
                    "substantive",
                    "actual",
                    "None",
                ),
            ],
        ),
        (
            "ferry-company",
            [
                (
                    "in",
                    "Ines Okafor",
                    "chief executive officer",
                    "Harbourline Ferries Plc",
                    "substantive",
                    "actual",
                    "2026-11-16",
                ),
                (
                    "out",
                    "Martin Reyl",
                    "chief executive officer",
                    "Harbourline Ferries Plc",
                    "substantive",
                    "actual",
                    "None",
                ),
            ],
        ),
        (
            "finance-ministry",
            [
                ("out", "Petra Havel", "finance minister", "Norland", "substantive", "actual", "2026-11-20"),
                ("in", "Tomas Brandt", "finance minister", "Norland", "acting", "actual", "None"),
            ],
        ),
    ],
)
def test_the_changes_of_a_sample(name: str, expected: list[tuple[str, ...]]) -> None:
    assert changes(name) == expected
