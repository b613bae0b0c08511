"""Extractors are chosen by name, among what installed packages offer."""

import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from events.reading.article import derive
from events.reading.extractor import ENTRY_POINTS
from events.reading.plugins import UnknownExtractor, load
from events.reading.read import read


def test_the_embedded_one_is_offered_like_any_other() -> None:
    (offered,) = (point for point in entry_points(group=ENTRY_POINTS) if point.name == "rules")

    assert offered.load()().name == load().name


def test_a_package_offers_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shouting_extractor.py").write_text(
        "from events.catalogue import Span\n"
        "from events.reading.extractor import Draft\n"
        "class Shouting:\n"
        "    name = 'shouting/1'\n"
        "    def extract(self, article):\n"
        "        span = Span(start=0, end=len(article.text))\n"
        "        return [Draft(kind='in', person=p, post='chair', quote=span) for p in ('Nora Quill', 'Ida Marsh')]\n"
    )
    package = tmp_path / "shouting-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1\n")
    (package / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\nshouting = shouting_extractor:Shouting\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    found = read(
        "article-1", 1, derive("NORA QUILL TAKES THE CHAIR", title=None, published=None), load("shouting")
    )

    assert found.extractor == "shouting/1"
    assert [claim.person for claim in found.claims] == ["Nora Quill"]
    assert [(refusal.person, "not in the article" in refusal.why) for refusal in found.refused] == [
        ("Ida Marsh", True)
    ]


def test_one_that_nobody_offers_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownExtractor, match="rules"):
        load("parser")
