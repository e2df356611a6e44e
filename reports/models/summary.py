"""汇总与通报: the figures of finished periods, what was written about them, and the files given out."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans.access import CLAIM
from plans.org.models import Department, User
from reports.access import SummaryQuerySet


class Summary(models.Model):
    """The figures of one finished period, kept as data so that the same row prints the same for ever.

    With the narrative it is a 通报: drafted from the figures, edited by people, and frozen by its release.
    """

    period = models.CharField("期间", max_length=10)  # 2026-10, 2026-W44, 2026-Q3, 2026
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="summaries", verbose_name="单位"
    )  # null = the whole
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    figures = models.JSONField("数据", encoder=DjangoJSONEncoder)
    made_at = models.DateTimeField("生成时间")
    # Empty: nobody has touched the draft, which is then written from the figures whenever it is shown.
    narrative = models.TextField("通报正文", blank=True)
    # Counts the edits: two people can't overwrite each other, and a file says which text it holds.
    version = models.PositiveIntegerField("版本", default=0)
    edited_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改人"
    )
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)
    released_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )
    released_at = models.DateTimeField("发布时间", null=True, blank=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "汇总"
        ordering = ["-ends_on", "department_id", "id"]
        constraints = [
            models.UniqueConstraint(
                "period", "department", name="reports_summary_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="reports_summary_period"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False) & ~Q(narrative=""),
                name="reports_summary_release",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="figures_stay",
                operation=pgtrigger.UpdateOf(
                    "period", "department_id", "starts_on", "ends_on", "figures", "made_at"
                ),
            ),
            # What was given out stays as it was given out.
            pgtrigger.Protect(
                name="released_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__released_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.department or '全部'}"


def stored_bulletin_name(bulletin: "Bulletin", _name: str) -> str:
    """Named by content."""
    return f"bulletins/{bulletin.sha256[:2]}/{bulletin.sha256}.{bulletin.format}"


class BulletinQuerySet(models.QuerySet):
    def waiting(self, now: datetime) -> Self:
        """Those that nobody makes: just asked for, or their worker was lost."""
        unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
        return self.filter(unclaimed, status__in=["waiting", "making"])


class Bulletin(models.Model):
    """通报 as a file: a job makes it from a summary, one for each format and version of the text."""

    class Format(models.TextChoices):
        DOCX = "docx", _("Word通报")
        XLSX = "xlsx", _("Excel台账")

    class Status(models.TextChoices):
        WAITING = "waiting", _("排队")
        MAKING = "making", _("生成中")
        READY = "ready", _("已生成")
        FAILED = "failed", _("生成失败")

    summary = models.ForeignKey(Summary, models.PROTECT, related_name="bulletins", verbose_name="汇总")
    format = models.CharField("格式", max_length=8, choices=Format.choices)
    version = models.PositiveIntegerField("正文版本")  # the summary's that it holds
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.WAITING)
    done = models.PositiveIntegerField("已写任务数", default=0)
    total = models.PositiveIntegerField("任务数", default=0)
    # The claim of the job that makes it: a worker given up on can't overwrite its successor.
    attempt = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField("失败原因", max_length=300, blank=True)
    file = models.FileField("文件", upload_to=stored_bulletin_name, max_length=110, blank=True)
    sha256 = models.CharField("校验值", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数", null=True, blank=True)
    # The record's seal that it prints; empty while nothing has been sealed.
    seal = models.CharField("封存值", max_length=64, blank=True)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申请人"
    )
    requested_at = models.DateTimeField("申请时间")
    made_at = models.DateTimeField("生成时间", null=True, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报文件"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("summary", "format", "version", name="reports_bulletin_once"),
            models.CheckConstraint(
                condition=~Q(status="ready") | ~Q(file="") & Q(made_at__isnull=False),
                name="reports_bulletin_ready",
            ),
        ]
        # The sweeper asks every minute for what nobody makes.
        indexes = [
            models.Index(
                "claimed_at", condition=Q(status__in=["waiting", "making"]), name="reports_bulletin_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.summary} {self.format}"
