"""What departments hand in: reports, the figures they state, the files that bear them out."""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plans.org.models import Department, User
from tasks.models.event import TaskEvent
from tasks.models.task import Task, TaskTarget
from tasks.states import Status


class Report(models.Model):
    """A 进展填报: what a department says it did, what stands in the way, what comes next."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports")
    event = models.OneToOneField(TaskEvent, models.PROTECT, related_name="report")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="填报单位")
    # What it tells of, by the task's cycle: 2026-10, 2026-W41, 2026-Q4.
    period = models.CharField("填报期", max_length=10)
    progress = models.PositiveSmallIntegerField("进度")
    done = models.TextField("工作进展")
    problems = models.TextField("存在问题", blank=True)
    next_steps = models.TextField("下一步打算", blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    reported_at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = verbose_name_plural = "进展填报"
        ordering = ["task", "-reported_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="tasks_report_progress")]
        indexes = [
            models.Index("task", F("reported_at").desc(), name="tasks_report_latest"),
            # A month's figures ask for all reports of that month.
            models.Index("reported_at", name="tasks_report_when"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.task_id} {self.period}"


# A period's name tells its cycle: 2026-W41, 2026-Q4, 2026-10. What a cycle asked for ends with the cycle.
OF_THE_CYCLE = (
    Q(task__reporting_cycle=Task.Cycle.WEEKLY, period__contains="W")
    | Q(task__reporting_cycle=Task.Cycle.QUARTERLY, period__contains="Q")
    | Q(task__reporting_cycle=Task.Cycle.MONTHLY) & ~Q(period__contains="W") & ~Q(period__contains="Q")
)


class ReportPeriodQuerySet(models.QuerySet):
    def asked(self, today: date, until: date) -> Self:
        """What a report is asked for now: of each task at most one."""
        return self.filter(self.is_asked(today, until))

    def is_asked(self, today: date, until: date) -> Q:
        """Of a task's periods that are due by `until` the latest, while it is worked on and not reported on.

        Who signed after a period's date is not asked for it, nor who was not at work on the task that day.
        """
        later = self.model.objects.filter(task=OuterRef("task"), due_on__gt=OuterRef("due_on"))
        superseded = Exists(later.filter(Q(reported_on__isnull=False) | Q(due_on__lte=until)))
        working = Q(task__status=Status.IN_PROGRESS, task__accepted_on__lte=F("due_on")) & OF_THE_CYCLE
        owed = Q(reported_on=None, due_on__lte=until) & (Q(due_on__gte=today) | Q(was_missing=True))
        return working & owed & ~superseded


class ReportPeriod(models.Model):
    """填报期: one week, month or quarter in which a task's lead owes a report, by the task's cycle.

    Opened when it begins, for tasks that are being worked on; kept whatever the cycle becomes later.
    """

    task = models.ForeignKey(Task, models.PROTECT, db_index=False, related_name="report_periods")
    period = models.CharField("填报期", max_length=10)  # as in Report: 2026-10, 2026-W41, 2026-Q4
    starts_on = models.DateField("起")
    due_on = models.DateField("填报截止")  # a working day
    opened_at = models.DateTimeField("生成时间")
    reported_on = models.DateField("填报日期", null=True, blank=True)  # the first report of it by the lead
    # Never unset: on the first day after its end the report was not in, and the task was being worked on.
    was_missing = models.BooleanField("曾逾期未报", default=False)

    objects = ReportPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报期"
        ordering = ["task", "due_on"]
        constraints = [
            models.UniqueConstraint("task", "period", name="tasks_report_period_once"),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="tasks_report_period_order"),
        ]
        # What is owed by a date: the reminders', and a person's own.
        indexes = [
            models.Index("due_on", condition=Q(reported_on__isnull=True), name="tasks_report_period_open")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.period}"

    @property
    def name(self) -> str:
        return named(self.period)

    @property
    def standing(self) -> str:
        """As the office says it; whoever reads it knows which day it is."""
        if self.reported_on:
            return _("{day}已填报").format(day=month_and_day(self.reported_on))
        if self.was_missing:
            return _("逾期未填报")
        return _("{day}前，尚未填报").format(day=month_and_day(self.due_on))


def named(period: str) -> str:
    """As the office writes it: 2026年第41周, 2026年第4季度, 2026年10月."""
    year, part = period.split("-")
    kinds = {"W": _("{year}年第{number}周"), "Q": _("{year}年第{number}季度")}
    said = kinds.get(part[0], _("{year}年{number}月"))
    return said.format(year=year, number=int(part.lstrip("WQ")))


def month_and_day(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")


class TaskActual(models.Model):
    """What a task's target had reached when somebody said so. Never changed: a correction is a later row."""

    target = models.ForeignKey(TaskTarget, models.PROTECT, related_name="actuals", verbose_name="指标")
    event = models.ForeignKey(TaskEvent, models.PROTECT, related_name="actuals")
    actual = models.DecimalField("完成值", max_digits=20, decimal_places=4, null=True, blank=True)
    reason = models.TextField("无完成值的原因", blank=True)
    stated_at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = verbose_name_plural = "指标完成值"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("target", "event", name="tasks_actual_once"),
            models.CheckConstraint(
                condition=Q(actual__isnull=False) | ~Q(reason=""), name="tasks_actual_says_something"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.target}：{self.actual}"


def stored_attachment_name(attachment: "Attachment", _uploaded_name: str) -> str:
    """Named by content, never by the uploader: no name that somebody typed reaches the disk."""
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}"


class Attachment(models.Model):
    """佐证材料: a file that bears out what was reported. Never shown from our origin."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="attachments")
    event = models.OneToOneField(TaskEvent, models.PROTECT, related_name="attachment")
    report = models.ForeignKey(
        Report, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="进展填报"
    )
    file = models.FileField("文件", upload_to=stored_attachment_name, max_length=100)
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("校验值", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    media_type = models.CharField("类型", max_length=100)  # what its bytes say, not its name
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["id"]
        constraints = [models.UniqueConstraint("task", "sha256", name="tasks_attachment_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name
