"""How cells show their numbers: the part of Excel's number formats that plans use."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from plans.readers.sheet.package import Package, local

GENERAL = "General"
# Formats that files state by number alone, dates as Chinese Excel shows them.
_KNOWN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00"},
    **{41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00"},
    **dict.fromkeys((14, 30), "yyyy/m/d"),
    **dict.fromkeys((15, 31), 'yyyy"年"m"月"d"日"'),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **{18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 32: 'h"时"mm"分"'},
}
_LONGEST_FORMAT, _LONGEST_STORED = 255, 40
# Quoted words, escaped characters, currencies; blanks as wide as a character, fillers, colours, conditions.
_LITERAL = r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|_.|\*.|\[[^\]]*\]'
_LITERALS = re.compile(_LITERAL, re.S)
_PARTS = re.compile(rf"{_LITERAL}|(?P<field>y+|m+|d+|h+|s+|a{{3,4}})|(?P<other>.)", re.I | re.S)
_SECTIONS = re.compile(r'(?:"[^"]*"|\\.|[^;])+', re.S)
_FIGURES = re.compile(r"[#0?,]*[#0?](?P<scale>,*)(?:\.(?P<decimals>[0#?]+))?")
_DAYS = "一二三四五六日"
# 9999-12-31, beyond which Excel shows no date; figures with more digits than these it rounds itself.
_LAST_DAY, _LARGEST = 2_958_465, Decimal(10) ** 15


class Styles:
    """The workbook's cell formats, by the number that cells state."""

    def __init__(self, package: Package, *, iso_days: bool = False) -> None:
        self.iso_days = iso_days  # a day as 2026-10-31, however much of it the cell shows
        self.first_day = datetime(1904 if package.epoch_1904 else 1900, 1, 1, tzinfo=UTC)
        if not package.epoch_1904:
            self.first_day -= timedelta(days=2)
        self.formats: list[str] = []
        formats = dict(_KNOWN)
        numbers: list[int] = []
        for element in package.elements(package.styles(), "numFmt", "xf", "cellStyleXfs"):
            kind = local(element)
            if kind == "numFmt":
                formats[_whole(element.get("numFmtId"))] = (element.get("formatCode") or "")[:_LONGEST_FORMAT]
            elif kind == "xf":
                numbers.append(_whole(element.get("numFmtId")))
            else:
                numbers.clear()  # the formats of named styles, which come first
        self.formats = [formats.get(number, GENERAL) for number in numbers]

    def shown(self, stored: str, style: str | None) -> str:
        """A number as the cell shows it."""
        try:
            return self._shown(Decimal(stored.strip()), style) or stored
        except ArithmeticError:  # no number, or one that no cell holds
            return stored[:_LONGEST_STORED]

    def _shown(self, number: Decimal, style: str | None) -> str:
        if not number.is_finite() or number.copy_abs() >= _LARGEST:
            return ""
        at = _whole(style)
        code = self.formats[at] if at < len(self.formats) else GENERAL
        sections = _SECTIONS.findall(code) or [GENERAL]
        section = sections[_section(number, len(sections))]
        bare = _LITERALS.sub("", section).lower()
        if "general" in bare or "@" in bare:
            return _general(number)
        if re.search("[ymdhs]|aaa", bare):
            return self._date(number, section) or _general(number)
        return _figure(number, section, signed=len(sections) < 2)

    def _date(self, number: Decimal, section: str) -> str:
        """A date or time; a month's English name, which nobody means here, as year and month."""
        if not 0 <= number <= _LAST_DAY:
            return ""
        # Excel counts a 29 February 1900 that never was.
        missing = 1 if self.first_day.year < 1900 and number < 60 else 0
        seconds = round(float(number) * 86_400)
        try:
            moment = self.first_day + timedelta(days=missing, seconds=seconds)
        except OverflowError:
            return ""
        parts = list(_PARTS.finditer(section))
        fields = [(part["field"] or "").lower() for part in parts]
        if self.iso_days and "d" in "".join(fields) and moment.year >= 1900:
            return moment.date().isoformat()
        if any(field.startswith("mmm") for field in fields):
            return f"{moment.year}年{moment.month}月" + (f"{moment.day}日" if "d" in "".join(fields) else "")
        shown = range(len(parts))
        if number == number.to_integral_value() and "y" in "".join(fields):
            # A day without an hour: what follows it is midnight.
            shown = range(next((at for at in shown if fields[at].startswith("h")), len(parts)))
        return "".join(_part(moment, parts[at], fields, at) for at in shown).strip()


def _part(moment: datetime, part: re.Match[str], fields: list[str], at: int) -> str:
    field = fields[at]
    if not field:
        return part["quoted"] or part["escaped"] or part["other"] or ""
    if field[0] == "m":
        around = [other[0] for other in fields[:at] if other][-1:] + [o[0] for o in fields[at + 1 :] if o][:1]
        minute = around[:1] == ["h"] or "s" in around[-1:]
        return _padded(moment.minute if minute else moment.month, field)
    if len(field) > 2 and field[0] in "da":
        return ("星期" if len(field) > 3 else "周") + _DAYS[moment.weekday()]
    values = {"y": moment.year, "d": moment.day, "h": moment.hour, "s": moment.second}
    return str(moment.year) if field[0] == "y" else _padded(values[field[0]], field)


def _padded(value: int, field: str) -> str:
    return f"{value:02d}" if len(field) > 1 else str(value)


def _section(number: Decimal, count: int) -> int:
    """Formats have up to three parts: for what is above, below and at nought."""
    if number < 0 and count > 1:
        return 1
    return 2 if number == 0 and count > 2 else 0


def _figure(number: Decimal, section: str, *, signed: bool) -> str:
    """A number with the decimals, thousands and words around it that its format states."""
    words: list[str] = []

    def kept(part: re.Match[str]) -> str:
        words.append(part["quoted"] or part["escaped"] or part["currency"] or "")
        return chr(0xE000 + len(words) - 1)

    bare = _LITERALS.sub(kept, section)
    figures = _FIGURES.search(bare)
    if figures is None or "/" in bare or "e+" in bare.lower():
        return _general(number) if figures else "".join(words) or _general(number)
    percent = bare.count("%")
    value = abs(number).scaleb(2 * percent - 3 * len(figures["scale"]))
    decimals = figures["decimals"] or ""
    text = f"{value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP):f}"
    whole, point, rest = text.partition(".")
    places = figures[0].partition(".")[0].replace(",", "").lstrip("#?")
    text = whole.zfill(len(places)) + point + rest
    optional = len(decimals) - len(decimals.rstrip("#?"))
    if optional and "." in text:
        text = (text[:-optional] + text[-optional:].rstrip("0")).rstrip(".")
    if "," in figures[0].rstrip(","):
        whole, point, rest = text.partition(".")
        text = f"{int(whole):,}{point}{rest}"
    text = f"{bare[: figures.start()]}{text}{bare[figures.end() :]}"
    text = re.sub("[\ue000-\ue0ff]", lambda mark: words[ord(mark[0]) - 0xE000], text)
    return f"-{text}" if signed and number < 0 else text


def _general(number: Decimal) -> str:
    """As many digits as a cell shows; none behind the point where there is nothing to show."""
    if number == number.to_integral_value():
        return str(int(number))
    return f"{float(number):.10g}"


def _whole(stated: str | None) -> int:
    return int(stated) if stated and stated.isascii() and stated.isdigit() and len(stated) < 7 else 0
