"""考核异议: a department objects to one of its points, a supervisor of the task answers.

Both stand on the task's record, as what was said about it (`comment`), besides the row that the card reads.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError, NotAllowed
from config.language import in_office_language
from plans.org.models import Department, User
from reports.models import ScoreObjection
from reports.scoring.points import Point, causes, points_of
from reports.scoring.rules import in_force, quarter_of
from tasks import access, record
from tasks.models import Task, TaskEvent
from tasks.services.moves import missing, wrong

INSTANT = timedelta(microseconds=1)  # PostgreSQL knows no shorter time


@transaction.atomic
def object_to(
    event: int, anchor: str, department: Department, *, note: str, actor: User, now: datetime
) -> ScoreObjection:
    """Object to a point, once. What the department says stays, and shows on the card.

    Raises InputInvalid `note_required`, `point_unknown` (400; for who doesn't see the card there is none),
    NotAllowed `objection_not_yours` (403), DomainError `objection_raised` (409; the loser of a race too).
    """
    if not note.strip():
        raise missing("note", _("请说明异议的理由。"))
    point = find_point(event, anchor, department, now) if sees(actor, department) else None
    if point is None:
        raise wrong("event", _("没有这一考核得分。"), code="point_unknown")
    if not may_object(actor, department.pk):
        raise NotAllowed(_("考核异议由被考核单位的负责人、联络员提出。"), code="objection_not_yours")
    task = record.lock(point.task.id)
    told = {"event": event, "anchor": anchor, "department": department.pk}
    if ScoreObjection.objects.filter(**told).exists():
        raise DomainError(_("这一得分已提出过异议。"), code="objection_raised")
    data = {"objection": {**told, "name": point.rule.name, "points": point.rule.points}}
    raised = record.write(task, "comment", actor=actor, at=now, note=note, data=data)
    return ScoreObjection.objects.create(
        department=department,
        anchor=anchor,
        event_id=event,
        task_id=task.pk,
        period=quarter_of(timezone.localdate(point.event.at)).name,
        note=note,
        raised_by=actor,
        raised_at=raised.at,
    )


@transaction.atomic
def answer_objection(pk: int, *, upheld: bool, note: str, actor: User, now: datetime) -> ScoreObjection:
    """Uphold it, and the point doesn't count; or not. Once: the loser of a race gets the 409.

    Nobody answers what they raised themself, whatever other posts they hold. Raises InputInvalid
    `note_required`, NotAllowed `objection_not_yours`, `objection_own`, DomainError `objection_answered`.
    """
    if not note.strip():
        raise missing("note", _("请填写答复。"))
    task = record.lock(ScoreObjection.objects.values_list("task_id", flat=True).get(pk=pk))
    if not may_answer(actor, task):
        raise NotAllowed(_("考核异议由交办单位的督查员答复。"), code="objection_not_yours")
    objection = ScoreObjection.objects.get(pk=pk)  # as it is now that the task is ours
    if objection.raised_by_id == actor.pk:
        raise NotAllowed(_("自己提出的异议由其他督查员答复。"), code="objection_own")
    if objection.upheld is not None:
        raise DomainError(_("这项异议已经答复。"), code="objection_answered")
    told = {"event": objection.event_id, "anchor": objection.anchor, "department": objection.department_id}
    with in_office_language():
        data = {"objection": {**told, "name": objection.get_anchor_display(), "upheld": upheld}}
    event = record.write(task, "comment", actor=actor, at=now, note=note, data=data)
    objection.upheld, objection.answer = upheld, note
    objection.answered_by, objection.answered_at = actor, event.at
    objection.save(update_fields=["upheld", "answer", "answered_by", "answered_at"])
    return objection


def find_point(event: int, anchor: str, department: Department, now: datetime) -> Point | None:
    at = TaskEvent.objects.filter(pk=event).values_list("at", flat=True).first()
    if at is None:
        return None
    period, known = quarter_of(timezone.localdate(at)), max(now, at + INSTANT)
    events = causes(at, at + INSTANT, known).filter(pk=event)
    rules = in_force(period, known)
    found = points_of(events, rules, period=period, known=known, units=[department.pk])
    return next((point for point in found if point.anchor == anchor), None)


def sees(user: User, department: Department) -> bool:
    return user.is_superuser or department.pk in user.standing.seen


def may_object(user: User, department_id: int) -> bool:
    """Whose card it is: also where the task was handed on since."""
    return user.is_superuser or user.standing.holds(department_id, "liaison", "head")


def may_answer(user: User, task: Task) -> bool:
    """Supervisors alone: the head who split a task off judges its parts, not the departments."""
    return user.is_superuser or access.oversees(user.standing, task, "supervisor")
