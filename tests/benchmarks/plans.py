"""How PostgreSQL finds a page of tasks: each filter and each ordering by its index, with times.

    python -m tests.benchmarks.plans [--tasks 1000000 --keep]

Prints a table (docs/performance.md) with the statement's own time as EXPLAIN ANALYZE measures it, the best
of three, for a supervisor of a bureau and for a liaison of one of its departments.
"""

import argparse
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from plans.org.models import ApiToken  # noqa: E402
from tasks.api.views import TaskViewSet  # noqa: E402
from tasks.models import Task  # noqa: E402
from tests.benchmarks.office import office  # noqa: E402

PEOPLE = ("supervisor", "liaison")


def questions(people: Any) -> list[dict[str, Any]]:
    today = timezone.localdate()
    plan = Task.objects.filter(issuer=people.kjj).order_by("-id").values_list("plan", flat=True)[0]
    alone: list[dict[str, Any]] = [
        {"plan": plan},
        *({"status": status} for status in ("in_progress", "declined", "closed", "cancelled")),
        *({"lead": people.gxc.code}, {"department": people.gxc.code}, {"department": people.kjj.code}),
        *({"light": light} for light in ("red", "yellow", "green", "blue", "grey")),
        *({"overdue": "true"}, {"overdue": "false"}),
        *({"due_before": today - timedelta(days=2500)}, {"due_after": today - timedelta(days=30)}),
        {"updated_since": f"{today - timedelta(days=2)}T00:00:00+08:00"},
        *({"q": word} for word in ("量子计算", "建设", "科", "P199-07", "没有这样的词")),
    ]
    pairs: list[dict[str, Any]] = [
        {"light": "red", "department": people.gxc.code},
        {"q": "人工智能", "status": "in_progress"},
        {"status": ["pending", "in_progress"], "ordering": "progress"},
        {"light": "red", "ordering": "-updated_at"},
        {"overdue": "true", "ordering": "-due_on"},
        {"status": "closed", "ordering": "progress"},
        {"due_after": today - timedelta(days=30), "ordering": "id"},
    ]
    return [*({"ordering": ordering} for ordering in TaskViewSet.orderings), *alone, *pairs]


def lines(people: Any) -> Iterator[tuple[str, list[tuple[float, str]]]]:
    clients = []
    for who in PEOPLE:
        client = APIClient()
        token = ApiToken.issue(getattr(people, who), "plans", ["read"])[1]
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        clients.append(client)
    for question in questions(people):
        query = urlencode(question, doseq=True, encoding="utf-8")
        yield said(question), [explain(page_statement(client, query)) for client in clients]


def said(question: dict[str, Any]) -> str:
    return "&".join(f"{name}={one}" for name, value in question.items() for one in listed(value))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def page_statement(client: APIClient, query: str) -> str:
    """The statement that finds the page's ids."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(f"/api/v1/tasks/?{query}")
    assert response.status_code == 200, response.content
    return next(one["sql"] for one in queries.captured_queries if "LIMIT 51" in (one["sql"] or ""))


def explain(statement: str) -> tuple[float, str]:
    """Milliseconds, and the indexes in the order they are read; SEQ where a table of tasks is walked."""
    with connection.cursor() as cursor:
        best = 0.0
        for _ in range(3):
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + statement.replace("%", "%%"), [])
            (plan,) = cursor.fetchone()[0]
            took = plan["Execution Time"] + plan["Planning Time"]
            best = min(best or took, took)
    return best, ", ".join(dict.fromkeys(ways(plan["Plan"])))


def ways(node: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in node:
        yield node["Index Name"].removeprefix("tasks_")
    elif node["Node Type"].endswith("Seq Scan"):
        yield f"SEQ {node['Relation Name']}"
    for part in node.get("Plans", ()):
        yield from ways(part)


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--tasks", type=int, default=100_000)
    arguments.add_argument("--keep", action="store_true", help="keep the filled database for the next run")
    chosen = arguments.parse_args()
    with office(chosen.tasks, keep=chosen.keep) as people:
        print("| list | " + " | ".join(f"{who}, ms | by" for who in PEOPLE) + " |")  # noqa: T201
        print("|---|" + "--:|---|" * len(PEOPLE))  # noqa: T201
        for what, found in lines(people):
            cells = " | ".join(f"{took:.1f} | {by}" for took, by in found)
            print(f"| `{what}` | {cells} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
