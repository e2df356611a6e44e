"""The reminder ladder and its ledger: what is owed, to whom, once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Instruction, ReportPeriod, Task


class ReminderRule(models.Model):
    """One step of the reminder ladder: so many working days before or after a date, somebody hears of it."""

    class Anchor(models.TextChoices):
        ASSIGNED = "assigned", _("交办后未签收")
        BEFORE_DUE = "before_due", _("到期前")
        OVERDUE = "overdue", _("逾期后")
        BEFORE_REPORT = "before_report", _("填报截止前")
        REPORT_MISSING = "report_missing", _("逾期未填报")
        BEFORE_ANSWER = "before_answer", _("批示答复期限前")
        ANSWER_MISSING = "answer_missing", _("批示逾期未答复")

    class Audience(models.TextChoices):
        LIAISON = "liaison", _("牵头单位联络员")
        HEAD = "head", _("牵头单位负责人")
        SUPERVISOR = "supervisor", _("督查员")
        LEADER = "leader", _("分管领导")

    code = models.SlugField("代码", max_length=50, unique=True)
    name = models.CharField("名称", max_length=50)
    anchor = models.CharField("起算", max_length=16, choices=Anchor.choices)
    step = models.PositiveSmallIntegerField("工作日数")  # before or after the anchor; 0 = on the day
    repeat_every = models.PositiveSmallIntegerField("此后每隔工作日数", null=True, blank=True)
    audiences = ArrayField(models.CharField(max_length=16, choices=Audience.choices), verbose_name="提醒对象")
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒规则"
        ordering = ["anchor", "step", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    audiences__contained_by=["liaison", "head", "supervisor", "leader"], audiences__len__gt=0
                ),
                name="reports_rule_known_audiences",
            ),
            # Only a date ahead can be told of on the day itself, and only what stays undone is told of again.
            models.CheckConstraint(
                condition=Q(
                    anchor__in=["before_due", "before_report", "before_answer"], repeat_every__isnull=True
                )
                | Q(anchor__in=["assigned", "overdue", "report_missing", "answer_missing"], step__gt=0)
                & (Q(repeat_every__isnull=True) | Q(repeat_every__gt=0)),
                name="reports_rule_steps",
                violation_error_message="到期前的提醒不重复；未签收、逾期的提醒从第1个工作日起。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reminder(models.Model):
    """A line of the ledger: this reminder is owed, for this date, to this audience; once."""

    class Outcome(models.TextChoices):
        OWED = "", _("待送达")
        SENT = "sent", _("已送达")
        REDIRECTED = "redirected", _("无人接收，已告知督查员")
        SILENCED = "silenced", _("情况已变或已有更近的一次，不再送达")

    task = models.ForeignKey(Task, models.PROTECT, related_name="reminders", verbose_name="任务")
    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="reminders", verbose_name="规则")
    # What it is about besides the task itself: the period to report on, or the 批示 to answer.
    report_period = models.ForeignKey(
        ReportPeriod, models.PROTECT, null=True, blank=True, db_index=False, related_name="reminders"
    )
    instruction = models.ForeignKey(
        Instruction, models.PROTECT, null=True, blank=True, db_index=False, related_name="reminders"
    )
    due_on = models.DateField("起算日期")  # the date it counts from: a moved deadline earns a new reminder
    step = models.SmallIntegerField("工作日数")
    audience = models.CharField("提醒对象", max_length=16, choices=ReminderRule.Audience.choices)
    remind_on = models.DateField("应提醒日期")
    owed_at = models.DateTimeField("生成时间")
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    outcome = models.CharField("结果", max_length=16, choices=Outcome.choices, blank=True)
    # Of this task and audience.
    number = models.PositiveSmallIntegerField("第几次催办", null=True, blank=True)
    recipients = models.PositiveSmallIntegerField("送达人数", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒台账"
        ordering = ["-id"]
        constraints = [
            # The database says "once", whoever runs the job and however often. Two 批示 on one task may ask
            # for an answer by the same day.
            models.UniqueConstraint(
                "task",
                "rule",
                "due_on",
                "step",
                "audience",
                "instruction",
                name="reports_reminder_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(outcome="", delivered_at__isnull=True)
                | Q(outcome__in=["sent", "redirected", "silenced"], delivered_at__isnull=False),
                name="reports_reminder_outcome",
            ),
        ]
        indexes = [
            models.Index("id", condition=Q(delivered_at__isnull=True), name="reports_reminder_to_deliver"),
            # A month's figures count what was sent in it, of all tasks.
            models.Index("delivered_at", condition=Q(outcome="sent"), name="reports_reminder_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.rule_id} {self.remind_on} {self.audience}"
