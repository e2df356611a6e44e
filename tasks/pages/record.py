"""办理记录: the latest lines on the page of a task, the earlier ones on a page of their own, or in place."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from plans.org.models import Department
from tasks.models import Task, TaskEvent, TaskTarget
from tasks.pages import timeline

LATEST, EARLIER = 30, 50
# What an event came with, as far as a line shows it.
WITH = ("report__department", "extension__decided_event", "instruction__answered_event", "attachment")


@dataclass
class Record:
    """Some lines of a task's record, the latest first."""

    task: Task
    events: list[TaskEvent]
    departments: dict[int, str]
    targets: dict[int, str]

    @classmethod
    def before(cls, task: Task, seq: int) -> Self:
        """The lines before that one. An event's number is the task's version after it: none is missing."""
        events = events_of(task).filter(seq__lt=seq, seq__gte=seq - EARLIER)
        found = list(events)
        units = Department.objects.filter(pk__in=timeline.department_ids(found))
        targets = TaskTarget.objects.filter(task=task).values_list("pk", "name")
        return cls(task, found, dict(units.values_list("pk", "name")), dict(targets))

    @cached_property
    def lines(self) -> list[timeline.Line]:
        return timeline.lines(self.events, timeline.Names(self.departments, self.targets))

    @property
    def first(self) -> int:
        """The number of the earliest line shown, and so of those before it one more than there are."""
        return self.events[-1].seq if self.events else 1

    @property
    def left(self) -> int:
        return self.first - 1


def events_of(task: Task) -> QuerySet[TaskEvent]:
    return task.events.select_related(*WITH).order_by("-seq")


@login_required
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it, page by page; for htmx the lines alone, to be put under those that are shown."""
    task = get_object_or_404(Task.objects.visible_to(request.user).only("code", "title", "version"), pk=pk)
    asked = request.GET.get("before", "")
    latest = task.version + 1
    before = min(int(asked), latest) if asked.isdecimal() and len(asked) < 10 else latest
    record = Record.before(task, before)
    context = {"task": task, "record": record, "later": before < latest}
    return render(request, "tasks/_record.html" if request.htmx else "tasks/record.html", context)
