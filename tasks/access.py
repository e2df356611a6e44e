"""Who sees a task, who may make which move: used by queries, services and pages alike."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast, JSONObject

from config.postgres.frozen import IsAny
from plans.org.access import Standing
from plans.org.models import Department, User
from plans.org.workdays import Calendar
from tasks import lights
from tasks.states import ACTS, MOVES, OPEN, By, Move

DEPARTMENTS = ArrayField(models.BigIntegerField())


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Tasks that a person's departments lead, help with or issued (whole subtrees for those above)."""
        if user.is_superuser:
            return self
        return self.seen_from(models.Value(sorted(user.standing.seen), DEPARTMENTS))

    def seen_from(self, departments: models.Expression) -> Self:
        """Tasks that one of these departments (an array) has to do with."""
        # The issuer is one of `seen_by`: asked first, since it answers fast for people high up.
        return self.filter(Q(IsAny("issuer", departments)) | Q(seen_by__overlap=departments))

    def concerning(self, departments: Any) -> Q:
        """Led or helped by one of these departments. A subquery, not a join: no row comes twice."""
        departments = list(departments)
        helpers = self.model._meta.get_field("helpers").related_model
        helped = helpers.objects.filter(task=OuterRef("pk"), department__in=departments)
        # By the index first; `seen_by` also holds issuers.
        return Q(seen_by__overlap=departments) & (Q(lead__in=departments) | Exists(helped))

    def of_department(self, department: Department) -> Self:
        below = Department.objects.subtree([department.pk]).order_by().values_list("pk", flat=True)
        return self.filter(self.concerning(below))

    def letters_for(self, user: User) -> Self:
        """Tasks that `may_have_letters` says yes to."""
        if user.is_superuser:
            return self
        standing = user.standing
        above, own = standing.departments("supervisor", "leader"), standing.departments("liaison", "head")
        split = Q(issuer__in=standing.departments("head"), parent__isnull=False)
        return self.filter(Q(issuer__in=above) | Q(plan__issuer__in=above) | Q(lead__in=own) | split)

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def overdue(self, today: date) -> Self:
        return self.filter(lights.overdue(today))

    def with_light(self, today: date, calendar: Calendar) -> Self:
        """Adds `light`, `is_overdue` and `days_overdue` as of that day."""
        return self.annotate(
            light=lights.light(today, calendar),
            is_overdue=models.ExpressionWrapper(lights.overdue(today), output_field=models.BooleanField()),
            days_overdue=lights.days_overdue(today),
        )

    def for_display(self, today: date, calendar: Calendar) -> Self:
        """Everything a list shows, in one query: helpers and targets come as arrays beside each task."""
        helpers = self.model._meta.get_field("helpers").related_model.objects.filter(task=OuterRef("pk"))
        targets = self.model._meta.get_field("targets").related_model.objects.filter(task=OuterRef("pk"))
        unit = {
            "id": F("department_id"),
            "code": F("department__code"),
            "name": F("department__name"),
            "role": F("role"),
        }
        quantity = {name: F(name) for name in ("id", "name", "comparator", "unit")}
        # As text: JSON's own numbers would come back as floats, and round.
        quantity |= {name: Cast(name, models.TextField()) for name in ("value", "value_max", "actual")}
        return (
            self.select_related("plan", "plan_item", "lead")
            .defer("plan__text", "plan__preamble", "plan__furniture", "plan__warnings", "plan_item__body")
            .with_light(today, calendar)
            .annotate(
                units=ArraySubquery(helpers.order_by("id").values(json=JSONObject(**unit))),
                quantities=ArraySubquery(targets.order_by("ordinal").values(json=JSONObject(**quantity))),
            )
        )


def may(user: User, move: Move, task: Any) -> bool:
    """May this person make this kind of move on this task, whatever its state?"""
    standing = user.standing
    by = By.LEAD_HEAD if move.name == "submit" and settings.SUBMIT_NEEDS_HEAD else move.by
    return standing.is_superuser or holds(standing, by, task)


def holds(standing: Standing, by: By, task: Any) -> bool:
    match by:
        case By.LEAD:
            return standing.holds(task.lead_id, "liaison", "head")
        case By.LEAD_HEAD:
            return standing.holds(task.lead_id, "head")
        case By.UNITS:
            return reporting_department(standing, task.lead_id, task.helper_ids()) is not None
        case By.SUPERVISOR:
            return supervises(standing, task)
        case By.OVERSIGHT:
            return supervises(standing, task) or oversees(standing, task, "leader")
        case By.LEADER:
            return oversees(standing, task, "leader")
        case By.SPLITTERS:
            return supervises(standing, task) or standing.holds(task.lead_id, "head")
        case By.PARTIES:
            return any(holds(standing, part, task) for part in (By.UNITS, By.OVERSIGHT))


def supervises(standing: Standing, task: Any) -> bool:
    """A supervisor of the plan's issuer; for a part of a split task also the head of who split it."""
    if oversees(standing, task, "supervisor"):
        return True
    return task.parent_id is not None and standing.holds(task.issuer_id, "head")


def oversees(standing: Standing, task: Any, role: str) -> bool:
    """Does this role reach the task's issuer? A part's plan was issued by somebody else than the part."""
    if standing.holds(task.issuer_id, role):
        return True
    return task.parent_id is not None and standing.holds(task.plan_issuer_id, role)


def reporting_department(standing: Standing, lead_id: int, helper_ids: Iterable[int]) -> int | None:
    """The department a person reports for: the lead (superusers too) where they hold a post, or a helper."""
    if standing.is_superuser:
        return lead_id
    return next((pk for pk in (lead_id, *helper_ids) if standing.holds(pk, "liaison", "head")), None)


def may_supervise(user: User, task: Any) -> bool:
    return user.is_superuser or supervises(user.standing, task)


def may_have_letters(user: User, task: Any) -> bool:
    """督查通知单, 催办函: who oversees a task sends them, the lead's people may look what they say."""
    standing = user.standing
    return standing.is_superuser or any(holds(standing, by, task) for by in (By.OVERSIGHT, By.LEAD))


def may_ask_for_letters(user: User, department_id: int) -> bool:
    """Can there be a letter to this department for the person, whatever its tasks?"""
    standing = user.standing
    above = standing.is_superuser or bool(standing.departments("supervisor", "leader"))
    return above or standing.holds(department_id, "liaison", "head")


def may_decline_until(assigned_on: date, calendar: Calendar) -> date:
    return calendar.add(assigned_on, settings.DECLINE_WORKING_DAYS)


def may_ask_extension_until(due_on: date, calendar: Calendar) -> date:
    return calendar.add(due_on, -settings.EXTENSION_WORKING_DAYS)


def allowed_moves(user: User, task: Any, *, today: date, calendar: Calendar) -> list[Move]:
    """The moves this person may make on this task now, in the order of the table."""
    late = today > may_decline_until(task.assigned_on, calendar)
    return [
        move
        for move in MOVES.values()
        if task.status in move.sources and not (move.name == "decline" and late) and may(user, move, task)
    ]


def allowed_acts(user: User, task: Any) -> list[Move]:
    """The acts that this person and the task's state allow; limits of extensions are the service's to say."""
    return [act for act in ACTS.values() if task.status in act.sources and may(user, act, task)]
