"""汇总与通报 as a page: one with all its numbers, and the tasks behind each number.

Everything here is read from the row itself, so the page says the same for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, npgettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.lengths import NARRATIVE_LENGTH
from config.pages import text_area
from plans.org.models import User
from reports.access import may_publish
from reports.models import Bulletin, Summary
from reports.narrative import text_of
from reports.pace import Pace
from reports.periods import LAST, Period
from tasks.lights import Light
from tasks.models import Task
from tasks.states import Status

# Shown in place; the rest is behind the number.
LISTED = 20
ITEMS = npgettext_lazy("unit", "项", "项", "count")
TIMES = npgettext_lazy("unit", "次", "次", "count")
# What happened, in the words of a 通报, and how it is counted.
EVENTS = {
    "completed": (_("办结"), ITEMS),
    "turned_red": (_("转红"), ITEMS),
    "overdue": (_("期末逾期"), ITEMS),
    "returned": (pgettext_lazy("event", "退回重办"), TIMES),
    "missing_reports": (_("逾期未填报"), TIMES),
    "reports": (_("进展填报"), TIMES),
    "reminders": (_("催办提醒"), TIMES),
}
TARGETS = {"planned": _("任务量化指标"), "reached": _("已达到的量化指标")}
# The figures keep these words as a 通报 has them.
PACES = {
    Pace.DONE: _("已完成"),
    Pace.AHEAD: _("超进度"),
    Pace.ON_PACE: _("达进度"),
    Pace.BEHIND: _("欠进度"),
    Pace.OTHER: _("其他"),
}
# The headline, and the tasks behind each number.
HEADLINE = (
    ("tasks", _("重点任务"), ITEMS, {}),
    ("done", _("已完成"), ITEMS, {"pace": Pace.DONE.value}),
    ("red", _("亮红灯"), ITEMS, {"light": Light.RED}),
    ("overdue", _("期末逾期"), ITEMS, {"of": "overdue"}),
    ("reports", _("进展填报"), TIMES, {"of": "reports"}),
    ("missing_reports", _("逾期未填报"), TIMES, {"of": "missing_reports"}),
    ("reminders", _("催办提醒"), TIMES, {"of": "reminders"}),
)
# More of these is worse.
BAD = {"red", "overdue", "missing_reports"}


class TextForm(forms.Form):
    """The 通报's text; `version` says which one the sender saw."""

    narrative = forms.CharField(
        label=_("通报正文"), max_length=NARRATIVE_LENGTH, widget=text_area(14, lang="zh-CN")
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def refresh_version(self, version: int) -> None:
        """Who has now seen the newer text may send again what they typed."""
        self.data = self.data.copy()
        self.data["version"] = version


@dataclass(frozen=True)
class Number:
    """A number that leads to its tasks; `change` since the period before, None when nothing is known."""

    label: str
    count: int
    counted: Any
    url: str
    change: int | None = None
    is_bad: bool = False

    @property
    def turn(self) -> str:
        """In words, since a colour alone says nothing."""
        if not self.change:
            return gettext("持平")
        said = gettext("增加{count}") if self.change > 0 else gettext("减少{count}")
        return said.format(count=abs(self.change))

    @property
    def unit(self) -> str:
        return self.counted % {"count": self.count}


@dataclass(frozen=True)
class Listed:
    """What happened to some tasks; the first of them in place."""

    number: Number
    rows: list[dict[str, Any]]
    more: int


class SummaryPage:
    def __init__(self, summary: Summary, user: User, sent: TextForm | None = None) -> None:
        self.summary, self.user, self.sent = summary, user, sent
        self.figures: dict[str, Any] = summary.figures

    @cached_property
    def period(self) -> Period:
        return Period.read(self.summary.period)

    @property
    def whose(self) -> str:
        """By its name of then."""
        return (self.figures["department"] or {"name": gettext("全部单位")})["name"]

    def number(self, label: str, count: int, unit: Any, asked: dict[str, Any], **more: Any) -> Number:
        address = reverse("summary-tasks", args=[self.summary.pk])
        return Number(label, count, unit, f"{address}?{urlencode(asked)}" if asked else address, **more)

    @property
    def last(self) -> str:
        return gettext(LAST[self.period.kind]) if self.figures["before"] else ""

    @cached_property
    def headline(self) -> list[Number]:
        now, change = self.figures["headline"], (self.figures["before"] or {}).get("change", {})
        return [
            self.number(label, now[name], unit, asked, change=change.get(name), is_bad=name in BAD)
            for name, label, unit, asked in HEADLINE
        ]

    @cached_property
    def paces(self) -> list[tuple[Number, float | None]]:
        """超进度 and so on, each with its share."""
        change = (self.figures["before"] or {}).get("change", {}).get("pace", {})
        return [
            (
                self.number(
                    PACES[pace["name"]],
                    pace["count"],
                    ITEMS,
                    {"pace": pace["name"]},
                    change=change.get(pace["name"]),
                ),
                pace["percent"],
            )
            for pace in self.figures["pace"]
        ]

    @cached_property
    def departments(self) -> list[tuple[str, list[Number]]]:
        """Each lead with its numbers, under the heads of the table."""
        return [(unit["name"], self.numbers_of(unit)) for unit in self.figures["departments"]]

    def numbers_of(self, unit: dict[str, Any]) -> list[Number]:
        lead = {"lead": unit["id"]}
        return [
            self.number(_("任务"), unit["tasks"], ITEMS, lead),
            *(
                self.number(PACES[name], count, ITEMS, lead | {"pace": name})
                for name, count in sorted(unit["pace"].items(), key=lambda one: list(Pace).index(one[0]))
            ),
            self.number(_("红灯"), unit["red"], ITEMS, lead | {"light": Light.RED}),
            self.number(_("逾期"), unit["overdue"], ITEMS, lead | {"of": "overdue"}),
        ]

    @cached_property
    def happened(self) -> list[Listed]:
        """Leaving out what did not happen."""
        return [self.listed(name) for name in EVENTS if self.figures[name]["count"]]

    def listed(self, name: str) -> Listed:
        (label, unit), told = EVENTS[name], self.figures[name]
        known = {task["id"] for task in told["tasks"][:LISTED]}
        rows = [row for row in self.figures["ledger"] if row["id"] in known]
        number = self.number(label, told["count"], unit, {"of": name})
        return Listed(number, rows, max(0, len(told["tasks"]) - LISTED))

    @cached_property
    def nothing(self) -> str:
        """What did not happen, in one line."""
        labels = [str(EVENTS[name][0]) for name in EVENTS if not self.figures[name]["count"]]
        return gettext("、").join(labels)

    @cached_property
    def targets(self) -> list[Number]:
        return [
            self.number(label, self.figures["targets"][name]["count"], ITEMS, {"of": f"targets.{name}"})
            for name, label in TARGETS.items()
        ]

    @cached_property
    def text(self) -> str:
        return text_of(self.summary)

    @cached_property
    def may_publish(self) -> bool:
        return may_publish(self.user, self.summary.department_id)

    @cached_property
    def editing(self) -> TextForm | None:
        if self.summary.released_at or not self.may_publish:
            return None
        seen = {"narrative": self.text, "version": self.summary.version}
        return self.sent or TextForm(initial=seen)

    @cached_property
    def files(self) -> list[Bulletin]:
        """Of the text as it is now."""
        return list(self.summary.bulletins.filter(version=self.summary.version).order_by("format"))

    @property
    def all_ready(self) -> bool:
        return bool(self.files) and all(file.status == Bulletin.Status.READY for file in self.files)

    @property
    def is_making(self) -> bool:
        return any(file.status in (Bulletin.Status.WAITING, Bulletin.Status.MAKING) for file in self.files)

    @cached_property
    def open_tasks(self) -> set[int]:
        """Of the tasks listed here, those whose page the reader may open."""
        ids = {row["id"] for listed in self.happened for row in listed.rows}
        ids |= {problem["task"]["id"] for problem in self.figures["problems"]}
        return openable(self.user, ids)


class TasksPage:
    """The tasks behind one number: conditions on the ledger of that day."""

    COLUMNS = ("pace", "light", "status", "lead")

    def __init__(self, summary: Summary, asked: QueryDict) -> None:
        self.summary, self.figures = summary, summary.figures
        self.asked = {name: asked[name] for name in (*self.COLUMNS, "of") if asked.get(name)}

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        rows = self.figures["ledger"]
        for name in self.COLUMNS:
            if name in self.asked:
                rows = [row for row in rows if str(row[name]) == self.asked[name]]
        if "of" in self.asked:
            named = {task["id"] for task in self.traced["tasks"]}
            rows = [row for row in rows if row["id"] in named]
        return rows

    def worded(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """With what a reader calls their state."""
        return [
            {
                **row,
                "unit": self.leads.get(str(row["lead"]), ""),
                "status_label": Status(row["status"]).label,
                "light_label": Light(row["light"]).label,
                "pace_label": PACES[row["pace"]],
            }
            for row in rows
        ]

    @property
    def traced(self) -> dict[str, Any]:
        of = self.asked["of"]
        if of in EVENTS:
            return self.figures[of]
        if of.startswith("targets.") and of.removeprefix("targets.") in TARGETS:
            return self.figures["targets"][of.removeprefix("targets.")]
        raise Http404

    @property
    def heading(self) -> str:
        """欠进度 · 高新技术处"""
        return " · ".join(map(str, self.words())) or gettext("重点任务")

    def words(self) -> Iterable[str]:
        for name, value in self.asked.items():
            match name:
                case "light":
                    yield dict(Light.choices).get(value, value)
                case "status":
                    yield dict(Status.choices).get(value, value)
                case "lead":
                    yield self.leads.get(value, _("未知单位"))
                case "of":
                    yield EVENTS[value][0] if value in EVENTS else TARGETS[value.removeprefix("targets.")]
                case "pace":
                    yield PACES.get(value, value)

    @cached_property
    def leads(self) -> dict[str, str]:
        return {str(unit["id"]): unit["name"] for unit in self.figures["departments"]}

    @property
    def times(self) -> int:
        """How often it happened, where that is more than there are tasks."""
        return self.traced["count"] if "of" in self.asked and len(self.asked) == 1 else 0


def openable(user: User, ids: Iterable[int]) -> set[int]:
    """A released summary names tasks to readers who may not open them all."""
    return set(Task.objects.visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))
