"""What a 通报 says in whichever form: the figures, the text, and the tasks as they stood on the last day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError
from config.language import in_office_language
from plans.org.models import Department
from reports.letters.bulletin import MOST_LISTED
from reports.letters.sender import Sender
from reports.models import Summary
from reports.narrative import text_of
from reports.notices import on_day
from reports.periods import Period
from tasks import record
from tasks.columns import BETWEEN
from tasks.lights import Light
from tasks.models import Report, Seal, TaskEvent
from tasks.states import TIMED, Status

EVENT = ("helpers", "assigned_on", "accepted_on", "submitted_on", "completed_on")
SAID = ("done", "problems", "next_steps")


class BulletinTooLong(DomainError):
    code = "bulletin_too_long"


@dataclass(frozen=True)
class Line:
    """One task of the ledger. By the record, so that a file made late says what one made in time does."""

    id: int
    code: str
    title: str
    plan: str
    number: str
    lead: str
    co_leads: str
    cooperating: str
    assigned_on: date
    accepted_on: date | None
    due_on: date
    days_overdue: int
    status: str
    progress: int
    pace: str
    light: str
    completed_on: date | None
    reported_on: date | None
    done: str
    problems: str
    next_steps: str


@dataclass(frozen=True)
class Contents:
    summary: Summary
    lines: list[Line]
    senders: list[Department]
    sent_by: Sender
    seal: Seal | None

    @property
    def figures(self) -> dict[str, Any]:
        return self.summary.figures

    @property
    def period(self) -> Period:
        return Period.read(self.summary.period)

    @property
    def sender(self) -> str:
        return BETWEEN.join(unit.name for unit in self.senders)

    @property
    def number(self) -> str:
        code = self.summary.department or (self.senders[0] if len(self.senders) == 1 else None)
        return f"{code.code}-{self.summary.period}" if code else self.summary.period

    @property
    def scope(self) -> str:
        """Whose tasks it is about, where that is not the sender's all."""
        unit = self.summary.department
        return unit.name if unit and unit not in self.senders else ""

    @property
    def title(self) -> str:
        return f"{self.scope}{self.period.label}重点工作推进情况通报"

    @property
    def draft(self) -> str:
        return "" if self.summary.released_at else "草稿"

    @property
    def dated(self) -> date:
        return timezone.localdate(self.summary.released_at or self.summary.made_at)

    @property
    def narrative(self) -> list[str]:
        return [text.strip() for text in text_of(self.summary).splitlines() if text.strip()]

    @property
    def seal_note(self) -> str:
        last = self.summary.ends_on
        if self.seal is None:
            return f"截至{on_day(last)}，办理记录尚未封存。"
        until = on_day(self.seal.day)
        if self.seal.day < last:
            until += f"（此后至{on_day(last)}的尚未封存）"
        return f"本通报依据的办理记录已封存至{until}，封存值如下，可据此核验记录未被改动。"

    def named(self, figure: str) -> list[Line]:
        """The tasks that a figure of the period names."""
        ids = {task["id"] for task in self.figures[figure]["tasks"]}
        return [line for line in self.lines if line.id in ids]

    def shown(self, light: Light) -> list[Line]:
        with in_office_language():
            return [line for line in self.lines if line.light == light.label]

    @property
    def problems(self) -> list[dict[str, Any]]:
        """As reported in the period, with the task's title."""
        titles = {line.id: line.title for line in self.lines}
        return [told | {"title": titles[told["task"]["id"]]} for told in self.figures["problems"]]


def read(summary: Summary) -> Contents:
    """In a number of queries that does not grow. Raises BulletinTooLong."""
    ledger = summary.figures["ledger"]
    if len(ledger) > MOST_LISTED:
        raise BulletinTooLong(
            _("任务超过{most}项，请按单位（department）分别生成通报。").format(most=MOST_LISTED)
        )
    seals = Seal.objects.filter(day__lte=summary.ends_on)
    with in_office_language():
        lines = lines_of(summary, ledger)
    senders, sent_by = senders_of(summary, {row["lead"] for row in ledger})
    return Contents(
        summary=summary,
        lines=lines,
        senders=senders,
        sent_by=sent_by,
        seal=seals.order_by("day").last(),
    )


def lines_of(summary: Summary, ledger: list[dict[str, Any]]) -> list[Line]:
    ids, day = [row["id"] for row in ledger], summary.ends_on
    before = record.end_of(day)
    events = TaskEvent.objects.filter(task__in=ids, at__lt=before).order_by("task_id", "-seq")
    names = ("task_id", "task__plan__title", "task__plan_item__path", *EVENT)
    last = {event["task_id"]: event for event in events.distinct("task_id").values(*names)}
    filed = Report.objects.filter(task__in=ids, reported_at__lt=before)
    filed = filed.order_by("task_id", "-reported_at", "-id").distinct("task_id")
    said = {report["task_id"]: report for report in filed.values("task_id", "reported_at", *SAID)}
    units = names_of(summary, ledger, last.values())
    return [line_of(row, last[row["id"]], said.get(row["id"]), units, day) for row in ledger]


def names_of(
    summary: Summary, ledger: list[dict[str, Any]], events: Iterable[dict[str, Any]]
) -> dict[int, str]:
    """What the departments are called; those that lead, as the figures say they were."""
    ids = {row["lead"] for row in ledger} | {unit["department"] for e in events for unit in e["helpers"]}
    found = dict(Department.objects.filter(pk__in=ids).order_by().values_list("pk", "name"))
    return found | {unit["id"]: unit["name"] for unit in summary.figures["departments"]}


def line_of(
    row: dict[str, Any],
    event: dict[str, Any],
    report: dict[str, Any] | None,
    units: dict[int, str],
    day: date,
) -> Line:
    due_on = date.fromisoformat(row["due_on"])
    late = ((event["submitted_on"] or day) - due_on).days if row["status"] in TIMED else 0
    helpers = {
        role: BETWEEN.join(units[unit["department"]] for unit in event["helpers"] if unit["role"] == role)
        for role in ("co_lead", "cooperating")
    }
    return Line(
        id=row["id"],
        code=row["code"],
        title=row["title"],
        plan=event["task__plan__title"],
        number=event["task__plan_item__path"],
        lead=units[row["lead"]],
        co_leads=helpers["co_lead"],
        cooperating=helpers["cooperating"],
        assigned_on=event["assigned_on"],
        accepted_on=event["accepted_on"],
        due_on=due_on,
        days_overdue=max(late, 0),
        status=str(Status(row["status"]).label),
        progress=row["progress"],
        pace=row["pace"],
        light=str(Light(row["light"]).label),
        completed_on=event["completed_on"],
        reported_on=report and timezone.localdate(report["reported_at"]),
        **{name: report[name] if report else "" for name in SAID},
    )


def senders_of(summary: Summary, leads: set[int]) -> tuple[list[Department], Sender]:
    """Who gives it out: the nearest department with a supervisor; of the whole, the bureaus it is about."""
    if summary.department:
        sender = Sender.of(summary.department).supervised()
        return sender.line[:1], sender
    roots = Department.objects.filter(parent=None).order_by("code")
    senders = list(roots.filter(pk__in=Department.objects.above(leads))) or list(roots.filter(is_active=True))
    return senders, Sender(senders if len(senders) == 1 else [])
