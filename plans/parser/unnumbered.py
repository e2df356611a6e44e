"""Units without a number: paragraphs that begin with a heading, lines that the file itself calls headings."""

import re
from collections.abc import Sequence
from dataclasses import replace

from plans.parser.document import Document, Paragraph, Span
from plans.parser.furniture import is_attachment, is_furniture, is_page_number, is_signature
from plans.parser.kinds import is_part_heading
from plans.parser.numbering import Form
from plans.parser.outline import Mark, Node

# 依法行政强法治。深入推进…: a short sentence without commas, and a text behind it.
_HEADED = re.compile(r"\s*(?P<heading>[^，,。！？；;：:\n]{4,24})[。：:](?=\s*\S{6})")
# What may stand between such paragraphs without being one: the units and dates of the one above.
_FIELD = re.compile(
    r"\s*[（(]?(?:责任|牵头|主办|配合|协办|承办|完成时限|时限)[^。，,]{0,12}[:：]|\s*[（(][^（()）]{2,60}[)）]\s*$"
)
# Large print also sets a document's title.
_DOCUMENT = re.compile(
    r"文件$|(?:20\d\d年?|关于|工作|实施|行动).*(?:要点|计划|方案|通知|意见|规划|办法|答复|复函|清单|台账|责任书|一览表|任务表|分解表?|分工|细则)(?:[（(].{0,20}[)）])?$"
)
_SUPPORT = re.compile("保障|组织|领导|实施|要求")
_LEAST = 2
_LONGEST_HEADING = 60
_FORM = Form("unnumbered", 30, "", counts=False)


def titled(document: Document, paragraphs: Sequence[Span], labelled: set[int]) -> list[Mark]:
    """Lines without a number that the file itself marks as headings, a document's title left out.

    `labelled`: where the lines begin that have a number.
    """
    found: list[Mark] = []
    for line in paragraphs:
        level = line.level if isinstance(line, Paragraph) else None
        if level is None or line.start in labelled:
            continue
        words = document.slice(line).strip()
        if 2 <= len(words) <= _LONGEST_HEADING and not _is_none(words):
            form = Form(f"titled {level}", 0, "", counts=False)
            found.append(Mark(form, 0, "", line.start, line.start, where="titled", level=level))
    return found


def _is_none(line: str) -> bool:
    """Whether a line in large print is the document's title or the page's."""
    if _DOCUMENT.search(line) or is_attachment(line):
        return True
    return is_furniture(line) or is_page_number(line) or is_signature(line)


def split(document: Document, nodes: list[Node]) -> list[Node]:
    """With headed paragraphs as units: those of a document without numbers, or below a bare 重点任务.

    Below any other number they are its text, as bureaus count: one number, one task.
    """
    if not nodes:
        return _alone(document)
    parents = {node.parent for node in nodes}
    bare = {i for i, node in enumerate(nodes) if i not in parents and _is_bare(document, node)}
    if not bare:
        return nodes
    as_rule = False  # whether a part of the work itself is so written; then its support is too
    found: list[Node] = []
    moved: list[int] = []
    blocks = [block for block in document.blocks if isinstance(block, Paragraph)]
    at = 0
    for index, node in enumerate(nodes):
        moved.append(len(found))
        parent = None if node.parent is None else moved[node.parent]
        starts: list[int] = []
        if index in bare:
            while at < len(blocks) and blocks[at].start <= node.mark.start:
                at += 1
            first = at
            while at < len(blocks) and blocks[at].end <= node.end:
                at += 1
            supports = bool(_SUPPORT.search(_first_line(document, node)))
            starts = _headed(document, blocks[first:at]) if as_rule or not supports else []
            as_rule = as_rule or bool(starts)
        found.append(replace(node, parent=parent, end=starts[0] if starts else node.end))
        found += _nodes(starts, node.end, moved[index])
    return found


def _alone(document: Document) -> list[Node]:
    """The units of a document that numbers none: behind its head, the longest run of headed paragraphs."""
    blocks = [block for block in document.blocks if isinstance(block, Paragraph)]
    runs: list[list[Span]] = [[]]
    for block in blocks:
        if _is_headed(document, block) or runs[-1] and _is_field(document, block):
            runs[-1].append(block)
        elif runs[-1]:
            runs.append([])
    longest = max(runs, key=_length)
    starts = _headed(document, longest)
    if not starts or _length(longest) * 2 < _length(blocks):
        return []
    return _nodes(starts, longest[-1].end, None)


def _length(paragraphs: Sequence[Span]) -> int:
    return paragraphs[-1].end - paragraphs[0].start if paragraphs else 0


def _nodes(starts: list[int], end: int, parent: int | None) -> list[Node]:
    ends = [*starts[1:], end]
    return [
        Node(Mark(_FORM, 0, "", start, start, where="line"), start, stop, parent)
        for start, stop in zip(starts, ends, strict=False)
    ]


def _is_bare(document: Document, node: Node) -> bool:
    """Whether a unit is no more than a heading that announces tasks."""
    heading = _first_line(document, node)
    if node.mark.form.step or node.mark.row or not heading or len(heading) > _LONGEST_HEADING:
        return False
    return is_part_heading(heading.rstrip("。：:"))


def _first_line(document: Document, node: Node) -> str:
    """The line of a unit's heading, if lines follow."""
    stop = document.text.find("\n", node.mark.text_start, node.end)
    return document.text[node.mark.text_start : max(stop, node.mark.text_start)].strip()


def _headed(document: Document, paragraphs: Sequence[Span]) -> list[int]:
    """Where the units begin, if every paragraph begins one or says who answers for the one above."""
    starts: list[int] = []
    for index, line in enumerate(paragraphs):
        announces = index == 0 and document.text[line.start : line.end].rstrip().endswith(("：", ":"))
        if _is_headed(document, line):
            starts.append(line.start)
        elif not announces and not (starts and _is_field(document, line)):
            return []
    return starts if len(starts) >= _LEAST else []


def _is_headed(document: Document, line: Span) -> bool:
    return not _is_field(document, line) and bool(_HEADED.match(document.text, line.start, line.end))


def _is_field(document: Document, line: Span) -> bool:
    return bool(_FIELD.match(document.text, line.start, line.end))
