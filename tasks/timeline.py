"""The record of a task as people read it: who did what when, and what it changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from config.templatetags.pages import quantity
from tasks.models import Report, TaskEvent
from tasks.states import Outcome, Status


@dataclass
class Names:
    """What ids in the record stand for."""

    departments: Mapping[int, str]
    targets: Mapping[int, str]

    def units(self, ids: Iterable[int]) -> str:
        return "、".join(self.departments.get(pk, f"单位{pk}") for pk in ids) or "无"


@dataclass
class Line:
    """One event with its changes in words, and the report that was filed with it."""

    event: TaskEvent
    changes: list[str]
    report: Report | None


def lines(events: Iterable[TaskEvent], reports: Iterable[Report], names: Names) -> list[Line]:
    filed = {report.event_id: report for report in reports}
    return [Line(event, changes(event, names), filed.get(event.pk)) for event in events]


def department_ids(events: Iterable[TaskEvent]) -> set[int]:
    """Every department that these events mention by id."""
    found: set[int] = set()
    for event in events:
        found |= set(event.data.get("lead", [])) | {pk for ids in event.data.get("helpers", []) for pk in ids}
    return found


def changes(event: TaskEvent, names: Names) -> list[str]:
    data = event.data
    told: list[str] = []
    if "status" in data:
        before, after = (Status(name).label for name in data["status"])
        told.append(f"状态：{before} → {after}")
    if "lead" in data:
        before, after = (names.units([pk]) for pk in data["lead"])
        told.append(f"牵头单位：{before} → {after}")
    if "helpers" in data:
        before, after = (names.units(ids) for ids in data["helpers"])
        told.append(f"协助单位：{before} → {after}")
    for name, label in (("due_on", "期限"), ("title", "任务")):
        if name in data:
            told.append(f"{label}：{data[name][0]} → {data[name][1]}")
    if event.data.get("was_late"):
        told.append("记为曾逾期")
    if data.get("outcome"):
        told.append(f"结论：{Outcome(data['outcome']).label}")
    return told + [stated(entry, names) for entry in data.get("targets", [])]


def stated(entry: Mapping[str, Any], names: Names) -> str:
    name = names.targets.get(entry["id"], f"指标{entry['id']}")
    if entry.get("actual") is None:
        return f"{name}：无完成值，{entry.get('reason') or '未说明原因'}"
    return f"{name}：完成值 {quantity(entry['actual'])}"
