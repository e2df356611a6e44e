"""全局搜索: tasks, plans and what they say, and departments, as far as a person sees them."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model, Q, QuerySet
from django.utils.http import urlencode

from plans.models import Plan, PlanItem
from plans.org.models import Department, User
from tasks.filters import TaskFilterSet
from tasks.models import Task

SHORTEST, LONGEST = 2, 100
# Of each kind; all tasks are one press further, in the ledger.
TASKS, OTHERS = 10, 6
# What a plan says is read word for word: of so many of the latest plans.
PLANS_READ = 50


@dataclass
class Search:
    user: User
    asked: str

    @cached_property
    def words(self) -> list[str]:
        return self.asked.split()

    @property
    def fits(self) -> bool:
        return SHORTEST <= len(self.asked) <= LONGEST and "\0" not in self.asked

    @cached_property
    def exact(self) -> Task | None:
        """The task of which this is the code."""
        codes = {self.asked, self.asked.upper()}
        return (
            Task.objects.visible_to(self.user).filter(code__in=codes).only("pk").first()
            if self.fits
            else None
        )

    @cached_property
    def tasks(self) -> list[Task]:
        """One more than is shown."""
        visible = Task.objects.visible_to(self.user).select_related("lead", "plan").defer("plan__text")
        found = TaskFilterSet({"q": self.asked}, visible).qs
        return list(found.order_by("-due_on", "-pk")[: TASKS + 1])

    @cached_property
    def plans(self) -> list[Plan]:
        visible = self.visible_plans.filter(self.holding("title", "code"))
        return list(visible.only("title", "year", "status").order_by("-year", "-pk")[:OTHERS])

    @cached_property
    def items(self) -> list[PlanItem]:
        """What plans say that is no task: goals, headings, measures; withdrawn ones not."""
        read = self.visible_plans.order_by("-year", "-pk").values("pk")[:PLANS_READ]
        said = PlanItem.objects.filter(plan__in=read, withdrawn_at=None).exclude(kind=PlanItem.Kind.TASK)
        said = said.filter(self.holding("heading", "body")).select_related("plan")
        shown = said.only("heading", "body", "kind", "plan__title", "plan__year")
        return list(shown.order_by("-plan__year", "plan", "ordinal")[:OTHERS])

    @cached_property
    def departments(self) -> list[Department]:
        visible = Department.objects.visible_to(self.user).filter(is_active=True)
        return list(visible.filter(self.holding("name", "short_name", "code"))[:OTHERS])

    @property
    def visible_plans(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.user)

    def holding(self, *fields: str) -> Q:
        """Every word in one of these fields."""
        found = Q()
        for word in self.words:
            found &= Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)
        return found

    @property
    def groups(self) -> list[list[Model]]:
        return [self.tasks, self.plans, self.items, self.departments]

    @property
    def has_found(self) -> bool:
        return any(self.groups)

    @property
    def shown_tasks(self) -> list[Task]:
        return self.tasks[:TASKS]

    @property
    def all_tasks(self) -> str:
        """The ledger with the same words, where there are more."""
        return urlencode({"q": self.asked}) if len(self.tasks) > TASKS else ""
