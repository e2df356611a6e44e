"""The goals of a whole plan, and what they had reached when."""

import pgtrigger
from django.db import models

from plans.models.item import PlanItem, Target
from plans.org.models import Department, User


class Goal(models.Model):
    """A goal of the whole plan, with the department that keeps its figures."""

    item = models.OneToOneField(PlanItem, models.CASCADE, related_name="goal")
    keeper = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="goals_kept", verbose_name="数据单位"
    )

    class Meta:
        verbose_name = verbose_name_plural = "主要目标"

    def __str__(self) -> str:
        return self.item.heading


class GoalActual(models.Model):
    """What a goal's target had reached on a day. Never changed: a correction is a later row."""

    target = models.ForeignKey(Target, models.PROTECT, related_name="actuals", verbose_name="指标")
    value = models.DecimalField("完成值", max_digits=20, decimal_places=4)
    measured_on = models.DateField("截至")
    note = models.TextField("说明", blank=True)
    stated_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    stated_at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = verbose_name_plural = "目标完成值"
        ordering = ["measured_on", "id"]
        # The latest actual of a target is asked for wherever goals are shown.
        indexes = [models.Index(fields=["target", "-measured_on", "-id"], name="plans_actual_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.target}：{self.value}"
