"""Two axes over HTTP: persons, organizations, what changed in our belief, and what that leaves dated or unsound."""

from typing import Any

import httpx
import pytest

from tests.service.test_bad_input import is_helpful


def send(client: httpx.Client, name: str, text: str, published: str, **more: Any) -> dict[str, Any]:
    body = {"uri": f"https://desk.example/{name}", "text": text, "published": published, **more}
    response = client.post("/v1/articles", json=body)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture(scope="module")
def story(client: httpx.Client) -> dict[str, Any]:
    """Somebody is named, then goes; somebody else comes."""
    named = send(
        client, "named", "Chairman Arne Tveit of Solund Shipping Plc opened the meeting.", "2026-03-02"
    )
    left = send(
        client,
        "left",
        "Solund Shipping Plc said on Monday that chairman Arne Tveit has resigned.",
        "2026-06-01",
    )
    came = send(
        client, "came", "Solund Shipping Plc has appointed Liv Orre as chairman, it said.", "2026-06-08"
    )
    claim = named["claims"][0]
    return {"named": named, "left": left, "came": came, "post": claim["post"], "person": claim["person"],
            "organization": claim["organization"]}  # fmt: skip


def get(client: httpx.Client, path: str, **parameters: Any) -> dict[str, Any]:
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_what_a_person_holds_on_a_day_as_known_then_and_now(
    client: httpx.Client, story: dict[str, Any]
) -> None:
    path = f"/v1/persons/{story['person']}/memberships"
    held = get(client, path, as_of="2026-04-01")["memberships"]
    after = get(client, path, as_of="2026-06-02")["memberships"]
    believed = get(client, path, as_of="2026-06-02", at_position=story["named"]["position"])["memberships"]

    assert [(each["post"]["label"], each["holder"]["certainty"]) for each in held] == [
        ("chairman", "certain")
    ]
    assert after == []
    assert [each["holder"]["name"] for each in believed] == ["Arne Tveit"]
    assert held[0]["holder"]["claims"]


def test_who_holds_the_posts_of_an_organization(client: httpx.Client, story: dict[str, Any]) -> None:
    path = f"/v1/organizations/{story['organization']}/holders"
    now = get(client, path, as_of="2026-06-09")
    before = get(client, path, as_of="2026-06-09", at_position=story["named"]["position"])
    page = get(client, path, limit=1)

    assert now["name"] == "Solund Shipping Plc"
    assert [[each["name"] for each in post["holders"]] for post in now["posts"]] == [["Liv Orre"]]
    assert [[each["name"] for each in post["holders"]] for post in before["posts"]] == [["Arne Tveit"]]
    assert get(client, path, limit=1, cursor=page["next"])["posts"] == []


def test_a_person_as_known_before(client: httpx.Client, story: dict[str, Any]) -> None:
    path = f"/v1/persons/{story['person']}"
    now = get(client, path)["memberships"]
    then = get(client, path, at_position=story["named"]["position"])["memberships"]

    assert now[0]["end"] is not None
    assert then[0]["end"] is None
    is_helpful(client.get(path, params={"known_at": "2020-01-01T00:00:00Z"}), 404, "not-found")


def test_what_changed_in_our_belief_and_because_of_which_articles(
    client: httpx.Client, story: dict[str, Any]
) -> None:
    path, first = f"/v1/posts/{story['post']}/diff", story["named"]["position"]
    diff = get(client, path, from_known=first)
    one = get(client, path, from_known=first, to_known=story["left"]["position"])
    nothing = get(client, path, from_known=diff["to_position"])
    everything = get(client, path, from_known="2020-01-01T00:00:00Z")

    assert [each["name"] for each in diff["before"]] == ["Arne Tveit"]
    assert [each["name"] for each in diff["after"]] == ["Arne Tveit", "Liv Orre"]
    assert (diff["before"][0]["end"], diff["after"][0]["end"]["date"]) == (None, "2026-06-01")
    articles = [each["article"]["id"] for each in diff["because"]]
    assert articles == [story["left"]["article"]["id"], story["came"]["article"]["id"]]
    assert [each["article"]["id"] for each in one["because"]] == articles[:1]
    assert (nothing["before"], nothing["after"], nothing["because"]) == ([], [], [])
    assert everything["before"] == []
    assert everything["settings_before"] is None
    assert everything["settings_after"]["post"] == story["post"]


def test_an_article_that_names_one_who_has_gone_is_dated(client: httpx.Client, story: dict[str, Any]) -> None:
    named, left = story["named"]["article"]["id"], story["left"]["article"]["id"]
    change = get(client, "/v1/changes", post=story["post"])["changes"][1]["id"]
    told = [get(client, path)["affected"] for path in (
        f"/v1/articles/{left}/impact", f"/v1/articles/{named}/impact", f"/v1/changes/{change}/impact"
    )]  # fmt: skip

    for affected in told:
        assert [(each["article"]["id"], each["trouble"]) for each in affected] == [(named, "dated")]
        assert affected[0]["ended"]["date"] == "2026-06-01"
        assert "Arne Tveit" in affected[0]["claim"]["quote"]


def test_an_article_that_took_over_from_a_killed_one_is_unsound(client: httpx.Client) -> None:
    text = "Runde Fisk Plc has appointed Geir Sand as chief executive officer, it said."
    first = send(client, "runde", text, "2026-05-01")
    later = send(
        client, "runde-later", "Runde Fisk Plc chief executive officer Geir Sand spoke.", "2026-05-09"
    )
    before = get(client, f"/v1/articles/{first['article']['id']}/impact")

    send(client, "runde", text, "2026-05-01", pubstatus="canceled")
    after = get(client, f"/v1/articles/{first['article']['id']}/impact")

    assert before == {"affected": [], "total": 0}
    assert [(each["article"]["id"], each["trouble"]) for each in after["affected"]] == [
        (later["article"]["id"], "unsound")
    ]
    assert after["affected"][0]["killed"] == [first["article"]["id"]]


@pytest.mark.parametrize(
    ("path", "parameters", "status", "kind"),
    [
        ("/v1/persons/person-none/memberships", {}, 404, "not-found"),
        ("/v1/organizations/organization-none/holders", {}, 404, "not-found"),
        ("/v1/persons/x/memberships", {"as_of": "2026-02-31"}, 422, "bad-date"),
        ("/v1/persons/x/memberships", {"known_at": "2026"}, 422, "bad-date"),
        ("/v1/persons/x/memberships", {"at_position": "999999999"}, 422, "unfit"),
        ("/v1/persons/x", {"known_at": "2026-01-01T00:00:00Z", "at_position": 1}, 422, "unfit"),
        ("/v1/organizations/x/holders", {"limit": 0}, 400, "bad-request"),
        ("/v1/posts/post-none/diff", {"from_known": 1}, 404, "not-found"),
        ("/v1/posts/post-none/diff", {}, 400, "bad-request"),
        ("/v1/posts/post-none/diff", {"from_known": "2026-01-01"}, 422, "bad-date"),
        ("/v1/posts/post-none/diff", {"from_known": "999999999"}, 422, "unfit"),
        ("/v1/posts/post-none/diff", {"from_known": "2", "to_known": "1"}, 422, "unfit"),
        ("/v1/posts/post-%00/holders", {}, 404, "not-found"),
        ("/v1/claims", {"post": "post-\0"}, 403, "missing-scope"),
        ("/v1/organizations/x/holders", {"cursor": "\0"}, 400, "bad-request"),
        ("/v1/articles/article-none/impact", {}, 404, "not-found"),
        ("/v1/changes/1.99/impact", {}, 404, "not-found"),
        ("/v1/changes/first/impact", {}, 400, "bad-request"),
        ("/v1/claims/claim-none", {}, 404, "not-found"),
        ("/v1/posts/post-none/settings", {}, 404, "not-found"),
    ],
)
def test_a_question_that_cannot_be_answered(
    client: httpx.Client, story: dict[str, Any], path: str, parameters: dict[str, Any], status: int, kind: str
) -> None:
    is_helpful(client.get(path, params=parameters), status, kind)
