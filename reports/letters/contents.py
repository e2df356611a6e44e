"""What a letter says about tasks as they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.errors import DomainError, NotAllowed
from config.language import in_office_language
from config.templatetags.pages import asked
from plans.models import Plan
from plans.org import workdays
from plans.org.models import Department, User
from reports import queries
from reports.letters.fields import MOST_TASKS, Entry, Letter
from reports.letters.sender import Sender
from reports.letters.templates import filled
from reports.models import LetterTemplate
from reports.notices import on_day
from reports.scope import Scope
from tasks import access, lights
from tasks.models import Task, TaskEvent
from tasks.states import TIMED, Status

Kind = LetterTemplate.Kind
LETTERS = (Kind.NOTICE, Kind.URGE)
ANSWER_WORKING_DAYS = 5
# In characters: what is longer is read on the task's page.
MOST_BODY, MOST_SAID = 2000, 300
BEING_DONE = (Status.PENDING, Status.IN_PROGRESS)
FOR = {Kind.NOTICE: BEING_DONE, Kind.URGE: TIMED}
NOTHING = {
    Kind.NOTICE: gettext_noop("{unit}没有待签收或办理中的任务，无需督查通知单。"),
    Kind.URGE: gettext_noop("{unit}没有逾期任务，无需催办函。"),
}


@dataclass(frozen=True)
class LetterFile:
    name: str
    content: bytes


def letter_of_task(pk: int, kind: str, *, user: User, today: date) -> LetterFile:
    """The letter about one task that this person sees. It leaves nothing on the record.

    Raises Task.DoesNotExist, NotAllowed, and 409: `letter_empty` (nothing to ask for any more),
    `template_broken`.
    """
    task = for_letters(Task.objects.visible_to(user), user, today).get(pk=pk)
    if not access.may_have_letters(user, task):
        raise NotAllowed(_("只有督查员、分管领导和牵头单位可以生成公文。"))
    if task.status not in FOR[kind]:
        raise DomainError(
            _("任务为{state}，无需{label}。").format(state=task.get_status_display(), label=Kind(kind).label),
            code="letter_empty",
        )
    return made(kind, [task], task.lead, task.issuer, number=task.code, called=task.code, today=today)


def kinds_for(user: User, task: Task) -> list[Kind]:
    """The letters that this person may have about a task as it is."""
    allowed = access.may_have_letters(user, task)
    return [kind for kind in LETTERS if allowed and task.status in FOR[kind]]


def letter_of_department(
    department: Department, kind: str, *, plan: Plan | None, user: User, today: date
) -> LetterFile:
    """One letter about all that a department leads and has to do, or is late with.

    Raises NotAllowed, and 409: `letter_empty`, `letter_too_long`, `letter_of_several`, `template_broken`.
    """
    tasks = Task.objects.visible_to(user).filter(lead=department)
    tasks = tasks.filter(lights.overdue(today) if kind == Kind.URGE else Q(status__in=BEING_DONE))
    if plan:
        tasks = tasks.filter(plan=plan)
    found = list(for_letters(tasks.letters_for(user), user, today).order_by("due_on", "pk")[: MOST_TASKS + 1])
    if not found:
        if tasks.exists():
            raise NotAllowed(_("只有督查员、分管领导和牵头单位可以生成公文。"))
        raise DomainError(_(NOTHING[Kind(kind)]).format(unit=department.name), code="letter_empty")
    if len(found) > MOST_TASKS:
        raise DomainError(
            _("任务超过{most}项，请按计划（plan）分别生成。").format(most=MOST_TASKS), code="letter_too_long"
        )
    number = f"{department.code}-{today:%Y%m%d}"
    called = f"{department.name}-{today:%Y%m%d}"
    return made(kind, found, department, sender_of(found), number=number, called=called, today=today)


def sender_of(tasks: Iterable[Task]) -> Department:
    """Who issued all of them; parts that a department split off go along with their plan's other tasks."""
    for issuers in ({task.issuer for task in tasks}, {task.plan.issuer for task in tasks}):
        if len(issuers) == 1:
            return issuers.pop()
    plans = sorted({task.plan_id for task in tasks})
    names = _("、").join(sorted({task.plan.issuer.name for task in tasks}))
    told = _("任务由{names}分别交办，不能合为一份公文，请按计划（plan）分别生成。")
    raise DomainError(told.format(names=names), code="letter_of_several", plans=plans)


def for_letters(tasks: QuerySet[Task], user: User, today: date) -> QuerySet[Task]:
    scope = Scope(today, False, user)
    said = queries.said_by(scope)
    urges = TaskEvent.objects.filter(task=OuterRef("pk"), kind="urge").order_by().values("task")
    return (
        tasks.for_display(today, workdays.calendar())
        .select_related("plan__issuer", "issuer")
        .annotate(
            said_at=Subquery(said.values("reported_at")[:1]),
            said=Subquery(said.values("done")[:1]),
            reminded=queries.reminded_of(scope),
            urges=Coalesce(Subquery(urges.values(count=Count("pk"))), 0),
        )
    )


def made(
    kind: str,
    tasks: list[Task],
    lead: Department,
    sender: Department,
    *,
    number: str,
    called: str,
    today: date,
) -> LetterFile:
    sent_by = Sender.of(sender)
    with in_office_language():
        called_kind, entries = (
            str(Kind(kind).label),
            tuple(entry(no, task) for no, task in enumerate(tasks, 1)),
        )
    letter = Letter(
        kind=called_kind,
        number=number,
        sender=sender.name,
        recipient=lead.name,
        plans="、".join(dict.fromkeys(f"《{task.plan.title}》" for task in tasks)),
        count=len(tasks),
        date=on_day(today),
        answer_by=on_day(workdays.calendar().add(today, ANSWER_WORKING_DAYS)),
        **sent_by.signatories(),
        tasks=entries,
    )
    return LetterFile(f"{letter.kind}-{called}.docx", filled(kind, letter, sent_by))


def entry(no: int, task: Task) -> Entry:
    return Entry(
        no=no,
        code=task.code,
        title=task.title,
        body=cut(task.body, MOST_BODY),
        targets="；".join(f"{target['name']}{asked(target)}" for target in task.quantities),
        lead=task.lead.name,
        co_leads=units(task, "co_lead"),
        cooperating=units(task, "cooperating"),
        assigned_on=on_day(task.assigned_on),
        due_on=on_day(task.due_on),
        days_overdue=task.days_overdue,
        status=task.get_status_display(),
        progress=f"{task.progress}%",
        last_report=last_report(task.said_at, task.said),
        urge_number=task.urges + task.reminded,
        urged=urged(task.urges, task.reminded),
    )


def units(task: Any, role: str) -> str:
    return "、".join(unit["name"] for unit in task.units if unit["role"] == role)


def last_report(at: datetime | None, said: str | None) -> str:
    return f"{on_day(timezone.localdate(at))}：{cut(said or '', MOST_SAID)}" if at else "尚未填报"


def urged(urges: int, reminded: int) -> str:
    """第N次催办 counts what people urged and what the system reminded of, and says which."""
    if not urges + reminded:
        return "尚未催办"
    return f"第{urges + reminded}次催办（人工催办{urges}次，系统提醒{reminded}次）"


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
