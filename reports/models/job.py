"""How far the jobs and the readers of the feed have come."""

from datetime import datetime

from django.db import models


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
