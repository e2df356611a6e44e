"""The steps of a task, kept by its lead."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError
from plans.org.models import User
from tasks import record
from tasks.models import ChecklistItem
from tasks.services.moves import lock_for, wrong

MOST_STEPS = 200


@transaction.atomic
def add_step(pk: int, *, text: str, actor: User, now: datetime, version: int | None = None) -> ChecklistItem:
    """A further step, at the end. Raises as `lock_for`, and `checklist_full` (409)."""
    task = lock_for(pk, "check", actor=actor, version=version)
    if task.checklist.count() >= MOST_STEPS:
        raise DomainError(
            _("一项任务最多{most}个步骤，请合并已有步骤。").format(most=MOST_STEPS),
            code="checklist_full",
        )
    last = task.checklist.aggregate(last=Max("ordinal"))["last"]
    step = task.checklist.create(ordinal=0 if last is None else last + 1, text=text)
    data = {"checklist": {"id": step.pk, "step": text, "text": [None, text]}}
    record.write(task, "edited", actor=actor, at=now, data=data)
    return step


@transaction.atomic
def edit_step(
    pk: int,
    step_id: int,
    changes: Mapping[str, Any],
    *,
    actor: User,
    now: datetime,
    version: int | None = None,
) -> ChecklistItem:
    """Change a step's `text` or `done_on` (None: not done after all). What changes nothing makes no event.

    Raises as `lock_for`, and `date_in_future` (400).
    """
    done_on = changes.get("done_on")
    if done_on is not None and done_on > timezone.localdate(now):
        raise wrong("done_on", _("完成日期不能晚于今天。"), code="date_in_future")
    task = lock_for(pk, "check", actor=actor, version=version)
    step = task.checklist.get(pk=step_id)
    told = {name: [getattr(step, name), new] for name, new in changes.items() if getattr(step, name) != new}
    if not told:
        transaction.set_rollback(True)
        return step
    for name, (_old, new) in told.items():
        setattr(step, name, new)
    step.save(update_fields=list(told))
    data = {"checklist": {"id": step.pk, "step": step.text, **told}}
    record.write(task, "edited", actor=actor, at=now, data=data)
    return step
