"""批量办理 on pages: tasks picked in the ledger, one move for all of them, what would become of each."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from config.api.serializers import LARGEST_ID
from plans.org.forms import department_field
from plans.org.models import Department
from plans.org.workdays import Calendar
from tasks import access
from tasks.filters import TaskFilterSet
from tasks.forms import MoveForm
from tasks.models import Task
from tasks.pages.task import NEXT
from tasks.services.bulk import BULK_MOVES, MOST, Result
from tasks.states import MOVES, Move, Outcome


class BulkForm(MoveForm):
    """What a move needs, less what is about one task alone: its version, its figures, who cooperates."""

    version = None

    def __init__(self, move: Move, units: list[Department], data: Any | None = None) -> None:
        super().__init__(move, Task(), targets=[], units=units, data=data)

    def more(self, units: list[Department]) -> dict[str, forms.Field]:
        if self.move.name == "reassign":
            return {"lead": department_field(units, label=_("牵头单位"), help_text=_("配合单位不变。"))}
        return super().more(units)

    def told(self) -> list[tuple[str, Any]]:
        """What was filled in, for a last look."""
        given = {**self.cleaned_data}
        if "outcome" in given:
            given["outcome"] = Outcome(given["outcome"]).label
        return [(self.fields[name].label, value) for name, value in given.items() if value]

    def hidden(self) -> list[str]:
        """The same again, to be confirmed."""
        return [field.as_hidden() for field in self]


class Bulk:
    """The tasks that were picked: by hand, or all that a filter finds."""

    def __init__(self, request: HttpRequest, today: date, calendar: Calendar) -> None:
        self.request, self.user = request, request.user
        self.today, self.calendar = today, calendar
        self.params: QueryDict = request.POST if request.method == "POST" else request.GET

    @cached_property
    def pks(self) -> list[int]:
        """One more than may be, so that too many can be told."""
        if "all" not in self.params:
            sent = (text for text in self.params.getlist("ids") if text.isascii() and text.isdecimal())
            return list(dict.fromkeys(pk for text in sent if (pk := int(text[:19])) <= LARGEST_ID))[
                : MOST + 1
            ]
        found = TaskFilterSet(self.params, Task.objects.visible_to(self.user), request=self.request)
        if not found.is_valid():
            return []
        return list(found.qs.order_by("due_on", "id").values_list("pk", flat=True)[: MOST + 1])

    @property
    def too_many(self) -> bool:
        return len(self.pks) > MOST

    @cached_property
    def tasks(self) -> list[Task]:
        if self.too_many:
            return []
        picked = Task.objects.visible_to(self.user).filter(pk__in=self.pks)
        return list(picked.for_display(self.today, self.calendar).order_by("due_on", "id"))

    @cached_property
    def units(self) -> list[Department]:
        return list(Department.objects.visible_to(self.user).filter(is_active=True))

    @cached_property
    def moves(self) -> list[tuple[Move, int]]:
        """Those that this person may make on any of them, with on how many; what tasks wait for first."""
        counts = Counter(
            move.name
            for task in self.tasks
            for move in access.allowed_moves(self.user, task, today=self.today, calendar=self.calendar)
        )
        found = [(MOVES[name], counts[name]) for name in BULK_MOVES if counts[name]]
        return sorted(found, key=lambda entry: entry[0].name not in NEXT.values())

    def form(self, move: Move, data: Any | None = None) -> BulkForm:
        return BulkForm(move, self.units if move.name == "reassign" else [], data)

    @property
    def forms(self) -> list[tuple[BulkForm, int]]:
        return [(self.form(move), count) for move, count in self.moves]

    def rows(self, results: Iterable[Result]) -> list[dict[str, Any]]:
        """What would become of each, under the names of the lines of a run that was carried out."""
        tasks = {task.pk: task for task in self.tasks}
        return [previewed(tasks[result.id], result) for result in results]


def previewed(task: Task, result: Result) -> dict[str, Any]:
    refusal = result.refusal
    return {
        "about": task,
        "status_before": task.status,
        "status_after": result.status or task.status,
        "code": refusal.code if refusal else "",
        "message": refusal.message if refusal else "",
        "done_at": True,
    }


def may_pick(user: Any) -> bool:
    """Whoever moves tasks at all."""
    standing = user.standing
    posts = standing.departments("liaison", "head", "supervisor", "leader")
    return standing.is_superuser or bool(posts)
