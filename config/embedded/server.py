"""One server that several processes share: the first starts it, the last one out stops it."""

import atexit
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

from config.embedded import places, processes


class Server:
    """Subclasses say how it is launched; who holds it and how it ends is here."""

    name: str
    program: str
    pid_file: str
    stop_signal: signal.Signals

    def __init__(self) -> None:
        self.users: int | None = None
        self.mutex = threading.RLock()
        os.register_at_fork(after_in_child=self._forget)

    @property
    def folder(self) -> Path:
        return places.place() / self.name

    @property
    def data(self) -> Path:
        """The running server's working folder."""
        return self.folder

    @property
    def sockets(self) -> Path:
        return places.socket_folder(self.name)

    def launch(self) -> None:
        """See that it answers. Called by one process at a time."""
        raise NotImplementedError

    def pid(self) -> int | None:
        try:
            pid = int((self.data / self.pid_file).read_text().split("\n")[0])
        except (OSError, ValueError):
            return None
        return pid if processes.is_ours(pid, self.program, self.data) else None

    def start(self) -> None:
        with self.mutex:
            if self.users is not None and self.pid():
                return
            if not sys.platform.startswith("linux"):
                raise places.EmbeddedFailed("Only on Linux. Set DATABASE_URL and REDIS_URL.")
            places.make_folder(self.folder)
            with places.alone(self.folder / "start.lock"):
                # Held before the launch: if that is interrupted, leaving still cleans up.
                self._hold()
                places.make_folder(self.sockets)
                self.launch()

    def _hold(self) -> None:
        if self.users is None:
            self.users = places.open_lock(self.folder / "users.lock")
            fcntl.flock(self.users, fcntl.LOCK_SH)
            atexit.register(self.leave)
            leave_on_signals()

    def leave(self) -> None:
        """Let go; stop the server if nobody else holds it."""
        with self.mutex:
            if self.users is None or not self.folder.exists():
                return
            with places.alone(self.folder / "start.lock"):
                users, self.users = self.users, None
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.halt()
                except BlockingIOError:
                    pass
                finally:
                    os.close(users)

    def halt(self) -> None:
        if pid := self.pid():
            self.end([pid], self.stop_signal, 60)
        if self.sockets.exists():
            for leftover in self.sockets.iterdir():
                leftover.unlink(missing_ok=True)
            self.sockets.rmdir()

    def end(self, pids: list[int], kind: signal.Signals, seconds: float) -> None:
        processes.end(pids, self.program, self.data, kind, seconds)

    def end_orphans(self, kind: signal.Signals) -> None:
        """Ours, though no pid file names them."""
        self.end(processes.ours(self.program, self.data), kind, 5)

    def run(self, *argv: str | Path) -> subprocess.CompletedProcess[str]:
        """As the servers' user, from its folder, in a session of its own: Ctrl-C is ours, not initdb's.

        What the caller's environment says about PostgreSQL or the language must not reach the server.
        """
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))
        }
        return subprocess.run(
            argv,
            cwd=self.folder,
            env=kept | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            start_new_session=True,
            check=False,
            **places.as_account(),
        )

    def _forget(self) -> None:
        """A forked child holds nothing until it connects: a daemon must not keep a server it does not use."""
        self.mutex = threading.RLock()
        if self.users is not None:
            os.close(self.users)
            self.users = None


def leave_on_signals() -> None:
    """Make a plain SIGTERM or hang-up an ordinary exit, so that the last one out stops the servers then too.

    Only where nothing else handles the signal, and only in the main thread (Python allows no other).
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
