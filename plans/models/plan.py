"""A bureau's plan, as issued."""

from typing import NamedTuple

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from config.days import FIRST_YEAR, LAST_YEAR
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


class Confirmed(NamedTuple):
    """How many of a plan's tasks and goals there are, and how many a person has looked at."""

    items: int
    confirmed: int

    @property
    def left(self) -> int:
        return self.items - self.confirmed

    @property
    def percent(self) -> int:
        return self.confirmed * 100 // self.items if self.items else 100


class Plan(models.Model):
    """A bureau's 工作要点 for one year, as issued."""

    class Status(models.TextChoices):
        PARSING = "parsing", _("识别中")
        DRAFT = "draft", _("待下达")
        ISSUED = "issued", _("已下达")
        ARCHIVED = "archived", _("已归档")
        FAILED = "failed", _("识别失败")

    class Step(models.TextChoices):
        """What the job that reads a large file is at."""

        QUEUED = "queued", _("排队")
        READING = "reading", _("读取文件")
        PARSING = "parsing", _("识别条目")
        STORING = "storing", _("写入结果")

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
    def confirmed(self) -> "Confirmed":
        """22项中19项已确认. One query."""
        asked = self.items.filter(kind__in=("goal", "task"), withdrawn_at=None)
        return Confirmed(**asked.aggregate(items=Count("id"), confirmed=Count("confirmed_at")))

    @property
    def progress(self) -> "Progress | None":
        """How far its reading is, while a job is to read it."""
        if self.status != self.Status.PARSING:
            return None
        step, steps = self.Step(self.step), list(self.Step)
        return Progress(step.value, step.label, steps.index(step) + 1, len(steps))
