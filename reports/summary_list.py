"""汇总与通报 as a list: which there are of one kind, and the form that has one more made."""

from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from plans.org.forms import department_field
from plans.org.models import Department, User
from reports.access import may_publish
from reports.models import Summary
from reports.periods import Kind, Period

# How many recent periods of each kind the form offers; programs can ask for any.
OFFERED = {Kind.WEEK: 12, Kind.MONTH: 12, Kind.QUARTER: 8, Kind.YEAR: 3}
# The tabs of the list.
KINDS = {
    Kind.WEEK: _("周汇总"),
    Kind.MONTH: _("月汇总"),
    Kind.QUARTER: _("季汇总"),
    Kind.YEAR: _("年汇总"),
}


class MakeForm(forms.Form):
    """A finished period of one kind, for a department that the reader supervises."""

    def __init__(self, user: User, kind: Kind, today: Any, data: Any = None) -> None:
        super().__init__(data)
        recent = islice(periods_before(Period.around(today, kind)), OFFERED[kind])
        self.fields["period"] = forms.ChoiceField(
            label=_("期间"), choices=[(period.name, period.label) for period in recent]
        )
        units = supervised(user)
        self.fields["department"] = department_field(
            units, label=_("单位"), required=False, empty=_("全部") if may_publish(user, None) else _("本级")
        )


class FilterForm(forms.Form):
    def __init__(self, units: Iterable[Department], data: Any) -> None:
        super().__init__(data)
        self.fields["department"] = department_field(
            units, label=_("单位"), required=False, empty=_("全部单位")
        )
        self.fields["released"] = forms.ChoiceField(
            label=_("发布"),
            required=False,
            choices=[("", _("不限")), ("true", _("已发布")), ("false", _("未发布"))],
        )


def periods_before(period: Period) -> Iterable[Period]:
    while True:
        period = period.before
        yield period


def supervised(user: User) -> QuerySet[Department]:
    units = Department.objects.filter(is_active=True).order_by("code")
    return units if user.is_superuser else units.filter(pk__in=user.standing.departments("supervisor"))


class SummaryList:
    """The summaries of one kind that a person sees, the latest first."""

    def __init__(self, user: User, today: Any, data: QueryDict) -> None:
        self.user, self.today, self.data = user, today, data
        self.kind = Kind(data["kind"]) if data.get("kind") in Kind.values else Kind.MONTH
        self.sent: MakeForm | None = None

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        return [(kind.value, KINDS[kind], kind == self.kind) for kind in Kind]

    @property
    def called(self) -> str:
        return KINDS[self.kind]

    @cached_property
    def seen(self) -> QuerySet[Summary]:
        return Summary.objects.visible_to(self.user)

    @cached_property
    def filters(self) -> FilterForm:
        units = Department.objects.filter(pk__in=self.seen.values("department")).order_by("code")
        return FilterForm(units, self.data)

    @cached_property
    def rows(self) -> QuerySet[Summary]:
        rows = self.seen.of_kind(self.kind)
        given = self.filters.cleaned_data if self.filters.is_valid() else {}
        if given.get("department"):
            rows = rows.filter(department=given["department"])
        if given.get("released"):
            rows = rows.filter(released_at__isnull=given["released"] == "false")
        return rows

    @cached_property
    def periods(self) -> QuerySet[Any]:
        return self.rows.order_by("-ends_on").values_list("period", flat=True).distinct()

    def of(self, names: Iterable[str]) -> list[tuple[Period, list[Summary]]]:
        """The summaries of these periods, each period's in a line: the whole first."""
        rows = self.rows.filter(period__in=list(names)).select_related("department", "released_by")
        found: dict[str, list[Summary]] = {name: [] for name in names}
        for row in rows.defer("figures", "narrative").order_by(F("department__code").asc(nulls_first=True)):
            found[row.period].append(row)
        return [(Period.read(name), summaries) for name, summaries in found.items()]

    @cached_property
    def making(self) -> MakeForm | None:
        """Only for who may make one."""
        if not (self.user.is_superuser or self.user.standing.departments("supervisor")):
            return None
        return self.sent or MakeForm(self.user, self.kind, self.today)
