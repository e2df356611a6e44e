"""Who sees a plan, who may change it."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from plans.org.access import Standing
from plans.org.models import Department, User

RELEASED = ("issued", "archived")
# A worker that has not read a plan by then is given up on: no job may run for more than ten minutes.
CLAIM = timedelta(minutes=15)


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the departments a person sees; of the departments above theirs, what has been issued.

        A bureau's issued plan is addressed to all its departments and to the units it names; a draft is
        its own affair.
        """
        if user.is_superuser:
            return self
        seen = user.standing.seen
        owners = self.model._meta.get_field("items").related_model._meta.get_field("owners").related_model
        named = owners.objects.filter(item__plan=OuterRef("pk"), department__in=seen)
        addressed = Q(issuer__in=Department.objects.above(seen)) | Exists(named)
        return self.filter(Q(issuer__in=seen) | Q(status__in=RELEASED) & addressed)

    def in_force(self, begin: datetime, end: datetime) -> Self:
        """Released before `end` and not archived before `begin`."""
        kept = Q(archived_at=None) | Q(archived_at__gte=begin)
        return self.filter(kept, released_at__lt=end)

    def waiting(self, now: datetime) -> Self:
        """Those to be read by a job that nobody is reading."""
        return self.filter(Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM), status="parsing")


class PlanRevisionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Corrected files and what differs in them are the issuer's own affair, as a draft is: they tell of
        all its tasks. Everybody else reads the plan as it is then.
        """
        return self if user.is_superuser else self.filter(plan__issuer__in=user.standing.seen)


def may_supervise(standing: Standing, issuer_id: int) -> bool:
    """Everything a supervisor does belongs to a supervisor whose subtree holds the plan's issuer."""
    return standing.is_superuser or standing.holds(issuer_id, "supervisor")


def top_department(user: User) -> Department | None:
    """The highest department a person supervises: whose plan an upload is when the document does not say."""
    supervised = user.standing.departments("supervisor")
    if user.is_superuser and not supervised:
        roots = Department.objects.filter(parent=None, is_active=True)
        return roots.order_by("id").first() if roots.count() == 1 else None
    return Department.objects.filter(pk__in=supervised).exclude(parent__in=supervised).order_by("id").first()
