"""The figures of finished periods."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from plans.org.models import Department


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
