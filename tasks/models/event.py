"""The record of everything that happened to tasks, and the seals over it."""

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from plans.org.models import Department, User
from tasks.models.task import Task
from tasks.states import Status


class FeedEpoch(models.Model):
    """One row: which life of the database this is. A restore starts transaction ids anew and raises it."""

    number = models.PositiveIntegerField(default=1)
    system_identifier = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="tasks_epoch_single")]

    def __str__(self) -> str:
        return str(self.number)


# What figures of a past day are made of. Not the helpers: no index holds what has no bounds.
AS_OF = (
    "at",
    "status",
    "progress",
    "due_on",
    "lead",
    "deadline_kind",
    "assigned_on",
    "submitted_on",
    "was_late",
)


class TaskEvent(models.Model):
    """One line of a task's record: what was done, by whom, the state after. Never changed or deleted."""

    class Kind(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("event", "下达")
        ACCEPT = "accept", pgettext_lazy("event", "签收")
        DECLINE = "decline", pgettext_lazy("event", "退回改派")
        REASSIGN = "reassign", pgettext_lazy("event", "改派")
        REPORT = "report", pgettext_lazy("event", "进展填报")
        SUBMIT = "submit", pgettext_lazy("event", "申请办结")
        WITHDRAW = "withdraw", pgettext_lazy("event", "撤回")
        RETURN = "return", pgettext_lazy("event", "退回重办")
        APPROVE = "approve", pgettext_lazy("event", "审核办结")
        CLOSE = "close", pgettext_lazy("event", "销号")
        RECHECK = "recheck", pgettext_lazy("event", "回头看")
        REOPEN = "reopen", pgettext_lazy("event", "重启")
        SUSPEND = "suspend", pgettext_lazy("event", "暂缓")
        RESUME = "resume", pgettext_lazy("event", "恢复")
        CANCEL = "cancel", pgettext_lazy("event", "终止")
        EDITED = "edited", pgettext_lazy("event", "修改")
        DUE_CHANGED = "due_changed", pgettext_lazy("event", "调整期限")
        EXTENSION_ASKED = "extension_asked", pgettext_lazy("event", "申请延期")
        EXTENSION_GRANTED = "extension_granted", pgettext_lazy("event", "同意延期")
        EXTENSION_DENIED = "extension_denied", pgettext_lazy("event", "不同意延期")
        INSTRUCTION = "instruction", pgettext_lazy("event", "批示")
        INSTRUCTION_ANSWERED = "instruction_answered", pgettext_lazy("event", "批示回复")
        URGE = "urge", pgettext_lazy("event", "催办")
        COMMENT = "comment", pgettext_lazy("event", "留言")
        ATTACHED = "attached", pgettext_lazy("event", "上传附件")

    scheme = models.PositiveSmallIntegerField(default=1)  # which columns the hash covers: tasks.record
    task = models.ForeignKey(Task, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField("序号")  # the task's version after it
    kind = models.CharField("事项", max_length=32, choices=Kind.choices)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人"
    )
    actor_name = models.CharField("办理人姓名", max_length=150)  # as it was; null actor = the system
    note = models.TextField("说明", blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # The state after it.
    status = models.CharField("状态", max_length=16, choices=Status.choices)
    progress = models.PositiveSmallIntegerField("进度")
    due_on = models.DateField("期限")
    lead = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="牵头单位")
    helpers = models.JSONField("协助单位", default=list)  # [{department, role}], by department id
    deadline_kind = models.CharField(max_length=16, blank=True)
    assigned_on = models.DateField("交办日期")
    accepted_on = models.DateField("签收日期", null=True, blank=True)
    submitted_on = models.DateField("申请办结日期", null=True, blank=True)
    completed_on = models.DateField("办结日期", null=True, blank=True)
    was_late = models.BooleanField("曾逾期")
    at = models.DateTimeField("时间")
    # Where it stands in the ordered feed; ids are not commit order.
    epoch = models.PositiveIntegerField()
    transaction_id = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["task", "seq"]
        constraints = [
            # One chain per task: no two events follow the same one.
            # A past day is each task's last event before its end: `record.as_of` finds the state in here.
            models.UniqueConstraint("task", "seq", include=AS_OF, name="tasks_event_order"),
            models.UniqueConstraint("task", "previous_hash", name="tasks_event_chain"),
            models.CheckConstraint(condition=~Q(hash=""), name="tasks_event_hash"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="tasks_event_known_status"),
        ]
        indexes = [
            models.Index("epoch", "transaction_id", "id", name="tasks_event_feed"),
            models.Index("at", name="tasks_event_at"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.seq} {self.kind}"


class Seal(models.Model):
    """封存: one day's hash over the seal before it and every event since, in the order of the feed.

    Its value is printed in each bulletin: who holds the paper can prove the record up to that day.
    """

    day = models.DateField("封存日期", unique=True)
    # The last event it covers, by its place in the feed; the one before it says where this one begins.
    epoch = models.PositiveIntegerField()
    transaction_id = models.BigIntegerField()
    event_id = models.BigIntegerField()
    events = models.PositiveBigIntegerField("事项数")  # since the seal before
    previous_hash = models.CharField(max_length=64, blank=True, unique=True)
    hash = models.CharField("封存值", max_length=64, unique=True)
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = verbose_name_plural = "封存"
        ordering = ["day"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.day} {self.hash}"
