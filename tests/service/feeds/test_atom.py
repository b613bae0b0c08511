"""Atom feeds of a post, a person and an organization: valid, in sentences, and not sent again when nothing changed."""

from typing import Any

import httpx
import pytest
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def claim(client: httpx.Client) -> dict[str, Any]:
    text = "Vik Herring Plc has appointed Signe Dahl as chief executive officer, it said."
    sent = client.post(
        "/v1/articles", json={"uri": "https://desk.example/vik", "text": text, "published": "2026-03-10"}
    )
    assert sent.status_code == 201, sent.text
    found: dict[str, Any] = sent.json()["claims"][0]
    return found


@pytest.mark.parametrize("kind", ["post", "person", "organization"])
def test_each_tells_the_appointment_in_a_sentence(
    client: httpx.Client, claim: dict[str, Any], kind: str
) -> None:
    path = f"/v1/{kind}s/{claim[kind]}/feed.atom"
    answer = client.get(path)
    feed = etree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")

    assert answer.headers["content-type"].startswith("application/atom+xml")
    (entry,) = entries
    title = entry.findtext(f"{ATOM}title")
    assert title.startswith("Signe Dahl appointed chief executive officer, Vik Herring Plc (since ")
    for part in (feed, entry):
        assert part.findtext(f"{ATOM}id").startswith("tag:127.0.0.1,2026:")
        assert part.findtext(f"{ATOM}updated").endswith("Z")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href").endswith(path)
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_feed_about_nobody_is_not_found(client: httpx.Client, claim: dict[str, Any]) -> None:
    assert client.get("/v1/persons/person-none/feed.atom").status_code == 404
    assert client.get(f"/v1/persons/{claim['post']}/feed.atom").status_code == 404
