"""The main job with the client that openapi-python-client makes of our document: `newsroom.py URL KEY`."""

import json
import sys
from datetime import date

from incumbent_client import AuthenticatedClient
from incumbent_client.api.articles import post_article
from incumbent_client.api.changes import get_changes
from incumbent_client.api.persons import get_person
from incumbent_client.api.who import get_who
from incumbent_client.models import (
    ArticleBody,
    ArticleView,
    Changes,
    HoldersAnswer,
    ProblemDetails,
    WhoAnswer,
)

TEXT = (
    "Norland's Deputy Canal Minister Olga Varen was dismissed from her post on Tuesday, the Canal Ministry said."
    " She will be replaced by Piet Halloran."
)


def main(url: str, key: str) -> None:
    client = AuthenticatedClient(base_url=url, token=key, httpx_args={"trust_env": False})
    article = ArticleBody(uri="https://news.example/python", published="2026-03-10", text=TEXT)
    sent = post_article.sync(client=client, body=article)
    assert isinstance(sent, ArticleView), sent

    who = get_who.sync(
        client=client,
        post="deputy canal minister",
        as_of=date(2026, 3, 10),
        min_position=sent.position,
    )
    assert isinstance(who, WhoAnswer), who
    assert isinstance(who.answer, HoldersAnswer), who

    changes = get_changes.sync(client=client, post=who.answer.post.id)
    assert isinstance(changes, Changes), changes
    nobody = get_person.sync(client=client, person="person-unknown")
    assert isinstance(nobody, ProblemDetails), nobody

    told = {
        "claims": sorted(claim.kind for claim in sent.claims),
        "holders": [holder.name for holder in who.answer.holders],
        "changes": [change.kind for change in changes.changes],
        "problem": nobody.type_,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
