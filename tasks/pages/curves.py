"""量化指标 over time: what was stated, beside what should have been reached by then."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from config import charts
from config.charts import LineChart, Series
from tasks.lights import UNPACED
from tasks.models import Task, TaskActual, TaskTarget
from tasks.services.splitting import RATES

Points = Sequence[tuple[date, Decimal]]
# More than these are no better seen.
MOST_POINTS = 40


def with_actuals(targets: QuerySet[TaskTarget]) -> QuerySet[TaskTarget]:
    """Adds `stated`: every figure and when it was stated, the earliest first."""
    actuals = TaskActual.objects.filter(target=OuterRef("pk"), actual__isnull=False).order_by("pk")
    row = JSONObject(actual=Cast("actual", TextField()), at="stated_at")
    return targets.annotate(stated=ArraySubquery(actuals.values(json=row)))


def curve(target: TaskTarget, task: Task, today: date) -> LineChart | None:
    """Nothing before the first figure is stated."""
    reached = points(target)
    if not reached:
        return None
    rises = target.comparator != "<=" and not any(mark in target.unit for mark in RATES)
    if rises and task.deadline_kind not in UNPACED and task.assigned_on < task.due_on:
        asked = Series(_("应达到"), [(task.assigned_on, 0), (task.due_on, target.value)], planned=True)
    else:
        ends = sorted({min(task.assigned_on, reached[0][0]), max(today, reached[-1][0])})
        asked = Series(_("目标"), [(day, target.value) for day in ends], planned=True)
    title = _("{name}：目标与完成值").format(name=target.name)
    return charts.line([asked, Series(_("完成值"), reached)], title=title, today=today, unit=target.unit)


def points(target: TaskTarget) -> Points:
    """Of each day the last figure; of very many days some, the last among them."""
    by_day = {
        timezone.localdate(datetime.fromisoformat(row["at"])): Decimal(row["actual"]) for row in target.stated
    }
    found = sorted(by_day.items())
    step = -(-len(found) // MOST_POINTS)
    return found[::-1][::step][::-1] if step > 1 else found
