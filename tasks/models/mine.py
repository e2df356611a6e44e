"""What belongs to one person alone: views of the ledger kept under a name, and bulk moves under way."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.org.models import User
from tasks.models.task import Task
from tasks.states import MOVES, Status

# A worker says after every row that it is there; one silent for so long is lost.
CLAIM = timedelta(minutes=2)


class SavedView(models.Model):
    """常用视图: filters, columns and order of the ledger as one person likes them, under a name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="views", verbose_name="所属人")
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=2000)  # as it stands in the ledger's address

    class Meta:
        verbose_name = verbose_name_plural = "常用视图"
        ordering = ["id"]
        constraints = [models.UniqueConstraint("user", "name", name="tasks_view_once")]

    def __str__(self) -> str:
        return self.name


class BulkRunQuerySet(models.QuerySet):
    def waiting(self, now: datetime) -> Self:
        """Those that nobody carries out: just asked for, or their worker was lost."""
        unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
        return self.filter(unclaimed, status__in=["waiting", "running"])


class BulkRun(models.Model):
    """批量办理: one move on many tasks, carried out row by row, with what became of each."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("排队")
        RUNNING = "running", _("办理中")
        DONE = "done", _("已办完")
        FAILED = "failed", _("未办完")

    user = models.ForeignKey(User, models.PROTECT, related_name="bulk_runs", verbose_name="办理人")
    # From the page on which it was confirmed, and on every event of it: the page sent twice is one run.
    key = models.CharField("批次", max_length=32, unique=True)
    move = models.CharField("事项", max_length=16)
    given = models.JSONField("填写内容", default=dict)
    language = models.CharField("界面语言", max_length=10)  # refusals are told in it
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.WAITING)
    # The claim of the job that carries it out: one that was given up on stops at its next row.
    attempt = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField("提交时间")
    done_at = models.DateTimeField("办完时间", null=True, blank=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量办理"
        ordering = ["-id"]
        # The sweeper asks every minute for what nobody carries out; a person for their latest.
        indexes = [
            models.Index(
                "claimed_at", condition=Q(status__in=["waiting", "running"]), name="tasks_bulk_run_waiting"
            ),
            models.Index(fields=["user", "-id"], name="tasks_bulk_run_latest"),
        ]

    def __str__(self) -> str:
        return f"{MOVES[self.move].label} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED)


class BulkRow(models.Model):
    """One task of a bulk run; what became of it is written with its move, in one transaction."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows")
    task = models.ForeignKey(Task, models.PROTECT, related_name="+")
    status_before = models.CharField(max_length=16, choices=Status.choices, blank=True)
    status_after = models.CharField(max_length=16, choices=Status.choices, blank=True)
    code = models.CharField("未办原因", max_length=64, blank=True)
    message = models.CharField("说明", max_length=500, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量办理明细"
        ordering = ["id"]
        constraints = [models.UniqueConstraint("run", "task", name="tasks_bulk_row_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.task_id}"
