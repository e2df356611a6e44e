"""What a plan is made of: its items, who answers for them, and what they commit to."""

from hashlib import sha256

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.days import FIRST_DAY, LAST_DAY
from plans.models.plan import Plan
from plans.org.models import Department, User


class PlanItem(models.Model):
    """A numbered unit of a plan, or a clause of its goals paragraph."""

    class Kind(models.TextChoices):
        SECTION = "section", _("部分")
        GOAL = "goal", _("主要目标")
        TASK = "task", _("重点任务")
        MEASURE = "measure", _("举措")
        NOTE = "note", _("说明")

    class DeadlineKind(models.TextChoices):
        NONE = "", _("未写明")
        BY = "by", _("限期")
        RECURRING = "recurring", _("定期")
        ONGOING = "ongoing", _("长期")

    # What becomes a task or a goal when the plan is issued.
    REVIEWED = (Kind.GOAL, Kind.TASK)

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
    def is_reviewed(self) -> bool:
        """Is it one of those whose reading a person confirms? The others stand below or around these."""
        return self.kind in self.REVIEWED and self.withdrawn_at is None

    @property
    def stamp(self) -> str:
        """Another one as soon as anything a person can correct is corrected; by the owners as fetched."""
        owners = [(o.role, o.department_id, o.printed) for o in self.owners.all()]
        said = (self.kind, self.heading, self.due_on, self.continues_id, owners)
        return sha256(repr(said).encode()).hexdigest()[:12]

    @property
    def lead(self) -> Department | None:
        """Who leads, by the owners as fetched."""
        return next((o.department for o in self.owners.all() if o.role == ItemOwner.Role.LEAD), None)


class ItemOwner(models.Model):
    """A unit that an item names as responsible: as printed, and the department it was resolved to."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        CO_LEAD = "co_lead", _("共同牵头单位")
        COOPERATING = "cooperating", _("配合单位")

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
        EQUAL = "=", _("等于")
        AT_LEAST = ">=", _("不低于")
        AT_MOST = "<=", _("不高于")
        ABOUT = "~", _("约")

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
