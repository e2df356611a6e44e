"""What the messages say."""

from datetime import date

from reports.models import Reminder, ReminderRule

TITLE_LENGTH = 60
CALLS = {
    ReminderRule.Audience.LIAISON: "请抓紧办理，并及时填报进展。",
    ReminderRule.Audience.HEAD: "请督促本单位抓紧办理。",
    ReminderRule.Audience.SUPERVISOR: "请予督办。",
    ReminderRule.Audience.LEADER: "请予关注。",
}


def on_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def name_of(reminder: Reminder) -> str:
    title = reminder.task.title
    short = title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"
    return f"{reminder.task.code} {short}"


def standing_of(reminder: Reminder, today: date) -> str:
    """How many days are left, or have passed: one delivered late tells of today, not of its own day."""
    days = (reminder.due_on - max(today, reminder.remind_on)).days
    if reminder.rule.anchor == ReminderRule.Anchor.ASSIGNED:
        return f"交办{-days}天未签收"
    if days == 0:
        return "今天到期"
    return f"还有{days}天到期" if days > 0 else f"已逾期{-days}天"


def reminder_title(reminder: Reminder, number: int, today: date) -> str:
    return f"第{number}次催办：{name_of(reminder)}（{standing_of(reminder, today)}）"


def reminder_text(reminder: Reminder, today: date) -> str:
    task = reminder.task
    date_of = "交办日期" if reminder.rule.anchor == ReminderRule.Anchor.ASSIGNED else "办理期限"
    return (
        f"任务“{task.code} {task.title}”，牵头单位{task.lead.name}，{date_of}{on_day(reminder.due_on)}，"
        f"{standing_of(reminder, today)}，当前进度{task.progress}%。{CALLS[reminder.audience]}"
    )


def redirected_title(reminder: Reminder, today: date) -> str:
    return f"催办无人接收：{name_of(reminder)}（{standing_of(reminder, today)}）"


def redirected_text(reminder: Reminder, today: date) -> str:
    audience = reminder.get_audience_display()
    unit = f"（{reminder.task.lead.name}）" if reminder.audience in ("liaison", "head") else ""
    return (
        f"本次催办应发{audience}{unit}，但该岗位目前无人任职，未能送达，请补充人员或另行通知。"
        f"{reminder_text(reminder, today)}"
    )
