"""A revision's lines side by side, for people: what was said, what is said, changed words marked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.templatetags.pages import asked
from plans.models import ItemOwner, PlanItem
from tasks.states import Status

LABELS = {
    **{"added": _("新增"), "removed": _("删去"), "text": _("文字"), "date": _("期限")},
    **{"owner": _("责任单位"), "target": _("指标")},
}
# A day, a word of Latin letters or a figure changes as a whole; Chinese by the character; units by the name.
TOKENS = re.compile(r"\d{4}-\d\d-\d\d|[A-Za-z0-9.%％]+|\s+|.", re.S)
NAMES = re.compile(r"[^：；、（）]+|.", re.S)
# Longer ones are shown whole: marking takes time with the square of their length.
MOST_TOKENS = 3000
Side = dict[str, Any] | None


@dataclass
class Row:
    """One line: both sides as HTML; `ticked` when it would be taken over."""

    line: dict[str, Any]
    label: str
    before: SafeString
    after: SafeString

    @property
    def no(self) -> int:
        return self.line["no"]


@dataclass
class Group:
    """The lines about one item."""

    item: dict[str, Any]
    kind: str
    task: dict[str, Any] | None
    status: str
    rows: list[Row] = field(default_factory=list)


def grouped(lines: Iterable[dict[str, Any]]) -> list[Group]:
    """By item, in the order of the lines."""
    found = []
    for _item, same in groupby(lines, key=lambda line: line["item"]["id"] or f"new{line['no']}"):
        rows = [row_of(line) for line in same]
        item, task = rows[0].line["item"], rows[0].line["task"]
        status = Status(task["status"]).label if task else ""
        found.append(Group(item, PlanItem.Kind(item["kind"]).label, task, status, rows))
    return found


def row_of(line: dict[str, Any]) -> Row:
    before, after = (paragraphs(line["kind"], line[side]) for side in ("before", "after"))
    if line["kind"] in ("added", "removed"):
        marked = [plain(before), plain(after)]
    else:
        tokens = NAMES if line["kind"] == "owner" else TOKENS
        marked = list(compared("\n".join(before), "\n".join(after), tokens))
    return Row(line, LABELS[line["kind"]], *marked)


def paragraphs(kind: str, side: Side) -> list[str]:
    """What a side says, a paragraph each."""
    if side is None:
        return []
    told = [side.get("heading", "") if kind == "text" else "", side.get("body", "")]
    if "lead" in side and (kind == "owner" or side["lead"] or side["cooperating"]):
        told.append(units(side))
    if "due_on" in side and (kind == "date" or side["due_on"] or side["deadline"]):
        told.append(date_of(side))
    told += [
        _("指标：{name}（{size}）").format(name=target["name"], size=asked(target))
        for target in side.get("targets", [])
    ]
    told += [_("举措：{step}").format(step=step) for step in side.get("steps", [])]
    return [line for line in told if line] or [side.get("heading", "")]


def units(side: dict[str, Any]) -> str:
    lead = _("牵头单位：{name}").format(name=named(side["lead"]) if side["lead"] else _("未写明"))
    names = _("、").join(
        named(unit) + (str(_("（共同牵头）")) if unit["role"] == ItemOwner.Role.CO_LEAD else "")
        for unit in side["cooperating"]
    )
    return _("{lead}；配合单位：{names}").format(lead=lead, names=names) if names else lead


def named(unit: dict[str, Any]) -> str:
    return unit["name"] or _("{name}（未对应）").format(name=unit["printed"])


def date_of(side: dict[str, Any]) -> str:
    day = side["due_on"] or (_("无日期") if side["deadline"] else _("未写明"))
    if not side["deadline"]:
        return _("期限：{day}").format(day=day)
    return _("期限：{day}（{deadline}）").format(day=day, deadline=side["deadline"])


def plain(told: list[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((line,) for line in told))


def compared(before: str, after: str, tokens: re.Pattern[str] = TOKENS) -> tuple[SafeString, SafeString]:
    """Both texts, with <del> and <ins> where they differ."""
    old, new = tokens.findall(before), tokens.findall(after)
    if not old or not new or max(len(old), len(new)) > MOST_TOKENS:
        return whole(before, "del"), whole(after, "ins")
    left, right = [], []
    for tag, i, ii, j, jj in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_same = tag == "equal"
        left.append(piece("".join(old[i:ii]), "" if is_same else "del"))
        right.append(piece("".join(new[j:jj]), "" if is_same else "ins"))
    return lines("".join(left)), lines("".join(right))


def whole(text: str, tag: str) -> SafeString:
    return lines(piece(text, tag)) if text else SafeString("")


def piece(text: str, tag: str) -> SafeString:
    if not text:
        return SafeString("")
    return SafeString(format_html(f"<{tag}>{{}}</{tag}>", text) if tag else conditional_escape(text))


def lines(html: str) -> SafeString:
    """Escaped already."""
    return SafeString(f'<p class="said">{html}</p>')
