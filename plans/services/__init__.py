"""What can be done to plans: bring in, correct, discard, keep the goals' figures. Each is one transaction."""

from plans.services.changes import PlanStateForbids, lock_plan, note_change, share_plan
from plans.services.confirming import confirm_items, unconfirm_item
from plans.services.editing import ItemChanged, NewItem, add_item, add_items, change_item, delete_draft
from plans.services.goals import goals_said, set_goal_keeper, state_goal_actual
from plans.services.intake import FileTooLarge, Upload, check_size, import_plan, read_waiting
from plans.services.naming import AliasTaken, Resolved, resolve_name
from plans.services.revising import discard_revision, propose

__all__ = [
    "AliasTaken",
    "FileTooLarge",
    "ItemChanged",
    "NewItem",
    "PlanStateForbids",
    "Resolved",
    "Upload",
    "add_item",
    "add_items",
    "check_size",
    "change_item",
    "confirm_items",
    "delete_draft",
    "discard_revision",
    "goals_said",
    "import_plan",
    "lock_plan",
    "note_change",
    "propose",
    "read_waiting",
    "resolve_name",
    "set_goal_keeper",
    "share_plan",
    "unconfirm_item",
    "state_goal_actual",
]
