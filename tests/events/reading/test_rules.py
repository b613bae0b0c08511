import pytest

from events.reading.article import derive
from events.reading.read import read
from events.reading.rules import Rules
from tests.events.reading.sentences import CHANGES, HOLDINGS


def claims(text: str) -> list[tuple[str, str, str, str | None]]:
    found = read("article-test", 1, derive(text, title=None, published="2024-05-18"), Rules())
    return [(claim.kind, claim.person, claim.post, claim.organization) for claim in found.claims]


@pytest.mark.parametrize(("rule", "text", "expected"), CHANGES, ids=[case[0] for case in CHANGES])
def test_the_changes_a_sentence_tells(rule: str, text: str, expected: list[str]) -> None:
    told = [
        f"{kind} {person} | {post}" for kind, person, post, _ in claims(text) if kind not in ("holds", "held")
    ]

    assert sorted(told) == sorted(expected), rule


@pytest.mark.parametrize(("rule", "text", "expected"), HOLDINGS, ids=[case[0] for case in HOLDINGS])
def test_the_posts_a_sentence_places_persons_in(rule: str, text: str, expected: list[str]) -> None:
    held = [
        f"{kind} {person} | {post} | {organization}"
        for kind, person, post, organization in claims(text)
        if kind in ("holds", "held")
    ]

    assert sorted(held) == sorted(expected), rule
