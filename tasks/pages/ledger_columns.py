"""The columns of 台账 on the page: which there are, which somebody chose, what stands in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tasks.columns import COLUMNS, Column, Value

WORKBOOK = {column.name: column for column in COLUMNS}
# Beside the task itself, which always stands first.
HEADINGS = {
    "light": _("亮灯"),
    "lead": _("牵头单位"),
    "due_on": _("期限"),
    "progress": _("进度"),
    "status": _("状态"),
    "co_leads": _("共同牵头单位"),
    "cooperating": _("配合单位"),
    "plan": _("计划"),
    "number": _("条目"),
    "original_due_on": _("原定期限"),
    "days_overdue": _("逾期天数"),
    "assigned_on": _("交办日期"),
    "accepted_on": _("签收日期"),
    "submitted_on": _("申请办结日期"),
    "completed_on": _("办结日期"),
    "targets": _("量化指标"),
    "actuals": _("完成值"),
    "done": _("最新进展"),
    "problems": _("存在问题"),
    "next_steps": _("下一步打算"),
    "reported_on": _("填报日期"),
}
USUAL = ("light", "lead", "due_on", "progress", "status")
REPORTED = {"done", "problems", "next_steps", "reported_on"}
LONG = REPORTED - {"reported_on"} | {"targets", "actuals", "plan", "cooperating", "co_leads"}
# The list's orderings behind a column's head: the first press, and the next.
SORTED = {"code": ("id", "-id"), "due_on": ("due_on", "-due_on"), "progress": ("progress", "-progress")}


@dataclass(frozen=True)
class Shown:
    """One column of the page."""

    name: str
    heading: Any

    def cell(self, task: Any) -> dict[str, Any]:
        return {"name": self.name, "label": self.heading, "value": self.value(task)}

    def value(self, task: Any) -> Value:
        return WORKBOOK[self.name].value(task)

    @property
    def kind(self) -> str:
        """For the sheet: how wide it may be."""
        return "long" if self.name in LONG else self.name


def chosen(names: Iterable[str]) -> list[Shown]:
    """In the order of HEADINGS; the usual ones where none that we know is asked for."""
    wanted = set(names) & set(HEADINGS) or set(USUAL)
    return [Shown(name, heading) for name, heading in HEADINGS.items() if name in wanted]


def in_workbook(names: Iterable[str]) -> tuple[Column, ...]:
    """All of the ledger, or with the columns chosen on the page, those and the task itself."""
    wanted = set(names) & set(HEADINGS)
    always = {"code", "title"}
    return tuple(column for column in COLUMNS if not wanted or column.name in wanted | always)
