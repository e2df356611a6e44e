"""The grammar of labels: a table of the forms in which such documents number their units."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from plans.parser.document import Document, Paragraph, Span
from plans.parser.numerals import value_of

_NUMERALS = "一二三四五六七八九十百"
HAN = f"[{_NUMERALS}]{{1,5}}"


# "2.3个断面…" is item 2 or 2.3 of something: see Label.where.
_COUNTED = (
    r"(?:\d{1,4}[万亿]?[个家项条名户所座处类件次亩]|\d{2,4}(?![年月日万亿元倍吨米公平个])[\u4e00-\u9fff])"
)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to print a number. A lower `level` encloses a higher one where a document leaves it open."""

    name: str
    level: int
    pattern: str
    step: bool = False  # lists the steps inside a unit, never the units themselves
    line_only: bool = False  # prose uses the same words, so only a line's beginning counts
    sign: bool = False  # lists units as well as steps
    counts: bool = True  # a sign or an unnumbered heading says nothing of its place in the list


FORMS = (
    Form("part", 0, rf"第{HAN}(?:章|部分|篇|编)", line_only=True),
    Form("han", 1, rf"(?<![第{_NUMERALS}零〇两\d]){HAN}\s?(?:、|[．.](?!\d))"),
    Form("article", 2, rf"第{HAN}条(?!例)", line_only=True),
    Form("han_paren", 3, rf"[（(]\s?{HAN}\s?[）)][、.．]?|[㈠-㈩]、?"),
    Form(
        "decimal",
        5,
        r"\d{1,2}[.．]\d{1,2}(?=\s|(?![年月日万亿元个家项倍吨米])[\u4e00-\u9fff])",
        line_only=True,
    ),
    Form(
        "arabic",
        4,
        r"(?<![A-Za-z\d.．%+/—–-])\d{1,3}\s?[、．.](?=(?:19|20)\d\d年|\d{1,2}月|\s*[^\s\d]|\s+\d)|[⒈-⒛]"
        rf"|(?<![A-Za-z\d.．%+/—–-])\d{{1,3}}[．.](?={_COUNTED})",
    ),
    Form(
        "named",
        3,
        rf"(?:重点)?(?:任务|措施|举措|行动|工程|事项|实事)\s?(?:\d{{1,2}}|{HAN})\s?[：:、.．]",
        line_only=True,
    ),
    Form("square", 7, r"[\[［【]\s?\d{1,3}\s?[\]］】][、.．]?", step=True, line_only=True, sign=True),
    Form("arabic_paren", 7, r"[（(]\s?\d{1,3}\s?[）)][、.．]?|[⑴-⒇]", step=True),
    Form("arabic_half", 8, r"(?<![\dA-Za-z（(.])\d{1,2}\s?[）)][、.．]?", step=True),
    Form("circled", 9, "[①-⑳]", step=True),
    Form("count", 6, r"[一二三四五六七八九十]{1,2}[是要][:：,，]?", step=True),
    Form("ordinal", 6, rf"第{HAN}(?:是|[，,、])", step=True),
    Form("adverb", 6, "(?:首先|其次|再次|最后)[，,]", step=True),
)
BY_NAME = {form.name: form for form in FORMS}
_ANY = re.compile("|".join(f"(?P<{form.name}>{form.pattern})" for form in FORMS))
# A cheap look for what _ANY may match: beginning with a set of characters, it is searched ten times as fast.
_MAY_BE = re.compile(
    rf"""[第{_NUMERALS}\d（(㈠-㈩⒈-⒛⑴-⒇①-⑳首其再最](?<!\d\d)(?:
    (?<=\d)\d{{0,3}}\s?[、．.)）]|(?<=[（(])\s?[{_NUMERALS}\d]|(?<=[{_NUMERALS}])[{_NUMERALS}]{{0,4}}\s?[、．.是要]
    |(?<=第)[{_NUMERALS}]|(?<=[㈠-㈩⒈-⒛⑴-⒇①-⑳])|(?<=首)先|(?<=其)次|(?<=再)次|(?<=最)后)""",
    re.VERBOSE,
)
_ADVERBS = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
_ASCII = str.maketrans("（）［］【】０１２３４５６７８９", "()[][]0123456789")
_NUMERAL = re.compile(rf"{HAN}|\d{{1,4}}")

# Decoration that may stand before a label at a line's beginning (bullets, Markdown marks, a frame).
LEAD_IN = re.compile(r"[\s|#*·•●○◆◇■□▲△★☆▪▶►➢➤※✓√—–－-]*")
_BLANK = re.compile(r"\s*")
# Names and quotations: a numeral inside them is part of the name.
_QUOTED = re.compile(r"《[^《》\n]{0,120}》|“[^“”\n]{0,80}”")
# "第（一）项", "（二）款": a citation of another text's clause, not a label of this one.
_CITED = re.compile("[项款目条期号类级]")
# "2. 3个断面": a decimal has no blank, but a figure broken over lines of a PDF may have one.
_APART = re.compile(r"\d{1,3}\s?[、．.]\s+\d")
_TIGHT = re.compile(rf"\d{{1,3}}[．.]{_COUNTED}")
_UNLIKELY_BEFORE = re.compile(r"(?:第|附件|附表|附图|表|图|注)\s*$")
_STOP = re.compile("[。；！？;!?]")
_LONGEST_HEADING, _SIGNS, _JOINTS = 60, 6, "，、,（(第和与及至到-—～~"
# A paragraph this long is no paragraph: the line breaks were lost, so labels stand anywhere in it. So it is
# with one that makes up most of the text, and with every paragraph of a document that has hardly any.
_RUN_TOGETHER, _MOST_OF_TEXT, _HARDLY_ANY = 1200, 300, 3


def runs_together(document: Document, paragraph: Span) -> bool:
    """Whether the paragraph is a text whose line breaks were lost."""
    length = paragraph.end - paragraph.start
    if length >= _RUN_TOGETHER:
        return True
    is_most = length >= _MOST_OF_TEXT and length * 2 >= len(document.text)
    return isinstance(paragraph, Paragraph) and (is_most or len(document.blocks) <= _HARDLY_ANY)


@dataclass(frozen=True, slots=True)
class Label:
    """A place where a label may stand; `where` is line, tight, sentence, comma or inside.

    Tight is a line's beginning where the number could go on as a decimal (`2.3个断面达标`).
    """

    form: Form
    value: int
    number: str
    start: int
    end: int
    where: str
    run_together: bool


def labels(document: Document, paragraph: Span) -> Iterator[Label]:
    """Every place in the paragraph that could be a label, in order."""
    text = document.text
    first = LEAD_IN.match(text, paragraph.start, paragraph.end).end()
    heading: tuple[Form, int] | None = None
    quoted = list(_QUOTED.finditer(text, paragraph.start, paragraph.end))
    run_together = runs_together(document, paragraph)
    at = 0
    for match in _matches(text, first, paragraph.end):
        while at < len(quoted) and quoted[at].end() <= match.start():
            at += 1
        is_quoted = at < len(quoted) and quoted[at].start() < match.start()
        label = _label(text, match, first, paragraph, run_together)
        if label and label.where == "line" and not label.form.step:
            heading = label.form, _heading_end(text, label.end, paragraph.end)
        elif label and heading and label.where in ("inside", "comma") and _ends_heading(text, label, heading):
            label = replace(label, where="heading")
        if label and not (is_quoted and label.where != "line"):
            yield label


def _heading_end(text: str, start: int, end: int) -> int:
    stop = _STOP.search(text, start, min(end, start + _LONGEST_HEADING))
    return stop.start() if stop else min(end, start + _LONGEST_HEADING)


def _ends_heading(text: str, label: Label, heading: tuple[Form, int]) -> bool:
    """Whether the label may end the line's heading: the line break before it was lost (`一、目标1、平台`)."""
    form, end = heading
    return (
        form.level < label.form.level < _SIGNS and label.start < end and text[label.start - 1] not in _JOINTS
    )


def _matches(text: str, first: int, end: int) -> Iterator[re.Match]:
    """What looks like a label, in order: at the line's beginning any form, further on where one may begin.

    Of a row of labels without a word between (①②③) only the last can number what follows.
    """
    before = _ANY.match(text, first, end)
    at = before.end() if before else first
    for place in _MAY_BE.finditer(text, at, end):
        match = _ANY.match(text, place.start(), end) if place.start() >= at else None
        if match:
            if before and not (before.end() == match.start() and before.lastgroup == match.lastgroup):
                yield before
            before, at = match, match.end()
    if before:
        yield before


def number_of(printed: str) -> tuple[Form, int, str] | None:
    """What a table's number cell says: `一、`, `（二）`, `3`; None when it is no number."""
    plain = printed.strip()
    match = _ANY.fullmatch(plain) or _ANY.fullmatch(plain + "、") or _ANY.match(plain + "、 x")
    if not match or match.end() < len(plain):
        return None
    form = BY_NAME[match.lastgroup]
    number, value = _read(form.name, match.group())
    return (form, value, number) if value is not None else None


def _label(text: str, match: re.Match, first: int, paragraph: Span, run_together: bool) -> Label | None:
    form = BY_NAME["ordinal" if match.lastgroup == "adverb" else match.lastgroup]
    where = "line" if match.start() == first else _where(text, match.start(), paragraph.start, run_together)
    if _TIGHT.match(text, match.start(), paragraph.end):
        if where != "line" and not (run_together and where == "sentence"):
            return None
        where = "tight"
    elif where != "line" and (
        _only_at_lines(text, match, where, run_together) or _is_prose(text, match, form)
    ):
        return None
    if where != "line" and _APART.match(text, match.start(), paragraph.end):
        return None
    number, value = _read(form.name, match.group())
    if value is None:
        return None
    # A bullet or a bar before the label belongs to it, not to the unit above.
    at_line = match.start() == first
    start = _BLANK.match(text, paragraph.start).end() if at_line else match.start()
    return Label(form, value, number, start, match.end(), where, run_together)


def _only_at_lines(text: str, match: re.Match, where: str, run_together: bool) -> bool:
    """A part or an article may be cited in prose: where line breaks were lost, it has to stand apart."""
    name = match.lastgroup
    alone = where == "sentence" or text[match.end() : match.end() + 1] == " "
    return BY_NAME[name].line_only and not (run_together and (name == "part" or name == "article" and alone))


def _where(text: str, position: int, floor: int, run_together: bool) -> str:
    before = text[max(floor, position - 6) : position].rstrip()
    if not before or before[-1] in "。！？；;!?：:":
        return "sentence"
    if before[-1] in "”’》）)" or run_together and before[-1] == ".":
        return "sentence"
    return "comma" if before[-1] in ",，、" else "inside"


def _is_prose(text: str, match: re.Match, form: Form) -> bool:
    after = text[match.end() : match.end() + 1]
    if form.name == "han" and after in _NUMERALS:  # "一、二产业"
        return True
    if form.name in ("han_paren", "arabic_paren", "arabic_half") and _CITED.match(after):
        return True
    return bool(_UNLIKELY_BEFORE.search(text, max(0, match.start() - 4), match.start()))


def _printed(label: str) -> str:
    """The number as printed: brackets in ASCII, the delimiter dropped."""
    return re.sub(r"\s", "", label).translate(_ASCII).rstrip("、．.,，:：")


@lru_cache(maxsize=1024)
def _read(form: str, label: str) -> tuple[str, int | None]:
    number = _printed(label)
    return number, _value(form, number)


def _value(form: str, number: str) -> int | None:
    if number in _ADVERBS:
        return _ADVERBS[number]
    plain = unicodedata.normalize("NFKC", number)
    found = _NUMERAL.search(plain.rsplit(".", 1)[-1] if form == "decimal" else plain)
    value = value_of(found.group()) if found else None
    return int(value) if value is not None else None
