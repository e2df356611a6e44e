"""归档: a plan whose tasks are all done, or were ended, is put away."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import DomainError
from plans.models import Plan
from plans.org.models import User
from plans.services import lock_plan, note_change


class TasksOpen(DomainError):
    """Some of the plan's tasks are still being worked on (409)."""

    code = "tasks_open"


@transaction.atomic
def archive_plan(plan: Plan, *, actor: User, now: datetime) -> Plan:
    """Put an issued plan away. Done before: nothing happens.

    Its tasks are counted while its row is locked, and `reopen` holds that row too: none opens meanwhile.
    Raises PlanGone, NotAllowed; PlanStateForbids, TasksOpen (409, with their `open` number).
    """
    plan = lock_plan(plan.pk, Plan.Status.ISSUED, Plan.Status.ARCHIVED, actor=actor)
    if plan.status == Plan.Status.ARCHIVED:
        return plan
    unfinished = plan.tasks.open().count()
    if unfinished:
        raise TasksOpen(
            _("计划还有{unfinished}项任务未办结，不能归档。").format(unfinished=unfinished), open=unfinished
        )
    plan.status, plan.archived_at = Plan.Status.ARCHIVED, now
    plan.save(update_fields=["status", "archived_at"])
    note_change(plan, "archived", actor=actor, at=now, data={"tasks": plan.tasks.count()})
    return plan
