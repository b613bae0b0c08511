"""`incumbent extract`, which needs no server."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.extract import extract

TEXT = "Kestrel Bank Ltd said Clara Whitfield was named chairman, succeeding Owen Blythe on Friday."


def test_json_lines_in_give_json_lines_out() -> None:
    lines = [
        {
            "id": "one",
            "published": "18-MAY-2024 08:35:45.87",
            "title": "KESTREL NAMES CHAIRMAN",
            "text": TEXT,
        },
        {"id": "two", "published": "2024-05-18", "title": None, "text": "Nothing happened."},
    ]

    result = CliRunner().invoke(extract, ["-"], input="".join(json.dumps(line) + "\n" for line in lines))

    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 0
    assert [(c["change"], c["person"], c["post"], c["org"]) for c in first["changes"]] == [
        ("in", "Clara Whitfield", "chairman", "Kestrel Bank Ltd"),
        ("out", "Owen Blythe", "chairman", "Kestrel Bank Ltd"),
    ]
    assert set(first["changes"][0]) == {
        "change", "person", "post", "org", "acting", "reason", "modality", "date", "background", "quote", "accepted",
    }  # fmt: skip
    assert second == {"id": "two", "changes": [], "holds": []}


def test_a_plain_text_file_is_one_article(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text(f"date 2024-05-18 3 minutes\n\n{TEXT}")

    found = json.loads(CliRunner().invoke(extract, [str(path)]).stdout)

    assert found["id"] == "news"
    assert found["changes"][1]["date"] == "2024-05-17"


def test_explain_shows_sentence_rule_and_verdict(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text(f"{TEXT} She will be replaced by Ada Kovacs.")

    page = CliRunner().invoke(extract, [str(path), "--explain"]).stdout

    assert "Clara Whitfield: in chairman, Kestrel Bank Ltd" in page
    assert "rule appointed" in page
    assert "the post found elsewhere" in page
    assert "stands without an editor" in page
    assert "said by Kestrel Bank Ltd (official)" in page


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b'{"id": "one"}', "line 1: "),
        (b'{"id": "one", "text": 5}', "line 1: "),
        (b'{"id": "one", "text": ""}\n{', "line 2: "),
    ],
)
def test_bad_input_is_told_in_one_sentence(raw: bytes, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_bytes(raw)

    result = CliRunner().invoke(extract, [str(path)])

    assert result.exit_code == 1
    assert complaint in result.output
    assert "Traceback" not in result.output


def test_a_publication_date_that_is_none_is_told_and_the_article_read_without(tmp_path: Path) -> None:
    line = {"id": "one", "published": "2024-02-30", "text": TEXT}

    result = CliRunner().invoke(extract, ["-"], input=json.dumps(line))

    assert "weekdays stay unresolved" in result.stderr
    assert json.loads(result.stdout)["changes"][1]["date"] is None


def test_an_unknown_file_or_extractor_is_told() -> None:
    assert "cannot read" in CliRunner().invoke(extract, ["no/such/file"]).output
    assert (
        "there is no extractor 'oracle'" in CliRunner().invoke(extract, ["-", "--extractor", "oracle"]).output
    )
