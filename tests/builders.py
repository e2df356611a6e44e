"""Rows for tests, made through the real services; the same every time."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from plans import services as plan_services
from plans.models import GoalActual, Plan, PlanItem, Target
from plans.org.models import Department, Membership, User
from tasks import services
from tasks.models import Task
from tasks.services.moves import MoveInput
from tasks.states import Status

PASSWORD = "demo-demo"
YEAR = 2026
ISSUED_ON = date(2026, 3, 2)  # a Monday
TODAY = date(
    2026, 10, 14
)  # a Wednesday; the office works from 8 to 10 October, with a make-up day on the 10th

UNITS = (
    ("GXC", "高新技术处", "高新处"),
    ("CGC", "成果转化处", "成果处"),
    ("PTC", "平台基地处", "平台处"),
    ("RCC", "人才处", ""),
    ("NCC", "农村科技处", "农村处"),
    ("BGS", "办公室", ""),
)
# The named cast: who holds which post.
POSTS = {
    "supervisor": ("KJJ", "supervisor", "杜查"),
    "leader": ("KJJ", "leader", "分管领导"),
    "viewer": ("KJJ", "viewer", "查阅人"),
    "head": ("GXC", "head", "高新处处长"),
    "liaison": ("GXC", "liaison", "高新处联络员"),
    "head2": ("CGC", "head", "成果处处长"),
    "liaison2": ("CGC", "liaison", "成果处联络员"),
}
# The moves that lead to each status.
WAYS: dict[str, tuple[str, ...]] = {
    Status.PENDING: (),
    Status.DECLINED: ("decline",),
    Status.IN_PROGRESS: ("accept",),
    Status.SUBMITTED: ("accept", "submit"),
    Status.COMPLETED: ("accept", "submit", "approve"),
    Status.CLOSED: ("accept", "submit", "approve", "close"),
    Status.SUSPENDED: ("accept", "suspend"),
    Status.CANCELLED: ("cancel",),
}


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That day's moment in the office's time zone."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def a_department(code: str, name: str = "", parent: Department | None = None, **fields: Any) -> Department:
    return Department.objects.create(code=code, name=name or f"{code}处", parent=parent, **fields)


def a_user(username: str, *, password: str | None = None, **fields: Any) -> User:
    """Without a password, since hashing one takes time; nobody can sign in as this user until one is set."""
    fields.setdefault("email", f"{username}@example.test")
    return User.objects.create_user(username, password=password, **fields)


def a_membership(user: User, department: Department, role: str) -> Membership:
    return Membership.objects.create(user=user, department=department, role=role)


def a_superuser() -> User:
    """Who makes what no test asks about."""
    found = User.objects.filter(is_superuser=True).order_by("id").first()
    return found or a_user("admin", is_superuser=True, is_staff=True)


def a_plan(issuer: Department, *, year: int = YEAR, code: str = "", **fields: Any) -> Plan:
    """A draft without items, as if its file had been read."""
    code = code or f"{issuer.code}-{year}"
    values = {
        "title": f"{issuer.name}{year}年工作要点",
        "status": Plan.Status.DRAFT,
        "file_name": f"{code}.txt",
        "sha256": code.ljust(64, "0"),
        "uploaded_by": a_superuser(),
        "created_at": at(date(year, 1, 15)),
    }
    return Plan.objects.create(code=code, issuer=issuer, year=year, **values | fields)


def an_item(plan: Plan, heading: str = "建设科技企业孵化器", **fields: Any) -> PlanItem:
    fields.setdefault("kind", PlanItem.Kind.TASK)
    now = fields.pop("now", at(ISSUED_ON, 8))
    targets = fields.pop("targets", ())
    deadline_kind = fields.pop("deadline_kind", None)
    number = fields.pop("number", "") or f"{plan.items.count() + 1}"
    item = plan_services.add_item(
        plan, actor=a_superuser(), now=now, heading=heading, number=number, **fields
    )
    if deadline_kind is not None:
        PlanItem.objects.filter(pk=item.pk).update(deadline_kind=deadline_kind)
    for ordinal, target in enumerate(targets):
        a_target(item, ordinal, *target)
    return item


def a_target(item: PlanItem, ordinal: int, name: str, value: int | str, unit: str = "家") -> Target:
    return Target.objects.create(
        item=item, ordinal=ordinal, name=name, comparator=">=", value=Decimal(value), unit=unit
    )


def a_goal(plan: Plan, heading: str = "高新技术企业达到300家", **fields: Any) -> PlanItem:
    fields.setdefault("targets", [("高新技术企业", 300)])
    return an_item(plan, heading, kind=PlanItem.Kind.GOAL, **fields)


def an_actual(target: Target, value: int | str, measured_on: date) -> GoalActual:
    return plan_services.state_goal_actual(
        target.item.goal,
        target,
        Decimal(value),
        measured_on,
        actor=a_superuser(),
        now=at(measured_on, 17),
    )


def the_plan_of(lead: Department, year: int) -> Plan:
    """The plan of the bureau that this department belongs to; made when it is not there yet."""
    bureau = Department.objects.above([lead.pk]).get(parent=None)
    return Plan.objects.filter(issuer=bureau, year=year).first() or a_plan(bureau, year=year)


def a_task(
    lead: Department,
    *,
    status: str = Status.PENDING,
    plan: Plan | None = None,
    title: str = "建设科技企业孵化器",
    due_on: date | None = date(2026, 11, 30),
    issued_on: date = ISSUED_ON,
    moved_on: date | None = None,
    progress: int | None = None,
    cooperating: Iterable[Department] = (),
    **item: Any,
) -> Task:
    """Issued on one day, brought to `status` that day or on `moved_on`, with a report for `progress`.

    `item`: further fields of the plan's item, such as `targets=[(name, value)]` and `deadline_kind`.
    """
    plan = plan or the_plan_of(lead, due_on.year if due_on else YEAR)
    item = an_item(
        plan, title, lead=lead, cooperating=list(cooperating), due_on=due_on, now=at(issued_on, 8), **item
    )
    (task,) = issued(plan, issued_on)
    assert task.plan_item_id == item.pk
    hour = 10
    for name in WAYS[status]:
        task = moved(task, name, on=moved_on or issued_on, hour=hour)
        if name == "accept" and progress is not None:
            task = moved(task, "report", on=moved_on or issued_on, hour=hour, minute=30, progress=progress)
        hour += 1
    return Task.objects.get(pk=task.pk)


def issued(plan: Plan, day: date) -> list[Task]:
    return services.issue_plan(plan, actor=a_superuser(), now=at(day))


def moved(
    task: Task,
    name: str,
    *,
    on: date,
    hour: int = 10,
    minute: int = 0,
    actor: User | None = None,
    **given: Any,
) -> Task:
    """The task after one move. Targets without a figure get a reason when it applies to close."""
    given.setdefault("note", "已按要求办理")
    if name == "submit" and "targets" not in given:
        given["targets"] = [
            SimpleNamespace(id=pk, actual=None, reason="年底统计")
            for pk in task.targets.filter(actual=None, reason="").values_list("pk", flat=True)
        ]
    services.make_move(
        task.pk, name, actor=actor or a_superuser(), now=at(on, hour, minute), given=MoveInput(**given)
    )
    return Task.objects.get(pk=task.pk)
