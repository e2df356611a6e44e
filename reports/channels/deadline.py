"""An end to whatever another machine does with a connection of ours."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from threading import Timer


class Deadline:
    """Cuts a connection that takes too long in all: a socket's own time-out begins anew with every byte."""

    def __init__(self) -> None:
        self.line: socket | None = None
        self.is_over = False

    def watch(self, line: socket) -> None:
        """From now on this one. A copy of it: TLS takes the socket itself for its own."""
        self.let_go()
        self.line = line.dup()
        if self.is_over:
            self.cut()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        self.is_over = False
        timer = Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def cut(self) -> None:
        self.is_over = True
        if self.line is not None:
            with suppress(OSError):  # closed already
                self.line.shutdown(SHUT_RDWR)

    def let_go(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None
