"""Signs and dashes that list entries without counting them (●, ■, ——)."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from plans.parser.document import Document, Span
from plans.parser.furniture import is_furniture, is_page_number
from plans.parser.numbering import LEAD_IN, Form, Label, runs_together

# A hyphen, a star or a dot is also a minus, a footnote or a divider, so it needs a blank behind it.
_SIGN = r"[●○■□★☆▲△◆◇•▪▶►➢➤※✓√]|—{1,2}|–{1,2}|－{1,2}|--|[-*·](?=\s)"
_ENTRY = re.compile(rf"\s*(?P<sign>{_SIGN})\s*(?=[\u4e00-\u9fff\dA-Za-z“《（(])")
_INSIDE = re.compile(r"(?<=[。；;：:！])\s*(?P<sign>[●■★▲◆]|——)\s*(?=[\u4e00-\u9fff\d“《（(])")
# A page's own data stands behind signs too (• 约6千字), above the title as a rule.
_LEAST = re.compile(r"(?:[^\u4e00-\u9fff\n]*[\u4e00-\u9fff]){5}")
# A sign before one of a unit's own fields (●责任单位：甲局) lists no unit.
_FIELD = re.compile(
    r"(?:责任|牵头|配合|主办|协办|承办|负责|完成|联系|时间|时限|期限|备注)[\u4e00-\u9fff]{0,6}\s*[：:]"
)


@cache
def form_of(sign: str) -> Form:
    """Each sign is a form of its own, so that one may list what stands below another."""
    return Form(f"bullet {sign}", 10, "", step=True, sign=True, counts=False)


def entries(document: Document, line: Span, labels: Sequence[Label]) -> Iterator[Label]:
    """The bullets of a line; one before a proper number only decorates it."""
    text = document.text
    found = _ENTRY.match(text, line.start, line.end)
    if found and not (labels and labels[0].start <= LEAD_IN.match(text, line.start, line.end).end()):
        words = text[line.start : min(line.end, line.start + 200)]
        astray = is_page_number(words) or is_furniture(words) or _FIELD.match(text, found.end())
        if not astray and _LEAST.match(text, found.end(), line.end):
            yield _label(found, "line", runs_together(document, line))
    if runs_together(document, line):
        for match in _INSIDE.finditer(text, found.end() if found else line.start, line.end):
            if not _FIELD.match(text, match.end()):
                yield _label(match, "sentence", True)


def _label(match: re.Match, where: str, run_together: bool) -> Label:
    sign = match["sign"]
    return Label(form_of(sign), 0, sign, match.start("sign"), match.end(), where, run_together)
