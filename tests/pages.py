"""What the tests of pages share: every address, and what must never be on a page."""

import re
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from plans.models import Plan
from tasks.models import Task
from tests import builders

# Our policy lets the browser run nothing that stands in the page itself.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.I
)
MOST_QUERIES = 12
EVIL = "<script>alert(1)</script>"


def today() -> date:
    """Pages go by the office's clock."""
    return timezone.localdate()


def days(count: int) -> date:
    return today() + timedelta(days=count)


def a_late_task(office: Any, **fields: Any) -> Task:
    """A task of GXC with CGC's help, twenty days late, reported on once."""
    values = {
        "status": "in_progress",
        "issued_on": days(-90),
        "due_on": days(-20),
        "progress": 40,
        "cooperating": [office.cgc],
        "targets": [("新增孵化器", 3)],
    }
    return builders.a_task(office.gxc, **values | fields)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def queries_of(client: Client, address: str) -> int:
    """Everything that one request asks of the database, session and person included."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, response.status_code
    return len(captured)


def reading_pages(plan: Plan, task: Task) -> dict[str, str]:
    """Addresses that everyone may open who sees this plan and task."""
    return {
        "workbench": reverse("workbench"),
        "ledger": reverse("tasks:list"),
        "task": reverse("tasks:detail", args=[task.pk]),
        "plans": reverse("plans:list"),
        "plan": reverse("plans:detail", args=[plan.pk]),
        "goals": reverse("plans:goals", args=[plan.pk]),
        "dashboard": reverse("dashboard"),
        "overdue": reverse("overdue"),
        "search": reverse("search") + "?q=GXC",
        "work": reverse("work"),
        "views": reverse("tasks:views"),
        "bulk runs": reverse("tasks:bulk-runs"),
        "overdue trend": reverse("overdue-trend"),
        "dashboard changes": reverse("dashboard-changes"),
        "dashboard tasks": reverse("dashboard-tasks"),
        "summaries": reverse("summaries"),
        "notifications": reverse("notifications"),
        "password": reverse("password"),
    }


def supervisor_pages(plan: Plan, task: Task) -> dict[str, str]:
    """Addresses where only the issuer's supervisor has something to do."""
    return {
        "upload": reverse("plans:upload"),
        "edit": reverse("tasks:edit", args=[task.pk]),
        "item": reverse("plans:item", args=[plan.pk, task.plan_item_id]),
        "new item": reverse("plans:new-item", args=[plan.pk]),
        "issue": reverse("tasks:issue", args=[plan.pk]),
    }
