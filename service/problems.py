"""RFC 9457: every error that a client can meet, with what to do about it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec


class Kind(NamedTuple):
    status: int
    title: str
    remedy: str


KINDS: dict[str, Kind] = {
    "bad-request": Kind(400, "The request cannot be understood", "Correct what `detail` names and send it again."),
    "bad-date": Kind(422, "A date or an instant cannot be read", "Write days as YYYY-MM-DD, instants as RFC 3339."),
    "bad-body": Kind(400, "The body cannot be read", "Send what the route documents, in UTF-8."),
    "unknown-parameter": Kind(400, "A query parameter is not known here", "Remove it or correct its spelling."),
    "unfit": Kind(422, "What was asked makes no sense", "Correct the member that `field` names and send it again."),
    "wrong-cursor": Kind(422, "The cursor does not fit", "Follow the Link headers, or begin again without `cursor`."),
    "no-key": Kind(401, "No API key was given",
                   "Send `Authorization: Bearer YOUR_KEY`, or Basic with the key as password."),
    "wrong-key": Kind(401, "The API key is not valid", "Check it for typing errors, or ask for a new one."),
    "bad-signature": Kind(401, "The signature does not fit the body",
                          "Sign the body with the key's push secret: x-superdesk-signature: sha1=HEX-HMAC-SHA1."),
    "bad-url-signature": Kind(401, "The URL is not signed, or not any more", "Ask POST /v1/signed-urls for a new one."),
    "missing-scope": Kind(403, "The API key may not do this", "Use a key that has the scope named in `detail`."),
    "foreign-publisher": Kind(403, "The API key may not speak for this publisher",
                              "Use a key made for it: incumbent keys create --scope ingest --publisher NAME."),
    "unsafe-url": Kind(403, "The URL is not one that webhooks may be sent to",
                       "Give a public http or https address; an operator can allow others."),
    "not-found": Kind(404, "There is no such thing", "Check the id; search with /v1/posts?q=... or /v1/who?post=..."),
    "method-not-allowed": Kind(405, "The route has no such method", "Use one of those in the Allow header."),
    "conflict": Kind(409, "Somebody else changed it at the same moment", "Read it again and repeat the request."),
    "overtaken": Kind(409, "Another editor has said otherwise",
                      "Read what `detail` names; to say otherwise all the same, repeat with `seen` at that position."),
    "not-last": Kind(409, "The claim has been corrected since", "Correct or decide the claim that `see` names."),
    "undecidable": Kind(409, "There is nothing to decide here", "Look at the claim or the post again."),
    "name-taken": Kind(409, "Somebody of that name is known", "Give the id that `see` names, or a fuller name."),
    "duplicate": Kind(409, "There is one like it already", "Take the one that `see` names, or say something else."),
    "too-many-subscriptions": Kind(409, "There are as many subscriptions as may be",
                                   "Delete one that is not needed, or have one hear of more: filters take 1000 ids."),
    "not-now": Kind(409, "The subscription is in no state for that", "Read it again; `state` says what it waits for."),
    "unfit-claim": Kind(422, "What was said makes no sense", "Correct the member that `field` names."),
    "precondition-failed": Kind(412, "It is no more what If-Match says",
                                "Read what `see` names; if you still mean it, send the ETag that it has now."),
    "too-large": Kind(413, "The body is too large", "Send at most what `detail` names."),
    "too-slow": Kind(408, "The body came too slowly", "Send it at once; begin within 10 s, 20 kB/s at least."),
    "headers-too-large": Kind(431, "The headers are too large", "Send at most 16 kB of headers."),
    "unsupported-encoding": Kind(415, "The body is compressed", "Send it as it is, without Content-Encoding."),
    "bad-idempotency-key": Kind(400, "The Idempotency-Key cannot be read",
                                "Send one of 1 to 255 visible ASCII characters, best a new UUID in double quotes."),
    "in-flight": Kind(409, "The same request is being carried out", "Wait as long as Retry-After says, and repeat it."),
    "answer-withheld": Kind(409, "It was carried out, but its answer is not kept: it held a secret, or was redacted",
                            "Read what `see` names; send something new with a new Idempotency-Key."),
    "idempotency-key-reused": Kind(422, "The Idempotency-Key was used for another request",
                                   "Take a new key for each new request, and the same only to repeat one."),
    "unsupported-media-type": Kind(415, "The body is of a type that this route does not take",
                                   "Send application/json, ninjs, text/html, text/plain, RSS or Atom."),
    "too-many-requests": Kind(429, "Too many requests", "Wait as long as Retry-After says."),
    "internal": Kind(500, "The service failed", "Try again; if it stays so, tell the operator the request id."),
    "not-ready": Kind(503, "The service cannot answer right now", "Try again after Retry-After."),
}  # fmt: skip


class ProblemDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457): `detail` of this request, `remedy` what to do, `field` the member at fault."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    field: str | None = None
    see: str | None = None  # path of what to look at
    request_id: str | None = None


class Problem(Exception):
    """An error for the client. `kind` is a row of KINDS, `field` the member at fault, `see` a path to look at."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        field: str | None = None,
        see: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.field, self.see = kind, detail, field, see
        self.headers: dict[str, Any] = dict(headers or {})

    @property
    def status(self) -> int:
        return KINDS[self.kind].status

    def body(self, request_id: str | None = None) -> ProblemDetails:
        kind = KINDS[self.kind]
        return ProblemDetails(
            type=f"/problems/{self.kind}",
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            remedy=kind.remedy,
            field=self.field,
            see=self.see,
            request_id=request_id,
        )


def kind_of_status(status: int) -> str:
    """The general kind for a status that the framework chose."""
    for name in (
        "bad-request", "no-key", "missing-scope", "not-found", "method-not-allowed", "conflict", "too-large",
        "unsupported-media-type", "too-many-requests", "internal", "not-ready",
    ):  # fmt: skip
        if KINDS[name].status == status:
            return name
    return "bad-request" if 400 <= status < 500 else "internal"
