"""How each promise is going: tasks, what is said and handed in about them, and the record of it all."""

from tasks.models.event import FeedEpoch, Seal, TaskEvent
from tasks.models.mine import BulkRow, BulkRun, SavedView
from tasks.models.report import Attachment, Report, ReportPeriod, TaskActual
from tasks.models.request import Extension, Instruction
from tasks.models.task import ChecklistItem, Helper, Task, TaskTarget, TaskText

__all__ = [
    "Attachment",
    "BulkRow",
    "BulkRun",
    "ChecklistItem",
    "Extension",
    "FeedEpoch",
    "Helper",
    "Instruction",
    "Report",
    "ReportPeriod",
    "SavedView",
    "Seal",
    "Task",
    "TaskActual",
    "TaskEvent",
    "TaskTarget",
    "TaskText",
]
