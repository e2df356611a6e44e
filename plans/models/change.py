"""The plan's own record."""

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from plans.models.item import PlanItem
from plans.models.plan import Plan
from plans.org.models import User


class PlanChange(models.Model):
    """The plan's own record: who uploaded, corrected, issued. Rows are only added."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="changes")
    item = models.ForeignKey(PlanItem, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField("事项", max_length=32)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField("办理人", max_length=150)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "计划变更记录"
        ordering = ["plan", "id"]
        # A discarded draft takes its record along; nothing else changes a line.
        triggers = [
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.UpdateOf("kind", "actor_id", "actor_name", "data", "at"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.kind}"
