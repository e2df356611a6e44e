"""Which tasks a figure is about, and as of which day: as they are now, or as the record says they were."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from config.errors import InputInvalid
from plans.models import Plan
from plans.org.models import Department, User
from plans.org.workdays import DAY, Calendar, calendar
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
    """Whose picture of which day. `user` None is the office itself, which sees everything.

    `department` includes those below it. Without a `plan` it is about the plans in force: released by the end
    of `day` and not archived before `since`, a period's first day (None: by the end of `day`).
    """

    day: date
    is_past: bool
    user: User | None = None
    plan: Plan | None = None
    department: Department | None = None
    since: date | None = None

    @classmethod
    def asked(
        cls,
        user: User,
        today: date,
        *,
        plan: Plan | None = None,
        department: Department | None = None,
        as_of: date | None = None,
    ) -> Self:
        """What somebody asks for today. Raises InputInvalid for a day that has not come."""
        if as_of and as_of > today:
            raise InputInvalid(_("截至日期不能晚于今天。"), code="date_in_future")
        return cls(as_of or today, as_of is not None and as_of < today, user, plan, department)

    def on(self, day: date, today: date) -> Self:
        """The same picture on another day, by the calendar that is known already."""
        other = replace(self, day=day, is_past=day < today)
        vars(other)["calendar"] = self.calendar
        return other

    @property
    def task(self) -> str:
        """The way from a row to its task's own columns."""
        return "task__" if self.is_past else ""

    @property
    def task_id(self) -> str:
        return "task_id" if self.is_past else "id"

    def all_rows(self) -> QuerySet[Any]:
        """Tasks, or events with the state after them: the same names either way, `red_on` too.

        Parts of split tasks beside their wholes: for lists, where nothing is added up.
        """
        rows = self.past() if self.is_past else self.present()
        if self.plan:
            return rows.filter(**{f"{self.task}plan": self.plan}).order_by()
        return rows.filter(**{f"{self.task}plan__in": self.in_force().values("pk")}).order_by()

    def rows(self) -> list[QuerySet[Any]]:
        """The same, every piece of work once: a part counts only where no task above it is in the picture.

        In pieces that have no task in common: PostgreSQL counts them faster one by one.
        """
        if self.department is None and (self.user is None or self.user.is_superuser):
            return self.wholes()  # a whole is older than its parts
        return [*self.wholes(), self.parts_outside(self.all_rows())]

    def rows_by_lead(self) -> list[QuerySet[Any]]:
        """For departments side by side: a part counts where its lead leads none of the tasks above it."""
        return [*self.wholes(), self.parts_outside(self.all_rows().filter(lead=OuterRef("lead")))]

    def wholes(self) -> list[QuerySet[Any]]:
        """The rows that are no parts."""
        first, *others = self.pieces()
        return [first.filter(parent=None), *(rows.filter(task__parent=None) for rows in others)]

    def pieces(self) -> list[QuerySet[Any]]:
        """All rows; of a past day first those of tasks that stand as they stood: most."""
        if not self.is_past:
            return [self.all_rows()]
        end = record.end_of(self.day)
        unchanged = replace(self, is_past=False).all_rows().filter(updated_at__lt=end)
        return [unchanged, self.all_rows().filter(task__updated_at__gte=end)]

    def parts_outside(self, wholes: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that are parts, at either level, of none of these."""
        parent = f"{self.task}parent"
        above = Exists(wholes.filter(**{self.task_id: OuterRef(parent)}))
        further_up = Exists(wholes.filter(**{f"{self.task}children": OuterRef(parent)}))
        return self.all_rows().filter(~above, ~further_up, **{f"{parent}__isnull": False})

    def present(self) -> QuerySet[Task]:
        tasks = Task.objects.visible_to(self.user) if self.user else Task.objects.all()
        return tasks.of_department(self.department) if self.department else tasks

    def past(self) -> QuerySet[Any]:
        events = record.as_of(self.day).annotate(red_on=lights.turns_red_on())
        if self.user and not self.user.is_superuser:
            events = events.filter(task__in=Task.objects.visible_to(self.user).values("pk"))
        if self.department:
            events = events.filter(Q(lead__in=self.units) | Q(HelpedBy(self.units)))
        return events

    @cached_property
    def calendar(self) -> Calendar:
        return calendar()

    @cached_property
    def units(self) -> list[int]:
        below = Department.objects.subtree([self.department.pk])
        return list(below.order_by("pk").values_list("pk", flat=True))

    def in_force(self) -> QuerySet[Plan]:
        end = record.end_of(self.day)
        begin = record.end_of(self.since - DAY) if self.since else end
        return Plan.objects.in_force(begin, end)

    def plans(self) -> QuerySet[Plan]:
        """The plans whose goals belong in the picture."""
        plans = Plan.objects.visible_to(self.user) if self.user else Plan.objects.all()
        if self.plan:
            return plans.filter(pk=self.plan.pk, released_at__lt=record.end_of(self.day))
        return plans.filter(pk__in=self.in_force().values("pk"))
