"""What about a report is worth a second look."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from plans.org.models import User
from tasks.models import Attachment, Report

# Whose posts reach the task's issuer: departments do not see what is thought of their reports.
SEEN_AS = ("supervisor", "leader")


class ReportHintQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those that still hold, of tasks that a person supervises or leads the issuer of."""
        held = self.holding()
        if user.is_superuser:
            return held
        above = user.standing.departments(*SEEN_AS)
        issued = Q(report__task__issuer__in=above)
        split = Q(report__task__parent__isnull=False, report__task__plan__issuer__in=above)
        return held.filter(issued | split)

    def holding(self) -> Self:
        """Without those of bare reports that have a file by now: their own, or the task's of the same day."""
        own = Attachment.objects.filter(report=OuterRef("report"))
        that_day = {"report": None, "uploaded_at__date": OuterRef("reported_on")}
        of_task = Attachment.objects.filter(task=OuterRef("report__task"), **that_day)
        bare = Q(reason=ReportHint.Reason.BARE)
        hints = self.alias(reported_on=TruncDate("report__reported_at"))
        return hints.exclude(bare & (Exists(own) | Exists(of_task)))

    def for_display(self) -> Self:
        """With all that a line of the list shows."""
        shown = ("report__task__plan", "report__department", "report__event", "seen_by")
        plan = (f"report__task__plan__{name}" for name in ("text", "preamble", "furniture", "warnings"))
        long = ("report__task__body", "report__event__data", "report__event__note")
        return self.select_related(*shown).defer(*long, *plan)

    def open(self) -> Self:
        """Nobody has looked into them yet."""
        return self.filter(seen_at=None)


class ReportHint(models.Model):
    """填报提示: why a supervisor may want to look at a report again. Never a verdict.

    Not for the department to see. Who has looked says so, and it is gone from the list.
    """

    class Reason(models.TextChoices):
        COPIED = "copied", _("与以前的填报雷同")
        BARE = "bare", _("没有数据或附件")
        AT_ODDS = "at_odds", _("与进度不一致")

    report = models.ForeignKey(Report, models.PROTECT, related_name="hints", verbose_name="进展填报")
    reason = models.CharField("提示", max_length=16, choices=Reason.choices)
    text = models.CharField("说明", max_length=300)  # what exactly, in a sentence
    made_at = models.DateTimeField("生成时间")
    seen_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )
    seen_at = models.DateTimeField("核实时间", null=True, blank=True)

    objects = ReportHintQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报提示"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("report", "reason", name="reports_hint_once"),
            models.CheckConstraint(
                condition=Q(reason__in=["copied", "bare", "at_odds"]), name="reports_hint_known_reason"
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="reports_hint_seen",
            ),
        ]
        # The supervisor's list shows what nobody has looked at.
        indexes = [models.Index("id", condition=Q(seen_at__isnull=True), name="reports_hint_open")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.get_reason_display()}"
