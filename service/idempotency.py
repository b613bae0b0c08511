"""Requests that are carried out once, however often they are sent (draft-ietf-httpapi-idempotency-key-header).

Postgres keeps what was answered for 7 days, under the API key, the route and the client's key. While a request is in
flight its key is leased; whoever carries it out and dies leaves a lease that runs out, after which the same request is
carried out again.
"""

import uuid
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec

from events.queries import queries

LIVES = timedelta(days=7)
LEASE = timedelta(minutes=2)  # longer than any request takes

_SQL = queries(Path(__file__).parent / "sql" / "idempotency.sql")


class Request(msgspec.Struct, frozen=True):
    """Who asks what, under which key of theirs; `fingerprint` is of everything that the request says."""

    api_key: str
    route: str
    key: str
    fingerprint: bytes

    @property
    def place(self) -> tuple[str, str, str]:
        return self.api_key, self.route, self.key


class Lease(msgspec.Struct, frozen=True):
    """The request is the holder's to carry out."""

    request: Request
    id: uuid.UUID


class Answer(msgspec.Struct, frozen=True):
    """What was answered. `body` None: it held a secret that is shown once, or a redaction has withheld it."""

    status: int
    headers: dict[str, str]
    body: bytes | None


class InFlight(msgspec.Struct, frozen=True):
    """Somebody is carrying it out."""


class Reused(msgspec.Struct, frozen=True):
    """The key stands for another request."""


class Idempotency:
    """The kept answers."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def claim(self, request: Request) -> Lease | Answer | InFlight | Reused:
        """The lease on the request, or why there is none."""
        lease = uuid.uuid4()
        while True:
            if await self._pool.fetchval(
                _SQL["claim"], *request.place, request.fingerprint, lease, LEASE, LIVES
            ):
                return Lease(request, lease)
            row = await self._pool.fetchrow(_SQL["found"], *request.place)
            if row is None:
                continue  # released in between
            if row["fingerprint"] != request.fingerprint:
                return Reused()
            if row["status"] is None:
                return InFlight()
            return Answer(
                row["status"], msgspec.json.decode(row["headers"], type=dict[str, str]), row["body"]
            )

    async def keep(self, lease: Lease, answer: Answer) -> None:
        """Keeps what was answered, for whoever sends the request again."""
        headers = msgspec.json.encode(answer.headers)
        await self._pool.execute(
            _SQL["keep"], *lease.request.place, lease.id, answer.status, headers, answer.body
        )

    async def release(self, lease: Lease) -> None:
        """Frees the key: the request was refused, or failed, and may be sent again."""
        await self._pool.execute(_SQL["release"], *lease.request.place, lease.id)


async def withhold_answers(pool: asyncpg.Pool) -> None:
    """Takes the bodies away from all answers that are kept: after a redaction nobody looks for words in them."""
    await pool.execute(_SQL["withhold"])


async def forget_answers(pool: asyncpg.Pool) -> None:
    """Forgets what has expired."""
    await pool.execute(_SQL["forget"], LIVES)
