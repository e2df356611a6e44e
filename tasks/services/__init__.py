"""What can be done to tasks: each function is one transaction and one line on the record."""

from tasks.services.archiving import archive_plan
from tasks.services.attachments import Upload, attach
from tasks.services.bulk import move_many
from tasks.services.bulk_runs import carry_out, request_run
from tasks.services.carrying import carry
from tasks.services.checklist import add_step, edit_step
from tasks.services.comments import comment
from tasks.services.editing import edit_task, mark_late
from tasks.services.extensions import ask_extension, decide_extension
from tasks.services.instructions import answer_instruction, instruct
from tasks.services.issuing import issue_plan
from tasks.services.ledger import import_ledger
from tasks.services.moves import make_move
from tasks.services.periods import open_report_periods
from tasks.services.revising import confirm_revision
from tasks.services.splitting import split_task
from tasks.services.urging import urge, urge_many

__all__ = [
    "Upload",
    "add_step",
    "answer_instruction",
    "archive_plan",
    "attach",
    "carry",
    "carry_out",
    "ask_extension",
    "comment",
    "confirm_revision",
    "decide_extension",
    "edit_step",
    "edit_task",
    "import_ledger",
    "instruct",
    "issue_plan",
    "make_move",
    "mark_late",
    "move_many",
    "open_report_periods",
    "request_run",
    "split_task",
    "urge",
    "urge_many",
]
