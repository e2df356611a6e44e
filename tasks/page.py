"""Everything that the page of one task shows, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.db.models import F
from django.db.models.functions import Substr
from django.shortcuts import get_object_or_404

from plans.org import workdays
from plans.org.models import Department, User
from plans.org.workdays import Calendar
from tasks import access, timeline
from tasks.forms import MoveForm
from tasks.models import Report, Task, TaskEvent, TaskTarget
from tasks.states import MOVES, OPEN, Move

# A record longer than this is read over the API.
MOST_LINES = 200
# The move that a task in this state waits for: it stands open, the others fold.
NEXT = {
    "pending": "accept",
    "declined": "reassign",
    "in_progress": "report",
    "submitted": "approve",
    "completed": "close",
    "suspended": "resume",
}


def next_move(moves: list[Move], task: Task) -> Move | None:
    """The one next step for this person, if the task waits for them."""
    return next((move for move in moves if move.name == NEXT.get(task.status)), None)


@dataclass
class TaskPage:
    user: User
    task: Task
    today: date
    calendar: Calendar
    # A form that came back with errors, instead of the fresh one of its move.
    sent: MoveForm | None = None

    @classmethod
    def open(cls, user: User, pk: int, today: date) -> Self:
        """Raises Http404 for a task that this person does not see."""
        calendar = workdays.calendar()
        span = F("plan_item__end") - F("plan_item__start")
        tasks = (
            Task.objects.visible_to(user)
            .for_display(today, calendar)
            .select_related("issuer")
            .annotate(paragraph=Substr("plan__text", F("plan_item__start") + 1, span))
        )
        return cls(user, get_object_or_404(tasks, pk=pk), today, calendar)

    @cached_property
    def moves(self) -> list[Move]:
        return access.allowed_moves(self.user, self.task, today=self.today, calendar=self.calendar)

    @property
    def source(self) -> str:
        """The paragraph of the plan that it comes from; an item added by hand has only its own words."""
        return (self.task.paragraph or self.task.body or self.task.title).strip()

    @cached_property
    def targets(self) -> list[TaskTarget]:
        return list(self.task.targets.all())

    @cached_property
    def events(self) -> list[TaskEvent]:
        return list(self.task.events.order_by("-seq")[:MOST_LINES])

    @cached_property
    def all_reports(self) -> list[Report]:
        return list(self.task.reports.select_related("department", "event"))

    @cached_property
    def departments(self) -> dict[int, Department]:
        """Those the record mentions; for whoever may reassign, all there are."""
        found = Department.objects.visible_to(self.user)
        if not self.may_edit:
            found = Department.objects.filter(pk__in=timeline.department_ids(self.events))
        return {unit.pk: unit for unit in found}

    @property
    def units(self) -> list[Department]:
        return [unit for unit in self.departments.values() if unit.is_active]

    @cached_property
    def may_edit(self) -> bool:
        return access.may_supervise(self.user, self.task)

    @property
    def offers_edit(self) -> bool:
        """What is done or ended is not edited any more."""
        return self.may_edit and self.task.status in OPEN

    @property
    def lines(self) -> list[timeline.Line]:
        names = {pk: unit.name for pk, unit in self.departments.items()}
        targets = {target.pk: target.name for target in self.targets}
        return timeline.lines(self.events, self.all_reports, timeline.Names(names, targets))

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The latest of each department side by side, the lead's first."""
        latest: dict[int, list[Report]] = {}
        for report in self.all_reports:
            latest.setdefault(report.department_id, []).append(report)
        ordered = sorted(latest.items(), key=lambda found: found[0] != self.task.lead_id)
        return [
            {"is_lead": pk == self.task.lead_id, "latest": found[0], "earlier": len(found) - 1}
            for pk, found in ordered
        ]

    def form(self, move: Move, data: Any | None = None) -> MoveForm:
        """For a helper's report there are no targets: the figures are the lead's."""
        reporting = access.reporting_department(self.user.standing, self.task.lead_id, self.task.helper_ids())
        targets = self.targets if reporting == self.task.lead_id else []
        units = self.units if move.name == "reassign" else []
        return MoveForm(move, self.task, targets=targets, units=units, data=data)

    @property
    def forms(self) -> list[MoveForm]:
        """One per allowed move, the next step first; a form that came back takes the place of its move's."""
        forms = [
            self.sent if self.sent and self.sent.move == move else self.form(move) for move in self.moves
        ]
        return sorted(forms, key=lambda form: form.move.name != NEXT.get(self.task.status))

    @property
    def stray(self) -> MoveForm | None:
        """What was typed for a move that is not possible any more: shown, so that nothing is lost."""
        return self.sent if self.sent and self.sent.move not in self.moves else None

    def opened(self, asked: str) -> str:
        """The move whose form stands open."""
        if self.sent:
            return self.sent.move.name
        first = next_move(self.moves, self.task)
        return asked if asked in MOVES else first.name if first else ""
