"""What a bulletin of 500 tasks costs: its text and tables as Word and as Excel, read from the record.

All that the job does but keeping the file. In a transaction that is rolled back.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from plans.models import ItemOwner
from reports import summaries
from reports.bulletins import contents
from reports.bulletins.making import WRITERS
from reports.models import Summary
from reports.periods import Kind, Period
from tests.benchmarks.figures import milliseconds, row
from tests.builders import a_department, a_plan, an_item, at, issued, moved

TASKS, UNITS, ROUNDS = 500, 12, 5


def measure(people: Any) -> None:
    with transaction.atomic():
        summary = a_summary(people, Period.around(timezone.localdate(), Kind.MONTH).before)
        for kind, write in WRITERS.items():

            def whole(write: Any = write) -> bytes:
                return write(contents.read(summary), lambda written: None)

            size = len(whole()) // 1024
            row(f"bulletin of {TASKS} tasks, {kind}", milliseconds(whole, ROUNDS), more=f"{size} KiB")
        transaction.set_rollback(True)


def a_summary(people: Any, period: Period) -> Summary:
    """Of a bureau with so many tasks, half of them reported on in the period."""
    bureau = a_department("TB", "通报局")
    units = [a_department(f"TB{n}", f"通报局第{n}处", bureau) for n in range(UNITS)]
    plan = a_plan(bureau, year=period.ends_on.year)
    due_on, day = date(period.ends_on.year, 12, 28), period.starts_on - timedelta(days=40)
    for n in range(TASKS):
        item = an_item(plan, f"推进第{n}项大型科研仪器开放共享服务平台建设", due_on=due_on)
        ItemOwner.objects.create(item=item, role="lead", ordinal=0, department=units[n % UNITS], printed="处")
    for n, task in enumerate(issued(plan, day)):
        moved(task, "accept", on=day, actor=people.admin)
        if n % 2:
            said = {
                "progress": n % 100,
                "note": "完成设备采购招标，签约企业45家。" * 4,
                "problems": "场地未交付",
            }
            moved(task, "report", on=period.starts_on, actor=people.admin, **said)
    return summaries.make(period, bureau, now=at(period.ends_on + timedelta(days=2)))
