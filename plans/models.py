"""Who promised what by when: plans, their items, and what they want to reach."""

from typing import NamedTuple

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from config.days import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR
from plans.access import PlanQuerySet
from plans.org.models import Department, User


def stored_file_name(plan: "Plan", _uploaded_name: str) -> str:
    """Named by content, never by the uploader: no name that somebody typed reaches the disk."""
    return f"plans/{plan.sha256[:2]}/{plan.sha256}"


class Progress(NamedTuple):
    """Which step of how many; the steps differ too much in length for a share to be true."""

    step: str
    label: str
    number: int
    steps: int


class Plan(models.Model):
    """A bureau's 工作要点 for one year, as issued."""

    class Status(models.TextChoices):
        PARSING = "parsing", "识别中"
        DRAFT = "draft", "待下达"
        ISSUED = "issued", "已下达"
        ARCHIVED = "archived", "已归档"
        FAILED = "failed", "识别失败"

    class Step(models.TextChoices):
        """What the job that reads a large file is at."""

        QUEUED = "queued", "排队"
        READING = "reading", "读取文件"
        PARSING = "parsing", "识别条目"
        STORING = "storing", "写入结果"

    code = models.CharField("计划代码", max_length=48, unique=True)
    title = models.CharField("标题", max_length=300)
    # What the uploader said of it (title, year, issuer), which goes before what is printed: {name: value}.
    stated = models.JSONField(default=dict, blank=True)
    issuer = models.ForeignKey(Department, models.PROTECT, related_name="plans", verbose_name="印发单位")
    issuer_text = models.CharField("文中印发单位", max_length=200, blank=True)
    document_number = models.CharField("文号", max_length=100, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    issued_on = models.DateField("成文日期", null=True, blank=True)
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.PARSING)
    file = models.FileField("原件", upload_to=stored_file_name, max_length=100)
    file_name = models.CharField("原件名", max_length=255)
    sha256 = models.CharField("原件校验值", max_length=64)
    text = models.TextField("正文", blank=True)
    # Spans of the text that are in no item: [{start, end}]; what the reader was unsure about:
    # [{code, message, start, end}].
    preamble = models.JSONField(default=list, blank=True)
    furniture = models.JSONField(default=list, blank=True)
    warnings = models.JSONField("识别提示", default=list, blank=True)
    failure = models.CharField("失败原因", max_length=300, blank=True)
    step = models.CharField("进度", max_length=16, choices=Step.choices, default=Step.QUEUED)
    # The claim of the job that reads it: a worker given up on can't overwrite its successor.
    attempt = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间")
    released_at = models.DateTimeField("下达时间", null=True, blank=True)
    # In force until then: what is put away is in no later period's figures.
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作计划"
        constraints = [
            # The same bytes from the same issuer are the same plan: an upload can be repeated.
            models.UniqueConstraint("issuer", "sha256", name="plans_plan_same_file_once"),
            models.CheckConstraint(condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)), name="plans_plan_year"),
            models.CheckConstraint(condition=~Q(code=""), name="plans_plan_has_code"),
            models.CheckConstraint(
                condition=Q(status__in=["parsing", "draft", "issued", "archived", "failed"]),
                name="plans_plan_known_status",
            ),
            models.CheckConstraint(
                condition=Q(step__in=["queued", "reading", "parsing", "storing"]),
                name="plans_plan_known_step",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["issued", "archived"]) | Q(released_at__isnull=False),
                name="plans_plan_issued_at",
            ),
            models.CheckConstraint(
                condition=Q(status="archived", archived_at__isnull=False)
                | ~Q(status="archived") & Q(archived_at=None),
                name="plans_plan_archived_at",
            ),
        ]
        # The sweeper asks every minute for plans nobody reads.
        indexes = [models.Index("claimed_at", condition=Q(status="parsing"), name="plans_plan_waiting")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_editable(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def progress(self) -> "Progress | None":
        """How far its reading is, while a job is to read it."""
        if self.status != self.Status.PARSING:
            return None
        step, steps = self.Step(self.step), list(self.Step)
        return Progress(step.value, step.label, steps.index(step) + 1, len(steps))


class PlanItem(models.Model):
    """A numbered unit of a plan, or a clause of its goals paragraph."""

    class Kind(models.TextChoices):
        SECTION = "section", "部分"
        GOAL = "goal", "主要目标"
        TASK = "task", "重点任务"
        MEASURE = "measure", "举措"
        NOTE = "note", "说明"

    class DeadlineKind(models.TextChoices):
        NONE = "", "未写明"
        BY = "by", "限期"
        RECURRING = "recurring", "定期"
        ONGOING = "ongoing", "长期"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    ordinal = models.PositiveIntegerField("次序")
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    number = models.CharField("编号", max_length=50, blank=True)
    path = models.CharField("路径", max_length=300, blank=True)
    heading = models.TextField("标题")
    body = models.TextField("内容", blank=True)
    # Offsets into the plan's text; null for an item added by hand.
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    deadline_text = models.CharField("期限原文", max_length=200, blank=True)
    deadline_kind = models.CharField("期限类别", max_length=16, choices=DeadlineKind.choices, blank=True)
    deadline_start = models.PositiveIntegerField(null=True, blank=True)
    deadline_end = models.PositiveIntegerField(null=True, blank=True)
    # The item of an earlier plan whose unfinished work this one takes over (结转).
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name="结转自"
    )
    # 已确认: a reviewer looked at what was read of it, or corrected it.
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    # Taken out by a revision of the issued plan; it stays, since the record speaks of it.
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "计划条目"
        ordering = ["plan", "ordinal"]
        constraints = [
            models.UniqueConstraint("plan", "ordinal", name="plans_item_order"),
            models.CheckConstraint(
                condition=Q(kind__in=["section", "goal", "task", "measure", "note"]),
                name="plans_item_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(deadline_kind__in=["", "by", "recurring", "ongoing"]),
                name="plans_item_known_deadline_kind",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, end__gte=models.F("start")),
                name="plans_item_span",
            ),
            models.CheckConstraint(
                condition=Q(due_on__range=(FIRST_DAY, LAST_DAY)), name="plans_item_known_day"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="plans_item_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.heading}"

    @property
    def lead(self) -> Department | None:
        """Who leads, by the owners as fetched."""
        return next((o.department for o in self.owners.all() if o.role == ItemOwner.Role.LEAD), None)


class ItemOwner(models.Model):
    """A unit that an item names as responsible: as printed, and the department it was resolved to."""

    class Role(models.TextChoices):
        LEAD = "lead", "牵头单位"
        CO_LEAD = "co_lead", "共同牵头单位"
        COOPERATING = "cooperating", "配合单位"

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="owners")
    role = models.CharField("分工", max_length=16, choices=Role.choices)
    ordinal = models.PositiveIntegerField()
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    printed = models.CharField("原文", max_length=200, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任单位"
        ordering = ["item", "ordinal"]
        constraints = [
            models.UniqueConstraint("item", condition=Q(role="lead"), name="plans_owner_one_lead"),
            models.UniqueConstraint("item", "department", name="plans_owner_unit_once"),
            models.UniqueConstraint("item", "ordinal", name="plans_owner_order"),
            models.CheckConstraint(
                condition=Q(role__in=["lead", "co_lead", "cooperating"]), name="plans_owner_known_role"
            ),
            models.CheckConstraint(
                condition=Q(department__isnull=False) | ~Q(printed=""), name="plans_owner_names_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.department.name if self.department else self.printed


class Target(models.Model):
    """A quantity that an item commits to reach."""

    class Comparator(models.TextChoices):
        EQUAL = "=", "等于"
        AT_LEAST = ">=", "不低于"
        AT_MOST = "<=", "不高于"
        ABOUT = "~", "约"

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="targets")
    ordinal = models.PositiveIntegerField()
    name = models.TextField("指标")
    comparator = models.CharField("比较", max_length=2, choices=Comparator.choices, default=Comparator.EQUAL)
    value = models.DecimalField("目标值", max_digits=20, decimal_places=4)
    value_max = models.DecimalField("目标上限", max_digits=20, decimal_places=4, null=True, blank=True)
    unit = models.CharField("单位", max_length=50, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    # A task's target may feed a goal's: its actuals then count towards that goal.
    feeds = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="fed_by")

    class Meta:
        verbose_name = verbose_name_plural = "量化指标"
        ordering = ["item", "ordinal"]
        constraints = [
            models.UniqueConstraint("item", "ordinal", name="plans_target_order"),
            models.CheckConstraint(
                condition=Q(comparator__in=["=", ">=", "<=", "~"]), name="plans_target_known_comparator"
            ),
            models.CheckConstraint(
                condition=Q(value_max__isnull=True) | Q(value_max__gte=models.F("value")),
                name="plans_target_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        DISCARDED = "discarded", "已放弃"

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
