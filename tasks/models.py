"""How each promise is going: tasks, and the record of everything that happened to them."""

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from config.days import FIRST_DAY, LAST_DAY
from plans.models import Plan, PlanItem, Target
from plans.org.models import Department, User
from tasks.access import TaskQuerySet
from tasks.lights import turns_red_on
from tasks.states import DONE, Status


class Task(models.Model):
    """A 重点任务 as one department's work, with its deadline and state."""

    class Cycle(models.TextChoices):
        NONE = "", "不定期"
        WEEKLY = "weekly", "每周"
        MONTHLY = "monthly", "每月"
        QUARTERLY = "quarterly", "每季度"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="tasks", verbose_name="计划")
    plan_item = models.ForeignKey(PlanItem, models.PROTECT, related_name="tasks", verbose_name="计划条目")
    # Who supervises it: the plan's issuer; for a part of a split task, the department that split it.
    issuer = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="交办单位")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级任务"
    )
    code = models.CharField("任务编号", max_length=64, unique=True)
    title = models.TextField("任务")
    body = models.TextField("内容", blank=True)
    lead = models.ForeignKey(Department, models.PROTECT, related_name="tasks_led", verbose_name="牵头单位")
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.PENDING)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    due_on = models.DateField("期限")
    original_due_on = models.DateField("原定期限")
    deadline_kind = models.CharField(
        "期限类别", max_length=16, choices=PlanItem.DeadlineKind.choices, blank=True
    )
    reporting_cycle = models.CharField("填报周期", max_length=16, choices=Cycle.choices, blank=True)
    assigned_on = models.DateField("交办日期")
    accepted_on = models.DateField("签收日期", null=True, blank=True)
    submitted_on = models.DateField("申请办结日期", null=True, blank=True)
    completed_on = models.DateField("办结日期", null=True, blank=True)
    was_late = models.BooleanField("曾逾期", default=False)
    version = models.PositiveIntegerField("版本", default=0)
    head_hash = models.CharField("记录末值", max_length=64, blank=True)
    updated_at = models.DateTimeField("更新时间")
    red_on = models.GeneratedField(
        verbose_name="转红日期",
        expression=turns_red_on(),
        output_field=models.DateField(null=True),
        db_persist=True,
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "重点任务"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="tasks_task_known_status"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="tasks_task_progress"),
            # The day it turns red is a day that Python knows too.
            models.CheckConstraint(
                condition=Q(due_on__range=(FIRST_DAY, LAST_DAY)), name="tasks_task_known_day"
            ),
            # An item is issued once; the parts of a split task share its item.
            models.UniqueConstraint(
                "plan_item", condition=Q(parent__isnull=True), name="tasks_task_item_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=DONE, completed_on__isnull=False, progress=100)
                | ~Q(status__in=DONE) & Q(completed_on__isnull=True),
                name="tasks_task_completed_on",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.SUBMITTED, *DONE], submitted_on__isnull=False)
                | ~Q(status__in=[Status.SUBMITTED, *DONE]) & Q(submitted_on__isnull=True),
                name="tasks_task_submitted_on",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.PENDING, Status.DECLINED]) | Q(accepted_on__isnull=True),
                name="tasks_task_not_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.IN_PROGRESS, Status.SUBMITTED, *DONE])
                | Q(accepted_on__isnull=False),
                name="tasks_task_accepted",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="tasks_task_not_its_own_part"),
        ]
        indexes = [
            # Keyset orderings of the API; ties by id in the same direction.
            models.Index("due_on", "id", name="tasks_task_by_due"),
            models.Index("progress", "id", name="tasks_task_by_progress"),
            models.Index("updated_at", "id", name="tasks_task_by_update"),
            models.Index("lead", "due_on", name="tasks_task_by_lead"),
            models.Index("issuer", "due_on", name="tasks_task_by_issuer"),
            # Red tasks are counted often and are few among the done.
            models.Index("red_on", condition=Q(red_on__isnull=False), name="tasks_task_red"),
            # The reminder job looks for due dates among what is being worked on.
            models.Index(
                "due_on",
                condition=Q(status__in=[Status.PENDING, Status.IN_PROGRESS]),
                name="tasks_task_to_remind",
            ),
        ]

        triggers = [
            # What the plan asked for first, and that a task was late, nothing may unsay.
            pgtrigger.Protect(
                name="original_due_on_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__original_due_on__df=pgtrigger.F("new__original_due_on")),
            ),
            pgtrigger.Protect(
                name="was_late_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__was_late=True, new__was_late=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def helper_roles(self) -> dict[int, str]:
        """Department id → role. Asked once per object; rows of `for_display` bring it along."""
        if not hasattr(self, "_helper_roles") and hasattr(self, "units"):
            self._helper_roles = {unit["id"]: unit["role"] for unit in self.units}
        if not hasattr(self, "_helper_roles"):
            self._helper_roles = dict(self.helpers.values_list("department_id", "role"))
        return self._helper_roles

    def helper_ids(self) -> list[int]:
        return list(self.helper_roles())

    def set_helpers(self, roles: dict[int, str]) -> None:
        """Replace the helpers; the record's next event shows them."""
        self.helpers.exclude(department__in=roles).delete()
        Helper.objects.bulk_create(
            [Helper(task=self, department_id=pk, role=role) for pk, role in roles.items()],
            update_conflicts=True,
            unique_fields=["task", "department"],
            update_fields=["role"],
        )
        self._helper_roles = dict(roles)


class Helper(models.Model):
    """A department that helps with a task: co-leading or cooperating."""

    class Role(models.TextChoices):
        CO_LEAD = "co_lead", "共同牵头单位"
        COOPERATING = "cooperating", "配合单位"

    task = models.ForeignKey(Task, models.CASCADE, related_name="helpers")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="tasks_helped", verbose_name="单位"
    )
    role = models.CharField("分工", max_length=16, choices=Role.choices)

    class Meta:
        verbose_name = verbose_name_plural = "协助单位"
        ordering = ["task", "id"]
        constraints = [
            models.UniqueConstraint("task", "department", name="tasks_helper_once"),
            models.CheckConstraint(
                condition=Q(role__in=["co_lead", "cooperating"]), name="tasks_helper_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.department}"


class TaskTarget(models.Model):
    """A quantity this task must reach: copied from the plan at issue, so that what was asked stays as it was.

    `actual` is the last stated; the record holds every statement and when it was made.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="targets")
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="task_targets")
    ordinal = models.PositiveIntegerField()
    name = models.TextField("指标")
    comparator = models.CharField("比较", max_length=2, choices=Target.Comparator.choices)
    value = models.DecimalField("目标值", max_digits=20, decimal_places=4)
    value_max = models.DecimalField("目标上限", max_digits=20, decimal_places=4, null=True, blank=True)
    unit = models.CharField("单位", max_length=50, blank=True)
    actual = models.DecimalField("完成值", max_digits=20, decimal_places=4, null=True, blank=True)
    # Why there is no figure: the way to apply to close without one.
    reason = models.TextField("无完成值的原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务指标"
        ordering = ["task", "ordinal"]
        constraints = [models.UniqueConstraint("task", "ordinal", name="tasks_target_order")]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """A step of a task; first filled from the plan's measures."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="checklist")
    ordinal = models.PositiveIntegerField()
    text = models.TextField("步骤")
    done_on = models.DateField("完成日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务步骤"
        ordering = ["task", "ordinal"]
        constraints = [models.UniqueConstraint("task", "ordinal", name="tasks_checklist_order")]

    def __str__(self) -> str:
        return self.text


class FeedEpoch(models.Model):
    """One row: which life of the database this is. A restore starts transaction ids anew and raises it."""

    number = models.PositiveIntegerField(default=1)
    system_identifier = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="tasks_epoch_single")]

    def __str__(self) -> str:
        return str(self.number)


class TaskEvent(models.Model):
    """One line of a task's record: what was done, by whom, the state after. Never changed or deleted."""

    class Kind(models.TextChoices):
        ISSUED = "issued", "下达"
        ACCEPT = "accept", "签收"
        DECLINE = "decline", "退回改派"
        REASSIGN = "reassign", "改派"
        REPORT = "report", "进展填报"
        SUBMIT = "submit", "申请办结"
        WITHDRAW = "withdraw", "撤回"
        RETURN = "return", "退回重办"
        APPROVE = "approve", "审核办结"
        CLOSE = "close", "销号"
        RECHECK = "recheck", "回头看"
        REOPEN = "reopen", "重启"
        SUSPEND = "suspend", "暂缓"
        RESUME = "resume", "恢复"
        CANCEL = "cancel", "终止"
        EDITED = "edited", "修改"
        DUE_CHANGED = "due_changed", "调整期限"
        EXTENSION_ASKED = "extension_asked", "申请延期"
        EXTENSION_GRANTED = "extension_granted", "同意延期"
        EXTENSION_DENIED = "extension_denied", "不同意延期"
        INSTRUCTION = "instruction", "批示"
        INSTRUCTION_ANSWERED = "instruction_answered", "批示回复"
        URGE = "urge", "催办"
        COMMENT = "comment", "留言"
        ATTACHED = "attached", "上传附件"

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
            models.UniqueConstraint("task", "seq", name="tasks_event_order"),
            models.UniqueConstraint("task", "previous_hash", name="tasks_event_chain"),
            models.CheckConstraint(condition=~Q(hash=""), name="tasks_event_hash"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="tasks_event_known_status"),
        ]
        indexes = [
            models.Index("epoch", "transaction_id", "id", name="tasks_event_feed"),
            # A day in the past is each task's last event before that day's end.
            models.Index("task", F("at").desc(), name="tasks_event_as_of"),
            models.Index("at", name="tasks_event_at"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.seq} {self.kind}"


class Report(models.Model):
    """A 进展填报: what a department says it did, what stands in the way, what comes next."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports")
    event = models.OneToOneField(TaskEvent, models.PROTECT, related_name="report")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="填报单位")
    # What it tells of, by the task's cycle: 2026-10, 2026-W41, 2026-Q4.
    period = models.CharField("填报期", max_length=10)
    progress = models.PositiveSmallIntegerField("进度")
    done = models.TextField("工作进展")
    problems = models.TextField("存在问题", blank=True)
    next_steps = models.TextField("下一步打算", blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    reported_at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = verbose_name_plural = "进展填报"
        ordering = ["task", "-reported_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="tasks_report_progress")]
        indexes = [
            models.Index("task", F("reported_at").desc(), name="tasks_report_latest"),
            # A month's figures ask for all reports of that month.
            models.Index("reported_at", name="tasks_report_when"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.task_id} {self.period}"
