"""How fast one endpoint is sent to, where its owner set a rate. Pure: a generic cell rate algorithm (ITU-T I.371)."""

from datetime import datetime, timedelta


class Pace:
    """At most so many messages a minute, evenly: the next one no sooner than an interval after the last."""

    def __init__(self, per_minute: int | None) -> None:
        """None: as many as come."""
        self._interval = timedelta(0) if per_minute is None else timedelta(minutes=1) / per_minute
        self.next: datetime | None = None  # when the next message may go; None: at once

    def wait(self, now: datetime) -> timedelta:
        """How long until a message may go; 0: it may now."""
        return timedelta(0) if self.next is None else max(timedelta(0), self.next - now)

    def take(self, now: datetime) -> None:
        """A message goes, or takes the next place that is free."""
        if self._interval:
            self.next = max(now, self.next or now) + self._interval
