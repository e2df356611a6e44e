"""What one side asks of the other about a task, and the answer: extensions and 批示."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans.org.models import User
from tasks.models.event import TaskEvent
from tasks.models.task import Task


class Extension(models.Model):
    """延期申请: the lead's head asks for a later date, a supervisor grants or denies it."""

    class Status(models.TextChoices):
        ASKED = "asked", _("待审批")
        GRANTED = "granted", _("同意")
        DENIED = "denied", _("不同意")

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions")
    event = models.OneToOneField(TaskEvent, models.PROTECT, related_name="extension")
    from_due_on = models.DateField("申请时期限")
    due_on = models.DateField("申请延至")
    note = models.TextField("申请理由")
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    decision = models.TextField("审批意见", blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    decided_event = models.OneToOneField(TaskEvent, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "延期申请"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("task", condition=Q(status="asked"), name="tasks_extension_one_waiting"),
            models.CheckConstraint(condition=Q(due_on__gt=F("from_due_on")), name="tasks_extension_later"),
            models.CheckConstraint(
                condition=Q(
                    status="asked",
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    decided_event__isnull=True,
                )
                | Q(
                    status__in=["granted", "denied"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    decided_event__isnull=False,
                ),
                name="tasks_extension_decided",
            ),
        ]
        # What waits for a supervisor is asked for on every visit, and is little of what there ever was.
        indexes = [models.Index("id", condition=Q(status="asked"), name="tasks_extension_waiting")]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.due_on}"


class Instruction(models.Model):
    """批示: a leader's word on a task, which its lead answers, by a day where one is given."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="instructions")
    event = models.OneToOneField(TaskEvent, models.PROTECT, related_name="instruction")
    note = models.TextField("批示内容")
    answer_by = models.DateField("要求答复日期", null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="批示人")
    given_at = models.DateTimeField("批示时间")
    answer = models.TextField("办理情况", blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_event = models.OneToOneField(TaskEvent, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "批示"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    answered_event__isnull=True,
                    answer="",
                )
                | Q(answered_at__isnull=False, answered_by__isnull=False, answered_event__isnull=False)
                & ~Q(answer=""),
                name="tasks_instruction_answered",
            )
        ]
        # Those without an answer are chased by the day they were asked for.
        indexes = [
            models.Index("answer_by", condition=Q(answered_at__isnull=True), name="tasks_instruction_waiting")
        ]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.note[:20]}"
