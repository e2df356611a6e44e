"""Our own templates, made from here."""

import io
from typing import Any

from docx import Document
from docx.shared import Pt

from reports.letters.layout import INDENT, Columns, head, lay_out, paragraph, signed, table
from reports.letters.making_bulletin import write_bulletin
from reports.models import LetterTemplate

Kind = LetterTemplate.Kind

OPENING = {
    Kind.NOTICE: "为抓好重点工作落实，现将{{ plans }}中由你单位牵头的{{ count }}项重点任务通知如下，"
    "请认真组织实施，按期办结。",
    Kind.URGE: "截至{{ date }}，{{ plans }}中由你单位牵头的下列{{ count }}项重点任务尚未办结，现予催办。",
}
CLOSING = {
    Kind.NOTICE: "请于{{ answer_by }}前签收并明确责任人、办理步骤和时间节点，按要求填报进展；"
    "确需延期的，请按规定提前提出申请。",
    Kind.URGE: "请抓紧办理，并于{{ answer_by }}前书面回复办理情况、未按期办结的原因和办结时间。",
}
COLUMNS: dict[str, Columns] = {
    Kind.NOTICE: (
        ("序号", 15, ("{{ task.no }}",)),
        (
            "任务",
            75,
            (
                "{{ task.code }} {{ task.title }}",
                "{%p if task.body %}",
                "{{ task.body }}",
                "{%p endif %}",
                "{%p if task.targets %}",
                "指标：{{ task.targets }}",
                "{%p endif %}",
            ),
        ),
        (
            "协办单位",
            32,
            (
                "{%p if task.co_leads %}",
                "共同牵头：{{ task.co_leads }}",
                "{%p endif %}",
                "{%p if task.cooperating %}",
                "配合：{{ task.cooperating }}",
                "{%p endif %}",
                "{%p if not task.co_leads and not task.cooperating %}",
                "—",
                "{%p endif %}",
            ),
        ),
        ("办结时限", 34, ("{{ task.due_on }}",)),
    ),
    Kind.URGE: (
        ("序号", 15, ("{{ task.no }}",)),
        ("任务", 43, ("{{ task.code }} {{ task.title }}",)),
        (
            "办结时限",
            34,
            (
                "{{ task.due_on }}",
                "{% if task.days_overdue %}已逾期{{ task.days_overdue }}天{% else %}未到期{% endif %}",
            ),
        ),
        ("最近填报", 36, ("{{ task.last_report }}", "进度{{ task.progress }}")),
        ("催办情况", 28, ("{{ task.urged }}",)),
    ),
}


def make(kind: str) -> bytes:
    document = Document()
    lay_out(document)
    if kind == Kind.BULLETIN:
        write_bulletin(document)
    else:
        write_letter(document, kind)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def write_letter(document: Any, kind: str) -> None:
    head(document, Kind(kind).label)
    paragraph(document, "{{ recipient }}：")
    paragraph(document, OPENING[kind], indent=INDENT).paragraph_format.space_after = Pt(8)
    table(document, COLUMNS[kind])
    paragraph(document, CLOSING[kind], indent=INDENT).paragraph_format.space_before = Pt(8)
    for text in ("{% if contact %}联系人：{{ contact }}{% endif %}", ""):
        paragraph(document, text, indent=INDENT)
    signed(document)
