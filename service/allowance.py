"""How many more requests a caller may make: a count a minute, of which a worker holds a block. Pure: no I/O, no clock.

All workers together give no more than the limit a minute, as long as blocks come from one counter; what a worker has
leased and not spent is lost with the minute, so a caller may hear 429 up to a block a worker early. Alone (without the
counter) a worker gives no more than the limit by itself.
"""

WINDOW = 60  # seconds; windows begin at whole minutes of Unix time
_BLOCKS = 64  # in which a limit is leased
_LARGEST_BLOCK = 5_000


class Allowance:
    """What one worker may still give one caller in the current window."""

    __slots__ = ("_held", "_spent", "_unleased", "block", "limit", "window")

    def __init__(self, limit: int) -> None:
        """`limit`: requests a minute, at least 1."""
        self.limit = limit
        self.block = max(1, min(limit // _BLOCKS, _LARGEST_BLOCK))
        self.window = -1
        self._held = 0  # leased and not spent
        self._spent = 0  # in this window, by this worker
        self._unleased = limit  # by any worker, as last heard

    def take(self, window: int) -> bool | None:
        """Takes one request: True if it may be made, False if not in this window; None where a block must be leased."""
        if window != self.window:
            self.window, self._held, self._spent, self._unleased = window, 0, 0, self.limit
        if self._held:
            self._held -= 1
            self._spent += 1
            return True
        return None if self._unleased else False

    @property
    def is_low(self) -> bool:
        """Whether it is time to lease the next block, before this one is spent."""
        return self._held <= self.block // 2 and self._unleased > 0

    @property
    def left(self) -> int:
        """Requests left in this window, as far as this worker knows."""
        return self._held + self._unleased

    def lease(self, window: int, counted: int) -> None:
        """Takes in a block: `counted` is what the common counter of that window says, this block included."""
        if window != self.window:
            return  # it came too late
        given = self.block - max(0, counted - self.limit)
        self._hold(given)
        self._unleased = max(0, self.limit - max(counted, self._spent + self._held))

    def lease_alone(self, window: int) -> None:
        """Takes in a block where no common counter can be asked."""
        if window != self.window:
            return
        self._hold(self.block)
        self._unleased = self.limit - self._spent - self._held

    def _hold(self, given: int) -> None:
        self._held += max(0, min(given, self.limit - self._spent - self._held))
