"""Our own form of a 通报: the text as a letter, and behind it the tables on pages that lie across."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Pt

from reports.letters.layout import (
    HEI,
    INDENT,
    SONG,
    Columns,
    head,
    landscape,
    numbered,
    paragraph,
    signed,
    table,
)

LATE = "{% if task.days_overdue %}，已逾期{{ task.days_overdue }}天{% endif %}"
NEWLY = "{% if task.newly_red %}（本期转红）{% endif %}"
SAID = "{{ task.last_report }}"
# Of each table: its title, when it is there, what it goes over, its columns. 247 mm wide together.
TABLES: tuple[tuple[str, str, str, Columns], ...] = (
    (
        "各牵头单位任务进展",
        "unit_count",
        "unit in departments",
        (
            ("序号", 14, ("{{ unit.no }}",)),
            ("单位", 65, ("{{ unit.name }}",)),
            ("牵头任务数", 28, ("{{ unit.tasks }}",)),
            ("已完成", 28, ("{{ unit.done }}",)),
            ("超进度", 28, ("{{ unit.ahead }}",)),
            ("达进度", 28, ("{{ unit.on_pace }}",)),
            ("欠进度", 28, ("{{ unit.behind }}",)),
            ("其他", 28, ("{{ unit.other }}",)),
        ),
    ),
    (
        "主要目标完成情况",
        "goal_count",
        "goal in goals",
        (
            ("序号", 14, ("{{ goal.no }}",)),
            ("目标", 88, ("{{ goal.heading }}",)),
            ("量化指标", 62, ("{{ goal.targets }}",)),
            ("完成值", 55, ("{{ goal.actuals }}",)),
            ("是否达成", 28, ("{{ goal.reached }}",)),
        ),
    ),
    (
        "本期办结的任务",
        "completed_count",
        "task in completed",
        (
            ("序号", 14, ("{{ task.no }}",)),
            ("任务", 109, ("{{ task.code }} {{ task.title }}",)),
            ("牵头单位", 48, ("{{ task.lead }}",)),
            ("办结时限", 38, ("{{ task.due_on }}",)),
            ("办结日期", 38, ("{{ task.completed_on }}",)),
        ),
    ),
    (
        "亮红灯的任务",
        "red_count",
        "task in red",
        (
            ("序号", 14, ("{{ task.no }}",)),
            (
                "任务",
                75,
                ("{{ task.code }} {{ task.title }}" + NEWLY,),
            ),
            ("牵头单位", 36, ("{{ task.lead }}",)),
            ("办结时限", 38, ("{{ task.due_on }}" + LATE,)),
            ("进度", 16, ("{{ task.progress }}",)),
            ("最近填报", 68, (SAID,)),
        ),
    ),
    (
        "各单位反映的问题",
        "problem_count",
        "problem in problems",
        (
            ("序号", 14, ("{{ problem.no }}",)),
            ("任务", 80, ("{{ problem.code }} {{ problem.title }}",)),
            ("填报单位", 36, ("{{ problem.department }}",)),
            ("填报日期", 38, ("{{ problem.date }}",)),
            ("问题", 79, ("{{ problem.text }}",)),
        ),
    ),
    (
        "任务台账",
        "task_count",
        "task in tasks",
        (
            ("序号", 13, ("{{ task.no }}",)),
            ("任务", 62, ("{{ task.code }} {{ task.title }}",)),
            (
                "责任单位",
                40,
                (
                    "牵头：{{ task.lead }}",
                    "{%p if task.co_leads %}",
                    "共同牵头：{{ task.co_leads }}",
                    "{%p endif %}",
                    "{%p if task.cooperating %}",
                    "配合：{{ task.cooperating }}",
                    "{%p endif %}",
                ),
            ),
            ("办结时限", 38, ("{{ task.due_on }}",)),
            ("状态", 18, ("{{ task.status }}",)),
            ("进度", 15, ("{{ task.progress }}",)),
            ("亮灯", 15, ("{{ task.light }}",)),
            ("最近填报", 46, (SAID,)),
        ),
    ),
)
CELL, NARROW = Pt(9), 30


def write_bulletin(document: Any) -> None:
    head(document, "{{ kind }}")
    title(document)
    for text in ("{%p for paragraph in narrative %}", "{{ paragraph.text }}", "{%p endfor %}", ""):
        paragraph(document, text, indent=INDENT)
    for text in ("附件：重点任务进展情况表", "{% if contact %}联系人：{{ contact }}{% endif %}", ""):
        paragraph(document, text, indent=INDENT).paragraph_format.keep_with_next = True
    signed(document, together=True)
    seal(document)
    numbered(document.sections[0])
    landscape(document)
    attachment(document)


def title(document: Any) -> None:
    said = paragraph(document, "{{ title }}", WD_ALIGN_PARAGRAPH.CENTER, font=SONG, size=Pt(22))
    said.paragraph_format.line_spacing = Pt(34)
    for text in ("{%p if draft %}", "（{{ draft }}）", "{%p endif %}", ""):
        paragraph(document, text, WD_ALIGN_PARAGRAPH.CENTER)


def seal(document: Any) -> None:
    """附注, below the date: what proves the record that the figures come from."""
    for text in ("（{{ seal_note }}）", "{%p if seal %}", "{{ seal }}", "{%p endif %}"):
        paragraph(document, text, size=CELL).paragraph_format.line_spacing = Pt(18)


def attachment(document: Any) -> None:
    paragraph(document, "附件", font=HEI)
    heading = paragraph(document, "重点任务进展情况表", WD_ALIGN_PARAGRAPH.CENTER, font=SONG, size=Pt(20))
    heading.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph(document, "（截至{{ ends_on }}）", WD_ALIGN_PARAGRAPH.CENTER, size=Pt(14))
    for text in ("{%p if not task_count %}", "没有重点任务。", "{%p endif %}"):
        paragraph(document, text, indent=INDENT)
    for called, there, loop, columns in TABLES:
        paragraph(document, f"{{%p if {there} %}}")
        above = paragraph(document, called, font=HEI, size=Pt(14))
        above.paragraph_format.space_before, above.paragraph_format.keep_with_next = Pt(12), True
        table(document, columns, loop, CELL, narrow=NARROW)
        paragraph(document, "{%p endif %}")
