"""What reaches people: messages in the system, and each of them on its way out by e-mail or bot."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, F, Prefetch, Q, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from config.postgres.sealed import SealedField
from plans.org.models import User
from reports.models.reminder import Reminder, ReminderRule
from tasks.models import Task, TaskEvent

Anchor = ReminderRule.Anchor
LISTED = 30  # reminders named of one digest


class Section(models.TextChoices):
    """A digest's parts, the most pressing first."""

    NOBODY = "nobody", _("无人接收")
    OVERDUE = "overdue", _("已逾期")
    ANSWER = "answer", _("批示待答复")
    DUE = "due", _("即将到期")
    REPORT = "report", _("待填报")
    UNSIGNED = "unsigned", _("待签收")

    @classmethod
    def of(cls, anchor: str, outcome: str) -> Self:
        return cls.NOBODY if outcome == Reminder.Outcome.REDIRECTED else SECTIONS[anchor]


SECTIONS = {
    Anchor.ASSIGNED: Section.UNSIGNED,
    Anchor.BEFORE_DUE: Section.DUE,
    Anchor.OVERDUE: Section.OVERDUE,
    Anchor.BEFORE_REPORT: Section.REPORT,
    Anchor.REPORT_MISSING: Section.REPORT,
    Anchor.BEFORE_ANSWER: Section.ANSWER,
    Anchor.ANSWER_MISSING: Section.ANSWER,
}


class NotificationQuerySet(models.QuerySet):
    def for_display(self) -> Self:
        """With the tasks they are about: of a digest the most urgent ones."""
        lines = DigestLine.objects.most_urgent(LISTED).select_related("reminder__task")
        named = ("reminder__task", "reminder__task__code", "reminder__task__title")
        lines = lines.only("notification", *named)
        return self.select_related("task").defer("task__body").prefetch_related(Prefetch("lines", lines))


class Notification(models.Model):
    """消息: what one person finds in the system when they next look: an event, or a day's digest."""

    # No index of its own: the two below begin with the user.
    user = models.ForeignKey(
        User, models.CASCADE, db_index=False, related_name="notifications", verbose_name="收件人"
    )
    # What it tells of, where it tells of an event: of several at once the first. Events are never deleted.
    event = models.ForeignKey(
        TaskEvent, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    # The working day whose reminders it holds; empty for a digest that somebody sent by hand besides.
    digest_on = models.DateField("提醒日期", null=True, blank=True)
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容", blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("user", "event", name="reports_notification_event_once"),
            models.UniqueConstraint("user", "digest_on", name="reports_notification_digest_once"),
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

    @property
    def tasks(self) -> list[Task]:
        """What it is about: of `for_display`, a digest's most urgent ones."""
        if self.task_id is not None:
            return [self.task]
        return list({line.reminder.task_id: line.reminder.task for line in self.lines.all()}.values())


class DigestLineQuerySet(models.QuerySet):
    def most_urgent(self, count: int) -> Self:
        """Of each digest so many lines, in the order of its parts and then of their dates."""
        order = list(Section)
        pressing = Case(
            When(reminder__outcome=Reminder.Outcome.REDIRECTED, then=order.index(Section.NOBODY)),
            *(When(reminder__rule__anchor=anchor, then=order.index(SECTIONS[anchor])) for anchor in SECTIONS),
        )
        place = Window(RowNumber(), "notification", order_by=[pressing, F("reminder__due_on"), F("reminder")])
        return self.annotate(place=place).filter(place__lte=count).order_by("place")


class DigestLine(models.Model):
    """One reminder in one person's digest: what was told to whom."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="lines")
    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="lines")
    user = models.ForeignKey(User, models.CASCADE, db_index=False, related_name="+")

    objects = DigestLineQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            # Whoever makes digests, and however often: nobody is told of a reminder twice.
            models.UniqueConstraint("user", "reminder", name="reports_digest_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.reminder_id}"


class Contact(models.Model):
    """How a person wants to be reached besides the system itself; without a row, by e-mail at any hour.

    Nobody can be reached by nothing: responsibility is not a matter of taste.
    """

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="contact")
    by_email = models.BooleanField("邮件", default=True)
    # Local time; what falls between waits until the end. May run over midnight.
    quiet_from = models.TimeField("免打扰起", null=True, blank=True)
    quiet_until = models.TimeField("免打扰止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接收方式"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="reports_contact_quiet_hours",
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class BotQuerySet(models.QuerySet):
    def present(self) -> Self:
        return self.filter(removed_at=None)

    def without_url(self) -> Self:
        """For lists: what another key sealed cannot be read, and must not keep the others from being seen."""
        return self.defer("url")


class Bot(models.Model):
    """A group's or a person's robot (企业微信, 钉钉, 飞书), as an address of apprise.

    Removed, never deleted (what it was sent stays on the record), but its key is forgotten then. One that is
    neither removed nor active is not known to its vendor any more.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="bots", verbose_name="用户")
    name = models.CharField("名称", max_length=50)
    scheme = models.CharField("类型", max_length=16)
    url = SealedField("地址")  # holds the robot's key
    ending = models.CharField("密钥末四位", max_length=4)  # by which its owner knows it
    # The same robot's limit counts for everybody who uses it.
    fingerprint = models.CharField(max_length=64, editable=False, db_index=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("创建时间")
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = BotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机器人"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("user", "fingerprint", name="reports_bot_once"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(is_active=False), name="reports_bot_removed"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(outcome="")

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(next_attempt_at__lte=now)

    def dead(self) -> Self:
        return self.filter(outcome="dead")

    def maybe_twice(self) -> Self:
        return self.filter(outcome="sent", attempts__gt=F("failures") + 1)

    def send_again(self, now: datetime) -> int:
        """The dead among them wait once more; their attempts and failures count on."""
        return self.dead().update(outcome="", finished_at=None, next_attempt_at=now)


class Delivery(models.Model):
    """The outbox: one message on its way to one person by one channel, with what became of it.

    An attempt is claimed (counted, and put off by a lease) before anything is sent and finished by its
    number: a worker that was given up on changes nothing. Sent without `attempts` = `failures` + 1 means that
    a worker ended between sending and noting it: that one may have arrived twice.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("邮件")
        BOT = "bot", _("机器人")

    class Outcome(models.TextChoices):
        WAITING = "", _("待发送")
        SENT = "sent", _("已发送")
        DEAD = "dead", _("发送失败")
        DROPPED = "dropped", _("不再发送")

    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="deliveries", verbose_name="消息"
    )
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    bot = models.ForeignKey(
        Bot,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="deliveries",
        verbose_name="机器人",
    )
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    failures = models.PositiveSmallIntegerField("失败次数", default=0)
    next_attempt_at = models.DateTimeField("下次尝试")
    attempted_at = models.DateTimeField("最近尝试", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    error = models.CharField("原因", max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发送"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "notification", "channel", "bot", name="reports_delivery_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(channel="email", bot__isnull=True) | Q(channel="bot", bot__isnull=False),
                name="reports_delivery_channel",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", finished_at__isnull=True)
                | Q(outcome__in=["sent", "dead", "dropped"], finished_at__isnull=False),
                name="reports_delivery_outcome",
            ),
        ]
        indexes = [
            # The queues, and what an administrator must look at; the sent ones are in none. Apart, since the
            # many that wait for a robot's minute to pass would lie before the mail.
            models.Index(
                "next_attempt_at",
                "id",
                condition=Q(outcome="", channel="email"),
                name="reports_delivery_mail_to_send",
            ),
            models.Index(
                "bot",
                "next_attempt_at",
                "id",
                condition=Q(outcome="", channel="bot"),
                name="reports_delivery_bot_to_send",
            ),
            models.Index("id", condition=Q(outcome="dead"), name="reports_delivery_dead"),
            # How much a bot was sent in the last minute.
            models.Index("bot", "attempted_at", name="reports_delivery_bot_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.channel}"

    @property
    def maybe_twice(self) -> bool:
        """Whether it may have reached its person more than once."""
        return self.outcome == self.Outcome.SENT and self.attempts > self.failures + 1
