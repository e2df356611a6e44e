"""What the cells of a ledger say: days, percentages, states. Where one may mean two things, it is refused."""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from config.days import FIRST_DAY, LAST_DAY
from config.errors import InputInvalid
from config.language import in_office_language
from tasks.columns import HEADINGS
from tasks.states import Status

S = Status
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\s*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_PERCENT = re.compile(r"(\d{1,3})(?:\.0+)?\s*%?")
# What Excel would compute has a mark before it in our CSV: see tasks.export.
_MARKED = re.compile(r"'('*[=+\-@\t\r\n])")
with in_office_language():
    LABELS = {str(status.label): status for status in Status}
STATES = {
    **LABELS,
    **dict.fromkeys(("未签收", "未启动", "未开展", "未开始"), S.PENDING),
    **dict.fromkeys(("进行中", "在办", "正在办理", "推进中", "正在推进", "实施中"), S.IN_PROGRESS),
    **dict.fromkeys(("办结", "完成", "已完成"), S.COMPLETED),
    **dict.fromkeys(("销号",), S.CLOSED),
    **dict.fromkeys(("暂停", "已暂缓"), S.SUSPENDED),
    **dict.fromkeys(("终止", "已取消"), S.CANCELLED),
}


def day(text: str, column: str) -> date | None:
    """Raises InputInvalid `date_unclear` for anything that is not a year, a month and a day."""
    if not text:
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        stated = date(*map(int, found.groups())) if found else None
    except ValueError:
        stated = None
    if stated is None or not FIRST_DAY <= stated <= LAST_DAY:
        told = _("{column}“{text}”不是明确的日期，请写成2026-10-31这样的年月日。")
        told = told.format(column=HEADINGS[column], text=text[:30])
        raise InputInvalid(told, code="date_unclear")
    return stated


def percent(text: str) -> int | None:
    """45, 45% and 45.00 are 45. Raises InputInvalid `progress_unclear`."""
    if not text:
        return None
    found = _PERCENT.fullmatch(unicodedata.normalize("NFKC", text))
    if not found or int(found[1]) > 100:
        told = _("进度“{text}”应为0到100的整数。").format(text=text[:30])
        raise InputInvalid(told, code="progress_unclear")
    return int(found[1])


def status(text: str) -> Status | None:
    """Raises InputInvalid `status_unknown`."""
    if text and text not in STATES:
        known = "、".join(LABELS)  # what a cell may say, so never translated
        told = _("不认识的状态“{text}”，可用：{known}。").format(text=text[:30], known=known)
        raise InputInvalid(told, code="status_unknown")
    return STATES[text] if text else None


def plain(text: str) -> str:
    """As it was typed, without the mark that keeps Excel from computing it."""
    return text[1:] if _MARKED.match(text) else text


def limited(text: str, most: int, column: str) -> str:
    text = plain(text)
    if len(text) > most:
        told = _("{column}超过{most}字，请精简。").format(column=HEADINGS.get(column, "说明"), most=most)
        raise InputInvalid(told, code="text_too_long")
    return text
