"""How far the jobs and the readers of the feed have come."""

from dataclasses import astuple
from datetime import datetime
from typing import Self

from django.db import models

from tasks.feed import Position


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
    """How far one consumer of the ordered feed has read."""

    name = models.CharField("读者", max_length=100, unique=True)
    epoch = models.PositiveIntegerField(default=0)
    transaction_id = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "读取位置"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def held(cls, name: str) -> Self:
        """For one batch: two at once take turns, until the transaction ends."""
        return cls.objects.select_for_update().get_or_create(name=name)[0]

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.transaction_id, self.event_id)

    def move(self, to: Position) -> None:
        self.epoch, self.transaction_id, self.event_id = astuple(to)
        self.save(update_fields=["epoch", "transaction_id", "event_id"])
