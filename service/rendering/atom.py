"""Changes as an Atom feed (RFC 4287), its ids tag URIs (RFC 4151) of the address at which the service is reached."""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import msgspec

from service.rendering.markup import element, text

MEDIA_TYPE = "application/atom+xml"
_SINCE = "2026"  # the year from which the names in tags are ours


class Entry(msgspec.Struct, frozen=True):
    """A Change as it is shown: `post` is an id."""

    change: str
    title: str
    kind: str
    post: str
    recorded_at: str  # RFC 3339


def atom(
    subject: str, called: str, began: str, entries: Sequence[Entry], *, path: str, public_url: str
) -> bytes:
    """The feed about a subject (id), the newest entry first. `began`: when it was last changed if there are none."""
    host = urlsplit(public_url).hostname or "localhost"
    updated = entries[0].recorded_at if entries else began
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        + element(
            "feed",
            {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"},
            element("id", {}, text(f"tag:{host},{_SINCE}:{subject}")),
            element("title", {}, text(f"{called}: who holds what")),
            element("updated", {}, text(updated)),
            element("author", {}, element("name", {}, "Incumbent")),
            element("link", {"rel": "self", "type": MEDIA_TYPE, "href": public_url + path}),
            *(_entry(each, host, public_url) for each in entries),
        )
    ).encode()


def _entry(entry: Entry, host: str, public_url: str) -> str:
    page = f"{public_url}/v1/posts/{quote(entry.post, safe='')}/timeline.svg"
    return element(
        "entry",
        {},
        element("id", {}, text(f"tag:{host},{_SINCE}:change/{entry.change}")),
        element("title", {}, text(entry.title)),
        element("updated", {}, text(entry.recorded_at)),
        element("category", {"term": entry.kind}),
        element("link", {"rel": "alternate", "type": "image/svg+xml", "href": page}),
        element("content", {"type": "text"}, text(entry.title)),
    )
