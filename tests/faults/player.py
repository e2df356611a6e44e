"""The story done for real: people and tasks through the services, and the jobs as they would run."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from plans.org.models import Department, Membership, User, Workday
from reports import delivery, outbox, reminders, tidings
from tasks import services
from tasks.models import Task
from tasks.services.splitting import Part
from tests import builders
from tests.faults import story
from tests.faults.story import Deed

MOVES = {"accept", "decline", "report", "submit", "return", "approve", "close", "reopen", "suspend", "cancel"}


def aware(at: datetime) -> datetime:
    return timezone.make_aware(at)


def run_jobs(at: datetime) -> None:
    """What the scheduler starts, one after the other."""
    owe(at)
    tell(at)


def owe(at: datetime) -> None:
    now = aware(at)
    services.open_report_periods(now=now)
    services.mark_late(now=now)
    reminders.catch_up(now)


def tell(at: datetime) -> None:
    now = aware(at)
    tidings.tell_events(now)
    delivery.deliver(now)
    outbox.send(now)


def play(player: "Player", run: Callable[[datetime], None], moments: Iterable[datetime]) -> None:
    """The half year: what people do, and in between `run` at each time at which the jobs ran."""
    waiting = story.deeds()
    for at in moments:
        while waiting and waiting[0].at <= at:
            player.do(waiting.pop(0))
        run(at)


class Player:
    """Everybody in the story. `office` is what tests.cases.hire has furnished."""

    def __init__(self, office: Any) -> None:
        self.office = office
        Workday.objects.create(day=story.TYPHOON, is_workday=False, note="台风停工")
        for name, (code, role) in story.PEOPLE.items():
            builders.a_membership(builders.a_user(name), self.unit(code), role)
        for name, code, role in story.SECOND_POSTS:
            builders.a_membership(self.person(name), self.unit(code), role)
        User.objects.filter(username=story.WITHOUT_ADDRESS).update(email="")
        self.plan = builders.a_plan(office.kjj)
        self.tasks: dict[str, int] = {}
        self.instructions: dict[str, int] = {}

    def unit(self, code: str) -> Department:
        return Department.objects.get(code=code)

    def person(self, name: str) -> User:
        return User.objects.get(username=name)

    def do(self, deed: Deed) -> None:
        if deed.name in MOVES:
            self.move(deed, **deed.given)
        else:
            getattr(self, deed.name)(deed, **deed.given)

    def move(self, deed: Deed, **given: Any) -> None:
        task = Task.objects.get(pk=self.tasks[deed.task])
        builders.moved(task, deed.name, on=deed.at.date(), hour=deed.at.hour, minute=deed.at.minute, **given)

    def by_hand(self, deed: Deed) -> dict[str, Any]:
        return {"actor": self.office.admin, "now": aware(deed.at), "note": "按要求办理"}

    def issue(self, deed: Deed) -> None:
        given, now = story.TASKS[deed.task], aware(deed.at)
        builders.an_item(
            self.plan,
            f"第{deed.task}项工作",
            lead=self.unit(given.lead),
            due_on=story.day(given.due),
            now=now,
        )
        (task,) = services.issue_plan(
            self.plan, actor=self.office.admin, now=now, reporting_cycle=given.cycle
        )
        assert task.code == code_of(deed.task)
        self.tasks[deed.task] = task.pk

    def reassign(self, deed: Deed, lead: str) -> None:
        self.move(deed, lead=self.unit(lead))

    def resume(self, deed: Deed, due: str) -> None:
        self.move(deed, due_on=story.day(due))

    def move_due(self, deed: Deed, due: str) -> None:
        task = Task.objects.get(pk=self.tasks[deed.task])
        services.edit_task(task.pk, version=task.version, due_on=story.day(due), **self.by_hand(deed))

    def ask_extension(self, deed: Deed, due: str) -> None:
        services.ask_extension(self.tasks[deed.task], due_on=story.day(due), **self.by_hand(deed))

    def grant_extension(self, deed: Deed, due: str) -> None:
        asked = Task.objects.get(pk=self.tasks[deed.task]).extensions.get()
        services.decide_extension(asked.pk, granted=True, **self.by_hand(deed))

    def split(self, deed: Deed, parts: dict[str, tuple[str, str]]) -> None:
        made = services.split_task(
            self.tasks[deed.task],
            [Part(self.unit(code), due_on=story.day(due)) for code, due in parts.values()],
            actor=self.office.admin,
            now=aware(deed.at),
        )
        self.tasks |= {number: task.pk for number, task in zip(parts, made, strict=True)}

    def instruct(self, deed: Deed, key: str, answer_by: str) -> None:
        given = self.by_hand(deed) | {"actor": self.office.leader, "answer_by": story.day(answer_by)}
        self.instructions[key] = services.instruct(self.tasks[deed.task], **given).pk

    def answer(self, deed: Deed, key: str) -> None:
        services.answer_instruction(self.instructions[key], **self.by_hand(deed))

    def urge(self, deed: Deed) -> None:
        services.urge(self.tasks[deed.task], **self.by_hand(deed) | {"actor": self.office.supervisor})

    def leaves(self, deed: Deed) -> None:
        User.objects.filter(username=deed.task).update(is_active=False)

    def resigns(self, deed: Deed, unit: str, role: str) -> None:
        Membership.objects.get(user__username=deed.task, department__code=unit, role=role).delete()

    def joins(self, deed: Deed, unit: str, role: str) -> None:
        builders.a_membership(builders.a_user(deed.task), self.unit(unit), role)


def code_of(number: str) -> str:
    return f"KJJ-{story.YEAR}-{number}"
