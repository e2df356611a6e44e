"""Everything in the foreground: web server, worker, scheduler and, if none are configured, their servers."""

import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from config import embedded
from config.commands import migrate
from tasks.record import renew_epoch

# The web server of an `up` that was just killed has 5 seconds for its last requests before it lets go.
PORT_SECONDS = 6
STOP_SECONDS = 6
PR_SET_PDEATHSIG = 1
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Celery's page of text at each start; that root runs a trial or a container is for its user to judge.
NO_ROOT_WARNING = "ignore:You're running the worker with superuser"
CELERY = ("celery", "-A", "config", "--quiet")
# Loaded here: between fork and exec a child may not import.
_prctl = ctypes.CDLL(None).prctl


class Stop(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


class Command(BaseCommand):
    help = "Run the whole product in the foreground. Ctrl-C or SIGTERM stops all of it."
    # They load every view: half of what a start takes. `make test` and deployment run them.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--no-demo", action="store_true", help="do not make the demo's users and plans")

    def handle(self, *, host: str, port: int, no_demo: bool, **_: Any) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        check_port(host, port)
        for number in STOPPING:
            signal.signal(number, stop)
        try:
            # Never beside real data: the demo's passwords are in the README.
            self.prepare(port, demo=settings.EMBEDDED and not no_demo)
            # The web server first and alone: on two cores the address is there in half the time.
            self.launch("web", *web(host, port))
            self.wait_for_web(host, port)
            self.launch(
                "worker", *CELERY, "worker", "--concurrency", "2", "--without-mingle", "--without-gossip"
            )
            self.launch("scheduler", *CELERY, "beat", "--pidfile", "", "--schedule", schedule())
            self.watch()
        except Stop:
            self.say("正在停止…… Stopping.")
        finally:
            for number in STOPPING:
                signal.signal(number, signal.SIG_IGN)
            self.stop_children()

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def prepare(self, port: int, *, demo: bool) -> None:
        os.environ.setdefault("BASE_URL", f"http://localhost:{port}")
        keep_servers()
        migrate()
        renew_epoch()  # nothing may have been pending in a restored database
        if demo:
            call_command("demo", stdout=self.stdout)
        # The children connect for themselves; the pool's threads must not be there when we fork.
        connections.close_all()
        for connection in connections.all():
            connection.close_pool()

    def launch(self, name: str, module: str, *arguments: str) -> None:
        # In mid-fork `Stop` would rise in one of Python's own fork hooks, which swallow whatever they raise.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            self.children[name] = subprocess.Popen(
                [sys.executable, "-W", NO_ROOT_WARNING, "-m", module, *arguments],
                cwd=settings.BASE_DIR,
                env=os.environ | {"CELERY_SKIP_CHECKS": "1"},
                stdin=subprocess.DEVNULL,
                # Ctrl-C reaches us alone, and we can end a child together with its children.
                process_group=0,
                preexec_fn=die_with_parent(os.getpid()),
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def wait_for_web(self, host: str, port: int) -> None:
        while not answers(host, port):
            self.check_children()
            time.sleep(0.05)
        shown = f"[{host}]" if ":" in host else host
        self.say(f"\n督查督办已就绪 Ready: http://{shown}:{port}/  (Ctrl-C 停止 stops)")

    def watch(self) -> None:
        while True:
            self.check_children()
            keep_servers()
            time.sleep(0.5)

    def check_children(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                raise CommandError(
                    f"{name} 意外退出（{child.returncode}），全部停止。"
                    f" The {name} process ended unexpectedly ({child.returncode}); everything is stopped."
                )

    def stop_children(self) -> None:
        """A worker that is busy for longer is killed: its job is acknowledged late and runs again."""
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def check_port(host: str, port: int) -> None:
    """Before anything is started, so that nothing is left behind."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                return probe.bind((host, port))
            except OverflowError:
                raise CommandError(f"--port {port}: 0-65535") from None
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise CommandError(f"不能监听 Can't listen on {host}:{port}: {error.strerror}") from None
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"端口 {port} 已被占用，请换一个：make run PORT=8001。"
                        f" Port {port} is taken; choose another: make run PORT=8001."
                    ) from None
        time.sleep(0.1)


def keep_servers() -> None:
    """Start them, and start them again if they were killed."""
    if settings.EMBEDDED:
        embedded.start_postgres()
    if settings.EMBEDDED_BROKER:
        embedded.start_valkey()


def web(host: str, port: int) -> tuple[str, ...]:
    return (
        *("granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"),
        *("--workers", "2", "--blocking-threads", str(threads()), "--respawn-failed-workers"),
        *("--workers-kill-timeout", "5", "--log-level", "warning", "config.wsgi:application"),
    )


def schedule() -> str:
    return str(embedded.home() / "beat-schedule")


def threads() -> int:
    """No more than the pool has connections, or they wait for each other; nor than granian finds sensible."""
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    return min(pool, 2 * (os.cpu_count() or 1) + 1)


def die_with_parent(parent: int) -> Any:
    """Linux ends the child when we are killed outright; the second line closes the gap before it knew."""

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def answers(host: str, port: int) -> bool:
    """Any answer will do: that the page is right is for tests."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    client = http.client.HTTPConnection(local, port, timeout=2)
    try:
        client.request("GET", "/healthz", headers={"Host": "localhost"})
        return client.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()
