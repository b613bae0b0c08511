"""Editors over HTTP: the queue, decisions, corrections, claims, settings, vacancies; bad input; who may."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.service.test_bad_input import is_helpful
from tests.support.service import Service

WHY = {"reason": "because"}


@pytest.fixture(scope="module")
def editor(service: Service) -> Iterator[httpx.Client]:
    with service.client(service.key("review", "read")) as editor:
        yield editor


@pytest.fixture(scope="module")
def other(service: Service) -> Iterator[httpx.Client]:
    with service.client(service.key("read", "review", "subscribe")) as other:
        yield other


@pytest.fixture(scope="module")
def wire(service: Service) -> Iterator[httpx.Client]:
    """A publisher that the policy does not trust."""
    with service.client(service.key("ingest", "read", publishers=("Small Paper",))) as wire:
        yield wire


def send(client: httpx.Client, name: str, text: str, published: str = "2026-03-10") -> dict[str, Any]:
    body = {"uri": f"https://desk.example/{name}", "text": text, "published": published}
    response = client.post("/v1/articles", json=body)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def act(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    response = client.post(path, json={"reason": "as the registrar told me", **body})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def holders(client: httpx.Client, post: str, **parameters: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/v1/posts/{post}/holders", params=parameters).json()
    return answer


def names(answer: dict[str, Any]) -> list[str]:
    return [holder["name"] for holder in answer["holders"]]


def the(article: dict[str, Any], kind: str, person: str) -> dict[str, Any]:
    return next(c for c in article["claims"] if (c["kind"], c["person_name"]) == (kind, person))


def seat(client: httpx.Client, who: str, body: str) -> tuple[dict[str, Any], str, str]:
    """An article that makes somebody chief executive; it, the post and the person."""
    article = send(
        client, body.replace(" ", "-"), f"{body} Plc has appointed {who} as chief executive officer, it said."
    )
    claim = the(article, "in", who)
    return article, claim["post"], claim["person"]


def test_a_proposed_claim_waits_in_the_queue_until_an_editor_accepts_it(
    client: httpx.Client, wire: httpx.Client, editor: httpx.Client
) -> None:
    _, post, person = seat(client, "Nora Quill", "Lakeside Bank")
    article = send(
        wire, "quill-out", "Lakeside Bank Plc chief executive officer Nora Quill has resigned.", "2026-05-04"
    )
    claim = the(article, "out", "Nora Quill")
    assert claim["review_state"] == "proposed"

    filters = [
        ("review_state", "proposed"), ("post", post), ("person", person), ("article", article["article"]["id"]),
    ]  # fmt: skip
    found = [editor.get("/v1/claims", params=dict([each])).json()["claims"] for each in filters]
    none = editor.get("/v1/claims", params={"post": "post-other"}).json()["claims"]
    done = act(editor, f"/v1/claims/{claim['id']}/decisions", state="accepted")
    after = holders(editor, post, as_of="2026-05-04", min_position=done["position"])

    assert all(claim["id"] in [each["id"] for each in page] for page in found)
    assert none == []
    assert (done["claims"][0]["review_state"], done["claims"][0]["decided_by"]) == (
        "accepted",
        "tester with review read",
    )
    assert names(after) == []
    assert after["occupancy"] in ("vacant", "unknown")
    waiting = editor.get("/v1/claims", params={"post": post}).json()["claims"]
    assert claim["id"] not in [each["id"] for each in waiting]
    change = editor.get("/v1/changes", params={"post": post}).json()["changes"][-1]
    assert change["kind"] in ("left_office", "vacated")
    assert change["current_changed"]


def test_the_queue_goes_on_from_page_to_page(wire: httpx.Client, editor: httpx.Client) -> None:
    for number in range(3):
        send(
            wire,
            f"queue-{number}",
            f"Rosa Belling{'abc'[number]} may have been named finance minister, sources said.",
        )

    whole = editor.get("/v1/claims").json()["claims"]
    pages, after = [], None
    while True:
        page = editor.get("/v1/claims", params={"limit": 1, **({"cursor": after} if after else {})}).json()
        pages += page["claims"]
        after = page["next"]
        if after is None:
            break

    assert [each["id"] for each in pages] == [each["id"] for each in whole]


def test_of_two_editors_the_second_hears_who_was_first(
    client: httpx.Client, editor: httpx.Client, other: httpx.Client
) -> None:
    article, post, _ = seat(client, "Tomas Brill", "Aldmouth Harbour")
    path = f"/v1/claims/{the(article, 'in', 'Tomas Brill')['id']}/decisions"
    done = act(editor, path, state="rejected")

    refused = other.post(path, json={"state": "accepted", "reason": "I saw the letter"})
    problem = is_helpful(refused, 409, "overtaken")
    again = editor.post(path, json={"state": "rejected", "reason": "as I said"})
    insisted = act(other, path, state="accepted", seen=done["position"])

    assert "tester with review read" in problem["detail"]
    assert str(done["position"]) in problem["detail"]
    assert again.status_code == 200
    assert names(holders(other, post, as_of="2026-04-01", min_position=insisted["position"])) == [
        "Tomas Brill"
    ]
    assert names(holders(other, post, as_of="2026-04-01", at_position=done["position"])) == []


def test_a_correction_is_a_claim_of_its_own_at_the_end_of_the_chain(
    client: httpx.Client, editor: httpx.Client, other: httpx.Client
) -> None:
    article, post, _ = seat(client, "Ida Lund", "Marsh Ferries")
    wrong = the(article, "in", "Ida Lund")["id"]

    done = act(
        editor,
        f"/v1/claims/{wrong}/corrections",
        claim={"date": "2026-03-20"},
        evidence="Minutes of the board.",
    )
    right = done["claims"][0]
    refused = other.post(
        f"/v1/claims/{wrong}/corrections", json={"claim": {"date": "2026-03-21"}, "reason": "no"}
    )
    answer = holders(editor, post, as_of="2026-03-25", min_position=done["position"])
    chain = editor.get(f"/v1/claims/{right['id']}").json()["chain"]
    change = editor.get("/v1/changes", params={"post": post}).json()["changes"][-1]

    problem = is_helpful(refused, 409, "not-last")
    assert right["id"] in problem["detail"]
    assert problem["see"] == f"/v1/claims/{right['id']}"
    assert (right["supersedes"], right["quote"], right["article"]) == (wrong, "Minutes of the board.", None)
    assert answer["holders"][0]["start"] == {"date": "2026-03-20", "basis": "said"}
    assert answer["holders"][0]["checked_by"] == "editor"
    assert [(each["id"], each["review_state"]) for each in chain] == [
        (wrong, "superseded"),
        (right["id"], "accepted"),
    ]
    assert change["kind"] == "corrected"


def test_an_editor_makes_a_claim_about_somebody_new(client: httpx.Client, editor: httpx.Client) -> None:
    _, post, _ = seat(client, "Per Holm", "Norland Rail")
    said = {
        "kind": "in",
        "person_name": "Vera Stahl-Okoye",
        "post": post,
        "date": "2026-06-01",
        "official": True,
    }

    done = act(editor, "/v1/claims", claim=said, evidence="She told us so.", said_on="2026-05-30")
    again = editor.post("/v1/claims", json={"claim": said, "reason": "once more"})
    answer = holders(editor, post, as_of="2026-06-01", min_position=done["position"])

    problem = is_helpful(again, 409, "name-taken")
    assert problem["see"] == f"/v1/persons/{done['claims'][0]['person']}"
    assert "Vera Stahl-Okoye" in names(answer)
    vera = next(each for each in answer["holders"] if each["name"] == "Vera Stahl-Okoye")
    assert (vera["standing"], vera["claims"][0]["quote"]) == ("official", "She told us so.")
    twice = editor.post(
        "/v1/claims", json={"claim": {**said, "person_name": None, "person": vera["person"]}, "reason": "x"}
    )
    assert (twice.status_code, twice.json()["claims"][0]["id"]) == (200, done["claims"][0]["id"])


def test_seats_completeness_and_vacancy_reach_the_answer_and_leave_what_was_known_before(
    client: httpx.Client, editor: httpx.Client, other: httpx.Client
) -> None:
    article, post, person = seat(client, "Kurt Aune", "Fjord Power")
    known = article["position"]

    act(
        editor,
        f"/v1/posts/{post}/settings",
        seats=1,
        fresh_for=400,
        complete=True,
        complete_from="2026-03-15",
    )
    done = act(editor, f"/v1/posts/{post}/vacancies", **{"from": "2026-07-01"})
    days = ("2026-03-14", "2026-06-30", "2026-07-01")
    answers = [holders(editor, post, as_of=each, min_position=done["position"]) for each in days]
    before = holders(editor, post, as_of="2026-07-01", at_position=known)
    settings = editor.get(f"/v1/posts/{post}/settings").json()["settings"]
    changes = editor.get("/v1/changes", params={"post": post}).json()["changes"]
    refused = other.post(f"/v1/posts/{post}/settings", json={"seats": 2, "reason": "two chairs"})

    assert [(each["occupancy"], each["complete"]) for each in answers] == [
        ("held", False), ("held", True), ("vacant", True),
    ]  # fmt: skip
    assert (before["occupancy"], before["complete"], names(before)) == ("held", False, ["Kurt Aune"])
    assert (settings["seats"], settings["seats_basis"], settings["fresh_for"]) == (1, "editor", 400)
    assert settings["vacancies"] == ["2026-07-01"]
    assert [change["kind"] for change in changes[-2:]] == ["corrected", "vacated"]
    assert changes[-1]["effective"] == "2026-07-01"
    is_helpful(refused, 409, "overtaken")

    undone = act(editor, f"/v1/posts/{post}/vacancies", withdrawn=True, **{"from": "2026-07-01"})
    assert names(holders(editor, post, as_of="2026-07-01", min_position=undone["position"])) == ["Kurt Aune"]
    assert person in [each["person"] for each in before["holders"]]


def test_a_kill_takes_the_corrections_along_and_what_was_withdrawn_cannot_be_withdrawn_again(
    service: Service, client: httpx.Client, editor: httpx.Client
) -> None:
    article, post, _ = seat(client, "Runa Sve", "Kelp Shipping")
    wrong = the(article, "in", "Runa Sve")["id"]
    corrected = act(editor, f"/v1/claims/{wrong}/corrections", claim={"date": "2026-03-02"})
    correction = corrected["claims"][0]["id"]
    held = names(holders(editor, post, as_of="2026-04-01", min_position=corrected["position"]))

    body = {
        "uri": "https://desk.example/Kelp-Shipping",
        "text": "Kelp Shipping: killed.",
        "published": "2026-03-10",
        "pubstatus": "canceled",
    }
    killed = client.post("/v1/articles", json=body).json()
    gone = holders(editor, post, as_of="2026-04-01", min_position=killed["position"])
    changes = editor.get("/v1/changes", params={"post": post}).json()["changes"]
    head = service.head()

    assert held == ["Runa Sve"]
    assert gone["holders"] == []
    assert changes[-1]["kind"] == "retracted"
    for claim in (correction, wrong):
        for state in ("rejected", "accepted"):
            again = editor.post(f"/v1/claims/{claim}/decisions", json={"state": state, **WHY})
            assert again.status_code == 409, again.text
    is_helpful(editor.post(f"/v1/claims/{correction}/corrections", json={"claim": {"date": "2026-03-03"}, **WHY}), 409,
               "undecidable")  # fmt: skip
    assert service.head() == head


def test_corrections_that_come_back_to_what_was_said_make_no_cycle(
    service: Service, client: httpx.Client, editor: httpx.Client
) -> None:
    article, post, _ = seat(client, "Tove Aas", "Ling Shipping")
    chain = [the(article, "in", "Tove Aas")["id"]]
    for date in ("2026-03-01", "2026-03-02", "2026-03-01", "2026-03-02"):
        done = act(editor, f"/v1/claims/{chain[-1]}/corrections", claim={"date": date})
        chain.append(done["claims"][0]["id"])
    head = service.head()

    assert len(set(chain)) == 5
    for earlier in chain[:-1]:
        refused = editor.post(
            f"/v1/claims/{earlier}/corrections", json={"claim": {"date": "2026-03-01"}, **WHY}
        )
        assert is_helpful(refused, 409, "not-last")["see"] == f"/v1/claims/{chain[-1]}"
    assert service.head() == head
    now = holders(editor, post, as_of="2026-04-01", min_position=head)
    assert [(each["name"], each["start"]["date"]) for each in now["holders"]] == [("Tove Aas", "2026-03-02")]


def test_a_dispute_over_the_one_seat_is_settled(client: httpx.Client, editor: httpx.Client) -> None:
    article, post, _ = seat(client, "Olga Rand", "Tern Shipping")
    act(editor, f"/v1/posts/{post}/settings", seats=1)
    said = {"kind": "in", "person_name": "Ulf Brandvold", "post": post, "date": "2026-03-10"}
    right = act(
        editor,
        f"/v1/claims/{the(article, 'in', 'Olga Rand')['id']}/corrections",
        claim={"date": "2026-03-10"},
    )
    rival = act(editor, "/v1/claims", claim=said)
    olga, ulf = right["claims"][0]["id"], rival["claims"][0]["id"]
    disputed = holders(editor, post, as_of="2026-04-01", min_position=rival["position"])

    done = act(editor, f"/v1/posts/{post}/settlements", accepted=[olga], rejected=[ulf])
    settled = holders(editor, post, as_of="2026-04-01", min_position=done["position"])

    assert disputed["occupancy"] == "disputed"
    assert (settled["occupancy"], names(settled)) == ("held", ["Olga Rand"])
    diff = editor.get(f"/v1/posts/{post}/diff", params={"from_known": rival["position"]}).json()
    assert len(diff["because"]) == 1, "one act, one Change"
    assert [(each["event"], each["kind"], each["editor"]["reason"]) for each in diff["because"]] == [
        ("post.settled", "corrected", "as the registrar told me")
    ]
    again = editor.post(f"/v1/posts/{post}/settlements", json={"accepted": [olga], "rejected": [ulf], **WHY})
    assert again.status_code == 200, "said again: nothing new"


@pytest.fixture(scope="module")
def known(client: httpx.Client) -> dict[str, str]:
    article, post, person = seat(client, "Lena Voss", "Gull Insurance")
    return {"claim": the(article, "in", "Lena Voss")["id"], "post": post, "person": person}


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("/v1/claims/{claim}/decisions", b"", 400, "bad-body"),
        ("/v1/claims/{claim}/decisions", b"\xff", 400, "bad-body"),
        ("/v1/claims/{claim}/decisions", {"state": "accepted"}, 400, "bad-body"),
        ("/v1/claims/{claim}/decisions", {"state": "accepted", "reason": "  "}, 422, "unfit"),
        ("/v1/claims/{claim}/decisions", {"state": "accepted", "reason": "x" * 3000}, 422, "unfit"),
        ("/v1/claims/{claim}/decisions", {"state": "withdrawn", **WHY}, 400, "bad-body"),
        ("/v1/claims/{claim}/decisions", {"state": "accepted", "reason": "x", "mood": 1}, 400, "bad-body"),
        ("/v1/claims/{claim}/decisions", {"state": "accepted", "reason": "x", "person": "person-0"}, 404, "not-found"),
        ("/v1/claims/{claim}/decisions", {"state": "accepted", "person": "person-\0", **WHY}, 400, "bad-body"),
        ("/v1/claims/claim-%00/decisions", {"state": "accepted", **WHY}, 404, "not-found"),
        ("/v1/posts/post-%00/vacancies", {"from": "2026-01-01", **WHY}, 404, "not-found"),
        ("/v1/claims/claim-none/decisions", {"state": "accepted", **WHY}, 404, "not-found"),
        ("/v1/claims/claim-none/corrections", {"claim": {}, **WHY}, 404, "not-found"),
        ("/v1/claims/{claim}/corrections", {"claim": {"date": "2026-02-31"}, **WHY}, 422, "bad-date"),
        ("/v1/claims/{claim}/corrections", {"claim": {"start": "2026"}, **WHY}, 422, "unfit-claim"),
        ("/v1/claims", {"claim": {}, **WHY}, 422, "unfit"),
        ("/v1/claims", {"claim": {"kind": "in", "person": "{person}"}, **WHY}, 422, "unfit"),
        ("/v1/claims", {"claim": {"kind": "in", "person": "{person}", "post": "post-0"}, **WHY}, 404, "not-found"),
        ("/v1/claims", {"claim": {"kind": "in", "person": "{post}", "post": "{post}"}, **WHY}, 404, "not-found"),
        ("/v1/claims", {"claim": {"kind": "in", "person_name": "Madonna", "post": "{post}"}, **WHY}, 422, "unfit"),
        ("/v1/claims", {"claim": {"kind": "held", "person": "{person}", "post": "{post}", "start": "2026-02-01",
                                  "end": "2026-01-01"}, **WHY}, 422, "unfit-claim"),
        ("/v1/posts/post-none/settings", {"seats": 1, **WHY}, 404, "not-found"),
        ("/v1/posts/{post}/settings", {**WHY}, 422, "unfit-claim"),
        ("/v1/posts/{post}/settings", {"seats": 0, **WHY}, 422, "unfit"),
        ("/v1/posts/{post}/settings", {"fresh_for": -1, **WHY}, 422, "unfit"),
        ("/v1/posts/{post}/settings", {"complete": True, "complete_from": "2026", **WHY}, 422, "bad-date"),
        ("/v1/posts/post-none/vacancies", {"from": "2026-01-01", **WHY}, 404, "not-found"),
        ("/v1/posts/{post}/vacancies", {"from": "2026-02-31", **WHY}, 422, "bad-date"),
        ("/v1/posts/{post}/vacancies", {"from": "2026-01-01", "withdrawn": True, **WHY}, 409, "undecidable"),
        ("/v1/posts/{post}/settlements", {**WHY}, 422, "unfit"),
        ("/v1/posts/{post}/settlements", {"accepted": ["claim-none"], **WHY}, 404, "not-found"),
        ("/v1/posts/{post}/settlements", {"accepted": ["{claim}"], "rejected": ["{claim}"], **WHY}, 422, "unfit"),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_an_act_that_makes_no_sense_is_refused_and_nothing_is_appended(
    service: Service,
    editor: httpx.Client,
    known: dict[str, str],
    path: str,
    body: Any,
    status: int,
    kind: str,
) -> None:
    head = service.head()
    content = body if isinstance(body, bytes) else _filled(body, known)

    response = editor.post(
        path.format(**known), content=content, headers={"Content-Type": "application/json"}
    )

    is_helpful(response, status, kind)
    assert service.head() == head


def _filled(body: Any, known: dict[str, str]) -> bytes:
    text = httpx.Request("POST", "http://x", json=body).content.decode()
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text.encode()


@pytest.mark.parametrize(
    ("parameters", "status", "kind"),
    [
        ({"review_state": "lost"}, 400, "bad-request"),
        ({"cursor": "12"}, 422, "wrong-cursor"),
        ({"cursor": "x.claim-1"}, 422, "wrong-cursor"),
        ({"limit": "0"}, 400, "bad-request"),
        ({"colour": "red"}, 400, "unknown-parameter"),
    ],
)
def test_a_queue_that_cannot_be_shown(
    editor: httpx.Client, parameters: dict[str, str], status: int, kind: str
) -> None:
    is_helpful(editor.get("/v1/claims", params=parameters), status, kind)


def test_only_the_scope_review_edits(service: Service, known: dict[str, str]) -> None:
    body = {"state": "accepted", "reason": "x", "seats": 1, "from": "2026-01-01", "claim": {}}
    calls = [
        ("GET", "/v1/claims"),
        ("POST", "/v1/claims"),
        ("POST", "/v1/claims/{claim}/decisions"),
        ("POST", "/v1/claims/{claim}/corrections"),
        ("POST", "/v1/posts/{post}/settings"),
        ("POST", "/v1/posts/{post}/vacancies"),
        ("POST", "/v1/posts/{post}/settlements"),
    ]
    head = service.head()
    with service.client(None) as nobody:
        for method, path in calls:
            is_helpful(nobody.request(method, path.format(**known), json=body), 401, "no-key")
    secret = service.key("read", "ingest", "subscribe", publishers=("Small Paper",))
    made = service.head()
    with service.client(secret) as reader:
        for method, path in calls:
            is_helpful(reader.request(method, path.format(**known), json=body), 403, "missing-scope")
    assert made > head
    assert service.head() == made


def test_of_many_editors_at_the_same_moment_one_is_first(service: Service, client: httpx.Client) -> None:
    article, _, _ = seat(client, "Stein Dahl", "Brim Oil")
    claim = the(article, "in", "Stein Dahl")["id"]
    scopes = (("review",), ("review", "read"), ("review", "subscribe"), ("review", "read", "subscribe"))
    keys = [service.key(*each) for each in scopes]

    def correct(number: int) -> httpx.Response:
        with service.client(keys[number]) as editor:
            body = {"claim": {"date": f"2026-03-{number + 11}"}, **WHY}
            return editor.post(f"/v1/claims/{claim}/corrections", json=body)

    with ThreadPoolExecutor(len(keys)) as threads:
        answers = list(threads.map(correct, range(len(keys))))

    won = [each for each in answers if each.status_code == 201]
    assert len(won) == 1
    first = won[0].json()["claims"][0]["id"]
    for each in answers:
        if each is not won[0]:
            assert is_helpful(each, 409, "not-last")["see"] == f"/v1/claims/{first}"
