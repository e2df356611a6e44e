"""The record of a task as people read it: who did what when, and what it changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.templatetags.pages import asked as as_asked
from config.templatetags.pages import quantity
from tasks.models import Attachment, Report, Task, TaskEvent
from tasks.models.report import named
from tasks.states import Outcome, Status


@dataclass
class Names:
    """What ids in the record stand for."""

    departments: Mapping[int, str]
    targets: Mapping[int, str]

    def units(self, ids: Iterable[int]) -> str:
        named = [self.departments.get(pk) or _("单位{id}").format(id=pk) for pk in ids]
        return _("、").join(named) or _("无")


@dataclass
class Line:
    """One event with its changes in words, and the report or file that came with it."""

    event: TaskEvent
    changes: list[str]
    report: Report | None
    attachment: Attachment | None

    @property
    def day(self) -> date:
        return timezone.localdate(self.event.at)


def lines(events: Iterable[TaskEvent], names: Names) -> list[Line]:
    """`events` come with their report and attachment."""
    return [
        Line(event, changes(event, names), *(getattr(event, name, None) for name in ("report", "attachment")))
        for event in events
    ]


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
        told.append(change(_("状态"), *(Status(name).label for name in data["status"])))
    if "lead" in data:
        told.append(change(_("牵头单位"), *(names.units([pk]) for pk in data["lead"])))
    if "helpers" in data:
        told.append(change(_("协助单位"), *(names.units(ids) for ids in data["helpers"])))
    for name, label in (("due_on", _("期限")), ("title", _("任务"))):
        if name in data:
            told.append(change(label, *data[name]))
    if "reporting_cycle" in data:
        told.append(change(_("填报周期"), *(Task.Cycle(name).label for name in data["reporting_cycle"])))
    if event.data.get("was_late"):
        told.append(_("记为曾逾期"))
    if "report_missing" in data:
        period, unit = named(data["report_missing"]), names.units([data["department"]])
        told.append(_("{period}逾期未填报（{unit}）").format(period=period, unit=unit))
    if data.get("outcome"):
        told.append(_("结论：{outcome}").format(outcome=Outcome(data["outcome"]).label))
    if "carried_from" in data:
        told.append(_("结转自{code}").format(code=data["carried_from"]["code"]))
    if "children" in data:
        told.append(_("分解为{count}项任务").format(count=len(data["children"])))
    if "from" in data:
        told.append(_("分解任务填报后汇总"))
    if "objection" in data:
        told.append(objection(data["objection"], names))
    told += [stated(entry, names) for entry in data.get("targets", [])]
    return told + asked(event) + step_changes(data.get("checklist", {})) + revised(data)


def change(label: str, before: Any, after: Any) -> str:
    return _("{label}：{before} → {after}").format(label=label, before=before, after=after)


def asked(event: TaskEvent) -> list[str]:
    """What one side asked of the other, and what came of it; a granted extension tells its new due date."""
    data = event.data
    match event.kind:
        case "extension_asked":
            return [_("申请延期至{day}").format(day=data["asked_due_on"])]
        case "extension_denied":
            return [_("未同意延期至{day}").format(day=data["asked_due_on"])]
        case "instruction" if "answer_by" in data:
            return [_("批示要求{day}前答复").format(day=data["answer_by"])]
        case "instruction_answered":
            return [_("答复{day}的批示").format(day=data["given_on"])]
        case "urge":
            return [_("第{number}次催办").format(number=data["number"])]
    return []


def objection(about: Mapping[str, Any], names: Names) -> str:
    """What a department said to one of its points, or was answered."""
    point = {"unit": names.units([about["department"]]), "name": about["name"]}
    if "upheld" not in about:
        return _("对{unit}的“{name}”得分提出考核异议").format(**point)
    if about["upheld"]:
        return _("采纳对{unit}的“{name}”得分的考核异议，该项不计").format(**point)
    return _("未采纳对{unit}的“{name}”得分的考核异议").format(**point)


def revised(data: Mapping[str, Any]) -> list[str]:
    """What else a revision of the plan changes in a task."""
    told = [_("内容按计划修订更新")] if "body" in data else []
    told += [
        change(_("指标要求"), *(figure(side) for side in entry["asked"]))
        for entry in data.get("targets_asked", [])
    ]
    return told + [line for step in data.get("steps", []) for line in step_changes(step)]


def figure(side: Mapping[str, Any] | None) -> str:
    return _("{name}（{asked}）").format(name=side["name"], asked=as_asked(side)) if side else _("无")


def step_changes(change: Mapping[str, Any]) -> list[str]:
    """What became of one step of the task."""
    told: list[str] = []
    if "text" in change:
        before, after = change["text"]
        if before:
            told.append(_("步骤：{before} → {after}").format(before=before, after=after or _("删去")))
        else:
            told.append(_("增加步骤：{step}").format(step=after))
    if "done_on" in change:
        done_on = change["done_on"][1]
        text = _("步骤“{step}”：{day}完成") if done_on else _("步骤“{step}”：改为未完成")
        told.append(text.format(step=change["step"], day=done_on))
    return told


def stated(entry: Mapping[str, Any], names: Names) -> str:
    name = names.targets.get(entry["id"]) or _("指标{id}").format(id=entry["id"])
    if entry.get("actual") is None:
        reason = entry.get("reason") or _("未说明原因")
        return _("{name}：无完成值，{reason}").format(name=name, reason=reason)
    return _("{name}：完成值 {value}").format(name=name, value=quantity(entry["actual"]))
