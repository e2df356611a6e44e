"""Programs that are told of every event: the webhooks and what became of each call."""

from dataclasses import astuple
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from config.postgres.sealed import SealedField
from plans.org.models import User
from tasks.feed import Position
from tasks.models import TaskEvent


class WebhookQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """To be called, by whoever claims it first. For somebody who left nobody is called."""
        waiting = self.filter(is_active=True, paused_at=None, next_attempt_at__lte=now)
        return waiting.filter(user__is_active=True)

    def behind(self, place: Position) -> Self:
        """Those that have not been told of everything up to there."""
        return self.filter(TupleLessThan(Tuple(*Webhook.PLACE), astuple(place)))

    def without_secret(self) -> Self:
        """For lists: what another key sealed cannot be read, and must not keep the others from being seen."""
        return self.defer("secret")


class Webhook(models.Model):
    """An address of another system that hears of each event its owner may see, in the order of the feed."""

    PLACE = ("epoch", "transaction_id", "event_id")
    user = models.ForeignKey(User, models.CASCADE, related_name="webhooks", verbose_name="用户")
    name = models.CharField("名称", max_length=100)
    url = models.CharField("地址", max_length=500)
    secret = SealedField("签名密钥")  # whsec_…, shown once
    kinds = ArrayField(
        models.CharField(max_length=32, choices=TaskEvent.Kind.choices),
        default=list,
        blank=True,
        verbose_name="事项",  # empty: all
    )
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("创建时间")
    # How far it has been told (tasks.feed.Position).
    epoch = models.PositiveIntegerField(default=0)
    transaction_id = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    # A run over it is claimed and fenced by its number.
    attempt = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField("下次尝试")
    failures = models.PositiveIntegerField("连续失败次数", default=0)
    failing_since = models.DateTimeField("开始失败", null=True, blank=True)
    paused_at = models.DateTimeField("暂停时间", null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "Webhook"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("user", "name", name="reports_webhook_name_once"),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True)
                | Q(failures__gt=0, failing_since__isnull=False),
                name="reports_webhook_failing",
            ),
        ]
        indexes = [
            models.Index(
                "next_attempt_at",
                condition=Q(is_active=True, paused_at__isnull=True),
                name="reports_webhook_to_call",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Position:
        return Position(*(getattr(self, name) for name in self.PLACE))

    @place.setter
    def place(self, place: Position) -> None:
        for name, value in zip(self.PLACE, astuple(place), strict=True):
            setattr(self, name, value)


class WebhookDelivery(models.Model):
    """One call of a webhook about one event, and how it was answered. Tried again, there is another row."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, db_index=False, related_name="deliveries")
    event = models.ForeignKey(TaskEvent, models.PROTECT, db_index=False, related_name="+")
    message_id = models.CharField(max_length=64)  # the same for every try of the same event
    called_at = models.DateTimeField("时间")
    ok = models.BooleanField("成功")
    status = models.PositiveSmallIntegerField("状态码", null=True, blank=True)
    error = models.CharField("原因", max_length=500, blank=True)
    milliseconds = models.PositiveIntegerField("用时（毫秒）")

    class Meta:
        verbose_name = verbose_name_plural = "Webhook 调用"
        ordering = ["-id"]
        indexes = [
            models.Index(F("webhook"), F("id").desc(), name="reports_webhook_call_latest"),
            models.Index("called_at", name="reports_webhook_call_age"),  # the old ones are cleared
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.message_id}"
