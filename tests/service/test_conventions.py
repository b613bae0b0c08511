"""What every answer has in common: validators, caches, gzip, HEAD, OPTIONS, 405, CORS."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http.conventions import is_known, tag_of, takes_gzip
from service.settings import SettingsError, settings
from tests.service.test_bad_input import is_helpful
from tests.support.servers import Database
from tests.support.service import Service, serving
from tests.support.standing import views_standing_still

ARTICLE = {
    "uri": "https://desk.example/harbour",
    "text": "Norland's Harbour Minister Petra Quill was dismissed on Tuesday, the Harbour Ministry said.",
    "published": "2026-03-10",
}
DESK = "https://desk.example"


@pytest.fixture(scope="module")
def service(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("service")
    with serving(database, redis_url, data, INCUMBENT_CORS_ORIGINS=f"{DESK}, http://127.0.0.1:3000") as one:
        yield one


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    key = service.key("read", "ingest", "review", "subscribe", publishers=("Desk",), trusted=True)
    with service.client(key) as client:
        client.headers["accept-encoding"] = "identity"
        yield client


@pytest.fixture(scope="module")
def read(client: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/articles", json=ARTICLE).json()
    return answer


@pytest.fixture(scope="module")
def paths(client: httpx.Client, read: dict[str, Any]) -> list[str]:
    """A GET of every kind."""
    claim = read["claims"][0]
    post = f"/v1/posts/{claim['post']}"
    changes = client.get("/v1/changes").json()["changes"]
    return [
        "/docs", "/schema/openapi.json", "/problems/bad-date", "/v1/who?post=harbour+minister", "/v1/posts",
        post, f"{post}/holders", f"{post}/timeline", f"{post}/settings", f"{post}/diff?from_known=1",
        f"/v1/persons/{claim['person']}", f"/v1/persons/{claim['person']}/memberships",
        f"/v1/organizations/{claim['organization']}/holders", "/v1/board", "/v1/claims",
        f"/v1/claims/{claim['id']}", f"/v1/articles/{read['article']['id']}",
        f"/v1/articles/{read['article']['id']}/impact", "/v1/changes", f"/v1/changes/{changes[0]['id']}/impact",
        "/v1/subscriptions",
    ]  # fmt: skip


def test_every_get_has_a_weak_etag_says_who_may_keep_it_and_gives_304(
    client: httpx.Client, paths: list[str]
) -> None:
    for path in paths:
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})

        assert first.status_code == 200, (path, first.text)
        assert first.headers["etag"].startswith('W/"'), path
        assert first.headers["cache-control"] in (
            "public, max-age=0, must-revalidate", "private, no-cache",
        ), path  # fmt: skip
        assert "Accept-Encoding" in first.headers["vary"]
        assert (again.status_code, again.content) == (304, b""), path
        for name in ("etag", "cache-control", "vary", "content-security-policy"):
            assert again.headers[name] == first.headers[name], (
                path
            )  # a browser puts them in place of those it has


def test_every_read_waits_for_a_position_and_says_so_if_it_does_not_come(
    service: Service, client: httpx.Client, paths: list[str]
) -> None:
    reads = [path for path in [*paths, "/v1/memberships"] if path.startswith("/v1/")]

    def ask(path: str, position: int) -> httpx.Response:
        return client.get(f"{path}{'&' if '?' in path else '?'}min_position={position}")

    def ask_all(position: int) -> list[httpx.Response]:
        with ThreadPoolExecutor(len(reads)) as threads:
            return list(threads.map(lambda path: ask(path, position), reads))

    with views_standing_still(service):
        unseen = {**ARTICLE, "uri": "https://desk.example/unseen"}
        assert client.post("/v1/articles", json=unseen).status_code == 202
        late, never = ask_all(service.head()), ask_all(service.head() + 1_000_000)
    there = [ask(path, service.head()) for path in reads]

    for path, answer in zip(reads, late, strict=True):
        problem = is_helpful(answer, 503, "not-ready")
        assert (problem["field"], answer.headers["retry-after"]) == ("min_position", "1"), path
    assert {is_helpful(answer, 422, "unfit")["field"] for answer in never} == {"min_position"}
    assert {answer.status_code for answer in there} == {200}


def test_what_was_known_at_an_instant_is_not_told_before_the_views_show_it(
    service: Service, client: httpx.Client
) -> None:
    with views_standing_still(service):
        unseen = {**ARTICLE, "uri": "https://desk.example/instant"}
        assert client.post("/v1/articles", json=unseen).status_code == 202
        head = service.head()
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        late = client.get("/v1/board", params={"known_at": now})
    there = client.get("/v1/board", params={"known_at": now})

    assert is_helpful(late, 503, "not-ready")["field"] == "known_at"
    assert there.json()["at_position"] >= head


def test_what_a_key_alone_may_see_is_kept_by_nobody_else(client: httpx.Client, read: dict[str, Any]) -> None:
    for path in ("/v1/subscriptions", f"/v1/articles/{read['article']['id']}"):
        assert client.get(path).headers["cache-control"] == "private, no-cache"
    for path in ("/v1/articles/article-none", "/health/ready"):
        assert client.get(path).headers["cache-control"] == "no-store"


def test_the_etag_of_an_article_stays_while_the_log_goes_on(
    client: httpx.Client, read: dict[str, Any]
) -> None:
    path = f"/v1/articles/{read['article']['id']}"
    before = client.get(path)
    other = {**ARTICLE, "uri": "https://desk.example/other", "text": "Nothing happened in Aldmouth."}
    position = client.post("/v1/articles", json=other).json()["position"]

    after = client.get(path, params={"min_position": position})

    assert after.json()["position"] > before.json()["position"]
    assert after.headers["etag"] == before.headers["etag"]


def test_holders_tell_when_they_last_changed(client: httpx.Client, read: dict[str, Any]) -> None:
    post = read["claims"][0]["post"]
    change = client.get("/v1/changes", params={"post": post}).json()["changes"][-1]

    answer = client.get(f"/v1/posts/{post}/holders")

    told = parsedate_to_datetime(answer.headers["last-modified"])
    assert told.isoformat()[:19] == change["recorded_at"][:19]


def test_head_is_get_without_the_body(client: httpx.Client, paths: list[str]) -> None:
    for path in [*paths, "/v1/posts/post-none"]:
        got, head = client.get(path), client.head(path)

        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-length"] == str(len(got.content)), path
        differing = {"date", "x-request-id", "ratelimit"}
        assert {n: v for n, v in head.headers.items() if n not in differing} == {
            n: v for n, v in got.headers.items() if n not in differing
        }


def test_a_stream_begins_at_once_and_a_head_of_it_ends(client: httpx.Client) -> None:
    with client.stream("GET", "/v1/changes/stream", headers={"Accept-Encoding": "gzip"}) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "etag" not in stream.headers
        assert "content-encoding" not in stream.headers

    head = client.head("/v1/changes/stream")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == stream.headers["content-type"]


def test_a_head_with_a_known_etag_is_304(client: httpx.Client) -> None:
    etag = client.get("/v1/board").headers["etag"]

    assert client.head("/v1/board", headers={"If-None-Match": etag}).status_code == 304


def test_a_wrong_method_is_405_with_those_that_are_right(client: httpx.Client) -> None:
    for method, path, allowed in (
        ("DELETE", "/v1/board", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/claims", "GET, HEAD, OPTIONS, POST"),
        ("HEAD", "/v1/posts/post-x/vacancies", "OPTIONS, POST"),
    ):
        answer = client.request(method, path)

        assert answer.status_code == 405, path
        assert ", ".join(sorted(answer.headers["allow"].split(", "))) == allowed


def test_options_says_what_a_route_can_without_a_key(service: Service) -> None:
    answer = httpx.options(f"{service.url}/v1/claims", trust_env=False)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_what_is_large_is_packed_for_whoever_takes_it(client: httpx.Client) -> None:
    plain = client.get("/schema/openapi.json")
    with client.stream("GET", "/schema/openapi.json", headers={"Accept-Encoding": "br, gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    small = client.get("/problems/bad-date", headers={"Accept-Encoding": "gzip"})
    refused = client.get("/schema/openapi.json", headers={"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-length"] == str(len(raw))
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 4
    assert packed.headers["etag"] == plain.headers["etag"]
    for each in (plain, small, refused):
        assert "content-encoding" not in each.headers


def test_a_page_of_a_known_origin_may_read_and_others_may_not(client: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}

    first = client.options("/v1/board", headers={"Origin": DESK, **asked})
    known = client.get("/v1/board", headers={"Origin": DESK})
    wrong = client.get("/v1/posts/post-none", headers={"Origin": DESK})
    other = client.get("/v1/board", headers={"Origin": "https://elsewhere.example"})

    assert (first.status_code, first.headers["access-control-allow-origin"]) == (204, DESK)
    assert first.headers["access-control-allow-headers"] == "authorization"
    assert "POST" in first.headers["access-control-allow-methods"]
    for each in (known, wrong):
        assert each.headers["access-control-allow-origin"] == DESK
        assert "ETag" in each.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in other.headers
    assert all("Origin" in each.headers["vary"] for each in (known, other))


@pytest.mark.parametrize(
    "given", ["desk.example", "https://desk.example/", "https://a.example https://b.example"]
)
def test_an_origin_that_is_none_is_refused_at_the_start(given: str) -> None:
    environment = {
        "DATABASE_URL": "x",
        "REDIS_URL": "x",
        "INCUMBENT_SECRET_KEY": "x",
        "INCUMBENT_CORS_ORIGINS": given,
    }

    with pytest.raises(SettingsError, match="INCUMBENT_CORS_ORIGINS"):
        settings(environment)


@given(bodies=st.lists(st.binary(max_size=20), min_size=1, max_size=5), body=st.binary(max_size=20))
def test_an_answer_is_known_if_its_tag_is_among_those_given(bodies: list[bytes], body: bytes) -> None:
    header = b" , ".join(tag_of(each) for each in bodies)

    assert is_known(tag_of(body), header) == (body in bodies)
    assert is_known(tag_of(body), b"*")
    assert is_known(tag_of(body), tag_of(body).removeprefix(b"W/"))
    assert not is_known(tag_of(body), b"")


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (b"", False), (b"gzip", True), (b"GZIP", True), (b"gzip;q=0", False), (b"gzip; q=0.5", True),
        (b"*", True), (b"*;q=0", False), (b"*, gzip;q=0", False), (b"br", False), (b"gzip;q=x", False),
        (b",,", False), (b"identity, gzip;q=1.0", True),
    ],
)  # fmt: skip
def test_gzip_is_used_where_it_is_taken(header: bytes, taken: bool) -> None:
    assert takes_gzip(header) == taken
