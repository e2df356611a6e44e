"""An invented bureau to look around in: `make run` calls it; safe again."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config import demo
from config.commands import OfficeCommand
from config.demo.story import ISSUED_DAYS_AGO, STORY, Step
from plans import services as plan_services
from plans.models import Plan
from plans.org.models import ApiToken, Department, Membership, User
from reports import bulletins, summaries
from reports.models import ScoreRule
from reports.periods import Kind, Period
from reports.scoring.objections import object_to
from tasks import services
from tasks.models import Task
from tasks.services.moves import MoveInput, TargetActual
from tasks.services.splitting import Part, Share
from tasks.states import MOVES

PASSWORD = "demo-demo"
TEXTS = Path(demo.__file__).parent
DEPARTMENTS = [
    ("KJJ", "青垣市科学技术局", "市科技局"),
    ("GXC", "高新技术处", "高新处"),
    ("CGC", "成果转化处", "成果处"),
    ("PTC", "平台建设处", "平台处"),
    ("RCC", "人才处", "人才处"),
    ("NCC", "农村科技处", "农村处"),
    ("BGS", "办公室", "办公室"),
]
USERS = [
    ("admin", "管理员", None, None),
    ("supervisor", "周督查", "KJJ", "supervisor"),
    ("leader", "陈副局长", "KJJ", "leader"),
    ("viewer", "查阅员", "KJJ", "viewer"),
    ("head", "高处长", "GXC", "head"),
    ("liaison", "林联络", "GXC", "liaison"),
    ("head2", "程处长", "CGC", "head"),
    ("liaison2", "蔡联络", "CGC", "liaison"),
]


class Command(OfficeCommand):
    help = "Make an invented bureau: departments, users (password demo-demo), plans, tasks in every status."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        people = make_people()
        made = make_plans(people, now) if not Plan.objects.filter(issuer__code="KJJ").exists() else 0
        self.stdout.write(f"演示单位：青垣市科学技术局。新建任务 {made} 项，共 {Task.objects.count()} 项。")
        self.stdout.write(f"演示用户（密码均为 {PASSWORD}）及其接口令牌：")
        for username, name, code, role in USERS:
            post = Membership(role=role).get_role_display() if role else "超级用户"
            self.stdout.write(
                f"  {username:<11}{demo_token(people[username])}  {code or '':<4} {post} {name}"
            )


def make_people() -> dict[str, User]:
    departments: dict[str, Department] = {}
    for code, name, short_name in DEPARTMENTS:
        values = {"name": name, "short_name": short_name, "parent": departments.get("KJJ")}
        departments[code], _ = Department.objects.get_or_create(code=code, defaults=values)
    people = {}
    for username, name, code, role in USERS:
        boss = role is None
        values = {
            "display_name": name,
            "email": f"{username}@example.test",
            "is_superuser": boss,
            "is_staff": boss,
        }
        user, created = User.objects.get_or_create(username=username, defaults=values)
        if created:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        if code:
            Membership.objects.get_or_create(user=user, department=departments[code], role=role)
        people[username] = user
    return people


def demo_token(user: User) -> str:
    """The same at every start, so that yesterday's curl works; from the secret key, so not guessable."""
    token = hmac.new(
        settings.SECRET_KEY.encode(), f"demo:{user.username}".encode(), hashlib.sha256
    ).hexdigest()[:40]
    ApiToken.issue(user, "demo", ["read", "write"], token=token)
    return token


@transaction.atomic
def make_plans(people: dict[str, User], now: datetime) -> int:
    year = timezone.localdate(now).year
    last = bring_in("last-year.txt", year - 1, people, morning(date(year - 1, 2, 3)))
    for task in last:
        finish(task, people)
    moment = now - timedelta(days=ISSUED_DAYS_AGO)
    tasks = bring_in("this-year.txt", year, people, moment, today=timezone.localdate(now))
    for task in tasks:
        number = int(task.code.rsplit("-", 1)[1])
        for step in STORY[number][1]:
            at = now - timedelta(days=step.days_ago)
            concerned = task.children.order_by("id")[step.part - 1] if step.part else task
            (take if step.move in MOVES else ACTS[step.move])(concerned, step, people[step.who], at)
    state_goals(tasks[0].plan, people, now)
    services.mark_late(now=now)
    for week in range(ISSUED_DAYS_AGO // 7, -1, -1):
        services.open_report_periods(now=now - timedelta(weeks=week))
    publish(people, now)
    object_to_return(people["head2"], now)
    return len(last) + len(tasks)


def bring_in(
    name: str, year: int, people: dict[str, User], now: datetime, today: date | None = None
) -> list[Task]:
    text = (TEXTS / name).read_text(encoding="utf-8").replace("{year}", str(year))
    upload = plan_services.Upload(content=text.encode(), name=f"{year}年工作要点.txt")
    supervisor = people["supervisor"]
    plan, _ = plan_services.import_plan(upload, actor=supervisor, now=now)
    for n, item in enumerate(plan.items.filter(kind="task").order_by("ordinal") if today else [], start=1):
        if (days := STORY[n][0]) is not None:
            due_on = today + timedelta(days=days)
            plan_services.change_item(item, actor=supervisor, now=now, due_on=due_on)
    return services.issue_plan(plan, actor=supervisor, now=now)


def take(task: Task, step: Step, actor: User, at: datetime) -> None:
    more = dict(step.more)
    if actuals := more.pop("actuals", ()):
        reached = zip(task.targets.all(), actuals, strict=True)
        more["targets"] = [TargetActual(id=target.pk, actual=Decimal(value)) for target, value in reached]
    services.make_move(task.pk, step.move, actor=actor, now=at, given=MoveInput(note=step.note, **more))


def set_cycle(task: Task, step: Step, actor: User, at: datetime) -> None:
    version = Task.objects.values_list("version", flat=True).get(pk=task.pk)
    services.edit_task(task.pk, actor=actor, now=at, version=version, **step.more)


def urge(task: Task, step: Step, actor: User, at: datetime) -> None:
    services.urge(task.pk, note=step.note, actor=actor, now=at)


def comment(task: Task, step: Step, actor: User, at: datetime) -> None:
    services.comment(task.pk, note=step.note, actor=actor, now=at)


def instruct(task: Task, step: Step, actor: User, at: datetime) -> None:
    answer_by = timezone.localdate(at) + timedelta(days=step.more["answer_in"])
    services.instruct(task.pk, note=step.note, answer_by=answer_by, actor=actor, now=at)


def answer(task: Task, step: Step, actor: User, at: datetime) -> None:
    instruction = task.instructions.get(answered_at=None)
    services.answer_instruction(instruction.pk, note=step.note, actor=actor, now=at)


def ask_extension(task: Task, step: Step, actor: User, at: datetime) -> None:
    due_on = task.due_on + timedelta(days=step.more["later"])
    services.ask_extension(task.pk, due_on=due_on, note=step.note, actor=actor, now=at)


def attach(task: Task, step: Step, actor: User, at: datetime) -> None:
    """Bears out the latest report."""
    upload = services.Upload(step.more["text"].encode(), step.more["file"])
    services.attach(task.pk, upload, actor=actor, now=at, report=task.reports.first().pk)


def split(task: Task, step: Step, actor: User, at: datetime) -> None:
    leads, targets = Department.objects.in_bulk(field_name="code"), list(task.targets.all())
    parts = [
        Part(leads[code], targets=[Share(t.pk, Decimal(v)) for t, v in zip(targets, values, strict=True)])
        for code, values in step.more["shares"].items()
    ]
    services.split_task(task.pk, parts, actor=actor, now=at)


ACTS: dict[str, Callable[[Task, Step, User, datetime], None]] = {
    act.__name__: act for act in (set_cycle, urge, comment, instruct, answer, ask_extension, attach, split)
}


def finish(task: Task, people: dict[str, User]) -> None:
    """Last year's tasks were done in good time, and closed."""
    reached = [TargetActual(id=target.pk, actual=target.value) for target in task.targets.all()]
    applied = morning(task.due_on - timedelta(days=20))
    for step, at in (
        (Step(0, "accept", "admin"), morning(task.assigned_on + timedelta(days=1))),
        (Step(0, "submit", "admin", "任务已完成。", {"targets": reached}), applied),
        (Step(0, "approve", "supervisor", "同意办结。"), applied + timedelta(days=5)),
        (Step(0, "close", "supervisor"), applied + timedelta(days=10)),
    ):
        take(task, step, people[step.who], at)


def publish(people: dict[str, User], now: datetime) -> None:
    """Last month's 通报 is out; what the jobs make of other periods waits for the supervisor."""
    month = Period.around(timezone.localdate(now), Kind.MONTH).before
    made = summaries.make(month, None, now=now)
    released = summaries.release(made.pk, actor=people["supervisor"], now=now)
    bulletins.request(released, actor=people["supervisor"], now=now)


def object_to_return(head: User, now: datetime) -> None:
    """A department doesn't agree with what the quarter's 考核 takes off; the supervisor is to answer."""
    returned = Task.objects.filter(events__kind="return").get()
    event = returned.events.get(kind="return")
    note = "试点单位名单须报市政府审定，材料缺项非我处延误，申请不扣分。"
    object_to(event.pk, ScoreRule.Anchor.RETURNED, returned.lead, note=note, actor=head, now=now)


def morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


def state_goals(plan: Plan, people: dict[str, User], now: datetime) -> None:
    """Where the year's goals stood a month ago: about two thirds of the way."""
    day = timezone.localdate(now) - timedelta(days=30)
    for item in plan.items.filter(kind="goal").select_related("goal__item__plan").prefetch_related("targets"):
        for target in item.targets.all():
            value = (target.value * Decimal("0.66")).quantize(Decimal(1))
            plan_services.state_goal_actual(
                item.goal, target, value, day, actor=people["supervisor"], now=morning(day)
            )
