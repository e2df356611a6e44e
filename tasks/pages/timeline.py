"""The record of a task as people read it: who did what when, and what it changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from config.templatetags.pages import asked as as_asked
from config.templatetags.pages import quantity
from tasks.models import Report, Task, TaskEvent
from tasks.models.report import named
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
        about = event.data.get("objection", event.data if "report_missing" in event.data else {})
        found |= {about["department"]} if about else set()
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
    if "reporting_cycle" in data:
        before, after = (Task.Cycle(name).label for name in data["reporting_cycle"])
        told.append(f"填报周期：{before} → {after}")
    if event.data.get("was_late"):
        told.append("记为曾逾期")
    if "report_missing" in data:
        told.append(f"{named(data['report_missing'])}逾期未填报（{names.units([data['department']])}）")
    if data.get("outcome"):
        told.append(f"结论：{Outcome(data['outcome']).label}")
    if "carried_from" in data:
        told.append(f"结转自{data['carried_from']['code']}")
    if "children" in data:
        told.append(f"分解为{len(data['children'])}项任务")
    if "from" in data:
        told.append("分解任务填报后汇总")
    if "objection" in data:
        told.append(objection(data["objection"], names))
    told += [stated(entry, names) for entry in data.get("targets", [])]
    return told + asked(event) + step_changes(data.get("checklist", {})) + revised(data)


def asked(event: TaskEvent) -> list[str]:
    """What one side asked of the other, and what came of it; a granted extension tells its new due date."""
    data = event.data
    match event.kind:
        case "extension_asked":
            return [f"申请延期至{data['asked_due_on']}"]
        case "extension_denied":
            return [f"未同意延期至{data['asked_due_on']}"]
        case "instruction" if "answer_by" in data:
            return [f"批示要求{data['answer_by']}前答复"]
        case "instruction_answered":
            return [f"答复{data['given_on']}的批示"]
        case "attached":
            return [f"附件：{data['name']}"]
        case "urge":
            return [f"第{data['number']}次催办"]
    return []


def objection(about: Mapping[str, Any], names: Names) -> str:
    """What a department said to one of its points, or was answered."""
    point = f"{names.units([about['department']])}的“{about['name']}”得分"
    if "upheld" not in about:
        return f"对{point}提出考核异议"
    return f"采纳对{point}的考核异议，该项不计" if about["upheld"] else f"未采纳对{point}的考核异议"


def revised(data: Mapping[str, Any]) -> list[str]:
    """What else a revision of the plan changes in a task."""
    told = ["内容按计划修订更新"] if "body" in data else []
    for entry in data.get("targets_asked", []):
        before, after = (figure(side) for side in entry["asked"])
        told.append(f"指标要求：{before} → {after}")
    return told + [line for step in data.get("steps", []) for line in step_changes(step)]


def figure(side: Mapping[str, Any] | None) -> str:
    return f"{side['name']}（{as_asked(side)}）" if side else "无"


def step_changes(change: Mapping[str, Any]) -> list[str]:
    """What became of one step of the task."""
    told: list[str] = []
    if "text" in change:
        before, after = change["text"]
        told.append(f"步骤：{before} → {after or '删去'}" if before else f"增加步骤：{after}")
    if "done_on" in change:
        done_on = change["done_on"][1]
        told.append(f"步骤“{change['step']}”：{f'{done_on}完成' if done_on else '改为未完成'}")
    return told


def stated(entry: Mapping[str, Any], names: Names) -> str:
    name = names.targets.get(entry["id"], f"指标{entry['id']}")
    if entry.get("actual") is None:
        return f"{name}：无完成值，{entry.get('reason') or '未说明原因'}"
    return f"{name}：完成值 {quantity(entry['actual'])}"
