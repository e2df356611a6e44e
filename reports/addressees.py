"""Who hears of a task, by the posts people hold now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q
from django.utils.functional import cached_property

from plans.org.models import Department, Membership, Role, User
from reports.models import ReminderRule

Audience = ReminderRule.Audience
IN_LEAD = (Role.LIAISON, Role.HEAD)
ABOVE_ISSUER = (Role.SUPERVISOR, Role.LEADER)


class Placed(Protocol):
    """A task, or all of it that its hearers depend on."""

    lead_id: int
    issuer_id: int
    is_part: bool


@dataclass(frozen=True)
class Place:
    """Where tasks stand among the departments: who hears of one of them hears of the others."""

    lead_id: int
    issuer_id: int
    is_part: bool


class Posts:
    """Who holds which post around some tasks, read in two queries however many tasks there are."""

    def __init__(self, tasks: Iterable[Placed]) -> None:
        tasks = list(tasks)
        above = Department.objects.above({task.issuer_id for task in tasks})
        self.parents = dict(above.values_list("pk", "parent_id"))
        in_lead = {pk for task in tasks for pk in (task.lead_id, task.issuer_id)}
        held = Membership.objects.filter(user__is_active=True).filter(
            Q(department__in=in_lead, role__in=IN_LEAD)
            | Q(department__in=list(self.parents), role__in=ABOVE_ISSUER)
        )
        self.holders: dict[tuple[int, str], list[User]] = defaultdict(list)
        for post in held.select_related("user").order_by("user__username"):
            self.holders[post.department_id, post.role].append(post.user)

    def of(self, task: Placed, audience: str) -> list[User]:
        """Liaison and head of the lead; supervisors and leaders of the issuer and of all above it.

        Of a part of a split task the head of who split it supervises too.
        """
        departments = [task.lead_id] if audience in IN_LEAD else self.line(task.issuer_id)
        found = [user for pk in departments for user in self.holders.get((pk, audience), ())]
        if audience == Audience.SUPERVISOR and task.is_part:
            found = self.holders.get((task.issuer_id, Role.HEAD), []) + found
        return distinct(found)

    def leading(self, task: Placed) -> list[User]:
        """Liaison and head of the lead."""
        return distinct(self.of(task, Audience.LIAISON) + self.of(task, Audience.HEAD))

    def line(self, department_id: int | None) -> Iterator[int]:
        while department_id is not None:
            yield department_id
            department_id = self.parents.get(department_id)

    def instead(self, task: Placed) -> list[User]:
        """Who is told that a post is empty: the supervisors, and where there are none the administrators."""
        return self.of(task, Audience.SUPERVISOR) or self.administrators

    @cached_property
    def administrators(self) -> list[User]:
        return list(User.objects.filter(is_active=True, is_superuser=True).order_by("username"))

    def told(self, task: Placed, audience: str) -> list[User]:
        """Everyone who hears of a reminder to this audience."""
        return self.of(task, audience) or self.instead(task)


def distinct(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())
