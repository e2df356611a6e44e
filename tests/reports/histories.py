"""Random histories: what an office may do in a year, made through the real services, the same for a seed.

Two plans of the bureau, one of which is put away half-way, and one of another bureau; tasks issued late,
handed on, split, put off, refused, reopened; goals whose figures are stated late and corrected.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db.models import QuerySet

from config.errors import DomainError
from plans import services as plan_services
from plans.models import Plan
from plans.org import workdays
from plans.org.models import Department
from tasks import access, services
from tasks.models import Extension, Task
from tasks.services.splitting import Part
from tasks.states import OPEN
from tests.builders import ISSUED_ON, a_goal, a_plan, a_task, at, moved
from tests.cases import Office

KINDS = ("by", "by", "by", "recurring", "ongoing", "")
# How often a move is made that could be made: what ends a task is rare, or soon nothing happens any more.
RARE = {"cancel": 0.1, "close": 0.3, "decline": 0.5, "suspend": 0.4, "reassign": 0.4, "recheck": 0.3}


def play(case: Office, seed: int, days: int) -> Iterator[date]:
    """So many days from the plans' issue on, some days apart: each is given when all of it has happened."""
    history = History(case, Random(seed))
    for number in range(days):
        history.pass_a_day()
        if number == days // 2:
            history.put_away()
        yield history.day
        history.day += timedelta(days=history.random.randint(1, 8))


class History:
    """An office as it goes on. `day` and `minutes` are its clock."""

    def __init__(self, case: Office, random: Random) -> None:
        self.case, self.random, self.day, self.minutes = case, random, ISSUED_ON, 0
        # Without the last: a department that never has a task.
        self.units = [case.gxc, case.cgc, case.ptc, case.rcc, case.ncc]
        self.plan, self.other = a_plan(case.kjj), a_plan(case.kjj, code="KJJ-2026B")
        self.goals = [a_goal(self.plan), a_goal(self.other, "新增科技企业60家", targets=[("科技企业", 60)])]
        for plan, count in ((self.plan, 8), (self.other, 4)):
            for _ in range(count):
                self.issue(plan)
        a_task(case.elsewhere, due_on=date(2026, 6, 30))
        self.changes = [self.move] * 8 + [self.edit, self.ask, self.decide, self.split, self.state, self.say]

    def now(self) -> datetime:
        return at(self.day, **self.tick())

    def tick(self) -> dict[str, int]:
        """Each thing a little after the one before."""
        self.minutes += 1
        return {"hour": 9 + self.minutes // 60, "minute": self.minutes % 60}

    def tasks(self, plan: Plan | None = None) -> QuerySet[Task]:
        return Task.objects.filter(plan=plan) if plan else Task.objects.all()

    def pass_a_day(self) -> None:
        """What was late yesterday is marked before the office opens."""
        services.mark_late(now=at(self.day, 0, 10))
        self.minutes = 0
        if self.random.random() < 0.1:
            self.issue(self.plan)
        for _ in range(self.random.randint(2, 9)):
            task = self.random.choice(self.tasks().order_by("id"))
            try:
                self.random.choice(self.changes)(task)
            except DomainError:
                continue  # not everything can be done at all times; refused, it changes nothing

    def some(self, units: list[Department]) -> list[Department]:
        return units[: self.random.randint(0, 2)]

    def shuffled(self, task: Task | None = None) -> list[Department]:
        """Who may get a task: departments of its own bureau."""
        if task and task.plan.issuer_id == self.case.elsewhere.pk:
            return [self.case.elsewhere]
        return self.random.sample(self.units, len(self.units))

    def later(self, longest: int = 150) -> date:
        return self.day + timedelta(days=self.random.randint(1, longest))

    def issue(self, plan: Plan) -> None:
        lead, *others = self.shuffled()
        a_task(
            lead,
            plan=plan,
            due_on=self.later(),
            issued_on=self.day,
            cooperating=self.some(others),
            deadline_kind=self.random.choice(KINDS),
            targets=[("科技企业", 60)] if self.random.random() < 0.5 else [],
        )

    def move(self, task: Task) -> None:
        calendar = workdays.calendar()
        allowed = access.allowed_moves(self.case.admin, task, today=self.day, calendar=calendar)
        if allowed:
            weights = [RARE.get(move.name, 1) for move in allowed]
            (chosen,) = self.random.choices(allowed, weights)
            self.make(task, chosen.name, **self.input_of(chosen.name, task))

    def make(self, task: Task, name: str, **given: Any) -> None:
        moved(task, name, on=self.day, **self.tick(), **given)

    def input_of(self, name: str, task: Task) -> dict[str, Any]:
        match name:
            case "report":
                return {"progress": self.random.randint(0, 100), "note": f"{self.day}进展"}
            case "reassign":
                lead, *others = self.shuffled(task)
                return {"lead": lead, "cooperating": self.random.choice([None, self.some(others)])}
            case "recheck":
                return {"outcome": "solid"}
            case "resume":
                return {"due_on": self.random.choice([None, self.later()])}
        return {}

    def edit(self, task: Task) -> None:
        others = [unit for unit in self.shuffled(task) if unit.pk != task.lead_id]
        services.edit_task(
            task.pk,
            actor=self.case.admin,
            now=self.now(),
            version=task.version,
            due_on=self.day + timedelta(days=self.random.randint(-20, 90)),
            cooperating=self.random.choice([None, self.some(others)]),
            note="市里统一调整",
        )

    def ask(self, task: Task) -> None:
        services.ask_extension(
            task.pk,
            due_on=task.due_on + timedelta(days=30),
            note="用地手续未完成",
            actor=self.case.admin,
            now=self.now(),
        )

    def decide(self, task: Task) -> None:
        asked = Extension.objects.filter(status=Extension.Status.ASKED).order_by("id").first()
        if asked:
            services.decide_extension(
                asked.pk,
                granted=self.random.random() < 0.7,
                note="已研究",
                actor=self.case.admin,
                now=self.now(),
            )

    def split(self, task: Task) -> None:
        leads = self.shuffled(task)[: self.random.randint(1, 3)]
        services.split_task(task.pk, [Part(lead) for lead in leads], actor=self.case.admin, now=self.now())

    def state(self, task: Task) -> None:
        """A goal's figure: of today, or of a day that has passed, stated late or anew."""
        item = self.random.choice(self.goals)
        measured_on = max(ISSUED_ON, self.day - timedelta(days=self.random.choice([0, 0, 1, 7, 30])))
        plan_services.state_goal_actual(
            item.goal,
            item.targets.get(),
            Decimal(self.random.randint(1, 400)),
            measured_on,
            actor=self.case.admin,
            now=self.now(),
        )

    def say(self, task: Task) -> None:
        """What changes nothing but the record."""
        services.comment(task.pk, note="已阅", actor=self.case.admin, now=self.now())

    def put_away(self) -> None:
        """The other plan: what of it is open ends, and it is archived."""
        for task in self.tasks(self.other).filter(status__in=OPEN).order_by("id"):
            self.make(task, "cancel")
        services.archive_plan(self.other, actor=self.case.admin, now=self.now())
