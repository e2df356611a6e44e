"""考核评分: the rules by which departments are scored, and what they object to."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.org.models import Department, User
from tasks.models import Task, TaskEvent


class ScoreRule(models.Model):
    """评分规则, one version of it. Never changed: a new version counts from a later quarter on."""

    class Anchor(models.TextChoices):
        """What on the record earns or costs the points."""

        BASE = "base", _("基础分")
        ON_TIME = "on_time", _("按期办结")
        LATE = "late", _("逾期")
        RETURNED = "returned", _("退回重办")
        REPORT_MISSING = "report_missing", _("逾期未填报")
        NOT_SOLID = "not_solid", _("回头看不扎实")

    anchor = models.CharField("依据", max_length=16, choices=Anchor.choices)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=100)
    # The lead's weight and a helper's (共同牵头 and 配合 alike); the base is the lead's.
    points = models.DecimalField("牵头单位分值", max_digits=5, decimal_places=2)
    helper_points = models.DecimalField("协助单位分值", max_digits=5, decimal_places=2, default=0)
    counts_from = models.DateField("自该季度起")  # a quarter's first day
    basis = models.CharField("制度依据", max_length=300, blank=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="制定人"
    )
    created_at = models.DateTimeField("制定时间")

    class Meta:
        verbose_name = verbose_name_plural = "评分规则"
        ordering = ["anchor", "version"]
        constraints = [
            models.UniqueConstraint("anchor", "version", name="reports_score_rule_version"),
            models.CheckConstraint(
                condition=Q(counts_from__day=1, counts_from__month__in=[1, 4, 7, 10]),
                name="reports_score_rule_quarter",
            ),
            models.CheckConstraint(
                condition=Q(
                    anchor__in=["base", "on_time", "late", "returned", "report_missing", "not_solid"]
                ),
                name="reports_score_rule_known_anchor",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} 第{self.version}版"

    @property
    def label(self) -> str:
        """For a page: ours is translated, one that the office gave stays as it is."""
        return gettext(self.name)


class ScoreObjectionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """As the cards are: one's own department's; whole subtrees for supervisor, leader and viewer."""
        return self if user.is_superuser else self.filter(department__in=user.standing.seen)


class ScoreObjection(models.Model):
    """考核异议: a department objects to one point, a supervisor answers; both stand on the task's record too.

    A point is a rule's anchor, the event that earned it, and whose it is.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="score_objections", verbose_name="单位"
    )
    anchor = models.CharField("评分事项", max_length=16, choices=ScoreRule.Anchor.choices)
    event = models.ForeignKey(TaskEvent, models.PROTECT, related_name="+", verbose_name="依据的记录")
    task = models.ForeignKey(Task, models.PROTECT, related_name="score_objections", verbose_name="任务")
    period = models.CharField("季度", max_length=10)  # 2026-Q3
    note = models.TextField("异议理由")
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间")
    # null = not answered yet; upheld: the point does not count.
    upheld = models.BooleanField("采纳", null=True, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ScoreObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核异议"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("event", "anchor", "department", name="reports_objection_once"),
            models.CheckConstraint(
                condition=Q(upheld=None, answer="", answered_by=None, answered_at=None)
                | Q(upheld__isnull=False, answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer=""),
                name="reports_objection_answer",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("raised_at")),
                name="reports_objection_order",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="as_raised",
                operation=pgtrigger.UpdateOf(
                    *("department_id", "anchor", "event_id", "task_id", "period", "note"),
                    *("raised_by_id", "raised_at"),
                ),
            ),
            pgtrigger.Protect(
                name="answered_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__upheld__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period} {self.get_anchor_display()}"
