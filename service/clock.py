"""The clock: nothing changes without an event, so somebody must say that a day has turned."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from events.catalogue import DayTurned
from events.envelope import MAX_EVENTS, Append, Conflict, NewEvent, Recorded
from events.log import Log

STREAM = "clock-utc"
_LONGEST_SLEEP = 60.0  # seconds; a suspended machine notices the new day within that


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


async def run(log: Log) -> None:
    """Says so at every midnight, UTC."""
    while True:
        await turn_day(log, datetime.now(UTC).date())
        now = datetime.now(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        await asyncio.sleep(min((midnight - now).total_seconds() + 0.01, _LONGEST_SLEEP))


def _day(last: Recorded) -> date:
    assert isinstance(last.event, DayTurned)
    return date.fromisoformat(last.event.day)
