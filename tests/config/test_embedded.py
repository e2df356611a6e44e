"""The embedded servers, as real processes: who starts them, who stops them, and what is left after a kill."""

import os
import pwd
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator

import pytest

from config.embedded import places, processes
from tests.config.processes import HOLD, SECONDS, Home, a_home, answer, let_go, until

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """One for the whole file: making a database takes a second."""
    with a_home() as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_is_left(home) -> Iterator[None]:
    yield
    assert home.servers() == []


def test_the_last_one_out_stops_it(home):
    first, second = home.hold(), home.hold()
    server = home.postmaster()
    let_go(first)
    assert home.postmaster() == server
    let_go(second)
    assert home.postmaster() is None


def test_racing_starts_make_one_server_and_all_are_served():
    with a_home() as fresh:
        racers = [fresh.start_query("SELECT pg_backend_pid() > 0") for _ in range(6)]
        assert [answer(racer) for racer in racers] == ["True"] * 6
        assert fresh.servers() == []


def test_a_stranger_s_environment_does_not_reach_the_server(home):
    stray = home.environment(
        PGPORT="1", PGDATA="/nowhere", PGUSER="x", LC_ALL="zh_CN.GB18030", LANG="zz", TMPDIR="/no"
    )
    assert home.query("SELECT lower('ÄÖ督查')", env=stray) == "äö督查"


def test_a_killed_server_comes_back_with_its_rows(home):
    home.query("CREATE TABLE kept AS SELECT 42 AS n")
    holder = home.hold()
    os.kill(home.postmaster(), signal.SIGKILL)
    assert home.query("SELECT n FROM kept") == "42"
    let_go(holder)


def test_a_killed_holder_keeps_nothing(home):
    holder = home.hold()
    holder.kill()
    holder.communicate()
    assert home.postmaster(), "nobody was there to stop it"
    assert home.query("SELECT 1") == "1"
    assert home.postmaster() is None


def test_sigterm_is_an_ordinary_exit(home):
    holder = home.hold()
    holder.terminate()
    holder.communicate(timeout=SECONDS)
    assert home.postmaster() is None


def test_an_interrupted_start_leaves_nothing():
    with a_home() as fresh:
        starting = fresh.python(HOLD.format(server="postgres"))
        until(lambda: (fresh.folder / "postgres" / "pgdata.new").exists() or starting.poll() is not None)
        starting.send_signal(signal.SIGINT)
        starting.communicate(timeout=SECONDS)
        until(lambda: fresh.servers() == [])
        assert fresh.query("SELECT 1") == "1"


def test_a_killed_initdb_is_made_good():
    with a_home() as fresh:
        starting = fresh.python(HOLD.format(server="postgres"), start_new_session=True)
        half = fresh.folder / "postgres" / "pgdata.new"
        until(lambda: (half / "base").exists() or starting.poll() is not None)
        os.killpg(starting.pid, signal.SIGKILL)
        starting.communicate()
        assert fresh.query("SELECT 1") == "1"
        assert not half.exists()


def test_a_stale_pid_file_that_names_a_stranger_is_not_believed(home):
    holder = home.hold()
    text = (home.data / "postmaster.pid").read_text()
    os.kill(home.postmaster(), signal.SIGKILL)
    until(lambda: home.postmaster() is None)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (home.data / "postmaster.pid").write_text(text.replace(text.split()[0], str(stranger.pid), 1))
        assert home.query("SELECT 1") == "1"
        let_go(holder)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_forked_child_that_uses_nothing_keeps_nothing(home):
    code = """
import os, time
from config import embedded
embedded.start_postgres()
read, write = os.pipe()
if os.fork() == 0:
    os.close(write)
    os.read(read, 1)
    os._exit(0)
print(write, flush=True)
input()
"""
    parent = home.python(code)
    assert parent.stdout.readline()
    server = home.postmaster()
    let_go(parent)
    assert server and home.postmaster() is None


def test_a_running_server_without_its_socket_is_restarted(home, monkeypatch):
    holder = home.hold()
    first = home.postmaster()
    line = (home.data / "postmaster.pid").read_text().split("\n")[4]
    for name in os.listdir(line):
        os.unlink(os.path.join(line, name))
    assert home.query("SELECT 1") == "1"
    assert home.postmaster() not in (None, first)
    let_go(holder)


def test_valkey_comes_back_with_its_data_and_the_last_one_out_stops_it(home):
    code = """
import redis, sys
from config import embedded
embedded.start_valkey()
path = embedded.valkey_url().removeprefix("redis+socket://").split("?")[0]
client = redis.Redis(unix_socket_path=path)
print(client.execute_command(*sys.argv[1].split()))
"""
    holder = home.hold("valkey")
    assert answer(home.python(code, "SET kept 42")) == "True"
    [pid] = processes.ours("valkey-server", home.folder / "valkey")
    os.kill(pid, signal.SIGKILL)
    assert answer(home.python(code, "GET kept")) == "b'42'"
    let_go(holder)


def test_reading_settings_starts_nothing():
    with a_home() as fresh:
        answer(fresh.python("import django; django.setup()"))
        assert [path.name for path in fresh.folder.iterdir()] == ["secret_key"]


def test_two_first_processes_agree_on_the_secret_key():
    with a_home() as fresh:
        code = "from config import embedded; print(embedded.secret_key())"
        keys = {answer(process) for process in [fresh.python(code) for _ in range(4)]}
        assert len(keys) == 1
        assert stat.S_IMODE((fresh.folder / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///tmp/nothing-here?virtual_host=0"])
def test_a_job_sent_with_the_broker_down_fails_at_once(home, url):
    """Half a second is what a request may wait; the row says what is owed and the sweeper finds it.

    The best of three: the first one also imports the client, and the machine may be busy.
    """
    code = """
import time, django; django.setup()
from config.celery import app
from kombu.exceptions import OperationalError
for _ in range(3):
    started = time.monotonic()
    try:
        app.send_task("nothing")
    except OperationalError:
        print(time.monotonic() - started)
"""
    waits = answer(home.python(code, env=home.environment(REDIS_URL=url))).split()
    assert len(waits) == 3 and min(map(float, waits)) < 0.5


def test_a_broker_that_does_not_answer_is_given_up_soon(home):
    """Packets that vanish, as behind a firewall: a listener whose queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        code = """
import time, django; django.setup()
from config.celery import app
started = time.monotonic()
try:
    app.send_task("nothing")
except Exception as error:
    print(time.monotonic() - started)
"""
        env = home.environment(REDIS_URL=f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        assert float(answer(home.python(code, env=env))) < 5
        for caller in callers:
            caller.close()


@needs_root
def test_root_lends_the_server_to_the_owner_of_the_folder():
    with a_home() as fresh:
        nobody = pwd.getpwnam("nobody").pw_uid
        os.chown(fresh.folder, nobody, -1)
        holder = fresh.hold()
        assert os.stat(f"/proc/{fresh.postmaster()}").st_uid == nobody
        let_go(holder)


@needs_root
def test_an_ordinary_user_has_it_too():
    with a_home(user="nobody") as fresh:
        try:
            answer(fresh.python("import config.embedded"))
        except (PermissionError, AssertionError):
            pytest.skip("nobody may not enter the folder of this interpreter or of the clone")
        assert fresh.query("SELECT 1") == "1"


@needs_root
def test_a_home_that_the_server_s_user_may_not_enter_moves_the_data(capfd):
    with a_home(mode=0o700) as closed:
        outside = places.Path(f"/var/lib/ducha-{places._digest(closed.folder)}")
        query = closed.start_query("SELECT 1")
        out, err = query.communicate(timeout=SECONDS)
        assert out == "1\n" and "EMBED_HOME" in err and str(outside) in err
        assert processes.ours("postgres", outside / "postgres" / "pgdata") == []
        subprocess.run(["rm", "-rf", str(outside)], check=True)
