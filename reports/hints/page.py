"""填报提示 as people look through them: each report beside the earlier one that it resembles."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from plans.org.forms import department_field
from plans.org.models import Department, User
from reports.hints.material import Material
from reports.hints.services import may_mark
from reports.models import ReportHint
from reports.models.hint import ReportHintQuerySet
from tasks.models import Report

Reason = ReportHint.Reason
PAGE_SIZE = 20
FILTERS = ("department", "reason", "seen")
FIRST = 5


class HintsForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("提示"), choices=[("", _("全部")), *ReportHint.Reason.choices], required=False
    )
    seen = forms.ChoiceField(
        label=_("核实"), choices=[("", _("待核实")), ("true", _("已核实"))], required=False
    )

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        units = Department.objects.visible_to(user)
        self.fields["department"] = department_field(
            units, label=_("单位"), required=False, empty=_("全部单位")
        )
        self.order_fields(FILTERS)


@dataclass
class Row:
    """One report with its hints, and the report that a copied one resembles, as it is found now."""

    report: Report
    hints: list[ReportHint]
    may_mark: bool = False
    earlier: Report | None = None

    @property
    def seen(self) -> ReportHint | None:
        return next((hint for hint in self.hints if hint.seen_at), None)


class HintsPage:
    """A constant number of queries, however many there are."""

    def __init__(self, user: User, data: Any) -> None:
        self.user, self.number = user, data.get("page")
        self.form = HintsForm(user, data)

    @property
    def status(self) -> int:
        return 200 if self.form.is_valid() else 400

    @cached_property
    def hints(self) -> ReportHintQuerySet:
        if not self.form.is_valid():
            return ReportHint.objects.none()
        return self.found(**self.form.cleaned_data)

    def found(self, *, reason: str, seen: str, department: Department | None) -> ReportHintQuerySet:
        hints = ReportHint.objects.visible_to(self.user)
        hints = hints.exclude(seen_at=None) if seen else hints.open()
        if reason:
            hints = hints.filter(reason=reason)
        if department:
            below = Department.objects.subtree([department.pk]).order_by().values("pk")
            hints = hints.filter(report__department__in=below)
        return hints

    @cached_property
    def page(self) -> Page:
        """The reports, by their ids."""
        return Paginator(reports_of(self.hints), PAGE_SIZE).get_page(self.number)

    @cached_property
    def rows(self) -> list[Row]:
        rows = rows_of(self.hints, list(self.page.object_list))
        copied = [row for row in rows if any(hint.reason == Reason.COPIED for hint in row.hints)]
        material = Material([row.report for row in copied])
        for row in rows:
            row.may_mark = may_mark(self.user, row.report.task)
        for row in copied:
            like = material.likeness(row.report)
            row.earlier = like and material.earlier(row.report)[like.place]
        return rows


def reports_of(hints: ReportHintQuerySet) -> ReportHintQuerySet:
    """Their reports' ids, those with the latest hints first."""
    latest = hints.order_by().values("report").annotate(latest=Max("pk")).order_by("-latest")
    return latest.values_list("report", flat=True)


def rows_of(hints: ReportHintQuerySet, reports: list[int]) -> list[Row]:
    """These reports, in this order."""
    rows: dict[int, Row] = {}
    for hint in hints.filter(report__in=reports).for_display().order_by("pk"):
        rows.setdefault(hint.report_id, Row(hint.report, [])).hints.append(hint)
    return [rows[pk] for pk in reports if pk in rows]


def may_mark_some(user: User) -> bool:
    return user.is_superuser or bool(user.standing.departments("supervisor"))


def may_look(user: User) -> bool:
    """Can there be hints for this person?"""
    return may_mark_some(user) or bool(user.standing.departments("leader"))


@dataclass
class Waiting:
    """What 工作台 shows: how many reports wait to be looked into again, and the latest."""

    total: int = 0
    rows: list[Row] = field(default_factory=list)

    @classmethod
    def for_person(cls, user: User) -> Self:
        if not may_mark_some(user):
            return cls()
        hints = ReportHint.objects.visible_to(user).open()
        waiting = reports_of(hints)
        first = list(waiting[:FIRST])
        return cls(waiting.count(), rows_of(hints, first)) if first else cls()
