"""Interleaved pairs: what is measured and its floor take turns, so that a machine that slows down slows both."""

import statistics
from collections.abc import Awaitable, Callable, Sequence

import msgspec

PAIRS = 9


class Row(msgspec.Struct, frozen=True):
    """A line of the table. Figures are medians, with the least and the most in brackets."""

    what: str
    measured: str
    floor: str
    ratio: str


async def paired(
    what: str,
    unit: str,
    measured: Callable[[], Awaitable[float]],
    floor: Callable[[], Awaitable[float]],
    *,
    pairs: int = PAIRS,
) -> Row:
    """Runs both in turn; the ratio is taken pair by pair. Both give a rate: more is better."""
    ours: list[float] = []
    floors: list[float] = []
    for number in range(pairs):
        order = (measured, floor) if number % 2 == 0 else (floor, measured)
        for each in order:
            (ours if each is measured else floors).append(await each())
    ratios = [one / other for one, other in zip(ours, floors, strict=True)]
    return Row(what, f"{spread(ours)} {unit}", f"{spread(floors)} {unit}", spread(ratios, 2))


def latencies(what: str, seconds: Sequence[float]) -> Row:
    """p50 and p99 of latencies."""
    cut = statistics.quantiles(seconds, n=100)
    return Row(
        what, f"p50 {cut[49] * 1000:.1f} ms, p99 {cut[98] * 1000:.1f} ms", "", f"{len(seconds)} samples"
    )


def spread(values: Sequence[float], digits: int = 0) -> str:
    return f"{statistics.median(values):,.{digits}f} [{min(values):,.{digits}f}–{max(values):,.{digits}f}]"
