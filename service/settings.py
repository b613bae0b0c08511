"""Settings: read once, from the environment."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from events.checkpoint import signing_key
from events.reading.endpoint import NAME
from events.reading.extractor import DEFAULT
from events.reading.plugins import UnknownExtractor, load


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message says which and what it should be."""


class EndpointSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An OpenAI-compatible endpoint that reads articles."""

    url: str  # base, without a slash at its end
    key: str | None
    model: str
    allow: tuple[str, ...] = ()
    seconds: float = 20.0
    tokens_a_day: int = 1_000_000


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a process of the service must know.

    DATABASE_URL           the application's role: reads, and appends through the log's functions
    DATABASE_ADMIN_URL     the owner of the tables: migrations only
    REDIS_URL              the cache
    INCUMBENT_SECRET_KEY   Fernet key(s), comma separated, newest first, that encrypt webhook secrets at rest
    INCUMBENT_CHECKPOINT_KEY  Ed25519 key, 32 bytes in base64, that signs checkpoints of the log; without: none
    INCUMBENT_WEBHOOK_ALLOW  networks, comma separated, that webhooks may reach although they are not public
    INCUMBENT_WEBHOOK_DENY_PORTS  ports, comma separated, that webhooks never reach on this machine
    INCUMBENT_WEBHOOK_CONSENT  1: a receiver must answer a challenge before it is sent anything else
    INCUMBENT_WEBHOOK_KEEP_DAYS  how long what was delivered stays listed, with its attempts (30)
    INCUMBENT_PUBLIC_URL   how clients reach the service; it is the source of webhooks
    INCUMBENT_EXTRACTORS   who reads articles, comma separated: rules (default), endpoint, or an installed extractor;
                           the first is trusted alone, what only a later one sees goes to an editor
    INCUMBENT_EXTRACTOR_URL, _KEY, _MODEL  an OpenAI-compatible endpoint's base (https://host/v1), key and model
    INCUMBENT_EXTRACTOR_ALLOW  networks, comma separated, in which the endpoint may stand although they are not public
    INCUMBENT_EXTRACTOR_SECONDS  how long an answer may take (20)
    INCUMBENT_EXTRACTOR_TOKENS_A_DAY  what may be spent on a day, UTC (1000000)
    INCUMBENT_REQUESTS_PER_MINUTE  what a key may ask that has no limit of its own (60000)
    INCUMBENT_PUBLIC_READ  1: what the scope read may GET, anyone may
    INCUMBENT_PUBLIC_REQUESTS_PER_MINUTE  what an address may ask without a key (600)
    INCUMBENT_MEMORY_BYTES  what a worker keeps of the answers that are asked for most (16000000)
    INCUMBENT_CORS_ORIGINS  origins, comma separated, whose pages may read answers (https://desk.example), or *
    INCUMBENT_LOG_LEVEL    debug, info, warning (default) or error
    """

    database_url: str
    redis_url: str
    secret_keys: tuple[str, ...]
    checkpoint_key: str | None = None
    webhook_allow: tuple[str, ...] = ()
    webhook_deny_ports: tuple[int, ...] = ()
    webhook_consent: bool = False
    webhook_keep_days: int = 30
    public_url: str = "http://127.0.0.1:8000"
    requests_per_minute: int = 60_000
    public_read: bool = False
    public_requests_per_minute: int = 600
    memory_bytes: int = 16_000_000
    log_level: str = "warning"
    cors_origins: tuple[str, ...] = ()
    extractors: tuple[str, ...] = (DEFAULT,)
    endpoint: EndpointSettings | None = None  # where `extractors` names it


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError, naming the variable."""
    extractors = _extractors(environment)
    return Settings(
        database_url=_required(environment, "DATABASE_URL"),
        redis_url=_required(environment, "REDIS_URL"),
        secret_keys=_list(_required(environment, "INCUMBENT_SECRET_KEY")),
        checkpoint_key=_checkpoint_key(environment.get("INCUMBENT_CHECKPOINT_KEY", "")),
        webhook_allow=_list(environment.get("INCUMBENT_WEBHOOK_ALLOW", "")),
        webhook_deny_ports=_ports(environment.get("INCUMBENT_WEBHOOK_DENY_PORTS", "")),
        webhook_consent=_switch(environment, "INCUMBENT_WEBHOOK_CONSENT"),
        webhook_keep_days=_positive(environment, "INCUMBENT_WEBHOOK_KEEP_DAYS", 30),
        public_url=environment.get("INCUMBENT_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        requests_per_minute=_positive(environment, "INCUMBENT_REQUESTS_PER_MINUTE", 60_000),
        public_read=_switch(environment, "INCUMBENT_PUBLIC_READ"),
        public_requests_per_minute=_positive(environment, "INCUMBENT_PUBLIC_REQUESTS_PER_MINUTE", 600),
        memory_bytes=_positive(environment, "INCUMBENT_MEMORY_BYTES", 16_000_000),
        log_level=environment.get("INCUMBENT_LOG_LEVEL", "warning"),
        cors_origins=_origins(environment.get("INCUMBENT_CORS_ORIGINS", "")),
        extractors=extractors,
        endpoint=_endpoint(environment) if NAME in extractors else None,
    )


def default_data() -> Path:
    """The data folder where none is named: INCUMBENT_DATA or ./data."""
    return Path(os.environ.get("INCUMBENT_DATA", "data"))


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingsError(
            f"set {name}: it is needed beside DATABASE_URL (without it, embedded servers start)"
        )
    return value


def _extractors(environment: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_list(environment.get("INCUMBENT_EXTRACTORS", "")))) or (DEFAULT,)
    for name in names:
        try:
            if name != NAME:
                load(name)
        except UnknownExtractor as error:
            raise SettingsError(f"INCUMBENT_EXTRACTORS: {error}, {NAME}") from None
    return names


def _endpoint(environment: Mapping[str, str]) -> EndpointSettings:
    url, model = (environment.get(f"INCUMBENT_EXTRACTOR_{name}", "").strip() for name in ("URL", "MODEL"))
    if not url.startswith(("https://", "http://")):
        raise SettingsError(f"INCUMBENT_EXTRACTOR_URL is {url!r}; write the endpoint's base: https://host/v1")
    if not model or len(model) > 100 or not model.isprintable():
        raise SettingsError("set INCUMBENT_EXTRACTOR_MODEL to the name of a model of the endpoint")
    return EndpointSettings(
        url=url.rstrip("/"),
        key=environment.get("INCUMBENT_EXTRACTOR_KEY") or None,
        model=model,
        allow=_list(environment.get("INCUMBENT_EXTRACTOR_ALLOW", "")),
        seconds=float(_positive(environment, "INCUMBENT_EXTRACTOR_SECONDS", 20)),
        tokens_a_day=_positive(environment, "INCUMBENT_EXTRACTOR_TOKENS_A_DAY", 1_000_000),
    )


def _positive(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    text = environment.get(name, "") or str(otherwise)
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 10**15:
        raise SettingsError(f"{name} is {text!r}; write a whole number above 0")
    return int(text)


def _switch(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "")
    if text not in ("", "0", "1"):
        raise SettingsError(f"{name} is {text!r}; write 1 or 0")
    return text == "1"


def _checkpoint_key(text: str) -> str | None:
    if not text:
        return None
    try:
        signing_key(text)
    except ValueError as error:
        raise SettingsError(f"INCUMBENT_CHECKPOINT_KEY cannot be used: {error}") from None
    return text


def _origins(text: str) -> tuple[str, ...]:
    """Origins as browsers write them: scheme, host and port, nothing behind."""
    origins = _list(text)
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[a-z0-9.-]+(:\d+)?", origin):
            raise SettingsError(f"INCUMBENT_CORS_ORIGINS holds {origin!r}; write https://host or *")
    return origins


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _ports(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(port) for port in _list(text))
    except ValueError:
        raise SettingsError(
            f"INCUMBENT_WEBHOOK_DENY_PORTS is {text!r}; write numbers, comma separated"
        ) from None
