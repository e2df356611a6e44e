"""Tables that only say again, task by task, what the text above has said."""

from collections.abc import Sequence

from plans.parser import headings
from plans.parser.document import Document, Warning
from plans.parser.outline import Node
from plans.parser.tables import TaskRow

# A table that takes up one or two of the tasks has something of its own to say.
_LEAST, _SHARE = 3, 0.7


def rows(document: Document, nodes: Sequence[Node]) -> list[TaskRow]:
    """The rows of an attached table whose tasks are those of the text: an officer would enter them once."""
    tabled = [node for node in nodes if node.mark.row]
    if len(tabled) < _LEAST or len(tabled) == len(nodes):
        return []
    first = tabled[0].start
    said = {_heading(document, node) for node in nodes if not node.mark.row and node.start < first}
    tasks = [node.mark.row for node in tabled if not node.mark.row.is_title]
    again = [
        row
        for row in tasks
        if headings.body(document.text, row.heading.start, row.heading.end).rstrip("。；") in said
    ]
    if len(again) < max(_LEAST, _SHARE * len(tasks)):
        return []
    return [node.mark.row for node in tabled]


def warnings(repeated: Sequence[TaskRow]) -> list[Warning]:
    message = "表格重复正文任务，未另列条目，表中责任单位、时限请核对"
    return [Warning("table_repeats", message, repeated[0].start, repeated[-1].end)]


def _heading(document: Document, node: Node) -> str:
    split = headings.split(document.text, node.mark.text_start, node.end, before_colon=False)
    return document.slice(split.heading).rstrip("。；")
