"""A bulletin as a Word file, in the office's own form or in ours."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from config.templatetags.pages import asked, quantity
from reports.bulletins.contents import BulletinTooLong, Contents, Line
from reports.letters.bulletin import BulletinLetter, GoalLine, Paragraph, ProblemLine, TaskLine, UnitLine
from reports.letters.contents import cut
from reports.letters.tags import loops
from reports.letters.templates import filled
from reports.models import LetterTemplate
from reports.notices import on_day
from reports.pace import Pace
from tasks.lights import Light

KIND = LetterTemplate.Kind.BULLETIN
# In characters: what is longer is read in the workbook and on the task's page.
MOST_SAID = 200
PACES = {
    "done": Pace.DONE,
    "ahead": Pace.AHEAD,
    "on_pace": Pace.ON_PACE,
    "behind": Pace.BEHIND,
    "other": Pace.OTHER,
}


def document_of(contents: Contents, tell: Callable[[int], None]) -> bytes:
    """`tell` hears how many tasks have been written. Raises TemplateBroken, BulletinTooLong."""
    letter = letter_of(contents, tell)
    for name, loop in loops(BulletinLetter).items():
        if len(getattr(letter, name)) > loop.most:
            message = f"{loop.label}超过{loop.most}项，请按单位（department）分别生成通报。"
            raise BulletinTooLong(message)
    return filled(KIND, letter, contents.sent_by)


def letter_of(contents: Contents, tell: Callable[[int], None] = lambda written: None) -> BulletinLetter:
    listed = lists_of(contents, tell)
    return BulletinLetter(
        kind=str(KIND.label),
        number=contents.number,
        title=contents.title,
        draft=contents.draft,
        sender=contents.sender,
        scope=contents.scope,
        period=contents.period.label,
        starts_on=on_day(contents.period.starts_on),
        ends_on=on_day(contents.period.ends_on),
        date=on_day(contents.dated),
        **contents.sent_by.signatories(),
        task_count=len(contents.lines),
        red_count=len(listed["red"]),
        unit_count=len(listed["departments"]),
        problem_count=len(listed["problems"]),
        **numbers_of(contents.figures),
        seal=contents.seal.hash if contents.seal else "",
        sealed_on=on_day(contents.seal.day) if contents.seal else "",
        seal_note=contents.seal_note,
        **listed,
    )


def lists_of(contents: Contents, tell: Callable[[int], None]) -> dict[str, tuple[Any, ...]]:
    figures = contents.figures
    newly = {one.id for one in contents.named("turned_red")}
    tasks = {one.id: task_line(one, newly) for one in told(contents.lines, tell)}
    return {
        "narrative": tuple(Paragraph(text) for text in contents.narrative),
        "departments": tuple(unit_line(no, unit) for no, unit in enumerate(figures["departments"], 1)),
        "tasks": numbered(tasks.values()),
        "completed": numbered(tasks[one.id] for one in contents.named("completed")),
        "red": numbered(tasks[one.id] for one in contents.shown(Light.RED)),
        "goals": tuple(goal_line(no, goal) for no, goal in enumerate(figures["goals"]["goals"], 1)),
        "problems": tuple(problem_line(no, one) for no, one in enumerate(contents.problems, 1)),
    }


def numbers_of(figures: dict[str, Any]) -> dict[str, Any]:
    paces = {pace["name"]: pace["count"] for pace in figures["pace"]}
    on_time = figures["on_time_percent"]
    return {
        **{name: paces[pace] for name, pace in PACES.items()},
        "completed_count": figures["completed"]["count"],
        "turned_red_count": figures["turned_red"]["count"],
        "returned_count": figures["returned"]["count"],
        "report_count": figures["reports"]["count"],
        "missing_report_count": figures["missing_reports"]["count"],
        "reminder_count": figures["reminders"]["count"],
        "on_time": "" if on_time is None else f"{on_time}%",
        "goal_count": figures["goals"]["planned"],
        "goals_reached": figures["goals"]["reached"],
    }


def told(lines: Iterable[Line], tell: Callable[[int], None]) -> Iterable[Line]:
    for count, line in enumerate(lines, 1):
        yield line
        tell(count)


def numbered(tasks: Iterable[TaskLine]) -> tuple[TaskLine, ...]:
    return tuple(replace(task, no=no) for no, task in enumerate(tasks, 1))


def task_line(line: Line, newly_red: set[int]) -> TaskLine:
    names = ("code", "title", "plan", "lead", "co_leads", "cooperating", "days_overdue", "status", "light")
    said = f"{on_day(line.reported_on)}：{cut(line.done, MOST_SAID)}" if line.reported_on else "尚未填报"
    return TaskLine(
        no=0,
        assigned_on=on_day(line.assigned_on),
        due_on=on_day(line.due_on),
        progress=f"{line.progress}%",
        pace=line.pace,
        newly_red="本期转红" if line.id in newly_red else "",
        completed_on=on_day(line.completed_on) if line.completed_on else "",
        last_report=said,
        problems=cut(line.problems, MOST_SAID),
        next_steps=cut(line.next_steps, MOST_SAID),
        **{name: getattr(line, name) for name in names},
    )


def unit_line(no: int, unit: dict[str, Any]) -> UnitLine:
    paces = {name: unit["pace"][pace] for name, pace in PACES.items()}
    return UnitLine(no=no, code=unit["code"], name=unit["name"], tasks=unit["tasks"], **paces)


def goal_line(no: int, goal: dict[str, Any]) -> GoalLine:
    return GoalLine(
        no=no,
        heading=goal["heading"],
        targets="；".join(map(asked_of, goal["targets"])),
        actuals="；".join(map(actual_of, goal["targets"])),
        reached="已达成" if goal["reached"] else "未达成",
    )


def asked_of(target: dict[str, Any]) -> str:
    """Its name alone where that says how many: 高新技术企业达到300家."""
    value = re.escape(f"{quantity(target['value'])}{target['unit']}")
    if target["value_max"] is None and re.search(rf"(?<![\d.]){value}", target["name"]):
        return target["name"]
    return f"{target['name']} {asked(target)}"


def actual_of(target: dict[str, Any]) -> str:
    if target["actual"] is None:
        return "尚无数据"
    day = f"（{on_day(date.fromisoformat(target['measured_on']))}）" if target["measured_on"] else ""
    return f"{quantity(target['actual'])} {target['unit']}".strip() + day


def problem_line(no: int, problem: dict[str, Any]) -> ProblemLine:
    at = timezone.localdate(datetime.fromisoformat(problem["at"]))
    return ProblemLine(
        no=no,
        code=problem["task"]["code"],
        title=problem["title"],
        department=problem["department"],
        date=on_day(at),
        text=cut(problem["text"], MOST_SAID),
    )
