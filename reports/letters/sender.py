"""Who gives a letter out: whose form it has, and who signs it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Self

from plans.org.models import Department, Membership, Role


class Sender:
    """A department with those above it, the nearest first: their form and people step in for its own.

    Nobody in particular (no line) where several give a letter out together.
    """

    def __init__(self, line: Sequence[Department]) -> None:
        self.line = list(line)
        self.ids = [unit.pk for unit in line]

    @classmethod
    def of(cls, department: Department) -> Self:
        above = {unit.pk: unit for unit in Department.objects.above([department.pk]).order_by()}
        line = [department]
        while line[-1].parent_id is not None:
            line.append(above[line[-1].parent_id])
        return cls(line)

    @cached_property
    def posts(self) -> list[Membership]:
        """Those who lead or supervise in this line."""
        posts = Membership.objects.filter(department__in=self.ids, user__is_active=True)
        posts = posts.filter(role__in=(Role.LEADER, Role.SUPERVISOR))
        return list(posts.select_related("user").order_by("user__pk"))

    def supervised(self) -> "Sender":
        """The nearest of the line that has a supervisor, else the topmost."""
        held = {post.department_id for post in self.posts if post.role == Role.SUPERVISOR}
        nearest = next((at for at, pk in enumerate(self.ids) if pk in held), len(self.ids) - 1)
        found = Sender(self.line[nearest:])
        found.posts = [post for post in self.posts if post.department_id in found.ids]
        return found

    def signatories(self) -> dict[str, str]:
        """The sender's own people, or those of the nearest department above it that has some.

        Nobody is named as the signer where several could be: that is for the office to fill in.
        """
        names: dict[str, dict[int, list[str]]] = {Role.LEADER: {}, Role.SUPERVISOR: {}}
        for post in self.posts:
            names[post.role].setdefault(self.ids.index(post.department_id), []).append(str(post.user))
        leaders, supervisors = (
            names[role][min(names[role])] if names[role] else [] for role in (Role.LEADER, Role.SUPERVISOR)
        )
        return {"signer": leaders[0] if len(leaders) == 1 else "", "contact": "、".join(supervisors)}
