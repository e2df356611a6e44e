"""Which tasks a figure is about, and as of which day: as they are now, or as the record says they were."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value

from plans.models import Plan
from plans.org.models import Department, User
from tasks import lights, record
from tasks.models import Task


class HelpedBy(Func):
    """Is one of these departments among the helpers that an event lists?"""

    template = "EXISTS (SELECT 1 FROM jsonb_array_elements(%(expressions)s))"
    arg_joiner = ") AS helper WHERE (helper->>'department')::bigint = ANY("
    output_field = models.BooleanField()

    def __init__(self, departments: list[int]) -> None:
        ids = Value(departments, output_field=ArrayField(models.BigIntegerField()))
        super().__init__(F("helpers"), ids)


@dataclass(frozen=True)
class Scope:
    """`user` None is the office itself, which sees everything. `department` includes those below it."""

    day: date
    is_past: bool
    user: User | None = None
    plan: Plan | None = None
    department: Department | None = None

    @property
    def task(self) -> str:
        """The way from a row to its task's own columns."""
        return "task__" if self.is_past else ""

    @property
    def task_id(self) -> str:
        return "task_id" if self.is_past else "pk"

    def rows(self) -> QuerySet[Any]:
        """Tasks, or events with the state after them: the same names either way, `red_on` too."""
        return (self.past() if self.is_past else self.present()).order_by()

    def present(self) -> QuerySet[Task]:
        tasks = Task.objects.visible_to(self.user) if self.user else Task.objects.all()
        if self.plan:
            tasks = tasks.filter(plan=self.plan)
        return tasks.of_department(self.department) if self.department else tasks

    def past(self) -> QuerySet[Any]:
        events = record.as_of(self.day).annotate(red_on=lights.turns_red_on())
        if self.user and not self.user.is_superuser:
            events = events.filter(task__in=Task.objects.visible_to(self.user).values("pk"))
        if self.plan:
            events = events.filter(task__plan=self.plan)
        if self.department:
            events = events.filter(Q(lead__in=self.units) | Q(HelpedBy(self.units)))
        return events

    @cached_property
    def units(self) -> list[int]:
        below = Department.objects.subtree([self.department.pk])
        return list(below.order_by("pk").values_list("pk", flat=True))

    def plans(self) -> QuerySet[Plan]:
        """The plans in force on that day whose goals belong in the picture."""
        plans = Plan.objects.visible_to(self.user) if self.user else Plan.objects.all()
        plans = plans.filter(released_at__lt=record.end_of(self.day))
        return plans.filter(pk=self.plan.pk) if self.plan else plans
