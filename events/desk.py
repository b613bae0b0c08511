"""The desk: reads every article that comes in, resolves its names and decides its claims.

It follows the log. Extraction of the next articles runs ahead in worker processes; resolving and deciding go in log
order, one article after the other, for each leans on what those before brought into being. What it makes of an
article is one append, keyed by article, version and extractor and expecting the article's stream as it was read: so
neither a restart, nor a second desk, nor an editor at the same moment can double or lose anything.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from datetime import date

import msgspec

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    ArticleReleased,
    ClaimsDecided,
    ClaimsResolved,
    Event,
    PublisherRegistered,
    PublisherTrustChanged,
    Resolution,
)
from events.copies import Copies
from events.cursor import Cursor
from events.dates import InvalidDate
from events.envelope import MAX_EVENTS, NEW, Append, Conflict, NewEvent, Recorded, Refused
from events.extraction import FAILED, Reader
from events.history import History
from events.ids import mint
from events.judging import CANCELED, Evidence, Judgement, judge, release
from events.log import Log
from events.naming.lookup import look_up
from events.naming.resolve import Resolved, resolve
from events.policy import POLICY
from events.reading.article import Article, derive
from events.recent import Recent
from events.register import Register, Standing
from events.tracing import Origins, origins_of

NAME = "desk"  # of the actor, the cursor and the lease
REDACTED = "desk/redacted"  # stands for the extractor where the text was deleted before it was read
_AHEAD = 8  # articles whose extraction may be under way
_ATTEMPTS = 10  # at one article, while others take the names that it wants
_NEWCOMERS = 900  # events: an entity and the reservation of its name stand beside each other
_NOTE_EVERY = 500  # positions
_PATIENCE = 30.0  # seconds to wait for the read side before saying so and waiting on

logger = logging.getLogger(__name__)


class _Reading(msgspec.Struct, frozen=True):
    """A version of an article with what the extractor made of it."""

    received: Recorded
    read: ArticleRead
    published: date | None
    position: int  # of the event that brought or released the version
    text: str = ""


class Desk:
    """Reads articles while `run` runs. Hold the lease `desk` around it; a second one does no harm, only work."""

    def __init__(
        self,
        log: Log,
        cursor: Cursor,
        register: Register,
        standing: Standing,
        extraction: Reader,
        copies: Copies,
    ) -> None:
        self._log = log
        self._cursor = cursor
        self._register = register
        self._standing = standing
        self._extraction = extraction
        self._copies = copies
        self._recent = Recent()

    async def run(self) -> None:
        """Follows the log for ever. Raises what the database raises: whoever runs it starts it again."""
        noted = await self._cursor.position()
        self._recent.forget(
            await self._log.head()
        )  # this desk, or the one before, may have written up to here
        async for batch in self._log.follow(noted):
            await self.read(batch)
            last = batch[-1].position
            # Its own events come back to it: noting its place for each would be a write more an article.
            if any(_concerns(recorded) for recorded in batch) or last - noted >= _NOTE_EVERY:
                await self._cursor.advance(last)
                noted = last

    async def read(self, batch: Sequence[Recorded]) -> None:
        """Reads the articles that these events bring or release, in their order."""
        async for reading in self._extracted(batch):
            await self._decide(reading)

    async def _extracted(self, batch: Sequence[Recorded]) -> AsyncIterator[_Reading]:
        """The readings, in order; extraction runs a few articles ahead."""
        waiting = deque(recorded for recorded in batch if _concerns(recorded))
        tasks: deque[asyncio.Task[_Reading | None]] = deque()
        try:
            while waiting or tasks:
                while waiting and len(tasks) < _AHEAD:
                    tasks.append(asyncio.create_task(self._extract(waiting.popleft()), name="extraction"))
                reading = await tasks.popleft()
                if reading is not None:
                    yield reading
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _extract(self, recorded: Recorded) -> _Reading | None:
        """Reads the version that the event brings or releases; None where it is not to be read, or was already."""
        assert isinstance(recorded.event, ArticleReceived | ArticleReleased)
        article_id, version, at = recorded.stream, recorded.event.version, recorded.position
        history = await self._history(article_id)
        received = history.received.get(version)
        if received is None or history.is_read(version):
            return None
        event = received.event
        assert isinstance(event, ArticleReceived)
        if event.pubstatus == "canceled":
            return _Reading(received, ArticleRead(version=version, extractor=CANCELED), None, at)
        if event.pubstatus == "withheld" or history.is_sealed(version):
            return None
        text = await self._log.content(event.text)
        if text is None:
            return _Reading(received, ArticleRead(version=version, extractor=REDACTED), None, at)
        article = _article(event, text.decode())
        read = await self._extraction.read(article_id, version, article)
        return _Reading(received, read, article.published, at, text.decode())

    async def _decide(self, reading: _Reading) -> None:
        """Resolves, decides and appends; again from the start where somebody else was quicker at a name.

        A very long article brings its new entities in appends before its own. The last attempt brings nothing new
        into being, so that a name which is taken, but which the register does not find, leaves claims to an editor
        instead of stopping the desk.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            history = await self._history(reading.received.stream)
            if history.is_read(reading.read.version):
                return
            concerned = (*reading.read.claims, *history.claims.values())
            await self._read_side(max(reading.position, self._recent.needed(concerned)))
            try:
                append = await self._append(reading, history, create=attempt < _ATTEMPTS)
                if len(append.events) > MAX_EVENTS:
                    done = await self._log.append(_newcomers(append))
                    self._recent.wrote(done.last, concerned)
                    continue
                done = await self._log.append(append)
            except Conflict as conflict:
                if attempt == _ATTEMPTS:
                    raise
                logger.info("reading %s again: %s", reading.received.stream, conflict)
                self._recent.forget(await self._log.head())
            except Refused as refused:
                if not reading.read.claims and not reading.read.refused:
                    raise
                logger.error("the reading of %s cannot be kept: %s", reading.received.stream, refused)
                reading = self._failed(reading)
            else:
                self._recent.wrote(done.last, concerned)
                return

    def _failed(self, reading: _Reading) -> _Reading:
        extractor = f"{self._extraction.name}/{FAILED}"
        read = ArticleRead(version=reading.read.version, extractor=extractor)
        return msgspec.structs.replace(reading, read=read)

    async def _append(self, reading: _Reading, history: History, *, create: bool) -> Append:
        article, read = reading.received.stream, reading.read
        known = await look_up(self._register, read.claims)
        resolved = resolve(read.claims, known, mint if create else None, await self._settled(history))
        resolutions = {resolution.claim: resolution for resolution in resolved.resolutions}
        origins = await origins_of(
            self._copies, reading.received, reading.text if read.claims else "", history, self._history
        )
        evidence = await self._evidence(reading, resolved, origins)
        judgement = judge(article, history, read, resolutions, evidence)
        events = list(resolved.events)
        expected = {article: history.version, **resolved.expected}
        events.extend(origins.events)
        expected |= origins.expected
        for other, decided in await self._released(judgement):
            expected[other.stream] = other.version
            events.append(decided)
        new = tuple(r for r in resolved.resolutions if history.resolutions.get(r.claim) != r)
        own: list[Event] = [read]
        if new:
            own.append(ClaimsResolved(resolutions=new))
        if judgement.decisions:
            own.append(ClaimsDecided(decisions=judgement.decisions, policy=POLICY))
        return Append(
            events=(*events, *(NewEvent(stream=article, event=event) for event in own)),
            actor=NAME,
            expected=expected,
            key=f"read:{article}:{read.version}:{read.extractor}",
            cause=reading.received.id,
            correlation=reading.received.correlation,
        )

    async def _settled(self, history: History) -> dict[str, Resolution]:
        """The resolutions that stay, by claim; who was merged since is the other one."""
        settled = history.settled()
        persons = sorted({each.person for each in settled.values() if each.person is not None})
        merged = await self._register.merged(persons) if persons else {}
        return {
            claim: msgspec.structs.replace(each, person=merged.get(each.person or "", each.person))
            for claim, each in settled.items()
        }

    async def _evidence(self, reading: _Reading, resolved: Resolved, origins: Origins) -> Evidence:
        event = reading.received.event
        assert isinstance(event, ArticleReceived)
        pairs = sorted({(r.person, r.post) for r in resolved.resolutions if r.person and r.post})
        told = [(person, post) for person, post in pairs if person is not None and post is not None]
        posts = sorted({post for _, post in told})
        backings = await self._standing.backings(told) if told else ()
        return Evidence(
            publisher_trusted=await self._is_trusted(event.publisher),
            origin=origins.own,
            published=reading.published,
            holdings=await self._standing.holdings(posts) if posts else (),
            backings=tuple(
                msgspec.structs.replace(each, origin=origins.others.get(each.article, each.origin))
                for each in backings
            ),
            seats=resolved.seats,
        )

    async def _released(self, judgement: Judgement) -> list[tuple[History, NewEvent]]:
        """Decisions on other articles' claims that waited for this one's word, one event an article."""
        waiting: dict[str, list[str]] = {}
        for backing in judgement.released:
            waiting.setdefault(backing.article, []).append(backing.claim)
        found: list[tuple[History, NewEvent]] = []
        for article, claims in waiting.items():
            history = await self._history(article)
            decisions = tuple(d for claim in claims if (d := release(history, claim)) is not None)
            if decisions:
                event = ClaimsDecided(decisions=decisions, policy=POLICY)
                found.append((history, NewEvent(stream=article, event=event)))
        return found

    async def _is_trusted(self, publisher: str) -> bool:
        trusted = False
        for recorded in await self._stream(publisher):
            if isinstance(recorded.event, PublisherRegistered | PublisherTrustChanged):
                trusted = recorded.event.trusted
        return trusted

    async def _read_side(self, position: int) -> None:
        """Waits until the read side knows what the article leans on: deciding on less would not be in log order."""
        while not await self._register.caught_up(position, _PATIENCE):
            logger.warning("the read side has not reached position %d; the desk waits for it", position)

    async def _history(self, article: str) -> History:
        return History(article, await self._stream(article))

    async def _stream(self, stream: str) -> list[Recorded]:
        events: list[Recorded] = []
        while batch := await self._log.read_stream(stream, events[-1].version if events else 0):
            events.extend(batch)
        return events


def _concerns(recorded: Recorded) -> bool:
    return isinstance(recorded.event, ArticleReceived | ArticleReleased)


def _newcomers(append: Append) -> Append:
    """The first of the entities that a very long article brings; they are known when it is resolved again."""
    events = append.events[:_NEWCOMERS]
    streams = {new.stream for new in events}
    expected = {stream: NEW for stream in append.expected if stream in streams}
    return msgspec.structs.replace(append, events=events, expected=expected, key=None)


def _article(event: ArticleReceived, text: str) -> Article:
    """The article as it was derived when it came in."""
    title = text[: event.title_length] if event.title_length else None
    body = text[event.title_length + 1 :] if event.title_length else text
    try:
        article = derive(body, title=title, published=event.published, language=event.language)
    except InvalidDate:
        article = derive(body, title=title, published=None, language=event.language)
    return msgspec.structs.replace(article, published_basis=event.published_basis)
