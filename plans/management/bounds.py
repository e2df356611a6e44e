"""An end to commands that a file could keep busy: none of them is worth more than these."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfBounds(Exception):
    """The work took longer than it may."""


@contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """Raises OutOfBounds in the middle of whatever takes longer, MemoryError where more is asked for.

    Of the main thread only, which is where a command runs.
    """
    before = signal.signal(signal.SIGALRM, _stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory if hard < 0 else min(memory, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
        signal.signal(signal.SIGALRM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise OutOfBounds
