"""The outline's nodes as items: heading, body, and what each unit's own text says."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from plans.parser import deadlines, goals, headings, kinds, owners, targets
from plans.parser.document import Document, Paragraph, Span, Warning
from plans.parser.fields import Fields
from plans.parser.headings import Split
from plans.parser.model import Deadline, ParsedItem, Target
from plans.parser.outline import Node
from plans.parser.tables import TaskRow


def build(
    document: Document, nodes: Sequence[Node], own: Fields, printed: str
) -> tuple[list[ParsedItem], list[Warning]]:
    """Every node as an item, goals told in running text among them, in reading order.

    The rules read the document; what an item says is cut out of the text as printed.
    """
    builder = _Builder(document, own, printed)
    head_end = nodes[0].start if nodes else len(document.text)
    reply = kinds.is_reply(own.title, document.text[:head_end])
    splits = [_split(document.text, node, before_colon=True) for node in nodes]
    names = [document.slice(split.heading) for split in splits]
    bodies = [headings.body(document.text, s.body_start, n.end) for s, n in zip(splits, nodes, strict=True)]
    parents = {node.parent for node in nodes}
    builder.add_head_goals(head_end)
    head = document.text[:head_end]
    for index, kind in enumerate(kinds.kinds(nodes, names, bodies, reply=reply, head=head)):
        node = nodes[index]
        builder.add(index, node, kind, "" if node.parent is None else names[node.parent])
        if not (node.mark.row or index in parents and kind != "note" or reply):
            builder.add_running_goals(splits[index], kinds.is_goals_heading(names[index]))
    items = _lifted(document.text, builder.items)
    if printed != document.text:
        items = [_as_printed(item, document.text, printed) for item in items]
    return items, builder.warnings


def _as_printed(item: ParsedItem, text: str, printed: str) -> ParsedItem:
    """What the rules found in simplified characters, in those of the document."""
    return replace(
        item,
        owners=tuple(replace(o, name=printed[o.start : o.end]) for o in item.owners),
        deadline=item.deadline
        and replace(item.deadline, text=printed[item.deadline.start : item.deadline.end]),
        targets=tuple(_target_as_printed(target, text, printed) for target in item.targets),
    )


def _target_as_printed(target: Target, text: str, printed: str) -> Target:
    at = text.find(target.unit, target.start, target.end)
    unit = printed[at : at + len(target.unit)] if at >= 0 else target.unit
    return replace(target, text=printed[target.start : target.end], unit=unit)


def _split(text: str, node: Node, *, before_colon: bool) -> Split:
    row = node.mark.row
    if row:
        return Split(row.heading, row.content[0].start if row.content else node.end)
    return headings.split(text, node.mark.text_start, node.end, before_colon=before_colon)


@dataclass
class _Builder:
    document: Document
    own: Fields
    printed: str
    items: list[ParsedItem] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    index_of: dict[int, int] = field(default_factory=dict)  # node to item

    def add(self, index: int, node: Node, kind: str, above: str) -> None:
        parent = None if node.parent is None else self.index_of[node.parent]
        path = node.number if parent is None else f"{self.items[parent].path}/{node.number}"
        blank = ParsedItem(path, node.number, kind, "", "", node.start, node.end, parent)
        self.index_of[index] = len(self.items)
        self.items.append(
            self._row(blank, node.mark.row) if node.mark.row else self._unit(blank, node, above)
        )

    def _unit(self, blank: ParsedItem, node: Node, above: str) -> ParsedItem:
        text = self.document.text
        split = _split(text, node, before_colon=blank.kind != "goal")
        heading, start = split.heading, split.heading.start
        named = owners.owners(text, start, node.end)
        if not named and kinds.is_duties_heading(above):
            named = owners.listed(text, start, heading.end, owners.PLAIN)
        named = named or owners.heading(text, start, heading.end)
        body = headings.body(self.printed, split.body_start, node.end)
        words = self.printed[heading.start : heading.end]
        item = replace(blank, heading=words, body=body, owners=named)
        return self._measured(item, heading)

    def _measured(self, item: ParsedItem, heading: Span) -> ParsedItem:
        """With its deadline and targets; a note commits to nothing, so it has none, nor owners."""
        if item.kind == "note":
            return replace(item, owners=())
        text = self.document.text
        # What a section's text says about dates is about the units below it.
        end = heading.end if item.kind == "section" else item.end
        due = self._noted(deadlines.deadline(text, heading, end, self.own.year, self.own.issued_on))
        found = targets.targets(text, heading.start, item.end, self.own.year)
        return replace(item, deadline=due, targets=found)

    def _row(self, blank: ParsedItem, row: TaskRow) -> ParsedItem:
        text = self.document.text
        cells = [row.heading, *row.content]
        return replace(
            blank,
            heading=headings.body(self.printed, row.heading.start, row.heading.end).rstrip("。；;"),
            body="".join(headings.body(self.printed, cell.start, cell.end) for cell in row.content),
            owners=owners.in_row(text, row.owners),
            deadline=self._row_deadline(row),
            targets=tuple(t for c in cells for t in targets.targets(text, c.start, c.end, self.own.year)),
        )

    def _row_deadline(self, row: TaskRow) -> Deadline | None:
        text, own = self.document.text, self.own
        if row.deadline:
            return self._noted(
                deadlines.said(text, row.deadline.start, row.deadline.end, own.year, own.issued_on)
            )
        found = (
            deadlines.deadline(text, cell, cell.end, own.year, own.issued_on)
            for cell in (row.heading, *row.content)
        )
        return self._noted(next((f for f in found if f[0]), (None, [])))

    def _noted(self, found: tuple[Deadline | None, list[Warning]]) -> Deadline | None:
        self.warnings += found[1]
        return found[0]

    def add_head_goals(self, head_end: int) -> None:
        """Goals told before the first numbered unit, in or below a paragraph that announces them."""
        text = self.document.text
        head = [b for b in self.document.blocks if isinstance(b, Paragraph) and b.start < head_end]
        for block in head:
            end = min(block.end, head_end)
            start = goals.opening(text, block.start, end)
            if start is None and block is not head[0] and goals.is_title(self.document.slice(block)):
                start = end
            if start is not None:
                below = not text[start:end].strip()
                self.items += self._goals(start, head_end if below else end, None)
                return

    def add_running_goals(self, split: Split, in_goals_part: bool) -> None:
        """Goals told in the text of a goals part just added, or of a note after 主要目标是：."""
        at, item = len(self.items) - 1, self.items[-1]
        text, start = self.document.text, None
        if item.kind == "section" and in_goals_part:
            start = split.body_start
        elif item.kind == "note":
            start = goals.opening(text, split.body_start, item.end)
        found = self._goals(start, item.end, at) if start is not None else []
        if found:
            body = headings.body(self.printed, split.body_start, found[0].start)
            self.items[at] = replace(item, end=found[0].start, body=body, deadline=None, targets=())
            self.items += found

    def _goals(self, start: int, end: int, parent: int | None) -> list[ParsedItem]:
        text = self.document.text
        path = f"{self.items[parent].path}/" if parent is not None else ""
        found = []
        for clause in goals.in_paragraph(text, start, end):
            named = owners.owners(text, clause.start, clause.end)
            heading = self.printed[clause.heading.start : clause.heading.end]
            item = ParsedItem(path, "", "goal", heading, "", clause.start, clause.end, parent, named)
            item = self._measured(item, Span(clause.start, clause.end))
            if item.deadline is None and clause.shared:
                due = deadlines.said(text, clause.shared.start, clause.shared.end, self.own.year)
                item = replace(item, deadline=self._noted(due))
            found.append(item)
        return found


def _lifted(text: str, items: list[ParsedItem]) -> list[ParsedItem]:
    """What is noted once, behind the last of a task's measures, is said of the task.

    `…。一是…；二是…；三是…。（责任单位：A、B；完成时限：6月底）` answers for all three.
    """
    measures: dict[int, list[int]] = {}
    for index, item in enumerate(items):
        if item.kind == "measure" and item.parent is not None and items[item.parent].kind == "task":
            measures.setdefault(item.parent, []).append(index)
    for parent, steps in measures.items():
        task, last = items[parent], items[steps[-1]]
        owned = [index for index in steps if items[index].owners]
        if len(steps) > 1 and owned == steps[-1:] and not task.owners:
            task, last = replace(task, owners=last.owners), replace(last, owners=())
            if last.deadline and not task.deadline and text[last.deadline.start - 1] in "：:":
                task, last = replace(task, deadline=last.deadline), replace(last, deadline=None)
            items[parent], items[steps[-1]] = task, last
    return items
