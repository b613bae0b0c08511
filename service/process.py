"""What a process of ours owes its parent: not to outlive it."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def die_with_parent(number: signal.Signals) -> None:
    """Asks the kernel for a signal when the parent dies, however it dies. Linux only; elsewhere it does nothing."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os.kill(os.getpid(), number)  # it died in between


def become_extraction_worker() -> None:
    """For the processes of the extraction pool: Ctrl-C is their parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(signal.SIGKILL)


def when_told_to_end(tell: Callable[[], None]) -> None:
    """Calls `tell` in the running loop when SIGINT or SIGTERM comes, beside whatever the loop itself does then.

    A loop reads signals from its wake-up descriptor; Python's own handler, which this sets, is called all the same.
    """
    loop = asyncio.get_running_loop()

    def on_signal(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(tell)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
