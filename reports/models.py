"""Who hears about it: the reminder ledger, notices, and the figures of finished periods."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from plans.org.models import Department, User
from tasks.models import Task, TaskEvent


class ReminderRule(models.Model):
    """One step of the reminder ladder: so many working days before or after a date, somebody hears of it."""

    class Anchor(models.TextChoices):
        ASSIGNED = "assigned", "交办后未签收"
        BEFORE_DUE = "before_due", "到期前"
        OVERDUE = "overdue", "逾期后"

    class Audience(models.TextChoices):
        LIAISON = "liaison", "牵头单位联络员"
        HEAD = "head", "牵头单位负责人"
        SUPERVISOR = "supervisor", "督查员"
        LEADER = "leader", "分管领导"

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
            # Only a deadline can be told of on the day itself, and only what stays undone is told of again.
            models.CheckConstraint(
                condition=Q(anchor="before_due", repeat_every__isnull=True)
                | Q(anchor__in=["assigned", "overdue"], step__gt=0)
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
        OWED = "", "待送达"
        SENT = "sent", "已送达"
        REDIRECTED = "redirected", "无人接收，已告知督查员"
        SILENCED = "silenced", "情况已变或已有更近的一次，不再送达"

    task = models.ForeignKey(Task, models.PROTECT, related_name="reminders", verbose_name="任务")
    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="reminders", verbose_name="规则")
    due_on = models.DateField("起算日期")  # the date it counts from: a moved deadline earns a new reminder
    step = models.SmallIntegerField("工作日数")
    audience = models.CharField("提醒对象", max_length=16, choices=ReminderRule.Audience.choices)
    remind_on = models.DateField("应提醒日期")
    owed_at = models.DateTimeField("生成时间")
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    outcome = models.CharField("结果", max_length=16, choices=Outcome.choices, blank=True)
    number = models.PositiveSmallIntegerField(
        "第几次催办", null=True, blank=True
    )  # of this task and audience
    recipients = models.PositiveSmallIntegerField("送达人数", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒台账"
        ordering = ["-id"]
        constraints = [
            # The database says "once", whoever runs the job and however often.
            models.UniqueConstraint(
                "task", "rule", "due_on", "step", "audience", name="reports_reminder_once"
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


class Notification(models.Model):
    """消息: what one person finds in the system when they next look."""

    # No index of its own: the two below begin with the user.
    user = models.ForeignKey(
        User, models.CASCADE, db_index=False, related_name="notifications", verbose_name="收件人"
    )
    reminder = models.ForeignKey(
        Reminder, models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    # What it tells of, where it tells of an event: of several at once the first. Events are never deleted.
    event = models.ForeignKey(
        TaskEvent, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容", blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("user", "reminder", name="reports_notification_once"),
            models.UniqueConstraint("user", "event", name="reports_notification_event_once"),
        ]
        indexes = [
            # A person's list, latest first; and how many of them are unread, on every page.
            models.Index(F("user"), F("id").desc(), name="reports_notification_own"),
            models.Index(
                F("user"),
                F("id").desc(),
                condition=Q(read_at__isnull=True),
                name="reports_notification_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Summary(models.Model):
    """The figures of one finished period, kept as data so that the same row prints the same for ever."""

    period = models.CharField("期间", max_length=10)  # 2026-10
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="summaries", verbose_name="单位"
    )  # null = the whole
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    figures = models.JSONField("数据", encoder=DjangoJSONEncoder)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "汇总"
        ordering = ["-ends_on", "department_id", "id"]
        constraints = [
            models.UniqueConstraint(
                "period", "department", name="reports_summary_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="reports_summary_period"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.department or '全部'}"


class JobRunQuerySet(models.QuerySet):
    def note(self, job: str, now: datetime) -> None:
        self.bulk_create(
            [self.model(job=job, ran_at=now)],
            update_conflicts=True,
            unique_fields=["job"],
            update_fields=["ran_at"],
        )


class JobRun(models.Model):
    """When a job last ran; for a daily one also the last day seen through, from where it catches up."""

    job = models.CharField("作业", max_length=100, unique=True)
    through = models.DateField("已办到", null=True, blank=True)
    ran_at = models.DateTimeField("最近运行")

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "作业运行"

    def __str__(self) -> str:
        return f"{self.job} {self.ran_at}"


class FeedCursor(models.Model):
    """How far one consumer of the ordered feed has read (`tasks.feed.Position`)."""

    name = models.CharField("读者", max_length=100, unique=True)
    epoch = models.PositiveIntegerField(default=0)
    transaction_id = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "读取位置"

    def __str__(self) -> str:
        return self.name
