"""Where a task stands that comes in under way: its state and days, as a line of the ledger tells them.

What the line leaves open gets the least that fits. What can't be together is refused, never put right.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from config.errors import InputInvalid
from tasks.columns import HEADINGS
from tasks.services.ledger import values
from tasks.services.ledger.rows import LedgerRow
from tasks.states import DONE, TIMED, Status

S = Status
IMPORTED = (S.PENDING, S.IN_PROGRESS, S.SUBMITTED, *DONE, S.SUSPENDED)
# In the order in which they come about; a later one is never before an earlier one.
DAYS = ("assigned_on", "accepted_on", "submitted_on", "completed_on")
# The states that need each day, and those that may have it.
NEEDED = {
    "accepted_on": (S.IN_PROGRESS, S.SUBMITTED, *DONE),
    "submitted_on": (S.SUBMITTED, *DONE),
    "completed_on": DONE,
}
POSSIBLE = {**NEEDED, "accepted_on": (*NEEDED["accepted_on"], S.SUSPENDED)}


@dataclass
class Begun:
    """The columns of the task, and which of them the line did not state."""

    status: Status
    progress: int
    due_on: date
    original_due_on: date
    days: dict[str, date | None]
    assumed: list[str] = field(default_factory=list)

    def columns(self, today: date) -> dict[str, Any]:
        return {
            "status": self.status,
            "progress": self.progress,
            "due_on": self.due_on,
            "original_due_on": self.original_due_on,
            **self.days,
            "was_late": self.was_late(today),
        }

    def was_late(self, today: date) -> bool:
        """Handed in after its day; or, still being worked on, a day has ended since."""
        submitted_on = self.days["submitted_on"]
        if submitted_on:
            return submitted_on > self.due_on
        return self.status in TIMED and (today - self.due_on).days > 1


def contradiction(message: str) -> InputInvalid:
    return InputInvalid(message, code="row_contradicts")


def begun(row: LedgerRow, last_day: date, today: date) -> Begun:
    """`last_day` is the plan year's. Raises InputInvalid: `row_contradicts`, `status_not_importable` …"""
    days = {name: values.day(row.get(name), name) for name in DAYS}
    due_on = values.day(row.get("due_on"), "due_on") or last_day
    status = values.status(row.get("status")) or likely(days, values.percent(row.get("progress")))
    if status not in IMPORTED:
        known = _("、").join(str(state.label) for state in IMPORTED)
        told = _("新任务不能以“{status}”导入，可用：{known}。").format(status=status.label, known=known)
        raise InputInvalid(told, code="status_not_importable")
    for name, day in days.items():
        if day and status not in POSSIBLE.get(name, IMPORTED):
            told = _("状态为“{status}”，不应有{column}。")
            raise contradiction(told.format(status=status.label, column=HEADINGS[name]))
        if day and day > today:
            raise contradiction(_("{column}晚于今天。").format(column=HEADINGS[name]))
    made = Begun(
        status,
        progress_of(row, status),
        due_on,
        values.day(row.get("original_due_on"), "original_due_on") or due_on,
        days,
    )
    fill_in(made, today)
    check_order(made)
    return made


def likely(days: dict[str, date | None], progress: int | None) -> Status:
    """The state that a line means which names none."""
    if days["completed_on"]:
        return S.COMPLETED
    if days["submitted_on"]:
        return S.SUBMITTED
    return S.IN_PROGRESS if days["accepted_on"] or progress else S.PENDING


def progress_of(row: LedgerRow, status: Status) -> int:
    stated = values.percent(row.get("progress"))
    if status in DONE and stated not in (None, 100):
        raise contradiction(_("状态为“{status}”，进度应为100。").format(status=status.label))
    if status == S.PENDING and stated:
        raise contradiction(_("待签收的任务不应有进度。"))
    return 100 if stated is None and status in (S.SUBMITTED, *DONE) else stated or 0


def fill_in(made: Begun, today: date) -> None:
    """The days that the state needs and the line leaves open: no lateness is made up of them."""
    days = made.days
    stated = [day for day in days.values() if day]
    in_time = max([*stated, min(made.due_on, today)])
    likely = {
        "assigned_on": min([*stated, in_time if made.status in NEEDED["submitted_on"] else today]),
        "submitted_on": days["completed_on"] or in_time,
    }
    for name in DAYS:
        needed = name == "assigned_on" or made.status in NEEDED[name]
        needed = needed or (name == "accepted_on" and made.progress > 0)  # suspended while under way
        if needed and days[name] is None:
            days[name] = likely.get(name) or days["assigned_on" if name == "accepted_on" else "submitted_on"]
            made.assumed.append(name)


def check_order(made: Begun) -> None:
    stated = [(name, day) for name, day in made.days.items() if day]
    for (earlier, before), (later, after) in zip(stated, stated[1:], strict=False):
        if after < before:
            told = _("{later}早于{earlier}。")
            raise contradiction(told.format(later=HEADINGS[later], earlier=HEADINGS[earlier]))
