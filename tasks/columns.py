"""The columns of the ledger (台账) in an office's words and order: what an export writes, an import reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.language import in_office_language
from config.templatetags.pages import asked, quantity
from tasks.lights import Light
from tasks.models import Helper, Task
from tasks.states import Status

Value = str | int | date | None
# What stands between the names of several units in one cell.
BETWEEN = "、"


@dataclass(frozen=True)
class Column:
    """`also`: other headings under which offices keep the same."""

    name: str
    heading: str
    width: int
    value: Callable[[Any], Value]
    also: tuple[str, ...] = ()


def units(role: str) -> Callable[[Any], str]:
    """The names of a task's helpers in this role, from a row of `for_display`."""
    return lambda task: BETWEEN.join(unit["name"] for unit in task.units if unit["role"] == role)


def targets(task: Any) -> str:
    """A line for each quantity: 新增孵化器 ≥ 3 家."""
    return "\n".join(f"{target['name']} {asked(target)}" for target in task.quantities)


def actuals(task: Any) -> str:
    """A line for each quantity that has a figure: 新增孵化器 2 家."""
    stated = [target for target in task.quantities if target["actual"] is not None]
    return "\n".join(f"{t['name']} {quantity(t['actual'])} {t['unit']}".strip() for t in stated)


def reported(name: str) -> Callable[[Any], str]:
    """A field of the last report, from a row with `last_report`."""
    return lambda task: (task.last_report or {}).get(name, "")


def reported_on(task: Any) -> date | None:
    return date.fromisoformat(task.last_report["on"]) if task.last_report else None


def plain(name: str) -> Callable[[Any], Value]:
    return lambda task: getattr(task, name)


COLUMNS = (
    Column("code", "任务编号", 16, plain("code"), ("编号", "任务代码", "督办编号", "台账编号")),
    Column(
        "title",
        "任务",
        36,
        plain("title"),
        ("任务名称", "重点任务", "工作任务", "目标任务", "督办事项", "事项", "任务事项", "工作事项"),
    ),
    Column("body", "内容", 40, plain("body"), ("任务内容", "工作内容", "主要内容", "具体内容")),
    Column("plan", "计划", 24, lambda task: task.plan.title, ("所属计划", "计划名称")),
    Column("number", "条目", 10, lambda task: task.plan_item.path, ("条目编号",)),
    Column(
        "lead",
        "牵头单位",
        14,
        lambda task: task.lead.name,
        ("责任单位", "主办单位", "承办单位", "牵头部门", "责任部门", "牵头处室", "责任处室"),
    ),
    Column("co_leads", "共同牵头单位", 14, units(Helper.Role.CO_LEAD)),
    Column(
        "cooperating",
        "配合单位",
        18,
        units(Helper.Role.COOPERATING),
        ("协办单位", "协助单位", "参与单位", "配合部门", "配合处室"),
    ),
    Column(
        "due_on",
        "期限",
        12,
        plain("due_on"),
        ("完成时限", "办结时限", "办理时限", "完成期限", "办理期限", "完成时间", "截止日期", "时限"),
    ),
    Column("original_due_on", "原定期限", 12, plain("original_due_on")),
    Column(
        "status",
        "状态",
        10,
        lambda task: str(Status(task.status).label),
        ("任务状态", "办理状态", "完成状态", "进展状态"),
    ),
    Column("progress", "进度(%)", 9, plain("progress"), ("完成进度", "完成率", "完成百分比")),
    Column("light", "亮灯", 8, lambda task: str(Light(task.light).label)),
    Column("days_overdue", "逾期天数", 9, plain("days_overdue")),
    Column("assigned_on", "交办日期", 12, plain("assigned_on"), ("交办时间", "下达日期", "立项日期")),
    Column("accepted_on", "签收日期", 12, plain("accepted_on"), ("签收时间",)),
    Column("submitted_on", "申请办结日期", 13, plain("submitted_on")),
    Column("completed_on", "办结日期", 12, plain("completed_on"), ("办结时间", "完成日期")),
    Column("targets", "量化指标", 26, targets),
    Column("actuals", "完成值", 20, actuals),
    Column(
        "done",
        "最新进展",
        40,
        reported("done"),
        ("工作进展", "进展情况", "办理情况", "落实情况", "完成情况"),
    ),
    Column("problems", "存在问题", 24, reported("problems")),
    Column("next_steps", "下一步打算", 24, reported("next_steps"), ("下一步工作", "下一步措施")),
    Column("reported_on", "填报日期", 12, reported_on, ("填报时间",)),
)
HEADINGS = {column.name: column.heading for column in COLUMNS}


Columns = tuple[Column, ...]


def values_of(task: Task, columns: Columns = COLUMNS) -> list[Value]:
    """A row of the ledger, which is the office's whoever asks for it."""
    with in_office_language():
        return [column.value(task) for column in columns]
