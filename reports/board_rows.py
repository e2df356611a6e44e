"""A row of the overdue board: how often they were urged, what they said last, who has the next step."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from reports.asked import with_asked
from reports.queries import OverdueTask
from reports.scope import Scope
from tasks import access, record
from tasks.models import Report, Task, TaskEvent
from tasks.states import Move, Status

# What can be done from the board itself.
OFFERED = ("urge", "instruct")


@dataclass
class Late:
    """A task that is late, with what stands beside the API's figures. `acts`: what this person may do now."""

    task: OverdueTask
    word: Report | None = None
    urges: int = 0
    urged_at: datetime | None = None
    steps: list[str] = field(default_factory=list)
    acts: list[Move] = field(default_factory=list)

    @property
    def urged(self) -> int:
        """By people and by the reminder ladder: 第N次催办."""
        return self.urges + self.task.reminded

    @property
    def may_urge(self) -> bool:
        return any(act.name == "urge" for act in self.acts)


def rows_of(scope: Scope, figures: Iterable[OverdueTask]) -> list[Late]:
    """In three queries. Of a past day nobody has a next step: that day is over."""
    figures = list(figures)
    words, urges, tasks = last_words(figures), urged(scope, figures), present(scope, figures)
    rows = []
    for figure in figures:
        row = Late(figure, words.get(figure.id), *urges.get(figure.id, (0, None)))
        if task := tasks.get(figure.id):
            row.steps = list(next_steps(task))
            allowed = {act.name: act for act in access.allowed_acts(scope.user, task)}
            row.acts = [allowed[name] for name in OFFERED if name in allowed]
        rows.append(row)
    return rows


def last_words(figures: list[OverdueTask]) -> dict[int, Report]:
    """The reports that the figures quote, by task."""
    quoted = {figure.id: figure.last_report.at for figure in figures if figure.last_report}
    reports = Report.objects.filter(task__in=quoted, reported_at__in=set(quoted.values()))
    found = reports.select_related("department", "event").order_by("id")
    return {report.task_id: report for report in found if report.reported_at == quoted[report.task_id]}


def urged(scope: Scope, figures: list[OverdueTask]) -> dict[int, tuple[int, datetime]]:
    """How often people urged by the end of the day, and when last."""
    ids = [figure.id for figure in figures]
    events = TaskEvent.objects.filter(task__in=ids, kind="urge", at__lt=record.end_of(scope.day))
    counted = events.order_by().values("task").annotate(count=Count("pk"), last=Max("at"))
    return {row["task"]: (row["count"], row["last"]) for row in counted}


def present(scope: Scope, figures: list[OverdueTask]) -> dict[int, Any]:
    if scope.is_past:
        return {}
    shown = Task.objects.for_display(scope.day, scope.calendar).select_related("plan", "lead", "issuer")
    return with_asked(shown, scope.day, scope.calendar).in_bulk([figure.id for figure in figures])


def next_steps(task: Task) -> Iterable[str]:
    """What waits, for whom: the most pressing first."""
    lead, issuer = (unit.short_name or unit.name for unit in (task.lead, task.issuer))
    if task.asked_due_on:
        yield _("延期申请待{unit}审批（申请延至{day}）").format(unit=issuer, day=task.asked_due_on)
    if task.told and task.answer_by:
        yield _("批示待{unit}于{day}前答复").format(unit=lead, day=task.answer_by)
    elif task.told:
        yield _("批示待{unit}答复").format(unit=lead)
    match task.status:
        case Status.PENDING:
            yield _("待{unit}签收").format(unit=lead)
        case Status.SUBMITTED:
            yield _("办结申请待{unit}审核").format(unit=issuer)
        case _other:
            yield _("待{unit}办理并填报").format(unit=lead)
