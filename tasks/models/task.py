"""A promise as one department's work: the task, who helps, what it must reach, its steps."""

from functools import cache

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.days import FIRST_DAY, LAST_DAY
from config.postgres.frozen import Frozen, Given
from plans.models import Plan, PlanItem, Target
from plans.org.models import Department
from tasks.access import TaskQuerySet
from tasks.lights import turns_red_on
from tasks.states import DONE, OPEN, Status


class Task(models.Model):
    """A 重点任务 as one department's work, with its deadline and state."""

    class Cycle(models.TextChoices):
        NONE = "", _("不定期")
        WEEKLY = "weekly", _("每周")
        MONTHLY = "monthly", _("每月")
        QUARTERLY = "quarterly", _("每季度")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="tasks", verbose_name="计划")
    plan_item = models.ForeignKey(PlanItem, models.PROTECT, related_name="tasks", verbose_name="计划条目")
    # Who supervises it: the plan's issuer; for a part of a split task, the department that split it.
    issuer = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="交办单位", db_index=False
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级任务"
    )
    code = models.CharField("任务编号", max_length=64)
    title = models.TextField("任务")
    body = models.TextField("内容", blank=True)
    lead = models.ForeignKey(
        Department, models.PROTECT, related_name="tasks_led", verbose_name="牵头单位", db_index=False
    )
    # Whose people see it: issuer, the plan's issuer, lead, helpers. Kept by the record with every change, so
    # that "visible to" is one condition on one index.
    seen_by = ArrayField(models.BigIntegerField(), default=list, editable=False, verbose_name="可见单位")
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
            # A constraint, not unique=True: that would add an index for LIKE 'prefix%', which nobody asks.
            models.UniqueConstraint(
                "code", name="tasks_task_code", violation_error_message="任务编号已被使用。"
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
        # Each earns its keep in docs/performance.md: every move pays for every index.
        indexes = [
            # Keyset orderings of the API; ties by id in the same direction.
            models.Index("due_on", "id", name="tasks_task_by_due"),
            models.Index("progress", "id", name="tasks_task_by_progress"),
            models.Index("updated_at", "id", name="tasks_task_by_update"),
            # A filter with few tasks among many, in the order of most lists. Also the foreign keys' indexes.
            models.Index("lead", "due_on", "id", name="tasks_task_by_lead"),
            models.Index("issuer", "due_on", "id", name="tasks_task_by_issuer"),
            models.Index("status", "due_on", "id", name="tasks_task_by_status"),
            # What is being worked on is little among the done: the ledger's first tab, lights, reminders.
            models.Index("due_on", "id", condition=Q(status__in=OPEN), name="tasks_task_open"),
            # Red tasks are counted often and are few among the done.
            models.Index("red_on", condition=Q(red_on__isnull=False), name="tasks_task_red"),
            # Without a list of pending entries: each reader would have to walk through it.
            GinIndex("seen_by", name="tasks_task_seen_by", fastupdate=False),
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
            pgtrigger.Trigger(
                name="searchable",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("code", "title", "body"),
                func="""
                    INSERT INTO tasks_tasktext (task_id, bigrams)
                    VALUES (NEW.id, tasks_bigrams(concat_ws(E'\\n', NEW.code, NEW.title, NEW.body)))
                    ON CONFLICT (task_id) DO UPDATE SET bigrams = excluded.bigrams;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_part(self) -> bool:
        """Of a split task."""
        return self.parent_id is not None

    @cached_property
    def plan_issuer_id(self) -> int:
        """A whole task's own issuer; a part's plan was issued by somebody else."""
        if self.parent_id is None:
            return self.issuer_id
        if Task._meta.get_field("plan").is_cached(self):
            return self.plan.issuer_id
        return Plan.objects.values_list("issuer_id", flat=True).get(pk=self.plan_id)

    def concerned(self) -> list[int]:
        """The departments whose people see it: what `seen_by` must hold."""
        return sorted({self.issuer_id, self.plan_issuer_id, self.lead_id, *self.helper_roles()})

    def helper_roles(self) -> dict[int, str]:
        """Department id → role. Asked once per object; rows of `for_display` bring it along."""
        if not hasattr(self, "_helper_roles") and hasattr(self, "units"):
            self._helper_roles = {unit["id"]: unit["role"] for unit in self.units}
        if not hasattr(self, "_helper_roles"):
            self._helper_roles = dict(roles_of_helpers().rows(task=self.pk))
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


class TaskText(models.Model):
    """What `q` finds a task by: every two characters in a row of its code, title and body, upper-cased.

    Kept by a trigger. Apart from the task, or every move would write a long index entry anew.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="text")
    bigrams = SearchVectorField()

    class Meta:
        indexes = [GinIndex("bigrams", name="tasks_text_bigrams", gin_pending_list_limit=256)]

    def __str__(self) -> str:
        return str(self.task_id)


class Helper(models.Model):
    """A department that helps with a task: co-leading or cooperating."""

    class Role(models.TextChoices):
        CO_LEAD = "co_lead", _("共同牵头单位")
        COOPERATING = "cooperating", _("配合单位")

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
    # For a part of a split task: the figure of the whole that this is a share of. Its actuals add up there.
    share_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="shares", verbose_name="分解自"
    )
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


@cache
def roles_of_helpers() -> Frozen:
    """Asked for with every move."""
    mine = Helper.objects.filter(task=Given("task", models.BigIntegerField())).order_by()
    return Frozen(mine.values_list("department_id", "role"))
