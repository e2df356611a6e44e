"""What can be done to plans: bring in, correct, discard, keep the goals' figures. Each is one transaction."""

from plans.services.changes import PlanStateForbids, lock_plan, note_change
from plans.services.editing import add_item, change_item, delete_draft
from plans.services.goals import set_goal_keeper, state_goal_actual
from plans.services.intake import FileTooLarge, Upload, import_plan, read_waiting

__all__ = [
    "FileTooLarge",
    "PlanStateForbids",
    "Upload",
    "add_item",
    "change_item",
    "delete_draft",
    "import_plan",
    "lock_plan",
    "note_change",
    "read_waiting",
    "set_goal_keeper",
    "state_goal_actual",
]
