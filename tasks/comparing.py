"""Two plans side by side, with what became of their tasks as far as a person sees them."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from config.errors import InputInvalid
from plans.comparing import Compared, Comparison, compare
from plans.models import Plan, PlanItem, Target
from plans.org.models import Department, User
from plans.targets import Beside
from tasks.models import Task
from tasks.states import OPEN


@dataclass
class Side:
    """An item of one plan, and its task where it has one that the reader sees."""

    item: PlanItem
    targets: list[Target]
    task: Task | None

    @property
    def lead(self) -> Department | None:
        """Who has it now: the record knows of reassignments, the plan does not."""
        return self.task.lead if self.task else self.item.lead

    @property
    def lead_text(self) -> str:
        return next((owner.printed for owner in self.item.owners.all() if owner.role == "lead"), "")

    @property
    def is_open(self) -> bool:
        return self.task is not None and self.task.status in OPEN


@dataclass
class Row:
    """One line of the comparison: both sides are there where the work goes on."""

    then: Side | None
    now: Side | None
    likeness: float | None = None
    linked: bool = False
    targets: list[Beside] | None = None

    @property
    def kind(self) -> str:
        return (self.now or self.then).item.kind

    @property
    def leads(self) -> set[Department]:
        return {side.lead for side in (self.then, self.now) if side and side.lead}


class SideBySide:
    """`plan` beside `other`, for one reader. Raises InputInvalid `same_plan` where both are one."""

    def __init__(self, plan: Plan, other: Plan, user: User) -> None:
        if plan.pk == other.pk:
            raise InputInvalid(_("请选择另一份计划作对比。"), code="same_plan")
        self.plan, self.other, self.user = plan, other, user

    @cached_property
    def found(self) -> Comparison:
        return compare(self.plan, self.other)

    @cached_property
    def tasks(self) -> dict[int, Task]:
        mine = Task.objects.visible_to(self.user).filter(plan__in=[self.plan, self.other], parent=None)
        return {task.plan_item_id: task for task in mine.select_related("lead")}

    def side(self, compared: Compared) -> Side:
        return Side(compared.item, compared.targets, self.tasks.get(compared.item.pk))

    @cached_property
    def carried(self) -> list[Row]:
        return [
            Row(self.side(pair.then), self.side(pair.now), pair.likeness, pair.linked, pair.targets)
            for pair in self.found.carried
        ]

    @cached_property
    def new(self) -> list[Row]:
        return [Row(None, self.side(one)) for one in self.found.new]

    @cached_property
    def dropped(self) -> list[Row]:
        return [Row(self.side(one), None) for one in self.found.dropped]

    @property
    def new_items(self) -> list[Side]:
        return [row.now for row in self.new if row.now]

    @property
    def dropped_items(self) -> list[Side]:
        return [row.then for row in self.dropped if row.then]
