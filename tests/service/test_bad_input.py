"""Bad input: a problem+json that says what to do, nothing appended, and the service goes on."""

from typing import Any

import httpx
import pytest

from tests.support.service import Service

GOOD = {
    "uri": "https://desk.example/good",
    "text": "President Ida Marsh of Norland spoke.",
    "published": "2026-03-10",
}
JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}
HTML = {"Content-Type": "text/html"}
FEED = {"Content-Type": "application/rss+xml"}
NINJS = {"Content-Type": "application/vnd.iptc.ninjs+json"}
LIAR = b"""<html><head><script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2099-03-10"}
</script></head><body><article><h1>Harbour</h1><p>Nora Quill has come to the harbour of Aldmouth, it said.</p></article>
</body></html>"""
LAUGHS = b"""<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<rss><channel><item><title>&c;</title><link>u</link></item></channel></rss>"""


def is_helpful(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"/problems/{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["remedy"]
    assert "Traceback" not in response.text
    return problem


@pytest.fixture
def nothing_appended(service: Service) -> Any:
    before = service.head()
    yield
    assert service.head() == before


@pytest.mark.usefixtures("nothing_appended")
@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        (b"", JSON, 400, "bad-body"),
        (b"", TEXT, 422, "unfit"),
        (b"  \n", TEXT, 422, "unfit"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x02", TEXT, 422, "unfit"),
        (b"", HTML, 422, "unfit"),
        (b"\x00\x01\x02" * 99, HTML, 422, "unfit"),
        (b"<html><body><nav><a href=/>Home</a></nav></body></html>", HTML, 422, "unfit"),
        (LIAR, HTML, 422, "bad-date"),
        (LIAR.replace(b"2099", b"2026"), {**HTML, "x-published": "2026-03-01"}, 422, "bad-date"),
        (b"<rss/>", FEED, 422, "unfit"),
        (b"<rss><channel><item><title>t</title></item></channel></rss>", FEED, 422, "unfit"),
        (LAUGHS, FEED, 422, "unfit"),
        (b"\x1f\x8b\x08" + bytes(range(256)), FEED, 422, "unfit"),
        (b'{"uri": "u", "headlines": [], "bodies": []}', JSON, 422, "unfit"),
        (b'{"uri": "u", "versionCreated": "once", "bodies": [{"value": "x"}]}', JSON, 422, "bad-date"),
        (b'{"uri": "u", "pubStatus": "lost", "bodies": [{"value": "x"}]}', NINJS, 422, "unfit"),
        (b'{"uri": "u", "type": "picture"}', NINJS, 422, "unfit"),
        (b"", NINJS, 422, "unfit"),
        (b'{"uri": "\xff"}', JSON, 400, "bad-body"),
        (b'{"uri": ', JSON, 400, "bad-body"),
        (b"[1, 2]", JSON, 400, "bad-body"),
        (b'{"uri": ' + b"[" * 100_000, JSON, 400, "bad-body"),
        (b'{"uri": "u", "bodies": ' + b"[" * 100_000, NINJS, 400, "bad-body"),
        (b'{"uri": 5, "text": "x"}', JSON, 400, "bad-body"),
        (b'{"uri": "u"}', JSON, 400, "bad-body"),
        (b'{"uri": "u", "text": null}', JSON, 400, "bad-body"),
        (b'{"uri": "u", "text": "x", "headline": "y"}', JSON, 400, "bad-body"),
        (b'{"uri": "", "text": "x"}', JSON, 422, "unfit"),
        (b'{"uri": "a\\nb", "text": "x"}', JSON, 422, "unfit"),
        (b'{"uri": "u", "text": "x", "published": "yesterday"}', JSON, 422, "bad-date"),
        (b'{"uri": "u", "text": "x", "published": "2026-02-31"}', JSON, 422, "bad-date"),
        (b'{"uri": "u", "text": "x", "publisher": "!!"}', JSON, 422, "unfit"),
        (b'{"uri": "u", "text": "x", "publisher": "Somebody Else"}', JSON, 403, "foreign-publisher"),
        (b"%PDF-1.4", {"Content-Type": "application/pdf"}, 415, "unsupported-media-type"),
        (b"x", {}, 415, "unsupported-media-type"),
        (b"x" * 5_000_001, TEXT, 413, "too-large"),
        (b"<p>" + b"x" * 5_000_001, HTML, 413, "too-large"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_an_article_that_cannot_be_taken(
    client: httpx.Client, body: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    parameters = {}
    if headers.get("Content-Type") in ("text/plain", "text/html"):
        parameters["uri"] = "https://desk.example/bad"
    if "x-published" in headers:
        parameters["published"] = headers["x-published"]

    response = client.post("/v1/articles", content=body, headers=headers, params=parameters)

    is_helpful(response, status, kind)


@pytest.mark.usefixtures("nothing_appended")
def test_a_text_article_needs_a_uri(client: httpx.Client) -> None:
    problem = is_helpful(client.post("/v1/articles", content=b"x", headers=TEXT), 422, "unfit")

    assert problem["field"] == "uri"


@pytest.mark.usefixtures("nothing_appended")
@pytest.mark.parametrize(
    ("path", "parameters", "status", "kind"),
    [
        ("/v1/articles/article-none", {}, 404, "not-found"),
        ("/v1/posts/post-none", {}, 404, "not-found"),
        ("/v1/posts/post-none/holders", {}, 404, "not-found"),
        ("/v1/posts/post-none/timeline", {}, 404, "not-found"),
        ("/v1/persons/person-none", {}, 404, "not-found"),
        ("/v1/subscriptions/subscription-none", {}, 404, "not-found"),
        ("/v1/nowhere", {}, 404, "not-found"),
        ("/v1/who", {"post": "grand vizier of nowhere"}, 404, "not-found"),
        ("/v1/who", {}, 400, "bad-request"),
        ("/v1/who", {"post": "president", "as_of": "tomorrow"}, 422, "bad-date"),
        ("/v1/who", {"post": "president", "as_of": "2026-02-31"}, 422, "bad-date"),
        ("/v1/who", {"post": "president", "as_of": "2026"}, 422, "bad-date"),
        ("/v1/who", {"post": "president", "as_off": "2026-01-01"}, 400, "unknown-parameter"),
        ("/v1/posts/x/holders", {"known_at": "2026-01-01"}, 422, "bad-date"),
        ("/v1/posts/x/holders", {"known_at": "2026-13-01T00:00:00Z"}, 422, "bad-date"),
        ("/v1/posts/x/holders", {"at_position": "-1"}, 400, "bad-request"),
        ("/v1/posts/x/holders", {"at_position": "many"}, 400, "bad-request"),
        ("/v1/posts/x/holders", {"at_position": "999999999"}, 422, "unfit"),
        ("/v1/posts/x/holders", {"at_position": "99999999999999999999"}, 400, "bad-request"),
        ("/v1/posts", {"limit": "0"}, 400, "bad-request"),
        ("/v1/posts", {"q": "x" * 400}, 400, "bad-request"),
        ("/v1/changes", {"after": "12"}, 400, "bad-request"),
        ("/v1/changes", {"after": "1.0;drop"}, 400, "bad-request"),
    ],
)
def test_a_question_that_cannot_be_answered(
    client: httpx.Client, path: str, parameters: dict[str, str], status: int, kind: str
) -> None:
    is_helpful(client.get(path, params=parameters), status, kind)


def test_null_is_a_word_where_words_are_asked_for_and_no_number(client: httpx.Client) -> None:
    words = client.get("/v1/posts", params={"q": "null"})
    number = client.get("/v1/posts", params={"limit": "null"})

    assert words.status_code == 200, words.text
    assert is_helpful(number, 400, "bad-request")["field"] == "limit"


def test_a_parameter_that_stands_twice_is_named(client: httpx.Client) -> None:
    problem = is_helpful(client.get("/v1/posts?q=a&q=b"), 400, "unknown-parameter")

    assert problem["field"] == "q"


@pytest.mark.usefixtures("nothing_appended")
@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (None, "no-key"),
        ("", "wrong-key"),
        ("Bearer", "wrong-key"),
        ("Bearer inc_00000000_wrong", "wrong-key"),
        ("Basic YTpi", "wrong-key"),
        ("Bearer " + "x" * 5000, "wrong-key"),
    ],
)
def test_without_a_valid_key_nothing_is_said(service: Service, header: str | None, kind: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    with service.client(None) as anyone:
        for method, path in (("GET", "/v1/posts"), ("POST", "/v1/articles"), ("GET", "/v1/subscriptions")):
            response = anyone.request(method, path, headers=headers)
            is_helpful(response, 401, kind)
            assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("read", {"/v1/posts"}), ("ingest", {"/v1/articles"}), ("subscribe", {"/v1/subscriptions"})],
)
def test_a_key_may_do_what_its_scope_says_and_nothing_else(
    service: Service, scope: str, allowed: set[str]
) -> None:
    secret = service.key(scope, publishers=("Scoped",) if scope == "ingest" else ())
    calls = {
        "/v1/posts": ("GET", None),
        "/v1/articles": ("POST", GOOD),
        "/v1/subscriptions": ("GET", None),
    }
    with service.client(secret) as client:
        for path, (method, body) in calls.items():
            response = client.request(method, path, json=body)
            if path in allowed:
                assert response.is_success, response.text
            else:
                problem = is_helpful(response, 403, "missing-scope")
                assert "scope" in problem["detail"]


@pytest.mark.usefixtures("nothing_appended")
@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 400, "bad-body"),
        (b"{}", 400, "bad-body"),
        (b'{"url": "http://127.0.0.1:9", "types": []}', 422, "unfit"),
        (b'{"url": "http://127.0.0.1:9", "types": ["holder.exploded"]}', 400, "bad-body"),
        (b'{"url": "http://127.0.0.1:9", "filter": {"planets": ["mars"]}}', 400, "bad-body"),
        (b'{"url": "ftp://example.org/"}', 403, "unsafe-url"),
        (b'{"url": "http://user:pass@example.org/"}', 403, "unsafe-url"),
        (b'{"url": "http://169.254.169.254/latest"}', 403, "unsafe-url"),
        (b'{"url": "http://10.0.0.1/"}', 403, "unsafe-url"),
        (b'{"url": "not a url"}', 403, "unsafe-url"),
    ],
)
def test_a_subscription_that_cannot_be_made(
    client: httpx.Client, body: bytes, status: int, kind: str
) -> None:
    is_helpful(client.post("/v1/subscriptions", content=body, headers=JSON), status, kind)


def test_a_webhook_may_not_reach_our_own_servers(service: Service, client: httpx.Client) -> None:
    response = client.post("/v1/subscriptions", json={"url": f"{service.url}/v1/articles"})

    is_helpful(response, 403, "unsafe-url")


def test_nobody_sees_anothers_subscription(service: Service, client: httpx.Client) -> None:
    made = client.post("/v1/subscriptions", json={"url": "http://127.0.0.1:9/hook"}).json()["subscription"][
        "id"
    ]
    with service.client(service.key("subscribe")) as other:
        assert other.get("/v1/subscriptions").json()["subscriptions"] == []
        is_helpful(other.get(f"/v1/subscriptions/{made}"), 404, "not-found")
        is_helpful(other.delete(f"/v1/subscriptions/{made}"), 404, "not-found")
    assert client.delete(f"/v1/subscriptions/{made}").json()["position"] == service.head()
    is_helpful(client.get(f"/v1/subscriptions/{made}"), 404, "not-found")


def test_a_wrong_method_is_refused_with_those_there_are(client: httpx.Client) -> None:
    response = client.put("/v1/articles", content=b"")

    is_helpful(response, 405, "method-not-allowed")
    assert "POST" in response.headers["allow"]


def test_every_problem_type_explains_itself(client: httpx.Client) -> None:
    problem = client.get("/v1/nowhere").json()

    assert client.get(problem["type"]).json()["remedy"] == problem["remedy"]


def test_after_all_that_the_service_goes_on(client: httpx.Client) -> None:
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 200
    assert client.post("/v1/articles", json=GOOD).status_code == 201
