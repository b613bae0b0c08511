"""The clock: nothing changes without an event, so somebody must say that a day has turned or an embargo ended."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg

from events.catalogue import ArticleReleased, DayTurned
from events.envelope import MAX_EVENTS, Append, Conflict, NewEvent, Recorded
from events.history import History
from events.log import Log
from projections.views import Views
from service.idempotency import forget_answers

STREAM = "clock-utc"
_TICK = 1.0  # seconds; an embargo ends, and a day turns, no later than that


async def turn_day(log: Log, today: date) -> None:
    """Appends clock.day_turned for every day since the last one, and for `today` in a log without any.

    A machine whose clock went backwards turns no day until it has caught up with the log.
    """
    last = await log.last(STREAM)
    version = last.version if last else 0
    day = _day(last) + timedelta(days=1) if last else today
    while day <= today:
        days = [day + timedelta(days=n) for n in range(min((today - day).days + 1, MAX_EVENTS))]
        events = tuple(NewEvent(stream=STREAM, event=DayTurned(day=turned.isoformat())) for turned in days)
        try:
            await log.append(Append(events=events, actor="clock", expected={STREAM: version}))
        except Conflict:
            return  # another process said so first
        version, day = version + len(days), days[-1] + timedelta(days=1)


async def end_embargoes(log: Log, views: Views, now: datetime) -> int:
    """Appends article.released for every version whose embargo is over; gives how many.

    One that was over on receipt is released like any other. The versions below the newest whose time has come stay
    sealed for ever: they were never published.
    """
    ended = 0
    for article, version in await views.embargoes_over(now):
        history = History(article, await _stream(log, article))
        if version not in history.received or not history.is_sealed(version):
            continue  # the views have not seen the release yet
        released = NewEvent(stream=article, event=ArticleReleased(version=version))
        try:
            await log.append(Append(events=(released,), actor="clock", expected={article: history.version}))
        except Conflict:
            continue  # another process said so first, or the article has changed: look again at the next tick
        ended += 1
    return ended


async def run(log: Log, views: Views, pool: asyncpg.Pool) -> None:
    """Says so when a day turns, UTC, and when an embargo ends, for ever."""
    day: date | None = None
    while True:
        now = datetime.now(UTC)
        if now.date() != day:
            await turn_day(log, now.date())
            while await log.forget_keys():  # what expires in a day goes once a day, a batch at a time
                pass
            await forget_answers(pool)
            day = now.date()
        await end_embargoes(log, views, now)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        await asyncio.sleep(min((midnight - now).total_seconds() + 0.01, _TICK))


async def _stream(log: Log, article: str) -> list[Recorded]:
    events: list[Recorded] = []
    while batch := await log.read_stream(article, events[-1].version if events else 0):
        events.extend(batch)
    return events


def _day(last: Recorded) -> date:
    assert isinstance(last.event, DayTurned)
    return date.fromisoformat(last.event.day)
