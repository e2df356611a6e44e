"""What the messages say."""

from collections.abc import Mapping
from datetime import date

from config.plain import one_line
from plans.org.models import User
from reports.models import Reminder, ReminderRule
from reports.models.message import LISTED, Section
from tasks.models import Task, TaskEvent

Anchor = ReminderRule.Anchor
TITLE_LENGTH = 60
DATES = {
    Anchor.ASSIGNED: "交办日期",
    Anchor.BEFORE_DUE: "办理期限",
    Anchor.OVERDUE: "办理期限",
    Anchor.BEFORE_REPORT: "填报截止",
    Anchor.REPORT_MISSING: "填报截止",
    Anchor.BEFORE_ANSWER: "答复期限",
    Anchor.ANSWER_MISSING: "答复期限",
}


CALLS = {
    ReminderRule.Audience.LIAISON: "请抓紧办理，并及时填报进展。",
    ReminderRule.Audience.HEAD: "请督促本单位抓紧办理。",
    ReminderRule.Audience.SUPERVISOR: "请予督办。",
    ReminderRule.Audience.LEADER: "请予关注。",
}
TO_REPORT = CALLS | dict.fromkeys(("liaison", "head"), "请及时填报进展。")
TO_ANSWER = CALLS | dict.fromkeys(("liaison", "head"), "请按要求答复。")
CALLS_OF = {
    **dict.fromkeys((Anchor.BEFORE_REPORT, Anchor.REPORT_MISSING), TO_REPORT),
    **dict.fromkeys((Anchor.BEFORE_ANSWER, Anchor.ANSWER_MISSING), TO_ANSWER),
}
# Of each event that is told at once: its title, and what the reader is asked to do.
EVENTS = {
    "issued": ("下达任务", "请及时签收。"),
    "reassign": ("改派任务", "请及时签收。"),
    "cancel": ("终止任务", "请停止办理。"),
    "due_changed": ("调整期限", "请按新的期限办结。"),
    "urge": ("催办", "请抓紧办理，并及时填报进展。"),
    "instruction": ("批示", "请抓紧落实，并按要求答复。"),
    "instruction_answered": ("批示已答复", ""),
    "extension_asked": ("申请延期", "请予审批。"),
    "extension_granted": ("同意延期", "请按新的期限办结。"),
    "extension_denied": ("不同意延期", "请按原定期限办结。"),
    "return": ("退回重办", "请按意见办理后，重新申请办结。"),
    "decline": ("退回改派", "请研究改派。"),
    "submit": ("申请办结", "请予审核。"),
    "objection": ("考核异议", "请予答复。"),
    "objection_upheld": ("考核异议已采纳", "该项不再计分。"),
    "objection_refused": ("考核异议未采纳", ""),
}
NAMED = 5  # lines in one message about many tasks


def on_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def name_of(task: Task) -> str:
    return f"{task.code} {shortened(task.title)}"


def shortened(title: str) -> str:
    """On one line: in a digest each has its own, and none may look like a heading."""
    title = one_line(title)
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"


def standing_of(reminder: Reminder, today: date) -> str:
    """How many days are left, or have passed: one delivered late tells of today, not of its own day."""
    days, anchor = (reminder.due_on - max(today, reminder.remind_on)).days, reminder.rule.anchor
    if anchor == Anchor.ASSIGNED:
        return f"交办{-days}天未签收"
    what, ends = "", "到期"
    if anchor in (Anchor.BEFORE_REPORT, Anchor.REPORT_MISSING):
        what, ends = f"{reminder.report_period.name}填报", "截止"
    elif anchor in (Anchor.BEFORE_ANSWER, Anchor.ANSWER_MISSING):
        what = "批示答复"
    if days == 0:
        return f"{what}今天{ends}"
    if days > 0 and reminder.step == 0:  # its day is a day off
        return f"{what}还有{days}天{ends}，今天是最后一个工作日"
    return f"{what}还有{days}天{ends}" if days > 0 else f"{what}已逾期{-days}天"


def reminder_title(reminder: Reminder, today: date) -> str:
    name = f"{name_of(reminder.task)}（{standing_of(reminder, today)}）"
    if reminder.outcome == Reminder.Outcome.REDIRECTED:
        return f"催办无人接收：{name}"
    return f"第{reminder.number}次催办：{name}"


def reminder_text(reminder: Reminder, today: date) -> str:
    task = reminder.task
    said = f"批示：{reminder.instruction.note}\n" if reminder.instruction else ""
    text = (
        f"{said}任务“{task.code} {task.title}”，牵头单位{task.lead.name}，{DATES[reminder.rule.anchor]}"
        f"{on_day(reminder.due_on)}，{standing_of(reminder, today)}，当前进度{task.progress}%。"
        f"{CALLS_OF.get(reminder.rule.anchor, CALLS)[reminder.audience]}"
    )
    return f"{nobody(reminder)}{text}" if reminder.outcome == Reminder.Outcome.REDIRECTED else text


def nobody(reminder: Reminder) -> str:
    audience = reminder.get_audience_display()
    unit = f"（{reminder.task.lead.name}）" if reminder.audience in ("liaison", "head") else ""
    return f"本次催办应发{audience}{unit}，但该岗位目前无人任职，未能送达，请补充人员或另行通知。"


def digest_notice(
    reminders: list[Reminder], counts: Mapping[Section, int], today: date, out_of_reach: list[User]
) -> tuple[str, str]:
    """Title and text of one person's digest.

    `reminders`: the most urgent ones; `counts`: of all. `out_of_reach`: whom this supervisor's office reaches
    by no message outside the system.
    """
    lost = unreached(out_of_reach)
    if not reminders:
        return f"{len(out_of_reach)}人未登记通讯方式", lost
    if len(reminders) == 1:
        (only,) = reminders
        text = reminder_text(only, today)
        return reminder_title(only, today), f"{text}\n\n{lost}" if lost else text
    sections = [section for section in Section if counts.get(section)]
    parts = [section_text(section, reminders, counts[section], today) for section in sections]
    told = "，".join(f"{section.label}{counts[section]}项" for section in sections)
    title = f"今日督办提醒{sum(counts.values())}项：{told}"
    return title, "\n\n".join(filter(None, [*parts, lost]))


def section_text(section: Section, reminders: list[Reminder], count: int, today: date) -> str:
    theirs = [r for r in reminders if Section.of(r.rule.anchor, r.outcome) == section]
    lines = [f"{n}. {line_of(reminder, today)}" for n, reminder in enumerate(theirs, start=1)]
    if count > len(theirs):
        lines.append(f"…共{count}项，其余请登录系统查看。")
    return "\n".join([f"【{section.label}】{count}项", *lines])


def line_of(reminder: Reminder, today: date) -> str:
    task = reminder.task
    lead = task.lead.short_name or task.lead.name
    if reminder.outcome == Reminder.Outcome.REDIRECTED:
        last = f"应发{reminder.get_audience_display()}，无人任职"
    else:
        last = f"第{reminder.number}次催办"
    day = f"{DATES[reminder.rule.anchor]}{on_day(reminder.due_on)}"
    return f"{name_of(task)}（{lead}，{day}，{standing_of(reminder, today)}，{last}）"


def unreached(people: list[User]) -> str:
    """A person without an address is told to the supervisor, not skipped in silence."""
    if not people:
        return ""
    names = "、".join(f"{person}（{person.username}）" for person in people[:LISTED])
    return (
        f"【未登记通讯方式】{len(people)}人\n{names}今日有提醒，但只能在系统内看到，请补充邮箱或机器人地址。"
    )


def subject(event: TaskEvent) -> str:
    """What it is about: of a comment, whether it is an objection to a score or the answer to one."""
    if "objection" not in event.data:
        return event.kind
    upheld = event.data["objection"].get("upheld")
    return "objection" if upheld is None else "objection_upheld" if upheld else "objection_refused"


def event_notice(event: TaskEvent) -> tuple[str, str]:
    """Title and text for one event."""
    task, (title, call) = event.task, EVENTS[subject(event)]
    if event.kind == "urge" and (number := event.data.get("number")):
        title = f"第{number}次{title}"
    said = f"{event.actor_name}：{event.note}" if event.note else f"{event.actor_name}办理。"
    text = f"{said}\n任务“{task.code} {task.title}”，牵头单位{task.lead.name}，{dates_of(event)}。{call}"
    return f"{title}：{name_of(task)}", text


def dates_of(event: TaskEvent) -> str:
    told = [f"办理期限{on_day(event.due_on)}"]
    if event.kind == "due_changed":
        before, after = map(date.fromisoformat, event.data["due_on"])
        told = [f"办理期限由{on_day(before)}改为{on_day(after)}"]
    for key, label in (("asked_due_on", "申请延至"), ("answer_by", "请答复于")):
        if day := event.data.get(key):
            told.append(f"{label}{on_day(date.fromisoformat(day))}")
    return "，".join(told)


def joint_notice(events: list[TaskEvent]) -> tuple[str, str]:
    """Title and text of what was done to several tasks of a plan together: by a revision, in several ways."""
    first, plan = events[0], events[0].task.plan
    done, call = EVENTS[first.kind]
    if "revision" in first.data:
        count = len({event.task_id for event in events})
        lines = [first.note, *(f"{EVENTS[event.kind][0]}：{changed(event)}" for event in events[:NAMED])]
        done, call = "计划修订涉及任务", "请登录系统查看，并按新的要求办理。"
    else:
        count, lines = len(events), [changed(event) for event in events[:NAMED]]
    if len(events) > NAMED:
        lines.append(f"…共{count}项。")
    return f"{done}{count}项：{shortened(plan.title)}", "\n".join([*lines, call])


def changed(event: TaskEvent) -> str:
    """The task, and its new date where that is what changed."""
    name = name_of(event.task)
    return f"{name}（{dates_of(event)}）" if event.kind == "due_changed" else name
