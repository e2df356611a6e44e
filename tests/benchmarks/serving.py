"""The API and the bare limit, each behind granian as `manage.py up` starts it, asked in turn.

In turn, request by request: what else the machine does meanwhile slows both alike.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from config import embedded
from config.api.pagination import Cursor
from config.management.commands.up import web
from config.postgres.frozen import Frozen, Given
from plans.org import workdays
from plans.org.models import ApiToken, User
from tasks import rows
from tasks.models import Task
from tests.benchmarks.client import Client, per_second
from tests.benchmarks.figures import ROOT, row

CLIENTS, SECONDS = 8, 5.0
WARM = 80  # two processes with several threads and connections each
LIST = "/api/v1/tasks/"
Work = Callable[[], Any]


def measure(people: Any, rounds: int) -> None:
    token = {
        who: ApiToken.issue(getattr(people, who), "bench", ["write"])[1] for who in ("supervisor", "liaison")
    }
    told = json.dumps(bare_statements(), default=str)
    embedded.start_valkey()
    with (
        served("config.wsgi:application", API_RATE_PER_MINUTE="10000000") as port,
        served("tests.benchmarks.bare:application", BARE=told) as bare_port,
    ):
        ours = {who: Client(port, f"Authorization: Bearer {token[who]}\r\n") for who in token}
        bare = Client(bare_port)
        lists(ours["supervisor"], ours["liaison"], bare, people, rounds)
        one_task(ours["supervisor"], bare, rounds)
        moves(ours["supervisor"], ours["liaison"], bare, people, rounds)
        at_once(ours["supervisor"], bare)


def lists(ours: Client, liaison: Client, bare: Client, people: Any, rounds: int) -> None:
    def against_bare(what: str, query: str = "", client: Client = ours) -> None:
        compare(what, lambda: client.request(LIST + query), lambda: bare.request("/list"), rounds)

    against_bare("list of 50")
    against_bare("list of 50, a liaison's", client=liaison)
    against_bare("list of 50, light=red", "?light=red")
    against_bare("list of 50, status=in_progress", "?status=in_progress")
    against_bare("list of 50, department=GXC", "?department=GXC")
    against_bare("list of 50, q=量子计算", "?q=%E9%87%8F%E5%AD%90%E8%AE%A1%E7%AE%97")
    against_bare("list of 50, ordering=-updated_at", "?ordering=-updated_at")
    last = last_page(people.supervisor)
    against_bare("last page", last)
    compare(
        "last page beside the first", lambda: ours.request(LIST + last), lambda: ours.request(LIST), rounds
    )


def last_page(person: User) -> str:
    """Made, not walked to: what follows the 51st from the end."""
    ends = Task.objects.visible_to(person).order_by("-due_on", "-id").values_list("due_on", "pk")
    due_on, pk = ends[50]
    return f"?cursor={Cursor('due_on', False, due_on.isoformat(), pk)}"


def one_task(ours: Client, bare: Client, rounds: int) -> None:
    pks = cycle(
        list(Task.objects.filter(issuer__code="KJJ").order_by("-id").values_list("pk", flat=True)[:200])
    )
    compare(
        "one task",
        lambda: ours.request(f"{LIST}{next(pks)}/"),
        lambda: bare.request(f"/one/{next(pks)}"),
        rounds,
    )


def moves(ours: Client, liaison: Client, bare: Client, people: Any, rounds: int) -> None:
    """Each on tasks of its own: the bare statements break the record's chain."""
    liaison = liaison.another()  # the server closes a connection that was idle for long
    going = Task.objects.filter(issuer=people.kjj, status="in_progress").order_by("-id")
    told = cycle(list(going.filter(lead=people.gxc).values_list("pk", flat=True)[:20]))
    others = list(going.exclude(lead=people.gxc).values_list("pk", flat=True)[:40])
    half = len(others) // 2
    spoilt, turned = cycle(others[:half]), cycle(others[half : 2 * half])
    names = cycle(["suspend"] * half + ["resume"] * half)
    note = json.dumps({"note": "按要求办理"}).encode()
    report = json.dumps({"note": "已完成年度任务的一半", "progress": 50}).encode()

    def plain_move() -> None:
        ours.request(f"{LIST}{next(turned)}/moves/{next(names)}/", note)

    def a_report() -> None:
        liaison.request(f"{LIST}{next(told)}/moves/report/", report)

    def bare_move() -> None:
        bare.request(f"/move/{next(spoilt)}", note)

    compare("a move (suspend, resume)", plain_move, bare_move, rounds)
    compare("a report", a_report, bare_move, rounds)


def at_once(ours: Client, bare: Client) -> None:
    own = per_second(ours, LIST, CLIENTS, SECONDS)
    limit = per_second(bare, "/list", CLIENTS, SECONDS)
    row(f"list of 50, {CLIENTS} clients", 1000 / own, more=f"{own:.0f} a second  (bare {limit:.0f})")


def compare(what: str, work: Work, beside: Work, rounds: int) -> None:
    for _ in range(WARM):
        work()
        beside()
    taken = [(timed(work), timed(beside)) for _ in range(rounds)]
    row(what, median(one for one, _ in taken), median(other for _, other in taken))


def timed(work: Work) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def bare_statements() -> dict[str, Any]:
    """What a row of ours holds, as columns; the least that a move must write."""
    members = rows.row()
    tasks = Task.objects.with_light(timezone.localdate(), workdays.calendar())
    by_due = tasks.order_by("due_on", "id").values_list(*members.values())[:50]
    one = tasks.order_by().filter(pk=Given("pk", Task._meta.pk)).values_list(*members.values())
    return {
        "database": "host={HOST} port={PORT} user={USER} dbname={NAME}".format(**connection.settings_dict),
        "fields": list(members),
        "list": Frozen(by_due).text,
        "one": Frozen(one).text,
        "update": "UPDATE tasks_task SET version = version + 1, progress = 50, updated_at = now(), "
        "head_hash = md5(random()::text) WHERE id = %(pk)s",
        "insert": "INSERT INTO tasks_taskevent (scheme, task_id, seq, kind, actor_name, note, data, status, "
        "progress, due_on, lead_id, helpers, deadline_kind, assigned_on, accepted_on, was_late, at, epoch, "
        "transaction_id, previous_hash, hash) SELECT 1, id, version, 'report', 'x', 'x', '{}', status, "
        "progress, due_on, lead_id, '[]', deadline_kind, assigned_on, accepted_on, was_late, updated_at, 1, "
        "1, md5(random()::text), head_hash FROM tasks_task WHERE id = %(pk)s RETURNING task_id, seq",
    }


@contextmanager
def served(application: str, **environment: str) -> Iterator[int]:
    """The port of a granian with this application on the same test database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [*web("127.0.0.1", port)[:-1], application]
    environment = {
        "EMBED_DB": connection.settings_dict["NAME"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **environment,
    }
    process = subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env=os.environ | environment)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")
