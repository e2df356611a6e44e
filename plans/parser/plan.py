"""A document to a plan: labels, outline, kinds, then what each unit says."""

from dataclasses import dataclass, field, replace

from plans.parser import (
    deadlines,
    fields,
    furniture,
    goals,
    headings,
    kinds,
    numbering,
    owners,
    tables,
    targets,
)
from plans.parser.document import Document, Paragraph, Span, Table, Warning
from plans.parser.headings import Split
from plans.parser.model import Deadline, Owner, ParsedItem, ParsedPlan
from plans.parser.outline import Break, Mark, Node, outline


def parse(document: Document) -> ParsedPlan:
    """The plan in a document. Whatever is not in an item is in preamble or furniture."""
    nodes, odd = outline(_events(document), len(document.text))
    head_end = nodes[0].start if nodes else len(document.text)
    own = fields.read(document, head_end)
    builder = _Builder(document, nodes, own, [*document.warnings, *odd])
    items = builder.items()
    preamble, rest = _outside(document, items)
    return ParsedPlan(
        title=own.title,
        issuer=own.issuer,
        document_number=own.document_number,
        issued_on=own.issued_on,
        year=own.year,
        items=items,
        text=document.text,
        preamble=preamble,
        furniture=rest,
        warnings=builder.warnings + _missing(items, own),
    )


def _events(document: Document) -> list[Mark | Break]:
    """Everything the outline is made of, in reading order; a break before a mark at the same place."""
    found: list[Mark | Break] = list(furniture.breaks(document))
    skipped = furniture.listed_attachments(document)
    for block in document.blocks:
        if isinstance(block, Table):
            rows = tables.task_rows(document, block)
            found += [Mark(r.form, r.value, r.number, r.start, r.start, row=r) for r in rows]
        elif isinstance(block, Paragraph) and block.start not in skipped:
            found += [Mark.of(label) for label in numbering.labels(document.text, block)]
    return sorted(found, key=lambda event: (event.start, isinstance(event, Mark)))


def _missing(items: list[ParsedItem], own: fields.Fields) -> list[Warning]:
    warnings = []
    if not any(item.kind == "task" for item in items):
        warnings.append(Warning("no_tasks_found", "未识别到任务条目，请核对文件是否为计划并手工补录", 0, 0))
    if own.title is None:
        warnings.append(Warning("title_not_found", "未识别到标题，请补录", 0, 0))
    if own.year is None:
        warnings.append(Warning("year_not_found", "未识别到年度，未写年份的时限无法换算为日期", 0, 0))
    return warnings


def _outside(document: Document, items: list[ParsedItem]) -> tuple[list[Span], list[Span]]:
    """The text between the items, line by line: the page's own and the document's."""
    preamble: list[Span] = []
    rest: list[Span] = []
    at = 0
    last = items[-1].end if items else None
    for start, end in [*((item.start, item.end) for item in items), (len(document.text),) * 2]:
        for line in _lines(document.text, at, start):
            words = document.text[line.start : line.end].strip()
            behind = last is not None and line.start >= last
            is_page = behind or furniture.is_furniture(words) or furniture.is_page_number(words)
            _append(rest if is_page else preamble, line)
        at = max(at, end)
    return preamble, rest


def _lines(text: str, start: int, end: int) -> list[Span]:
    """Lines with their breaks; blank ones go with the line before."""
    spans: list[Span] = []
    while start < end:
        stop = text.find("\n", start, end) + 1 or end
        if spans and not text[start:stop].strip():
            spans[-1] = Span(spans[-1].start, stop)
        else:
            spans.append(Span(start, stop))
        start = stop
    return spans


def _append(spans: list[Span], span: Span) -> None:
    if spans and spans[-1].end == span.start:
        spans[-1] = Span(spans[-1].start, span.end)
    else:
        spans.append(span)


@dataclass
class _Builder:
    """Turns the outline's nodes into items."""

    document: Document
    nodes: list[Node]
    own: fields.Fields
    warnings: list[Warning]
    built: list[ParsedItem] = field(default_factory=list)
    index_of: dict[int, int] = field(default_factory=dict)

    def items(self) -> list[ParsedItem]:
        text = self.document.text
        splits = [self._split(node) for node in self.nodes]
        names = [text[s.heading.start : s.heading.end] for s in splits]
        bodies = [headings.body(text, s.body_start, n.end) for s, n in zip(splits, self.nodes, strict=True)]
        reply = kinds.is_reply(self.own.title)
        found = kinds.kinds(self.nodes, names, bodies, reply=reply)
        parents = {node.parent for node in self.nodes}
        self._head_goals()
        for index, (node, kind) in enumerate(zip(self.nodes, found, strict=True)):
            self.index_of[index] = len(self.built)
            above = names[node.parent] if node.parent is not None else ""
            item = self._row(node, kind) if node.mark.row else self._unit(node, kind, above)
            self.built.append(item)
            if not node.mark.row and index not in parents and not reply:
                self._running_goals(item, kinds.is_goals_heading(names[index]))
        return self.built

    def _split(self, node: Node, *, before_colon: bool = False) -> Split:
        row = node.mark.row
        if row:
            return Split(row.heading, row.content[0].start if row.content else node.end)
        return headings.split(self.document.text, node.mark.text_start, node.end, before_colon=before_colon)

    def _path(self, node: Node) -> tuple[str, int | None]:
        if node.parent is None:
            return node.number, None
        parent = self.index_of[node.parent]
        return f"{self.built[parent].path}/{node.number}", parent

    def _unit(self, node: Node, kind: str, above: str) -> ParsedItem:
        text = self.document.text
        split = self._split(node, before_colon=kind != "goal")
        heading = text[split.heading.start : split.heading.end]
        named = owners.owners(text, split.heading.start, node.end)
        if kinds.is_duties_heading(above) and not named:
            named = owners.listed(text, split.heading.start, split.heading.end, owners.PLAIN)
        path, parent = self._path(node)
        item = ParsedItem(
            path,
            node.number,
            kind,
            heading,
            headings.body(text, split.body_start, node.end),
            node.start,
            node.end,
            parent,
            named,
        )
        return self._measured(item, split.heading)

    def _measured(self, item: ParsedItem, heading: Span) -> ParsedItem:
        """With its deadline and targets, which a note has none of."""
        if item.kind == "note":
            return replace(item, owners=())
        end = heading.end if item.kind == "section" else item.end
        due, doubts = deadlines.deadline(self.document.text, heading, end, self.own.year)
        self.warnings += doubts
        return replace(
            item, deadline=due, targets=targets.targets(self.document.text, heading.start, item.end)
        )

    def _row(self, node: Node, kind: str) -> ParsedItem:
        text, row = self.document.text, node.mark.row
        path, parent = self._path(node)
        heading = text[row.heading.start : row.heading.end].rstrip("。；;")
        body = "".join(headings.body(text, cell.start, cell.end) for cell in row.content)
        named = owners.join(*(owners.listed(text, cell.start, cell.end, role) for cell, role in row.owners))
        due, doubts = self._row_deadline(row)
        self.warnings += doubts
        cells = [row.heading, *row.content]
        quantities = tuple(t for cell in cells for t in targets.targets(text, cell.start, cell.end))
        return ParsedItem(
            path, node.number, kind, heading, body, node.start, node.end, parent, named, due, quantities
        )

    def _row_deadline(self, row: tables.TaskRow) -> tuple[Deadline | None, list[Warning]]:
        text, year = self.document.text, self.own.year
        if row.deadline:
            return deadlines.said(text, row.deadline.start, row.deadline.end, year)
        for cell in (row.heading, *row.content):
            found = deadlines.deadline(text, cell, cell.end, year)
            if found[0]:
                return found
        return None, []

    def _running_goals(self, item: ParsedItem, in_goals_part: bool) -> None:
        """Goals told in the running text of a goals part, or of a note after 主要目标是：."""
        text = self.document.text
        if item.kind == "section" and in_goals_part:
            start = text.find(item.heading, item.start) + len(item.heading)
            while start < item.end and (text[start].isspace() or text[start] in "。：:；"):
                start += 1
        elif item.kind == "note":
            start = goals.opening(text, item.start, item.end)
        else:
            return
        if start is not None:
            found = self._goals(start, item.end, len(self.built) - 1)
            if found:
                self._shorten(len(self.built) - 1, found[0].start)
                self.built += found

    def _shorten(self, index: int, end: int) -> None:
        item = self.built[index]
        body = headings.body(self.document.text, item.start, end)
        at = body.find(item.heading) + len(item.heading)
        self.built[index] = replace(
            item, end=end, body=body[at:].lstrip("。：:；"), deadline=None, targets=()
        )

    def _head_goals(self) -> None:
        """Goals told before the first numbered unit, in a paragraph that announces them."""
        head_end = self.nodes[0].start if self.nodes else len(self.document.text)
        for block in self.document.blocks:
            if isinstance(block, Paragraph) and block.end <= head_end:
                start = goals.opening(self.document.text, block.start, block.end)
                if start is not None:
                    self.built += self._goals(start, block.end, None)
                    return

    def _goals(self, start: int, end: int, parent: int | None) -> list[ParsedItem]:
        text = self.document.text
        path = f"{self.built[parent].path}/" if parent is not None else ""
        found = []
        for clause in goals.in_paragraph(text, start, end):
            heading = text[clause.heading.start : clause.heading.end]
            named: tuple[Owner, ...] = owners.owners(text, clause.start, clause.end)
            item = ParsedItem(path, "", "goal", heading, "", clause.start, clause.end, parent, named)
            item = self._measured(item, Span(clause.start, clause.end))
            if item.deadline is None and clause.shared:
                item = replace(
                    item,
                    deadline=deadlines.said(text, clause.shared.start, clause.shared.end, self.own.year)[0],
                )
            found.append(item)
        return found
