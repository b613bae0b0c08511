"""API keys, for those who administer them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import Parameter

from service.bootstrap import House
from service.http.answers import JSON, SHOWN_ONCE, answered
from service.http.contract import route
from service.http.editing_forms import read_form
from service.http.formats import InstantText
from service.http.parameters import instant, position
from service.http.provided import key_of
from service.key_use import Act, acts_of, last_uses, sharing
from service.keyring import KeyState, Secret
from service.keys import NewKey, UnknownKey, create_key, revoke_key, rotate_key
from service.problems import Problem

Scope = Literal["read", "read:embargoed", "ingest", "review", "subscribe", "admin"]


class KeyBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A key to be made. `publishers` are names that it may speak for, the first is its default."""

    subject: str
    scopes: tuple[Scope, ...]
    publishers: tuple[str, ...] = ()
    expires_at: InstantText | None = None  # None: never
    requests_per_minute: int | None = None  # None: what every key has


class RotationBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """For how many seconds the secrets before the new one stay good: a day, up to 30."""

    overlap_seconds: int = 86_400


class PreviousSecret(msgspec.Struct, kw_only=True):
    prefix: str
    until: datetime


class KeyView(msgspec.Struct, kw_only=True):
    """A key, never its secret. `prefix` is how its newest secret begins, behind `inc_`; `last_used_at` is known to some
    ten seconds; `previous` are secrets that a rotation left good for a while.
    """

    id: str
    subject: str
    prefix: str
    state: Literal["in_force", "expired", "revoked"]
    scopes: Sequence[str]
    publishers: Sequence[str]
    requests_per_minute: int
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    previous: Sequence[PreviousSecret]


class MadeKey(msgspec.Struct, kw_only=True):
    """The key, its new secret (shown this once) and the position of the event."""

    key: KeyView
    secret: str
    position: int


class Keys(msgspec.Struct, kw_only=True):
    """In the order in which they were made; `next` goes into `after`, where there are more."""

    keys: Sequence[KeyView]
    next: str | None


class Revoked(msgspec.Struct, kw_only=True):
    position: int


class Acts(msgspec.Struct, kw_only=True):
    """In the log's order; `next` goes into `after`. The log names subjects: where keys of the same subject lived at the
    same time, `shared_with` names them, and the acts are those of all of them.
    """

    acts: Sequence[Act]
    next: int | None
    shared_with: Sequence[str]


_SAMPLE = {"subject": "newsroom-site", "scopes": ["read"]}
_LED = {
    name: {"key": "/key/id"}
    for name in ("get_key", "get_key_acts", "post_key_rotation", "post_key_revocation")
}


@post(
    "/v1/keys",
    opt=route(
        "admin", MadeKey, status=201, takes=KeyBody, body={JSON: _SAMPLE}, problems=("bad-date",), leads=_LED
    ),
    status_code=201,
)
async def post_key(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Makes an API key. The secret is in this answer and nowhere else."""
    wanted = read_form(await request.body(), KeyBody)
    try:
        new = await create_key(
            house.log,
            subject=wanted.subject,
            scopes=wanted.scopes,
            publishers=wanted.publishers,
            expires_at=instant(wanted.expires_at, "expires_at"),
            requests_per_minute=wanted.requests_per_minute,
            actor=key_of(request).subject,
        )
    except ValueError as error:
        raise Problem("unfit", str(error)) from None
    return await _made(house, new)


@get("/v1/keys", opt=route("admin", Keys, problems=("not-found",), leads={"get_key": {"key": "/keys/0/id"}}))
async def get_keys(
    house: House,
    after: Annotated[str | None, Parameter(description="`next` of the page before.")] = None,
    limit: Annotated[int, Parameter(description="How many at most.", ge=1, le=1000)] = 200,
) -> Response[bytes]:
    """Every key that there is or was, in the order in which they were made."""
    states = await house.keys.states()
    start = 0 if after is None else _state(states, after, "after").created_position
    behind = [state for state in states.values() if state.created_position > start]
    page = behind[:limit]
    more = page[-1].key.id if len(behind) > len(page) else None
    return answered(Keys(keys=await _views(house, page), next=more))


@get("/v1/keys/{key:str}", opt=route("admin", KeyView))
async def get_key(house: House, key: str) -> Response[bytes]:
    """A key, never its secret."""
    return answered((await _views(house, [_state(await house.keys.states(), key)]))[0])


@post(
    "/v1/keys/{key:str}/rotations",
    opt=route("admin", MadeKey, status=201, takes=RotationBody, body={JSON: {}}, problems=("conflict",)),
    status_code=201,
)
async def post_key_rotation(request: Request[Any, Any, Any], house: House, key: str) -> Response[bytes]:
    """Gives the key a new secret, in this answer and nowhere else; the old ones stay good for the overlap."""
    wanted = read_form(await request.body(), RotationBody)
    try:
        overlap = timedelta(seconds=wanted.overlap_seconds)
        new = await rotate_key(house.log, key, overlap=overlap, actor=key_of(request).subject)
    except UnknownKey as error:
        raise Problem("not-found", str(error), field="key") from None
    except (ValueError, OverflowError) as error:
        raise Problem("unfit", str(error), field="overlap_seconds") from None
    return await _made(house, new)


@post("/v1/keys/{key:str}/revocation", opt=route("admin", Revoked), status_code=200)
async def post_key_revocation(request: Request[Any, Any, Any], house: House, key: str) -> Response[bytes]:
    """Revokes a key: it, its signed URLs, its streams and its subscriptions are dead within a second, for good."""
    try:
        done = await revoke_key(house.log, key, actor=key_of(request).subject)
    except UnknownKey as error:
        raise Problem("not-found", str(error), field="key") from None
    await house.keys.states()
    return answered(Revoked(position=done))


@get("/v1/keys/{key:str}/acts", opt=route("admin", Acts))
async def get_key_acts(
    house: House,
    key: str,
    after: Annotated[int, Parameter(description="Position behind which to go on.", ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Parameter(description="How many at most.", ge=1, le=1000)] = 200,
) -> Response[bytes]:
    """What the key did to the log: every event with its subject as the actor, as long as it lived."""
    states = await house.keys.states()
    state = _state(states, key)
    acts = await acts_of(house.log, state, position(after, "after") or 0, limit)
    more = acts[-1].position if len(acts) == limit else None
    return answered(Acts(acts=acts, next=more, shared_with=sharing(state, states)))


def _state(states: Mapping[str, KeyState], key: str, field: str = "key") -> KeyState:
    if (state := states.get(key)) is None:
        raise Problem("not-found", f"there is no key {key[:60]!r}", field=field)
    return state


async def _made(house: House, new: NewKey) -> Response[bytes]:
    state = (await house.keys.states())[new.id]
    (view,) = await _views(house, [state])
    made = MadeKey(key=view, secret=new.secret, position=new.position)
    return answered(made, status=201, headers={"Location": f"/v1/keys/{new.id}", **SHOWN_ONCE})


async def _views(house: House, states: Sequence[KeyState]) -> list[KeyView]:
    used, now = await last_uses(house.pool, [state.key.id for state in states]), datetime.now(UTC)
    return [_view(state, house.settings.requests_per_minute, used.get(state.key.id), now) for state in states]


def _view(state: KeyState, default: int, last_used_at: datetime | None, now: datetime) -> KeyView:
    key, (newest, *before) = state.key, state.secrets
    return KeyView(
        id=key.id,
        subject=key.subject,
        prefix=newest.prefix,
        state=state.standing(now),
        scopes=sorted(key.scopes),
        publishers=key.publishers,
        requests_per_minute=key.requests_per_minute or default,
        created_at=state.created_at,
        created_by=state.created_by,
        expires_at=key.expires_at,
        revoked_at=state.revoked_at,
        last_used_at=last_used_at,
        previous=[each for secret in before if (each := _previous(secret, now)) is not None],
    )


def _previous(secret: Secret, now: datetime) -> PreviousSecret | None:
    if secret.until is None or secret.until <= now:
        return None
    return PreviousSecret(prefix=secret.prefix, until=secret.until)
