"""The moves of the workflow: one door for all of them, one small function for what each needs besides."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid, NotAllowed
from config.postgres import prepared
from plans.models import Plan
from plans.org import workdays
from plans.org.models import Department, User
from plans.services import share_plan
from tasks import access, record
from tasks.models import Report, Task, TaskEvent, TaskTarget
from tasks.services import actuals, periods
from tasks.services.actuals import TargetActual
from tasks.states import ACTS, MOVES, Move, Outcome, Status


class MoveNotAllowed(DomainError):
    """The task's state does not allow this move (409)."""

    code = "move_not_allowed"


class TaskChanged(DomainError):
    """The task is not any more what the caller saw (412)."""

    code = "task_changed"
    status = 412


@dataclass
class MoveInput:
    """Everything a move may bring along; which of it counts is in MOVES."""

    note: str = ""
    progress: int | None = None
    problems: str = ""
    next_steps: str = ""
    targets: list[TargetActual] = field(default_factory=list)
    lead: Department | None = None
    cooperating: list[Department] | None = None
    due_on: date | None = None
    outcome: str = ""
    period: str = ""  # that a report tells of, where it is not the one asked for now
    bulk: str = ""  # joins the events of one bulk move
    source: dict[str, Any] = field(default_factory=dict)  # the file and row that an import has it from


@dataclass
class Change:
    """A move under way: the locked task, what was sent, and what the event will say."""

    task: Task
    given: MoveInput
    actor: User
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)
    department_id: int | None = None
    stated: list[TaskTarget] = field(default_factory=list)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)


@transaction.atomic
def make_move(
    pk: int,
    name: str,
    *,
    actor: User,
    now: datetime,
    given: MoveInput | None = None,
    version: int | None = None,
) -> TaskEvent:
    """Make one move of MOVES on a task and put it on the record.

    Raises InputInvalid (400) for what the input lacks, NotAllowed (403), TaskChanged (412) when `version` is
    not the task's, MoveNotAllowed (409) when the state does not allow it or a limit has passed. The loser
    of a race finds the state changed and gets the 409. Nothing is saved on any of these.
    """
    move, given = MOVES[name], given or MoveInput()
    check_input(move, given)
    if given.targets:
        actuals.hold_above(pk)
    task = record.lock(pk)
    check_task(task, move, actor, version)
    change = Change(task, given, actor, now, given.source | ({"bulk": given.bulk} if given.bulk else {}))
    old_status = task.status
    if move.target is not None:
        task.status = move.target
    if effect := EFFECTS.get(name):
        effect(change)
    if task.status != old_status:
        change.data["status"] = [old_status, task.status]
    event = record.write(task, name, actor=actor, at=now, note=given.note, data=change.data)
    if name == "report":
        file_report(change, event)
    actuals.keep(change.stated, event)
    return event


def lock_for(pk: int, name: str, *, actor: User, version: int | None = None, note: str = "") -> Task:
    """Lock a task for one of ACTS: the door of everything that is no move. `record.write` ends the change.

    Raises InputInvalid `note_required` (400), NotAllowed (403), TaskChanged (412), MoveNotAllowed (409).
    """
    act = ACTS[name]
    if act.note_required and not note.strip():
        raise missing("note", _("请填写说明。"))
    task = record.lock(pk)
    check_task(task, act, actor, version)
    return task


def check_input(move: Move, given: MoveInput) -> None:
    """What depends on the body alone (400)."""
    if move.note_required and not given.note.strip():
        raise missing("note", _("请填写说明。"))
    if move.name == "reassign" and given.lead is None:
        raise missing("lead", _("请指定牵头单位。"))
    if move.name == "report" and given.progress is None:
        raise missing("progress", _("请填写进度（0–100）。"))
    if move.name == "recheck" and given.outcome not in Outcome.values:
        raise missing("outcome", _("请选择回头看结论：solid（扎实）或 not_solid（不扎实）。"))
    if given.progress is not None and not 0 <= given.progress <= 100:
        raise InputInvalid(_("进度应在 0 到 100 之间。"))
    actuals.check_given(given.targets)
    check_active(filter(None, (given.lead, *(given.cooperating or []))))


def check_active(units: Iterable[Department]) -> None:
    """Work is given to departments in use."""
    for unit in units:
        if not unit.is_active:
            raise InputInvalid(_("{unit}已停用，请另选单位。").format(unit=unit), code="department_inactive")


def missing(field: str, message: str) -> InputInvalid:
    error = {"field": field, "code": "required", "message": message}
    return InputInvalid(message, code=f"{field}_required", errors=[error])


def wrong(field: str, message: str, *, code: str) -> InputInvalid:
    error = {"field": field, "code": code, "message": message}
    return InputInvalid(message, code=code, errors=[error])


def check_task(task: Task, move: Move, actor: User, version: int | None) -> None:
    """What depends on the record: whose move it is, what the caller saw, where the task stands."""
    check_actor(task, move, actor)
    if version is not None and task.version - 1 != version:
        raise TaskChanged(_("任务已有变化，请刷新后再办理。"), version=task.version - 1)
    if task.status not in move.sources:
        state = Status(task.status).label
        raise MoveNotAllowed(
            _("任务当前为“{state}”，不能“{label}”。").format(state=state, label=move.label),
            move=move.name,
            task_status=task.status,
        )


def check_actor(task: Task, move: Move, actor: User) -> None:
    if not access.may(actor, move, task):
        raise NotAllowed(
            _("“{label}”由{by}办理。").format(label=move.label, by=_(str(move.by))), code="move_not_yours"
        )


def accept(change: Change) -> None:
    change.task.accepted_on = change.today


def decline(change: Change) -> None:
    last = access.may_decline_until(change.task.assigned_on, workdays.calendar())
    if change.today > last:
        days = settings.DECLINE_WORKING_DAYS
        message = _("退回改派应在交办后{days}个工作日内提出，已于{last}截止。").format(days=days, last=last)
        raise MoveNotAllowed(message, code="decline_too_late", last_day=last)


def reassign(change: Change) -> None:
    """To another lead, or to the same one: then the decline is refused. The clock starts anew either way."""
    task, given = change.task, change.given
    if given.lead.pk != task.lead_id:
        change.data["lead"] = [task.lead_id, given.lead.pk]
    task.lead_id = given.lead.pk
    task.assigned_on, task.accepted_on = change.today, None
    change.data |= set_cooperating(task, given.cooperating)


def report(change: Change) -> None:
    """The lead's report sets the task's progress and figures; a helper's tells of its own part."""
    task = change.task
    change.department_id = access.reporting_department(change.actor.standing, task.lead_id, task.helper_ids())
    given, by_lead = change.given, change.department_id == task.lead_id
    period = periods.report_on(task, given.period, today=change.today, by_lead=by_lead)
    said = {"problems": given.problems, "next_steps": given.next_steps}
    change.data |= {"department": change.department_id, "progress": given.progress, "period": period, **said}
    if by_lead:
        task.progress = change.given.progress
        state_actuals(change)
    elif change.given.targets:
        raise NotAllowed(_("指标完成值由牵头单位填报。"), code="targets_by_lead")


def submit(change: Change) -> None:
    state_actuals(change)
    missing = change.task.targets.filter(actual=None, reason="").values("id", "name")
    if missing:
        names = _("、").join(f"“{target['name'][:30]}”" for target in missing[:3])
        raise MoveNotAllowed(
            _("还有{count}项指标没有完成值，也没有说明原因：{names}。").format(
                count=len(missing), names=names
            ),
            code="actuals_missing",
            targets=list(missing),
        )
    change.task.submitted_on = change.today


def unsubmit(change: Change) -> None:
    change.task.submitted_on = None


def approve(change: Change) -> None:
    """Done on the day the lead applied: the supervisor's time to look is not the department's delay."""
    task = change.task
    task.completed_on, task.progress = task.submitted_on, 100
    task.was_late = task.was_late or task.submitted_on > task.due_on


def recheck(change: Change) -> None:
    change.data["outcome"] = change.given.outcome


def reopen(change: Change) -> None:
    """Not of an archived plan: what is archived has no open tasks, and keeps none."""
    if share_plan(change.task.plan_id).status == Plan.Status.ARCHIVED:
        raise MoveNotAllowed(_("计划已归档，任务不能重启。"), code="plan_archived")
    change.task.completed_on = change.task.submitted_on = None


def resume(change: Change) -> None:
    task = change.task
    if task.accepted_on is None:
        task.status = Status.PENDING
    if change.given.due_on and change.given.due_on != task.due_on:
        change.data["due_on"] = [task.due_on, change.given.due_on]
        task.due_on = change.given.due_on


EFFECTS: dict[str, Callable[[Change], None]] = {
    "accept": accept,
    "decline": decline,
    "reassign": reassign,
    "report": report,
    "submit": submit,
    "withdraw": unsubmit,
    "return": unsubmit,
    "approve": approve,
    "recheck": recheck,
    "reopen": reopen,
    "resume": resume,
    "cancel": unsubmit,
}


def state_actuals(change: Change) -> None:
    change.stated = actuals.state(change.task, change.given.targets)
    change.data |= actuals.told(change.stated)


def file_report(change: Change, event: TaskEvent) -> None:
    report = Report(
        task_id=change.task.pk,
        event=event,
        department_id=change.department_id,
        period=change.data["period"],
        progress=change.given.progress,
        done=change.given.note,
        problems=change.given.problems,
        next_steps=change.given.next_steps,
        reported_by=change.actor,
        reported_at=event.at,
    )
    prepared.insert(report)


def set_cooperating(task: Task, cooperating: list[Department] | None) -> dict[str, Any]:
    """Replace the cooperating units (None keeps them); a lead is no helper of its own. For the event."""
    before = task.helper_roles()
    roles = {pk: role for pk, role in before.items() if role == "co_lead" or cooperating is None}
    roles |= {unit.pk: "cooperating" for unit in cooperating or [] if unit.pk not in roles}
    roles.pop(task.lead_id, None)
    if roles == before:
        return {}
    task.set_helpers(roles)
    return {"helpers": [sorted(before), sorted(roles)]}
