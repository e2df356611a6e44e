"""`manage.py up` as a real process: everything comes up, and nothing stays behind, however it ends."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config.embedded import places
from tests.config.processes import SECONDS, Home, a_home, until


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def up(home, port) -> Iterator[subprocess.Popen[str]]:
    """In a group of its own, as a shell's foreground job is."""
    process = start(home, port)
    yield process
    for pid in left(home):
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    process.communicate()


def start(home: Home, port: int, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
        cwd=places.CLONE,
        env=home.environment(PYTHONUNBUFFERED="1", **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def ready(process: subprocess.Popen[str], port: int) -> None:
    seen = []
    for line in process.stdout:
        seen.append(line)
        if f"http://127.0.0.1:{port}/" in line:
            return
    raise AssertionError("".join(seen))


def ended(process: subprocess.Popen[str], home: Home) -> str:
    """What it said until its end; at a hang, who is left."""
    try:
        return process.communicate(timeout=SECONDS)[0]
    except subprocess.TimeoutExpired:
        commands = [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in left(home)]
        raise AssertionError(f"still there: {commands}") from None


def left(home: Home) -> list[str]:
    """Every process that this home's `up` started, by what they inherit: the environment names the home."""
    mark = f"EMBED_HOME={home.folder}\0".encode()
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark in file.read() + b"\0":
                    found.append(pid)
        except OSError:
            continue
    return found


def named(home: Home, word: str) -> list[int]:
    found = []
    for pid in left(home):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if word.encode() in file.read().split(b"\0"):
                found.append(int(pid))
    return found


def serves(port: int) -> bool:
    """The database and the broker answer through the web server."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    client.request("GET", "/readyz")
    return client.getresponse().status == 200


def test_sigterm_to_up_alone_leaves_no_process(home, port, up):
    ready(up, port)
    until(lambda: serves(port))
    until(lambda: home.postmaster() and named(home, "worker") and named(home, "beat"))
    up.terminate()
    ended(up, home)
    assert up.returncode == 0
    assert left(home) == [] and home.servers() == []


def test_ctrl_c_goes_to_the_whole_group_and_leaves_no_process(home, port, up):
    ready(up, port)
    os.killpg(up.pid, signal.SIGINT)
    ended(up, home)
    assert up.returncode == 0
    assert left(home) == [] and home.servers() == []


def test_ctrl_c_before_it_is_ready(home, port, up):
    until(lambda: home.postmaster() or up.poll() is not None)
    os.killpg(up.pid, signal.SIGINT)
    ended(up, home)
    assert left(home) == [] and home.servers() == []


def test_everything_killed_and_up_again(home, port, up):
    """The children end by themselves; the servers were killed too, and the next `up` goes on."""
    ready(up, port)
    up.kill()
    for pid in home.servers():
        os.kill(pid, signal.SIGKILL)
    again = start(home, port)
    ready(again, port)
    until(lambda: serves(port))
    again.terminate()
    ended(again, home)
    until(lambda: not left(home))
    assert home.servers() == []


def test_a_killed_database_comes_back_but_a_killed_child_stops_everything(home, port, up):
    ready(up, port)
    first = home.postmaster()
    os.kill(first, signal.SIGKILL)
    until(lambda: home.postmaster() not in (None, first) and serves(port))
    [scheduler, *_] = until(lambda: named(home, "beat"))
    os.kill(scheduler, signal.SIGKILL)
    out = ended(up, home)
    assert up.returncode == 1
    assert "scheduler" in out.strip().split("\n")[-1]
    assert left(home) == [] and home.servers() == []


def test_a_taken_port_is_said_before_anything_starts(port):
    with a_home() as fresh, socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = start(fresh, port)
        out = ended(process, fresh)
        assert process.returncode == 1
        assert "已被占用" in out and "taken" in out and "Traceback" not in out
        assert [path.name for path in fresh.folder.iterdir()] == ["secret_key"]
