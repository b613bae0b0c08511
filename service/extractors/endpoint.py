"""Reading by an OpenAI-compatible endpoint: asked once for each text, bounded in time and in tokens."""

import logging
import time
from typing import Protocol

from events.catalogue import ArticleRead
from events.extraction import FAILED
from events.reading import endpoint
from events.reading.article import Article
from events.reading.endpoint import WrongAnswer
from service.outbound.addresses import policy_of
from service.outbound.answer import Answer, Outcome
from service.outbound.client import Outbound, Timeouts
from service.settings import EndpointSettings

MAX_ANSWER = 1_000_000  # bytes
_BYTES_A_TOKEN = 3  # to reckon with where an endpoint counts nothing, or too little
_FAILURES = 3  # in a row, after which the endpoint is left alone for a while
_PAUSE = 60.0  # seconds

logger = logging.getLogger(__name__)


class Sender(Protocol):
    """The outside, as far as it is needed here: service.outbound's client."""

    async def send(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Outcome: ...


class Kept(Protocol):
    """Answers that were given before."""

    async def of(self, question: bytes, prompt: str, article: str) -> bytes | None: ...

    async def keep(self, question: bytes, prompt: str, article: str, answer: bytes) -> None: ...


class Spent(Protocol):
    """Tokens used today."""

    async def today(self) -> int: ...

    async def add(self, tokens: int) -> None: ...


class NotAsked(Exception):
    """The endpoint gives no reading of this article; the message says why, and holds nothing of the article."""


class EndpointReader:
    """A Reader. It fails where the endpoint does, and then others read: what it costs the desk is bounded."""

    def __init__(self, settings: EndpointSettings, sender: Sender, answers: Kept, spending: Spent) -> None:
        self._settings = settings
        self._sender = sender
        self._answers = answers
        self._spending = spending
        self._failures = 0
        self._paused_until = 0.0

    @property
    def name(self) -> str:
        return endpoint.reader_name(self._settings.model)

    async def read(self, article_id: str, version: int, article: Article) -> ArticleRead:
        """The reading, or one by `<name>/failed`."""
        try:
            answered = await self._answer(article_id, article)
        except NotAsked as why:
            logger.warning("%s does not read %s version %d: %s", self.name, article_id, version, why)
            return ArticleRead(version=version, extractor=f"{self.name}/{FAILED}")
        return endpoint.reading(article_id, version, article, self._settings.model, answered)

    async def _answer(self, article_id: str, article: Article) -> endpoint.Answer:
        if len(article.text) > endpoint.MAX_TEXT:
            raise NotAsked(f"it has more than {endpoint.MAX_TEXT} characters")
        question = endpoint.question(article, self._settings.model)
        kept = await self._answers.of(question, endpoint.PROMPT, article_id)
        if kept is not None:
            return _understood(kept, article)
        body = await self._ask(question)
        try:
            answered = _understood(body, article)
        except NotAsked:
            await self._spending.add(_reckoned(question, body))
            self._failed()
            raise
        await self._spending.add(max(answered.tokens, _reckoned(question, body)))
        self._failures = 0
        await self._answers.keep(question, endpoint.PROMPT, article_id, body)
        return answered

    async def _ask(self, question: bytes) -> bytes:
        """The body of the endpoint's answer. Raises NotAsked."""
        if time.monotonic() < self._paused_until:
            raise NotAsked("the endpoint failed several times and is left alone for a minute")
        spent = await self._spending.today() + _reckoned(question, b"")
        if spent > self._settings.tokens_a_day:
            raise NotAsked(f"today's {self._settings.tokens_a_day} tokens are spent")
        headers = {"content-type": "application/json", "accept": "application/json"}
        if self._settings.key is not None:
            headers["authorization"] = f"Bearer {self._settings.key}"
        outcome = await self._sender.send("POST", f"{self._settings.url}/chat/completions", headers, question)
        if not isinstance(outcome, Answer):
            self._failed()
            raise NotAsked(f"the endpoint gave no answer: {outcome.why}")
        if outcome.status != 200:
            self._failed()
            raise NotAsked(f"the endpoint answered {outcome.status}")
        return outcome.body

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= _FAILURES:
            self._paused_until = time.monotonic() + _PAUSE


def outbound_to(settings: EndpointSettings, own_ports: tuple[int, ...]) -> Outbound:
    """A client for the endpoint alone: its own allow-list and patience."""
    seconds = settings.seconds
    timeouts = Timeouts(
        connect=min(5.0, seconds), write=seconds, first_byte=seconds, whole=seconds, body=seconds
    )
    return Outbound(policy_of(settings.allow, own_ports), timeouts=timeouts, most=MAX_ANSWER)


def _understood(body: bytes, article: Article) -> endpoint.Answer:
    try:
        return endpoint.answer(body, article)
    except WrongAnswer as wrong:
        raise NotAsked(f"the endpoint's answer cannot be used: {wrong}") from None


def _reckoned(question: bytes, body: bytes) -> int:
    return (len(question) + len(body)) // _BYTES_A_TOKEN
