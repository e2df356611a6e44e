"""The page of one task: what it tells (`facts`), and the forms of what this person may do with it now."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404

from config.errors import DomainError
from plans.org.models import Department
from tasks import access
from tasks.forms import MoveForm, SeenForm
from tasks.models import Extension, Report, Task, TaskTarget
from tasks.pages.act_forms import FORMS, ActForm
from tasks.pages.facts import TaskFacts
from tasks.pages.timeline import Line
from tasks.services.extensions import check_asked_before, check_in_time
from tasks.states import MOVES, OPEN, Move

# The move that a task in this state waits for: it stands open, the others fold.
NEXT = {
    "pending": "accept",
    "declined": "reassign",
    "in_progress": "report",
    "submitted": "approve",
    "completed": "close",
    "suspended": "resume",
}
# What anyone may want to do and nobody waits for: folded, in this order.
ASIDES = ("instruct", "ask_extension", "comment")


# Where the event of an act is called otherwise.
EVENTS = {"ask_extension": "extension_asked", "instruct": "instruction", "answer": "instruction_answered"}


def next_move(moves: list[Move], task: Task) -> Move | None:
    """The one next step for this person, if the task waits for them."""
    return next((move for move in moves if move.name == NEXT.get(task.status)), None)


@dataclass
class TaskPage(TaskFacts):
    # A form that came back with errors, instead of the fresh one in its place.
    sent: MoveForm | ActForm | SeenForm | None = None
    # What it had seen, when the task has moved on since.
    outdated: int | None = None

    @cached_property
    def moves(self) -> list[Move]:
        return access.allowed_moves(self.user, self.task, today=self.today, calendar=self.calendar)

    def came_back(self, form: MoveForm | ActForm | SeenForm) -> None:
        """With errors: whoever reads what happened since has seen the newer state."""
        seen = form.cleaned_data.get("version")
        self.sent, self.outdated = form, seen if seen != self.task.version else None
        form.refresh_version(self.task.version)

    @property
    def meanwhile(self) -> list[Line]:
        """What changed while the form that came back was being filled in, the latest first."""
        if self.outdated is None:
            return []
        return [line for line in self.record.lines if line.event.seq > self.outdated]

    @property
    def is_repeated(self) -> bool:
        """Pressed twice, or sent again after going back: the same was done by the same person."""
        name = self.sent.move.name if isinstance(self.sent, MoveForm) else getattr(self.sent, "act", "")
        mine = [line for line in self.meanwhile if line.event.actor_id == self.user.pk]
        return any(line.event.kind == EVENTS.get(name, name) for line in mine)

    @property
    def units(self) -> list[Department]:
        return [unit for unit in self.departments.values() if unit.is_active]

    @property
    def offers_edit(self) -> bool:
        """What is done or ended is not edited any more."""
        return self.may_edit and self.task.status in OPEN

    @property
    def own_targets(self) -> list[TaskTarget]:
        """Those whose figure is stated here; the others are added up from the parts."""
        added_up = {entry.target.pk for entry in self.parts.sums if entry.actual is not None}
        return [target for target in self.targets if target.pk not in added_up]

    @property
    def reports_for(self) -> int | None:
        """The department that this person would report for."""
        return access.reporting_department(self.user.standing, self.task.lead_id, self.task.helper_ids())

    def form(self, move: Move, data: Any | None = None) -> MoveForm:
        """For a helper's report there are no targets: the figures are the lead's."""
        unit = self.reports_for
        targets = self.own_targets if unit == self.task.lead_id else []
        units = self.units if move.name == "reassign" else []
        more = {}
        if move.name == "report":
            more = {"periods": self.periods, "last": self.latest_report(unit), "unit": unit}
        return MoveForm(move, self.task, targets=targets, units=units, data=data, **more)

    @cached_property
    def acts(self) -> set[str]:
        return {act.name for act in access.allowed_acts(self.user, self.task)}

    def act_form(
        self, name: str, about: int | None = None, *, data: Any | None = None, files: Any | None = None
    ) -> ActForm:
        """Raises Http404 for a row that is not this task's."""
        kind = FORMS[name]
        rows = {row.pk: row for row in getattr(self, kind.about_kind)} if kind.about_kind else {None: None}
        if about not in rows:
            raise Http404
        extra = {"reports": self.own_reports} if name == "attach" else {}
        return kind(self.task, about=rows[about], data=data, files=files, **extra)

    @property
    def own_reports(self) -> list[Report]:
        """Those that this person may bear out with a file."""
        standing = self.user.standing
        return [
            report
            for report in self.latest_reports
            if standing.is_superuser or standing.holds(report.department_id, "liaison", "head")
        ]

    def offered(self, name: str, *abouts: int) -> list[ActForm]:
        """The forms of one kind that this person may use now; one that came back takes its own place."""
        if FORMS[name].act not in self.acts:
            return []
        forms = [self.act_form(name, pk) for pk in abouts] if abouts else [self.act_form(name)]
        return [self.sent if self.sent and self.sent.slot == form.slot else form for form in forms]

    @cached_property
    def waiting(self) -> list[ActForm]:
        """What somebody asked of this person about the task."""
        asked = [row.pk for row in self.extensions if row.status == Extension.Status.ASKED]
        open_ones = [row.pk for row in reversed(self.unanswered)]
        return [
            form
            for name, abouts in (("decide_extension", asked), ("answer", open_ones))
            if abouts
            for form in self.offered(name, *abouts)
        ]

    @cached_property
    def asides(self) -> list[ActForm]:
        names = [name for name in ASIDES if name != "ask_extension" or not self.no_extension]
        return [form for name in names for form in self.offered(name)]

    @cached_property
    def no_extension(self) -> str:
        """Why no extension can be asked for any more; told to whoever could have asked."""
        try:
            check_asked_before([row.status for row in self.extensions])
            check_in_time(self.task.due_on, self.today, self.calendar)
        except DomainError as refused:
            return refused.message
        return ""

    @property
    def ask_until(self) -> date:
        return access.may_ask_extension_until(self.task.due_on, self.calendar)

    @cached_property
    def urge(self) -> ActForm | None:
        return next(iter(self.offered("urge")), None)

    @cached_property
    def attach(self) -> ActForm | None:
        return next(iter(self.offered("attach")), None)

    @cached_property
    def add_step(self) -> ActForm | None:
        return next(iter(self.offered("add_step")), None)

    @property
    def may_split(self) -> bool:
        return "split" in self.acts and self.parts.may_be_more

    @cached_property
    def forms(self) -> list[MoveForm]:
        """One per allowed move, the next step first; a form that came back takes the place of its move's."""
        sent = self.sent
        forms = [sent if sent and sent.slot == move.name else self.form(move) for move in self.moves]
        return sorted(forms, key=lambda form: form.move.name != NEXT.get(self.task.status))

    @property
    def next_is_mine(self) -> str:
        """The move that the task waits for, where this person may make it."""
        first = next_move(self.moves, self.task)
        return first.name if first else ""

    @property
    def version_fields(self) -> str:
        """Where the version stands that the forms have seen: replaced with what was done in place."""
        forms = [*self.forms, *self.waiting, *self.asides, *([self.urge] if self.urge else [])]
        return ",".join(f"#{form['version'].auto_id}" for form in forms if "version" in form.fields)

    @property
    def stray(self) -> MoveForm | ActForm | None:
        """What was typed for something that is not possible any more: shown, so that nothing is lost."""
        single = [form for form in (self.urge, self.attach, self.add_step) if form]
        shown = [*self.forms, *self.waiting, *self.asides, *single]
        return self.sent if self.sent and self.sent not in shown else None

    def opened(self, asked: str) -> str:
        """The form that stands open."""
        if self.sent:
            return self.sent.slot
        return asked if asked in MOVES or asked.split("-")[0] in FORMS else self.next_is_mine
