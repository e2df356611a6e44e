"""What can be done to tasks: each function is one transaction and one line on the record."""

from tasks.services.editing import edit_task, mark_late
from tasks.services.issuing import issue_plan
from tasks.services.moves import make_move

__all__ = ["edit_task", "issue_plan", "make_move", "mark_late"]
