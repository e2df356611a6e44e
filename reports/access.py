"""Who sees a 汇总, who may edit and release it."""

from typing import Self

from django.db import models
from django.db.models import Q

from plans.org.access import SUBTREE_ROLES
from plans.org.models import Department, User
from reports.periods import Kind

NAMES = {
    Kind.WEEK: r"^\d{4}-W",
    Kind.MONTH: r"^\d{4}-\d",
    Kind.QUARTER: r"^\d{4}-Q",
    Kind.YEAR: r"^\d{4}$",
}


class SummaryQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the departments a person sees, drafts too; released ones also of those above theirs.

        The whole's: whoever looks over all bureaus; once it is released, everybody.
        """
        if user.is_superuser:
            return self
        seen = user.standing.seen
        addressed = Q(department__in=Department.objects.above(seen)) | Q(department=None)
        found = Q(department__in=seen) | Q(released_at__isnull=False) & addressed
        return self.filter(found | Q(department=None) if covers_all(user, *SUBTREE_ROLES) else found)

    def of_kind(self, kind: str) -> Self:
        return self.filter(period__regex=NAMES[Kind(kind)])


def covers_all(user: User, *roles: str) -> bool:
    """Do these posts of a person reach every bureau that is in use?"""
    roots = set(Department.objects.filter(parent=None, is_active=True).values_list("pk", flat=True))
    return user.is_superuser or bool(roots) and roots <= user.standing.departments(*roles)


def may_publish(user: User, department_id: int | None) -> bool:
    """Make, edit and release: a supervisor above the department; of the whole, above every bureau."""
    if department_id is None:
        return covers_all(user, "supervisor")
    return user.is_superuser or user.standing.holds(department_id, "supervisor")
