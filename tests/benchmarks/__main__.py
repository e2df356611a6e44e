"""`make bench`: how long things take here, beside the bare limit in the same run. Nothing is asserted.

    python -m tests.benchmarks [--tasks 20000] [--only-reading]

Makes a test database, fills it, measures, drops it. Each row is the median of several rounds.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import (  # noqa: E402
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from django.utils import timezone  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from plans.org.models import ApiToken  # noqa: E402
from reports import reminders  # noqa: E402
from tasks import services  # noqa: E402
from tasks.models import Task  # noqa: E402
from tasks.services.moves import MoveInput  # noqa: E402
from tests import builders, cases  # noqa: E402
from tests.benchmarks import reading  # noqa: E402
from tests.benchmarks.figures import milliseconds, row  # noqa: E402


@contextmanager
def office(tasks: int) -> Iterator[Any]:
    """The test office with so many tasks in progress, copied from one real task inside the database."""
    setup_test_environment()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        people = cases.Office()
        cases.hire(people)
        builders.a_task(people.gxc, status="in_progress", due_on=timezone.localdate(), targets=[("企业", 60)])
        copy_task(tasks)
        yield people
    finally:
        teardown_databases(old, verbosity=0)


def copy_task(count: int) -> None:
    """Deadlines spread over a year; as parts of the first, they may share its item."""
    names = [
        field.column
        for field in Task._meta.concrete_fields
        if not field.generated and field.column not in ("id", "code", "due_on", "parent_id")
    ]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tasks_task (code, due_on, parent_id, {columns}) "
            f"SELECT code || '-' || n, due_on + (n %% 365) - 180, id, {columns} "
            "FROM tasks_task, generate_series(1, %s) n",
            [count],
        )
        cursor.execute("VACUUM ANALYZE tasks_task")


def bare_list() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tasks_task ORDER BY due_on, id LIMIT 50")
        cursor.fetchall()


def serving(people: Any) -> None:
    client = APIClient()
    client.credentials(
        HTTP_AUTHORIZATION=f"Bearer {ApiToken.issue(people.supervisor, 'bench', ['write'])[1]}"
    )
    pk = Task.objects.order_by("-id").values_list("pk", flat=True)[0]

    def get(url: str) -> Callable[[], None]:
        def work() -> None:
            assert client.get(url).status_code == 200

        return work

    def bare_one() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM tasks_task WHERE id = %s", [pk])
            cursor.fetchall()

    row("list of 50 tasks", milliseconds(get("/api/v1/tasks/")), milliseconds(bare_list))
    row("list of 50 tasks, red ones", milliseconds(get("/api/v1/tasks/?light=red")), milliseconds(bare_list))
    row("one task", milliseconds(get(f"/api/v1/tasks/{pk}/")), milliseconds(bare_one))
    row("overview", milliseconds(get("/api/v1/reports/overview/"), rounds=5))


def moving(people: Any) -> None:
    task = Task.objects.order_by("id")[0]
    now = timezone.now()

    def move() -> None:
        given = MoveInput(note="进展顺利", progress=50)
        services.make_move(task.pk, "report", actor=people.admin, now=now, given=given)

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE tasks_task SET progress = 50, updated_at = now() WHERE id = %s", [task.pk])
            cursor.execute(
                "INSERT INTO plans_planchange (plan_id, kind, actor_name, data, at) "
                "VALUES (%s, 'x', 'x', '{}', now())",
                [task.plan_id],
            )

    row("a report, with its place in the chain", milliseconds(move), milliseconds(bare))


def reminding() -> None:
    day = builders.TODAY
    start = time.perf_counter()
    owed = reminders.owe(day, now=timezone.now())
    row(f"make_reminders, {owed} owed", 1000 * (time.perf_counter() - start))


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--tasks", type=int, default=20_000)
    arguments.add_argument("--only-reading", action="store_true", help="no database")
    chosen = arguments.parse_args()
    count = chosen.tasks
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {count} tasks\n")  # noqa: T201
    reading.measure()
    if chosen.only_reading:
        return
    with office(count) as people:
        serving(people)
        moving(people)
        reminding()


if __name__ == "__main__":
    main()
