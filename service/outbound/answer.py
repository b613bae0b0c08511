"""What can come of an outgoing request."""

from typing import Literal

import msgspec

FailureKind = Literal[
    "resolve",  # the name has no address, or the resolver did not answer
    "blocked",  # the guard refused the address
    "connect",  # refused, unreachable, or not in time
    "tls",  # the certificate is not for the name, or no secure connection came about
    "write",  # the request could not be sent in time
    "timeout",  # no answer in time
    "closed",  # the connection was closed before there was an answer
    "answer",  # what came back is not HTTP
]


class Timings(msgspec.Struct, frozen=True):
    """Milliseconds since the request began; None for what was not reached or, on a kept connection, not needed."""

    connected: float | None
    sent: float | None
    first_byte: float | None
    total: float


class Answer(msgspec.Struct, frozen=True):
    """The other side answered. `body` is its beginning, at most the client's bound."""

    status: int
    body: bytes
    retry_after: str | None  # that header, as it came
    timings: Timings


class Failure(msgspec.Struct, frozen=True):
    """There is no answer. `why` is for people, and names no address that is not public."""

    kind: FailureKind
    why: str
    timings: Timings


Outcome = Answer | Failure
