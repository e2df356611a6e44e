"""The outline's nodes as items: heading, body, and what each unit's own text says."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from plans.parser import deadlines, goals, headings, kinds, owners, targets
from plans.parser.document import Document, Paragraph, Span, Warning
from plans.parser.fields import Fields
from plans.parser.headings import Split
from plans.parser.model import Deadline, Owner, ParsedItem, Target
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
    splits = [_split(document.text, node, before_colon=not node.mark.form.step) for node in nodes]
    names = [document.slice(split.heading) for split in splits]
    bodies = [headings.body(printed, s.body_start, n.end) for s, n in zip(splits, nodes, strict=True)]
    parents = {node.parent for node in nodes}
    builder.add_head_goals(head_end)
    head = document.text[:head_end]
    for index, kind in enumerate(kinds.kinds(nodes, names, bodies, reply=reply, head=head)):
        node = nodes[index]
        above = "" if node.parent is None else names[node.parent]
        builder.add(index, node, kind, above, splits[index], bodies[index])
        if not (node.mark.row or index in parents and kind != "note" or reply):
            builder.add_running_goals(splits[index], kinds.is_goals_heading(names[index]))
    items = _lifted(document.text, builder.items)
    if printed != document.text:
        items = [_as_printed(item, document.text, printed) for item in items]
    return items, builder.warnings


def _as_printed(item: ParsedItem, text: str, printed: str) -> ParsedItem:
    """What the rules found in simplified characters, in those of the document."""
    found = [*item.owners, *item.targets, *([item.deadline] if item.deadline else [])]
    if all(text[f.start : f.end] == printed[f.start : f.end] for f in found):
        return item
    due = item.deadline
    return replace(
        item,
        owners=tuple(replace(o, name=printed[o.start : o.end]) for o in item.owners),
        deadline=due and replace(due, text=printed[due.start : due.end]),
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


Owners, Targets = tuple[Owner, ...], tuple[Target, ...]


@dataclass
class _Builder:
    document: Document
    own: Fields
    printed: str
    items: list[ParsedItem] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    index_of: dict[int, int] = field(default_factory=dict)  # node to item

    def add(self, index: int, node: Node, kind: str, above: str, split: Split, body: str) -> None:
        parent = None if node.parent is None else self.index_of[node.parent]
        path = node.number if parent is None else f"{self.items[parent].path}/{node.number}"
        place = (path, node.number, kind)
        self.index_of[index] = len(self.items)
        if node.mark.row:
            said = self._row(node.mark.row)
        else:
            if kind == "goal" and not node.mark.form.step:  # a goal's name is told with its colon
                split = _split(self.document.text, node, before_colon=False)
                body = headings.body(self.printed, split.body_start, node.end)
            words = headings.body(self.printed, split.heading.start, split.heading.end)
            said = (words, body, *self._said(node, kind, split.heading, above))
        heading, body, named, due, found = said
        self.items.append(ParsedItem(*place, heading, body, node.start, node.end, parent, named, due, found))

    def _said(
        self, node: Node, kind: str, heading: Span, above: str
    ) -> tuple[Owners, Deadline | None, Targets]:
        """Who answers, by when and how much; a note commits to nothing, so it has none of them."""
        if kind == "note":
            return (), None, ()
        text, start = self.document.text, heading.start
        named = owners.owners(text, start, node.end)
        if not named and kinds.is_duties_heading(above):
            named = owners.listed(text, start, heading.end, owners.PLAIN)
        named = named or owners.heading(text, start, heading.end)
        return named, *self._measured(kind, heading, node.end)

    def _measured(self, kind: str, heading: Span, end: int) -> tuple[Deadline | None, Targets]:
        text, own = self.document.text, self.own
        # What a section's text says about dates is about the units below it.
        stop = heading.end if kind == "section" else end
        due = self._noted(deadlines.deadline(text, heading, stop, own.year, own.issued_on))
        return due, targets.targets(text, heading.start, end, own.year)

    def _row(self, row: TaskRow) -> tuple[str, str, Owners, Deadline | None, Targets]:
        text = self.document.text
        cells = [row.heading, *row.content]
        return (
            headings.body(self.printed, row.heading.start, row.heading.end).rstrip("。；;"),
            "".join(headings.body(self.printed, cell.start, cell.end) for cell in row.content),
            owners.in_row(text, row.owners),
            self._row_deadline(row),
            tuple(t for c in cells for t in targets.targets(text, c.start, c.end, self.own.year)),
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
            due, figures = self._measured("goal", Span(clause.start, clause.end), clause.end)
            if due is None and clause.shared:
                shared, own = clause.shared, self.own
                due = self._noted(deadlines.said(text, shared.start, shared.end, own.year, own.issued_on))
            place = (clause.start, clause.end, parent)
            found.append(ParsedItem(path, "", "goal", heading, "", *place, named, due, figures))
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
