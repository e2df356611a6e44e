"""Corrected files of an issued plan, and what its file was last read as."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.access import PlanRevisionQuerySet
from plans.models.plan import Plan
from plans.org.models import User


class PlanReading(models.Model):
    """What the plan's file, as last revised, was read as: what the next corrected file is compared with.

    Apart from the plan, which lists fetch; made when the first revision is proposed.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="reading", verbose_name="计划")
    sha256 = models.CharField("校验值", max_length=64)  # of that file
    # As plans.readings keeps it, each item with the row that it is; what a revision did not take over is as
    # it was said before.
    reading = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = verbose_name_plural = "计划原文识别"

    def __str__(self) -> str:
        return f"{self.plan} {self.sha256[:8]}"


def stored_revision_name(revision: "PlanRevision", _uploaded_name: str) -> str:
    """Named by content, as a plan's own file is."""
    return f"plans/{revision.sha256[:2]}/{revision.sha256}"


class PlanRevision(models.Model):
    """修订: a corrected file of an issued plan; what differs is confirmed by people before it is applied."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        DISCARDED = "discarded", _("已放弃")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="revisions", verbose_name="计划")
    number = models.PositiveIntegerField("次序")  # 1, 2, … of the plan
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.PROPOSED)
    file = models.FileField("文件", upload_to=stored_revision_name, max_length=100)
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("校验值", max_length=64)
    # What was read in it (plans.readings); when it was confirmed, every line that differed, with `applied`.
    reading = models.JSONField(encoder=DjangoJSONEncoder)
    differences = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间")
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    note = models.TextField("说明", blank=True)

    objects = PlanRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划修订"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint("plan", "number", name="plans_revision_number"),
            # The same bytes wait once; what was decided about them stays written down.
            models.UniqueConstraint(
                "plan", "sha256", condition=Q(status="proposed"), name="plans_revision_same_file_once"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at=None, decided_by=None)
                | ~Q(status="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="plans_revision_decided",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "confirmed", "discarded"]),
                name="plans_revision_known_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} 修订{self.number}"
