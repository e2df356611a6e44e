"""留言: what the parties to a task say besides reports and 批示. A comment is an event."""

from datetime import datetime

from django.db import transaction

from plans.org.models import User
from tasks import record
from tasks.models import TaskEvent
from tasks.services.moves import lock_for


@transaction.atomic
def comment(pk: int, *, note: str, actor: User, now: datetime, version: int | None = None) -> TaskEvent:
    """Say something about the task, whatever its state. Raises as `lock_for` does."""
    task = lock_for(pk, "comment", actor=actor, version=version, note=note)
    return record.write(task, "comment", actor=actor, at=now, note=note)
