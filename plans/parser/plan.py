"""A document to a plan: labels, outline, kinds, then what each unit says."""

from dataclasses import replace

from plans.parser import bullets, fields, furniture, numbering, repeats, tables, unnumbered
from plans.parser.document import Document, Paragraph, Span, Table, Warning
from plans.parser.items import build
from plans.parser.model import ParsedItem, ParsedPlan, TooManyItems
from plans.parser.outline import Break, Mark, outline
from plans.parser.script import simplified

# A province's longest has some hundreds of items, each a sentence. Noise full of labels has more of them.
MANY_ITEMS, SHORTEST_ON_AVERAGE = 20_000, 10
# As many as 500 plans have; what is beyond costs minutes and a gigabyte.
MOST_ITEMS = 100_000


def parse(document: Document) -> ParsedPlan:
    """The plan in a document. Whatever is not in an item is in preamble or furniture. Raises TooManyItems."""
    printed = document.text
    document = replace(document, text=simplified(printed))
    events, unclear = _events(document)
    nodes, odd = outline(events, len(document.text))
    repeated = repeats.rows(document, nodes)
    if repeated:
        again = set(repeated)
        events = [event for event in events if not (isinstance(event, Mark) and event.row in again)]
        nodes, odd = outline(events, len(document.text))
        unclear += repeats.warnings(repeated)
    nodes = unnumbered.split(document, nodes)
    if len(nodes) > min(max(MANY_ITEMS, len(document.text) // SHORTEST_ON_AVERAGE), MOST_ITEMS):
        raise TooManyItems(len(nodes))
    head_end = nodes[0].start if nodes else len(document.text)
    own = fields.read(document, head_end)
    items, doubts = build(document, nodes, own, printed)
    own = own if document.text == printed else fields.as_printed(own, document.text, printed)
    preamble, rest = _outside(document, items)
    return ParsedPlan(
        title=own.title,
        issuer=own.issuer,
        document_number=own.document_number,
        issued_on=own.issued_on,
        year=own.year,
        items=items,
        text=printed,
        preamble=preamble,
        furniture=rest,
        warnings=[*document.warnings, *unclear, *odd, *doubts, *_missing(items, own)],
    )


def _events(document: Document) -> tuple[list[Mark | Break], list[Warning]]:
    """Everything the outline is made of, in reading order; a break before a mark at the same place."""
    found: list[Mark | Break] = []
    lines: list[Span] = []
    places: list[Span] = []  # where a label may begin: lines, and those of cells that hold no task
    reader = tables.Tables(document)
    for block in document.blocks:
        rows = reader.rows(block) if isinstance(block, Table) else []
        if rows:
            found += [Break(block.start, of_table=True), Break(block.end, of_table=True)]
            found += [Mark(r.form, r.value, r.number, r.start, r.start, row=r) for r in rows]
        else:  # any other table is text in a frame
            lines += [row for row in block.rows if row.cells] if isinstance(block, Table) else [block]
            places += tables.lines(document, block) if isinstance(block, Table) else [block]
    found += furniture.breaks(document, lines)
    skipped = furniture.without_units(document, lines)
    labelled: set[int] = set()
    for line in places:
        if line.start not in skipped:
            labels = list(numbering.labels(document, line))
            labels += bullets.entries(document, line, labels)
            level = line.level if isinstance(line, Paragraph) else None
            found += [Mark.of(label, level if label.where == "line" else None) for label in labels]
            if any(label.where == "line" for label in labels):
                labelled.add(line.start)
    found += unnumbered.titled(document, lines, labelled | skipped)
    return sorted(found, key=lambda event: (event.start, isinstance(event, Mark))), reader.warnings


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
