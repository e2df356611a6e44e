"""Deadlines in people's own calendars."""

from django.db import models

from plans.org.models import Department, User


class CalendarFeed(models.Model):
    """An address that a calendar program reads: the deadlines of a person's or a department's tasks.

    Whoever knows the address reads what its owner may see; only a hash of its secret is kept, and its owner
    can take it back.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="calendars", verbose_name="用户")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )  # null = all that the person answers for
    name = models.CharField("名称", max_length=100)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("创建时间")
    read_at = models.DateTimeField("最近读取", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        ordering = ["id"]
        constraints = [models.UniqueConstraint("user", "name", name="reports_calendar_name_once")]

    def __str__(self) -> str:
        return self.name
