"""填报提示 as people look through them: each report beside the earlier one that it resembles."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, Window

from plans.org.forms import department_field
from plans.org.models import Department, User
from reports.hints.material import Material
from reports.hints.services import may_mark
from reports.models import ReportHint
from tasks.models import Report

PAGE_SIZE = 20
FILTERS = ("department", "reason", "seen")
FIRST = 5


class HintsForm(forms.Form):
    reason = forms.ChoiceField(
        label="提示", choices=[("", "全部"), *ReportHint.Reason.choices], required=False
    )
    seen = forms.ChoiceField(label="核实", choices=[("", "待核实"), ("true", "已核实")], required=False)

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        units = Department.objects.visible_to(user)
        self.fields["department"] = department_field(units, label="单位", required=False, empty="全部单位")
        self.order_fields(FILTERS)


class HintsPage:
    """A constant number of queries, however many there are."""

    def __init__(self, user: User, data: Any) -> None:
        self.user, self.number = user, data.get("page")
        self.form = HintsForm(user, data)

    @property
    def status(self) -> int:
        return 200 if self.form.is_valid() else 400

    @cached_property
    def page(self) -> Page:
        hints = ReportHint.objects.none()
        if self.form.is_valid():
            hints = self.found(**self.form.cleaned_data)
        return Paginator(hints.order_by("-id"), PAGE_SIZE).get_page(self.number)

    def found(self, *, reason: str, seen: str, department: Department | None) -> Any:
        hints = ReportHint.objects.visible_to(self.user).for_display()
        hints = hints.exclude(seen_at=None) if seen else hints.open()
        if reason:
            hints = hints.filter(reason=reason)
        if department:
            below = Department.objects.subtree([department.pk]).order_by().values("pk")
            hints = hints.filter(report__department__in=below)
        return hints

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Each hint with its report, and the report that a copied one resembles, as it is found now."""
        hints = list(self.page.object_list)
        material = Material([hint.report for hint in hints if hint.reason == ReportHint.Reason.COPIED])
        return [
            {
                "hint": hint,
                "earlier": self.resembled(hint, material),
                "may_mark": may_mark(self.user, hint.report.task),
            }
            for hint in hints
        ]

    def resembled(self, hint: ReportHint, material: Material) -> Report | None:
        if hint.reason != ReportHint.Reason.COPIED:
            return None
        like = material.likeness(hint.report)
        return like and material.earlier(hint.report)[like.place]


def may_mark_some(user: User) -> bool:
    return user.is_superuser or bool(user.standing.departments("supervisor"))


def may_look(user: User) -> bool:
    """Can there be hints for this person?"""
    return may_mark_some(user) or bool(user.standing.departments("leader"))


def first_open(user: User) -> list[ReportHint]:
    """The latest that wait for this person, each with `total`: how many there are."""
    if not may_mark_some(user):
        return []
    hints = ReportHint.objects.visible_to(user).for_display().open().order_by("-id")
    return list(hints.annotate(total=Window(Count("pk")))[:FIRST])
