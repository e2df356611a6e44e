"""What somebody asked about a task and nobody has answered yet: 批示, extensions, reports that are due."""

from datetime import date

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from plans.org.workdays import Calendar
from tasks.models import Extension, Instruction, ReportPeriod, Task
from tasks.models.report import named
from tasks.services.periods import asked_until

UNANSWERED = Instruction.objects.filter(answered_at=None).order_by(F("answer_by").asc(nulls_last=True), "id")
UNDECIDED = Extension.objects.filter(status=Extension.Status.ASKED)


def asked_periods(today: date, calendar: Calendar) -> QuerySet[ReportPeriod]:
    """Of one task, in a query over tasks."""
    of_task = ReportPeriod.objects.filter(task=OuterRef("pk"))
    return of_task.asked(today, asked_until(today, calendar))


def with_asked(tasks: QuerySet[Task], today: date, calendar: Calendar) -> QuerySet[Task]:
    """Adds the most urgent 批示 without an answer, the extension that waits and the period to report on."""
    unanswered, undecided = (rows.filter(task=OuterRef("pk")) for rows in (UNANSWERED, UNDECIDED))
    periods = asked_periods(today, calendar)
    return tasks.annotate(
        told=Subquery(unanswered.values("note")[:1]),
        answer_by=Subquery(unanswered.values("answer_by")[:1]),
        asked=Subquery(undecided.values("note")[:1]),
        asked_due_on=Subquery(undecided.values("due_on")[:1]),
        period=Subquery(periods.values("period")[:1]),
        report_by=Subquery(periods.values("due_on")[:1]),
        report_missing=Subquery(periods.values("was_missing")[:1]),
    )


def told_to_answer(task: Task) -> str:
    if task.answer_by:
        return _("批示，{day}前答复：{note}").format(day=task.answer_by, note=task.told[:60])
    return _("批示：{note}").format(note=task.told[:60])


def asked_to_decide(task: Task) -> str:
    return _("申请延至{day}：{note}").format(day=task.asked_due_on, note=task.asked[:60])


def asked_to_report(task: Task) -> str:
    if task.report_missing:
        return _("{period}填报：逾期未填报").format(period=named(task.period))
    return _("{period}填报：{day}前").format(period=named(task.period), day=task.report_by)
