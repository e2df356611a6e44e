"""分解 on pages: the parts of a task, what they reach together, and the form that makes more of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, TextField
from django.db.models.functions import Cast, JSONObject

from plans.org.models import User
from plans.org.workdays import Calendar
from tasks.models import Task, TaskTarget
from tasks.services.splitting import LEVELS, MOST_PARTS


@dataclass
class Sum:
    """What the parts are to reach of one target of the whole, and have reached."""

    target: TaskTarget
    assigned: Decimal = Decimal(0)
    actual: Decimal | None = None

    @property
    def left(self) -> Decimal:
        """Still to be given to some part; nothing when the parts are to reach more than the whole."""
        return max(self.target.value - self.assigned, Decimal(0))


class Parts:
    """The parts that this person sees: one query."""

    def __init__(
        self, user: User, whole: Task, targets: list[TaskTarget], today: date, calendar: Calendar
    ) -> None:
        self.user, self.whole, self.targets = user, whole, targets
        self.today, self.calendar = today, calendar

    @cached_property
    def tasks(self) -> list[Task]:
        shares = TaskTarget.objects.filter(task=OuterRef("pk"), share_of__isnull=False)
        share = {name: Cast(name, TextField()) for name in ("value", "actual")}
        of_whole = JSONObject(whole=F("share_of"), **share)
        parts = Task.objects.visible_to(self.user).filter(parent=self.whole).order_by("id")
        return list(
            parts.for_display(self.today, self.calendar).annotate(
                shares=ArraySubquery(shares.order_by("ordinal").values(json=of_whole))
            )
        )

    @cached_property
    def sums(self) -> list[Sum]:
        """Of the targets that are shared out, in their order."""
        return [entry for entry in self.all_sums if entry.assigned]

    @cached_property
    def all_sums(self) -> list[Sum]:
        found = {target.pk: Sum(target) for target in self.targets}
        for part in self.tasks:
            for share in part.shares:
                entry = found[share["whole"]]
                entry.assigned += Decimal(share["value"])
                if share["actual"] is not None:
                    entry.actual = (entry.actual or 0) + Decimal(share["actual"])
        return list(found.values())

    @property
    def rows(self) -> list[tuple[Task, list[tuple[dict[str, str] | None, Sum]]]]:
        """Each part with its share of every sum."""
        by_part = [(part, {share["whole"]: share for share in part.shares}) for part in self.tasks]
        return [(part, [(shares.get(sum.target.pk), sum) for sum in self.sums]) for part, shares in by_part]

    @property
    def may_be_more(self) -> bool:
        """Within the limits of the service; who may is asked elsewhere."""
        parent = self.whole.parent
        level = 1 if parent is None else 2 if parent.parent_id is None else 3
        return level < LEVELS and len(self.tasks) < MOST_PARTS
