"""The time by which deliveries are scheduled. Tests have one of their own that runs faster."""

from datetime import UTC, datetime


class Clock:
    def now(self) -> datetime:
        """The present, UTC."""
        return datetime.now(UTC)

    def seconds_until(self, instant: datetime) -> float:
        """How long to sleep until then, at least 0."""
        return max(0.0, (instant - self.now()).total_seconds())
