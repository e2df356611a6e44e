"""Everything that the page of one task shows, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Substr
from django.http import Http404
from django.shortcuts import get_object_or_404

from config.errors import DomainError
from plans.models import PlanItem
from plans.org import workdays
from plans.org.models import Department, User
from plans.org.workdays import Calendar
from tasks import access
from tasks.forms import MoveForm
from tasks.models import (
    Attachment,
    ChecklistItem,
    Extension,
    Instruction,
    Report,
    ReportPeriod,
    Task,
    TaskEvent,
    TaskTarget,
)
from tasks.pages import timeline
from tasks.pages.act_forms import FORMS, ActForm
from tasks.pages.parts import Parts
from tasks.services import periods
from tasks.services.extensions import check_asked_before, check_in_time
from tasks.states import MOVES, OPEN, Move

# Of a task that has been left alone for long.
MOST_PERIODS = 13
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
# What hangs on the record, and the kinds of events that it came with.
FILED = ("report", "extension_asked", "instruction", "attached")
WITH_FILED = ("report__department", "extension__decided_event", "instruction__answered_event", "attachment")
# What anyone may want to do and nobody waits for: folded, in this order.
ASIDES = ("instruct", "ask_extension", "comment")


def next_move(moves: list[Move], task: Task) -> Move | None:
    """The one next step for this person, if the task waits for them."""
    return next((move for move in moves if move.name == NEXT.get(task.status)), None)


@dataclass
class TaskPage:
    user: User
    task: Task
    today: date
    calendar: Calendar
    # A form that came back with errors, instead of the fresh one in its place.
    sent: MoveForm | ActForm | None = None

    @classmethod
    def open(cls, user: User, pk: int, today: date) -> Self:
        """Raises Http404 for a task that this person does not see."""
        calendar = workdays.calendar()
        span = F("plan_item__end") - F("plan_item__start")
        whole = Task.objects.visible_to(user).filter(pk=OuterRef("parent"))
        tasks = (
            Task.objects.visible_to(user)
            .for_display(today, calendar)
            .select_related("issuer", "parent")
            .annotate(
                paragraph=Substr("plan__text", F("plan_item__start") + 1, span),
                sees_whole=Exists(whole),
                continues=F("plan_item__continues"),
                is_continued=Exists(PlanItem.objects.filter(continues=OuterRef("plan_item"))),
            )
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
        return list(self.task.events.select_related(*WITH_FILED).order_by("-seq")[:MOST_LINES])

    @cached_property
    def filed(self) -> list[TaskEvent]:
        """Reports, requests and files, the latest first; of a long record also those of lines not shown."""
        if len(self.events) < MOST_LINES:
            return [event for event in self.events if event.kind in FILED]
        filed = self.task.events.filter(kind__in=FILED).order_by("-seq")
        return list(filed.select_related(*WITH_FILED))

    def came_with(self, kind: str, name: str) -> list[Any]:
        return [getattr(event, name) for event in self.filed if event.kind == kind and hasattr(event, name)]

    @cached_property
    def periods(self) -> list[ReportPeriod]:
        """Those a report may tell of, while the task has a cycle; first the one that is asked for, if any."""
        if not self.task.reporting_cycle:
            return []
        return list(periods.to_choose(self.task, self.today, self.calendar)[:MOST_PERIODS])

    @property
    def present_period(self) -> ReportPeriod | None:
        return next((row for row in self.periods if row.is_present), None)

    @property
    def missing_periods(self) -> list[ReportPeriod]:
        """Before the present one, and not reported on until today."""
        return [row for row in self.periods if not row.is_present]

    @property
    def all_reports(self) -> list[Report]:
        return self.came_with("report", "report")

    @property
    def extensions(self) -> list[Extension]:
        return self.came_with("extension_asked", "extension")

    @property
    def instructions(self) -> list[Instruction]:
        return self.came_with("instruction", "instruction")

    @property
    def attachments(self) -> list[Attachment]:
        return self.came_with("attached", "attachment")

    @cached_property
    def steps(self) -> list[ChecklistItem]:
        return list(self.task.checklist.all())

    @property
    def steps_done(self) -> int:
        return sum(step.done_on is not None for step in self.steps)

    @cached_property
    def carried(self) -> list[tuple[str, Task]]:
        """结转: the whole tasks of the years before and after that are the same work."""
        before = self.task.continues
        if before is None and not self.task.is_continued:
            return []
        near = Q(plan_item=before) | Q(plan_item__continues=self.task.plan_item_id)
        tasks = Task.objects.visible_to(self.user).filter(near, parent=None).order_by("pk")
        found = tasks.only("code", "was_late", "plan_item")
        return [("结转自" if one.plan_item_id == before else "结转至", one) for one in found]

    @cached_property
    def parts(self) -> Parts:
        return Parts(self.user, self.task, self.targets, self.today, self.calendar)

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

    @property
    def own_targets(self) -> list[TaskTarget]:
        """Those whose figure is stated here; the others are added up from the parts."""
        added_up = {entry.target.pk for entry in self.parts.sums if entry.actual is not None}
        return [target for target in self.targets if target.pk not in added_up]

    def form(self, move: Move, data: Any | None = None) -> MoveForm:
        """For a helper's report there are no targets: the figures are the lead's."""
        reporting = access.reporting_department(self.user.standing, self.task.lead_id, self.task.helper_ids())
        targets = self.own_targets if reporting == self.task.lead_id else []
        units = self.units if move.name == "reassign" else []
        spans = self.periods if move.name == "report" else []
        return MoveForm(move, self.task, targets=targets, units=units, periods=spans, data=data)

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
            for report in self.all_reports
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
        open_ones = [row.pk for row in reversed(self.instructions) if row.answered_at is None]
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

    @property
    def urged(self) -> TaskEvent | None:
        """The latest 催办; it says which it is."""
        return next((event for event in self.events if event.kind == "urge"), None)

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
    def stray(self) -> MoveForm | ActForm | None:
        """What was typed for something that is not possible any more: shown, so that nothing is lost."""
        single = [form for form in (self.urge, self.attach, self.add_step) if form]
        shown = [*self.forms, *self.waiting, *self.asides, *single]
        return self.sent if self.sent and self.sent not in shown else None

    def opened(self, asked: str) -> str:
        """The form that stands open."""
        if self.sent:
            return self.sent.slot
        first = next_move(self.moves, self.task)
        return asked if asked in MOVES or asked.split("-")[0] in FORMS else first.name if first else ""
