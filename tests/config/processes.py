"""Real processes for the tests: homes with awkward names, holders, and waiting with a deadline."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwnam
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from config.embedded import places, processes

SECONDS = 30
# Longer than a socket's path may be.
AWKWARD = "督查 督办's 目录 " + "长" * 40
HOLD = "from config import embedded; embedded.start_{server}(); print('ready', flush=True); input()"
QUERY = """
import sys, psycopg
from config import embedded
embedded.start_postgres()
s = embedded.postgres_settings()
address = dict(host=s["HOST"], port=s["PORT"], user=s["USER"], dbname=s["NAME"], autocommit=True)
with psycopg.connect(**address) as connection:
    cursor = connection.execute(sys.argv[1])
    print(*[row[0] for row in cursor] if cursor.description else "")
"""


def until(condition: Callable[[], Any]) -> Any:
    """What it returned when that was true at last."""
    deadline = time.monotonic() + SECONDS
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return value


class Home:
    """A folder for the embedded servers, with what runs in it."""

    def __init__(self, folder: Path, user: str | None = None) -> None:
        self.folder = folder
        self.as_user = {"user": user, "group": getpwnam(user).pw_gid, "extra_groups": []} if user else {}

    def environment(self, **more: str) -> dict[str, str]:
        ours = {
            "EMBED_HOME": str(self.folder),
            "EMBED_FSYNC": "off",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        theirs = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
        return theirs | ours | more

    def python(self, code: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        options.setdefault("env", self.environment())
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=places.CLONE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **self.as_user,
            **options,
        )

    def hold(self, server: str = "postgres") -> subprocess.Popen[str]:
        """A process that uses the server until let_go()."""
        holder = self.python(HOLD.format(server=server))
        line = holder.stdout.readline()
        assert line == "ready\n", holder.communicate()
        return holder

    def start_query(self, sql: str, **options: Any) -> subprocess.Popen[str]:
        return self.python(QUERY, sql, **options)

    def query(self, sql: str, **options: Any) -> str:
        return answer(self.start_query(sql, **options))

    def postmaster(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if processes.is_ours(pid, "postgres", self.data) else None

    @property
    def data(self) -> Path:
        return self.folder / "postgres" / "pgdata"

    def servers(self) -> list[int]:
        """Every process of both servers."""
        valkey = processes.ours("valkey-server", self.folder / "valkey")
        return processes.ours("postgres", self.data) + valkey


def answer(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    return out.strip()


def let_go(holder: subprocess.Popen[str]) -> None:
    holder.communicate("\n", timeout=SECONDS)
    assert holder.returncode == 0


@contextmanager
def a_home(mode: int = 0o755, user: str | None = None) -> Iterator[Home]:
    """Not pytest's tmp_path: only its owner may enter that, and as root the servers run as somebody else."""
    top = Path(mkdtemp(prefix="ducha-test-", dir="/tmp"))
    folder = top / AWKWARD
    folder.mkdir()
    if user:
        os.chown(folder, getpwnam(user).pw_uid, -1)
    top.chmod(mode)
    home = Home(folder, user)
    try:
        yield home
    finally:
        for pid in home.servers():
            os.kill(pid, 9)
        until(lambda: not home.servers())
        rmtree(top)
