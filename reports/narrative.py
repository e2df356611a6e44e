"""通报正文: what a summary's figures say, in an office's own sentences.

Pure: from figures alone, so the same figures are told in the same words for ever. A sentence whose figures
are all zero is left out, unless the zero is the news. No number stands here that is not in the figures.
"""

import re
from datetime import date
from typing import Any

from reports.models import Summary
from reports.pace import Pace
from reports.periods import LAST, THIS, kind_of

Figures = dict[str, Any]

# The bureau's leaders read the first lines; the rest is in the lists.
PROBLEMS = 5
UNITS = 8
PROBLEM_LENGTH = 80
# Of who leads what is behind.
ASKED = "请有关单位对照时限要求，采取有力措施，加快推进。"
# What is compared with the period before, and the words for it.
COMPARED = (
    ("tasks", "重点任务"),
    ("done", "已完成"),
    ("behind", "欠进度"),
    ("red", "亮红灯"),
    ("overdue", "逾期"),
    ("missing_reports", "逾期未填报"),
)


def text_of(summary: Summary) -> str:
    """What people made of the draft; while nobody has touched it, the draft."""
    return summary.narrative or draft(summary.figures)


def draft(figures: Figures) -> str:
    """Paragraphs, one a line. Without tasks one clear sentence, and what is true without any."""
    if is_before_record(figures):
        return unknown(figures)
    nothing_left = (nothing, goals, compared)
    paragraphs = (standing, events, goals, compared, lagging, problems) if total(figures) else nothing_left
    return "\n".join(text for paragraph in paragraphs if (text := paragraph(figures)))


def is_before_record(figures: Figures) -> bool:
    """Was the period over before anything was put on the record?"""
    ends, begins = figures.get("ends_on"), figures.get("record_begins")
    return "record_begins" in figures and (begins is None or str(ends) < str(begins))


def unknown(figures: Figures) -> str:
    begins = figures["record_begins"]
    since = f"办理记录自{day(begins)}起" if begins else "还没有办理记录"
    return f"{since}，{this(figures)}没有可以汇总的数据。"


def nothing(figures: Figures) -> str:
    """On the last day: what it had before was ended or handed on."""
    return f"截至{day(figures.get('ends_on'))}，{who(figures)}没有{'承担' if who(figures) else ''}重点任务。"


def standing(figures: Figures) -> str:
    """截至2026年10月31日，22项重点任务中已完成8项、超进度3项…"""
    whose = f"{who(figures)}承担的" if who(figures) else ""
    paces = {pace.get("name"): pace.get("count") for pace in figures.get("pace") or () if pace.get("count")}
    among = f"中{'、'.join(f'{name}{count}项' for name, count in paces.items())}" if paces else ""
    if paces == {Pace.DONE: total(figures)}:
        among = "已全部完成"
    text = f"截至{day(figures.get('ends_on'))}，{whose}{total(figures)}项重点任务{among}。"
    red, overdue = count_of(figures, "by_light", "red"), count_of(figures, "overdue", "count")
    if red:
        text += f"亮红灯{red}项" + (f"，其中已逾期{overdue}项。" if overdue else "。")
    return text


def events(figures: Figures) -> str:
    """What the period brought. That nothing was completed is news too."""
    completed = count_of(figures, "completed", "count")
    parts = [f"办结{completed}项" if completed else "没有任务办结"]
    counted = (
        ("turned_red", "转为红灯{}项"),
        ("returned", "退回重办{}次"),
        ("reports", "收到进展填报{}次"),
        ("missing_reports", "逾期未填报{}次"),
        ("reminders", "发出催办提醒{}次"),
    )
    parts += [words.format(n) for name, words in counted if (n := count_of(figures, name, "count"))]
    return f"{this(figures)}{'，'.join(parts)}。"


def goals(figures: Figures) -> str:
    """主要目标6项，已达成2项；量化指标…"""
    parts = []
    if planned := count_of(figures, "goals", "planned"):
        reached = count_of(figures, "goals", "reached")
        parts.append(f"主要目标{planned}项，" + (f"已达成{reached}项" if reached else "均尚未达成"))
    targets = figures.get("targets") or {}
    if planned := count_of(targets, "planned", "count"):
        reached = count_of(targets, "reached", "count")
        parts.append(f"任务量化指标{planned}项，" + (f"已达到{reached}项" if reached else "均尚未达到"))
    return f"{'；'.join(parts)}。" if parts else ""


def compared(figures: Figures) -> str:
    """与上月相比，已完成增加3项、亮红灯减少1项."""
    before = figures.get("before")
    if not before:
        return ""
    change = before.get("change") or {}
    changes = {**change, "behind": count_of(change, "pace", "欠进度")}
    parts = [
        f"{words}{'增加' if n > 0 else '减少'}{abs(n)}{'次' if name == 'missing_reports' else '项'}"
        for name, words in COMPARED
        if (n := changes.get(name) or 0)
    ]
    if not (parts or total(figures)):
        return ""
    last = LAST[kind_of(figures["period"])]
    return f"与{last}相比，{'、'.join(parts)}。" if parts else f"主要数据与{last}持平。"


def lagging(figures: Figures) -> str:
    """Who leads what is behind, most first; a department's own share does not name itself alone."""
    behind = [
        (n, unit.get("name") or "")
        for unit in figures.get("departments") or ()
        if (n := count_of(unit, "pace", "欠进度"))
    ]
    if not behind or {name for _, name in behind} == {who(figures)}:
        return ""
    behind.sort(key=lambda found: -found[0])
    return f"欠进度任务的牵头单位：{some([f'{name}（{n}项）' for n, name in behind], UNITS, '、')}。{ASKED}"


def problems(figures: Figures) -> str:
    """As they were reported, the latest of each task: nobody's words are judged, only cut."""
    latest = {
        (problem.get("task") or {}).get("code"): problem
        for problem in figures.get("problems") or ()
        if squeezed(problem.get("text"))
    }
    told = [
        f"{problem.get('department') or '有关单位'}反映，{cut(squeezed(problem.get('text')))}"
        + (f"（{code}）" if code else "")
        for code, problem in latest.items()
    ]
    return f"存在的主要问题：{some(told, PROBLEMS, '；')}。" if told else ""


def some(parts: list[str], most: int, between: str) -> str:
    return between.join(parts[:most]) + ("等" if len(parts) > most else "")


def squeezed(text: str | None) -> str:
    """On one line, without the full stop that the sentence around it sets."""
    lines = filter(None, (re.sub(r"\s+", " ", line).strip(" 。；;，,") for line in (text or "").splitlines()))
    return "，".join(lines)


def cut(text: str) -> str:
    """At the end of a clause where there is one; never within a number, which would then be another."""
    if len(text) <= PROBLEM_LENGTH:
        return text
    head = text[:PROBLEM_LENGTH]
    ends = [found.start() for found in re.finditer("[。；，！？]", head)]
    if ends and ends[-1] >= PROBLEM_LENGTH // 2:
        return f"{head[: ends[-1]]}……"
    return re.sub(r"[\d.,%‰]+$", "", head) + "……"


def this(figures: Figures) -> str:
    return THIS[kind_of(figures["period"])]


def who(figures: Figures) -> str:
    """Whose share it is; the whole has no name."""
    return (figures.get("department") or {}).get("name") or ""


def total(figures: Figures) -> int:
    return figures.get("tasks") or 0


def count_of(figures: Figures, *way: str) -> int:
    """The number there, 0 where there is none."""
    found: Any = figures
    for name in way:
        found = (found or {}).get(name)
    return found or 0


def day(value: str | date | None) -> str:
    if value is None:
        return "期末"
    read = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{read.year}年{read.month}月{read.day}日"
