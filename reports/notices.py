"""What the messages say."""

from datetime import date

from reports.models import Reminder, ReminderRule
from tasks.models import Task, TaskEvent

TITLE_LENGTH = 60
CALLS = {
    ReminderRule.Audience.LIAISON: "请抓紧办理，并及时填报进展。",
    ReminderRule.Audience.HEAD: "请督促本单位抓紧办理。",
    ReminderRule.Audience.SUPERVISOR: "请予督办。",
    ReminderRule.Audience.LEADER: "请予关注。",
}
# Of each event that is told at once: its title, and what the reader is asked to do.
EVENTS = {
    "issued": ("下达任务", "请及时签收。"),
    "reassign": ("改派任务", "请及时签收。"),
    "urge": ("催办", "请抓紧办理，并及时填报进展。"),
    "instruction": ("批示", "请抓紧落实，并按要求答复。"),
    "instruction_answered": ("批示已答复", ""),
    "extension_asked": ("申请延期", "请予审批。"),
    "extension_granted": ("同意延期", "请按新的期限办结。"),
    "extension_denied": ("不同意延期", "请按原定期限办结。"),
    "return": ("退回重办", "请按意见办理后，重新申请办结。"),
    "decline": ("退回改派", "请研究改派。"),
    "submit": ("申请办结", "请予审核。"),
}
LISTED = 5  # tasks named in one message


def on_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def name_of(task: Task) -> str:
    return f"{task.code} {shortened(task.title)}"


def shortened(title: str) -> str:
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"


def standing_of(reminder: Reminder, today: date) -> str:
    """How many days are left, or have passed: one delivered late tells of today, not of its own day."""
    days = (reminder.due_on - max(today, reminder.remind_on)).days
    if reminder.rule.anchor == ReminderRule.Anchor.ASSIGNED:
        return f"交办{-days}天未签收"
    if days == 0:
        return "今天到期"
    return f"还有{days}天到期" if days > 0 else f"已逾期{-days}天"


def reminder_title(reminder: Reminder, number: int, today: date) -> str:
    return f"第{number}次催办：{name_of(reminder.task)}（{standing_of(reminder, today)}）"


def reminder_text(reminder: Reminder, today: date) -> str:
    task = reminder.task
    date_of = "交办日期" if reminder.rule.anchor == ReminderRule.Anchor.ASSIGNED else "办理期限"
    return (
        f"任务“{task.code} {task.title}”，牵头单位{task.lead.name}，{date_of}{on_day(reminder.due_on)}，"
        f"{standing_of(reminder, today)}，当前进度{task.progress}%。{CALLS[reminder.audience]}"
    )


def redirected_title(reminder: Reminder, today: date) -> str:
    return f"催办无人接收：{name_of(reminder.task)}（{standing_of(reminder, today)}）"


def redirected_text(reminder: Reminder, today: date) -> str:
    audience = reminder.get_audience_display()
    unit = f"（{reminder.task.lead.name}）" if reminder.audience in ("liaison", "head") else ""
    return (
        f"本次催办应发{audience}{unit}，但该岗位目前无人任职，未能送达，请补充人员或另行通知。"
        f"{reminder_text(reminder, today)}"
    )


def event_notice(event: TaskEvent) -> tuple[str, str]:
    """Title and text for one event."""
    task, (title, call) = event.task, EVENTS[event.kind]
    if event.kind == "urge" and (number := event.data.get("number")):
        title = f"第{number}次{title}"
    said = f"{event.actor_name}：{event.note}" if event.note else f"{event.actor_name}办理。"
    text = f"{said}\n任务“{task.code} {task.title}”，牵头单位{task.lead.name}，{dates_of(event)}。{call}"
    return f"{title}：{name_of(task)}", text


def dates_of(event: TaskEvent) -> str:
    told = [f"办理期限{on_day(event.due_on)}"]
    for key, label in (("asked_due_on", "申请延至"), ("answer_by", "请答复于")):
        if day := event.data.get(key):
            told.append(f"{label}{on_day(date.fromisoformat(day))}")
    return "，".join(told)


def issued_notice(events: list[TaskEvent]) -> tuple[str, str]:
    """Title and text for several tasks of a plan that were issued together."""
    plan = events[0].task.plan
    lines = "\n".join(name_of(event.task) for event in events[:LISTED])
    rest = f"\n…共{len(events)}项。" if len(events) > LISTED else ""
    return f"下达任务{len(events)}项：{shortened(plan.title)}", f"{lines}{rest}\n请及时签收。"
