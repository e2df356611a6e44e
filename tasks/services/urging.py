"""催办: whoever oversees a task asks where it stands."""

from datetime import datetime

from django.db import transaction

from plans.org.models import User
from tasks import record
from tasks.models import TaskEvent
from tasks.services.moves import lock_for


@transaction.atomic
def urge(pk: int, *, actor: User, now: datetime, note: str = "", version: int | None = None) -> TaskEvent:
    """Urge the task on; the record counts how often (第N次催办). Raises as `lock_for` does."""
    task = lock_for(pk, "urge", actor=actor, version=version, note=note)
    number = task.events.filter(kind="urge").count() + 1
    return record.write(task, "urge", actor=actor, at=now, note=note, data={"number": number})
