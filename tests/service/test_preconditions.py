"""If-Match: whoever acts on what is no more hears of it, also when all act at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.service.test_bad_input import is_helpful
from tests.support.service import Service

TEXT = "Norland's Harbour Minister Petra Quill was dismissed on Tuesday, the Harbour Ministry said."


@pytest.fixture(scope="module")
def editor(service: Service) -> Iterator[httpx.Client]:
    key = service.key("read", "ingest", "review", publishers=("Desk",), trusted=True)
    with service.client(key) as editor:
        yield editor


@pytest.fixture(scope="module")
def claim(editor: httpx.Client) -> dict[str, Any]:
    article = {"uri": "https://desk.example/quill", "text": TEXT, "published": "2026-03-10"}
    found: dict[str, Any] = editor.post("/v1/articles", json=article).json()["claims"][0]
    return found


def act(editor: httpx.Client, path: str, etag: str, **body: Any) -> httpx.Response:
    return editor.post(path, json={"reason": "by law", **body}, headers={"If-Match": etag})


def test_who_acts_on_what_they_have_read_is_let_and_whoever_comes_after_is_not(
    service: Service, editor: httpx.Client, claim: dict[str, Any]
) -> None:
    path = f"/v1/posts/{claim['post']}/settings"
    etag = editor.get(path).headers["etag"]

    first = act(editor, path, etag, seats=1)
    head = service.head()
    second = act(editor, path, etag, seats=2)

    assert first.status_code == 201, first.text
    problem = is_helpful(second, 412, "precondition-failed")
    assert problem["see"] == path
    assert service.head() == head
    now = editor.get(path)
    assert now.json()["settings"]["seats"] == 1
    assert second.headers["etag"] == now.headers["etag"]
    assert act(editor, path, second.headers["etag"], seats=2).status_code == 201


@pytest.mark.parametrize("etag", ['W/"0"', '"0", W/"1"', "nonsense"])
def test_another_etag_does_not_pass(editor: httpx.Client, claim: dict[str, Any], etag: str) -> None:
    for path, body in (
        (f"/v1/claims/{claim['id']}/decisions", {"state": "rejected"}),
        (f"/v1/claims/{claim['id']}/corrections", {"claim": {"date": "2026-03-09"}}),
        (f"/v1/posts/{claim['post']}/settlements", {"accepted": [claim["id"]]}),
        (f"/v1/posts/{claim['post']}/vacancies", {"from": "2026-06-01"}),
    ):
        is_helpful(act(editor, path, etag, **body), 412, "precondition-failed")


def test_any_is_any_and_the_right_one_is_one_of_several(editor: httpx.Client, claim: dict[str, Any]) -> None:
    path = f"/v1/claims/{claim['id']}"
    etag = editor.get(path).headers["etag"]

    named = act(editor, f"{path}/decisions", f'W/"0", {etag}', state="accepted")
    timeline = editor.get(f"/v1/posts/{claim['post']}/timeline").headers["etag"]
    settled = act(editor, f"/v1/posts/{claim['post']}/settlements", timeline, accepted=[claim["id"]])
    any_ = act(editor, f"/v1/posts/{claim['post']}/vacancies", "*", **{"from": "2026-06-01"})

    assert [each.status_code for each in (named, any_)] == [201, 201]
    assert settled.status_code in (200, 201), settled.text


def test_of_many_editors_with_one_etag_one_is_let(editor: httpx.Client, claim: dict[str, Any]) -> None:
    path = f"/v1/posts/{claim['post']}/settings"
    for turn in range(4):
        etag = editor.get(path).headers["etag"]

        with ThreadPoolExecutor(8) as threads:
            answers = list(
                threads.map(
                    lambda n, etag=etag, turn=turn: act(editor, path, etag, seats=100 * turn + n + 3),
                    range(8),
                )
            )

        assert sorted(each.status_code for each in answers) == [201, *[412] * 7], [
            each.text for each in answers
        ]
        (let,) = (n for n, each in enumerate(answers) if each.status_code == 201)
        now = editor.get(path, params={"min_position": answers[let].json()["position"]})
        assert now.json()["settings"]["seats"] == 100 * turn + let + 3
