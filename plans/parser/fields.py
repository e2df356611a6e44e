"""A document's own fields: title, issuer, number, date and year."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from plans.parser.document import Document, Paragraph, Table
from plans.parser.furniture import DAY, UNIT, is_furniture, is_signature, signed_inside
from plans.parser.numerals import value_of

_KEYS = {
    "title": "标题|公文名称|信息名称|文件名称|名称",
    "issuer": "发文机关|发布机构|发文机构|发布单位|发文单位|制发机关|制发机构|发布部门|公开主体",
    "reporter": "填报单位|编制单位|制表单位",
    "source": "信息来源|文章来源|稿件来源|来源|栏目",
    "number": "发文字号|字号|发文文号|文件编号|公文编号|文号",
    "written": "成文日期|成文时间|发文日期|发文时间|生成日期|印发日期|签发日期",
    "published": "发布日期|发布时间|公布日期|公开日期|日期|时间",
}
# The number stands above or just below the title; an office's short name in it is this long at most.
_NEAR_TOP, _OFFICE = 1000, 12
_KEY_OF = {key: name for name, keys in _KEYS.items() for key in keys.split("|")}
_IN_LINE = re.compile(
    # The day of publication is told by its figures, even where the title runs into it.
    r"(?:(?<![\u4e00-\u9fff])|(?=(?:发布|成文|公开)(?:日期|时间)[:：]\s?(?:19|20)\d\d))(?P<key>"
    + "|".join(r"\s?".join(key) for key in sorted(_KEY_OF, key=len, reverse=True))
    + r")\s*[:：】]\s*(?P<value>(?:(?!"
    # Where the next field begins when nothing parts it from this one.
    + "(?:阅读|浏览|点击|访问)(?:次数|数|量|人次)|编辑[:：]|责编|作者[:：]|字[号体][:：]"
    + "|发布(?:日期|时间)|来源[:：]"
    + r")[^\s|•【】])+)"
)
_NUMBER = re.compile(
    r"(?P<office>[\u4e00-\u9fff]{2,24})\s?(?P<rest>[〔\[［【(（﹝]20\d\d[〕\]］】)）﹞]\s?第?\s?\d{1,4}\s?号)"
)
# Where the office's short name begins when the line ran together with what stands before it.
_BEFORE_OFFICE = re.compile("^.*(?:文件|文号|字号|编号|的(?:通知|通报|意见|决定|批复|答复|函)|要点|方案)")
# A document cited in the text stands in brackets or after a title.
_CITING = re.compile(r"[（(》]\s*$")
# Behind a title that has a line of its own the bracket holds the document's own number.
_OWN = re.compile(r"[)）]\s*?(?:\n|$)")
_DATE = re.compile(r"(?P<y>(?:19|20)\d\d)\s*[-年./]\s*(?P<m>\d{1,2})\s*[-月./]\s*(?P<d>\d{1,2})(?!\d)")
_HAN_DATE = re.compile(
    r"(?P<y>[二一][〇○零一二三四五六七八九]{3})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)
_SIGNED = re.compile(rf"(?:{UNIT}\s*|[（(])(?P<date>{DAY})")
_PRINTED = re.compile(rf"(?P<date>{DAY})\s*印\s*发")
_TITLE_END = re.compile(
    "(?:制度|要点|计划|方案|通知|意见|规划|安排|措施|办法|答复|复函|回复|纲要|清单|行动|规定|细则|通报|报告|任务分解|任务|目标|总结|部署|分工|决定|函)"
    "(?:[（(].{0,20}[)）])?$"
)
# What a title that names another document goes on with, on a line of its own.
_DIVISION = re.compile(
    "^(?:重点|主要|目标|工作)*(?:任务|工作|事项|措施)*(?:责任)?(?:分工|分解)(?:方案|表|清单|的通知)?$"
)
_LAST_WORD = re.compile(
    r"(?:通\s*知|意\s*见|方\s*案|决\s*定|批\s*复|答\s*复|办\s*法|规\s*定|要\s*点|计\s*划|函)$"
)
_RUN_ON_TITLE = re.compile(
    r"号\s*(?P<title>[^。，,：:；;]{0,60}?关于[^。：:；;]{4,80}?的(?:通知|意见|决定|批复|函|答复))"
)
_RUN_ON_PLAN = re.compile(
    r"(?:[>＞»]\s*[^\s>＞»]{1,20}\s|第\s?\d+\s?页\s?共\s?\d+\s?页)?\s*(?P<title>[^。，,：:；;\n|>＞»]{2,50}?(?:要点|(?:工作|行动)计划|(?:工作|实施|行动)方案|(?:建议|提案)的?(?:答复|复函)))"
)
# A page that was saved as one line says its title as the window's, then as the document's.
_TWICE = re.compile(r"(?P<title>[^\s。，：；|]{4,60})\s+(?P=title)(?=\s)")
_UNIT_LINE = re.compile(rf"^[\u4e00-\u9fff（）()]{{2,30}}{UNIT}$")
_RED_HEAD = re.compile(
    r"^(?P<issuer>[\u4e00-\u9fff\s（）()]{3,80}?)文件(?=\s*$|[\u4e00-\u9fff]{1,10}\s?[〔\[［(（])", re.M
)
_WEBSITE = re.compile("网站?$|网$|本站|门户|首页")
_NO_PLACE = re.compile("^[省市县区州]")
# A page's table may name the place alone where its government issued it.
_PLACE_ALONE = re.compile("[\u4e00-\u9fff]{1,10}[省市县区州盟旗]")
_SEALED = re.compile("[（(](?:盖章|公章|章)[)）]")
# The moment of publication, printed behind a title on its line or below it; long blanks must cost nothing.
_MOMENT = r"20\d\d[-年./]\d{1,2}[-月./]\d{1,2}日?(?:\s+\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?"
_MOMENT_BEHIND, _BY_LINE_BELOW = (
    re.compile(rf"(?<=\S)\s{{1,9}}{_MOMENT}$"),
    re.compile(rf"{_MOMENT}\s*来源[:：]"),
)
# The part of an office that put the page up.
_INNER = re.compile("^(?:信息公开|政务公开|政府信息公开)")
_SENTENCE_MARKS = re.compile("[。；;，,：:|>＞]")
# A by-line has neither stops nor a span of days; a sentence that names a day does not say when it was issued.
_PROSE = re.compile("[。；，]|日?[至到—–~-]+(?:20\\d\\d年)?\\d{1,2}月\\d")
_LOOKS_BACK = re.compile("总结|回顾|情况")
_QUOTED = re.compile("《[^》]*》|“[^”]*”")
_LONGEST_TITLE, _LEAST_TITLE, _BY_LINE = 80, 4, 200
_HAN_CHARACTER = re.compile("[\u4e00-\u9fff]")
_FIRST_UNIT = re.compile(rf"^[\u4e00-\u9fff（）()]{{3,30}}?{UNIT}")


@dataclass(frozen=True, slots=True)
class Fields:
    """What a document says about itself; None where it doesn't."""

    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    year: int | None


def read(document: Document, head_end: int) -> Fields:
    """The fields, from the head (everything before the first unit), the signature and the page's own data."""
    data = dict(_page_data(document, head_end))
    lines = [line.strip(" #*•·-—") for line in _lines(document, head_end)]
    head = document.text[:head_end]
    title = data.get("title") or _title(lines, head)
    issued = _issued_on(document, data, head, lines)
    number = _document_number(data, head)
    return Fields(
        title=title,
        issuer=_issuer(document, data, head, lines, title),
        document_number=number,
        issued_on=issued,
        year=_year(title, issued, number, document.text),
    )


def _lines(document: Document, head_end: int) -> Iterator[str]:
    """The lines of the head; a table's row with one cell only is one, as pages set their titles."""
    for block in document.blocks:
        if block.start >= head_end:
            break
        if isinstance(block, Paragraph):
            yield document.slice(block)
            continue
        for row in block.rows:
            filled = [cell for cell in row.cells if cell.end > cell.start]
            if len(filled) == 1:
                yield document.slice(filled[0])


def as_printed(own: Fields, text: str, printed: str) -> Fields:
    """What was found in simplified characters, in those of the document."""
    words = (_printed(value, text, printed) for value in (own.title, own.issuer, own.document_number))
    title, issuer, number = words
    return replace(own, title=title, issuer=issuer, document_number=number)


def _printed(value: str | None, text: str, printed: str) -> str | None:
    """A value's characters where the text has them, white space apart (a title may stand on two lines)."""
    found = re.search(r"\s*".join(map(re.escape, value)), text) if value else None
    if not found:
        return value
    characters = iter(printed[found.start() : found.end()])
    return "".join(next(c for c in characters if not c.isspace()) if not v.isspace() else v for v in value)


def _page_data(document: Document, head_end: int) -> Iterator[tuple[str, str]]:
    """What the page's table or by-line says (发布日期: …), the first of each kind."""
    found: dict[str, str] = {}
    for block in document.blocks:
        if block.start >= head_end:
            break
        pairs = _cells(document, block) if isinstance(block, Table) else _line(document.slice(block))
        for key, value in pairs:
            if value and key not in found:
                found[key] = value
    yield from found.items()


def _cells(document: Document, table: Table) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        words = [document.slice(cell) for cell in row.cells]
        for key, value in zip(words, words[1:], strict=False):
            name = _KEY_OF.get(re.sub(r"[\s:：]", "", key))
            if name:
                yield name, value.strip()


def _line(line: str) -> Iterator[tuple[str, str]]:
    for match in _IN_LINE.finditer(line[:_BY_LINE]):
        # Of other values only a unit's name shows where it ends when the line runs on into the text.
        if len(line) <= _BY_LINE or _DATE.match(match["value"]) or _UNIT_LINE.match(match["value"]):
            yield _KEY_OF[re.sub(r"\s", "", match["key"])], match["value"].strip("-— ")


def _title(lines: list[str], head: str) -> str | None:
    lines = [_MOMENT_BEHIND.sub("", line) for line in _with_last_word(lines)]
    for at, line in enumerate(lines):
        if _may_be_title(line) and _TITLE_END.search(line):
            below = lines[at + 1] if at + 1 < len(lines) else ""
            return _joined(lines, at) + (below if _DIVISION.match(below) and "关于" in line else "")
    twice = _TWICE.match(head)
    if twice:
        return twice["title"]
    run_on = _RUN_ON_TITLE.search(head) or _RUN_ON_PLAN.search(head[:_NEAR_TOP])
    if run_on:
        return run_on["title"].strip()
    short = [line for line in lines if _may_be_title(line) and len(line) >= 6 and not _UNIT_LINE.match(line)]
    return short[0] if short else _above_by_line(lines)


def _above_by_line(lines: list[str]) -> str | None:
    """A report's headline, which may hold a colon: the line right above its moment and source."""
    for above, line in pairwise(lines):
        bare = re.sub("[，,：:]", "", above)
        if _BY_LINE_BELOW.match(line) and len(bare) >= 6 and _may_be_title(bare) and not is_furniture(above):
            return above
    return None


def _with_last_word(lines: list[str]) -> Iterator[str]:
    """A title's 通 知 may stand spaced out on a line of its own; it belongs to the line above."""
    above = ""
    for line in lines:
        if above and _LAST_WORD.match(line):
            above += re.sub(r"\s", "", line)
            continue
        if above:
            yield above
        above = line
    if above:
        yield above


def _may_be_title(line: str) -> bool:
    if len(line) > _LONGEST_TITLE:
        return False
    bare = _QUOTED.sub("", line)
    if len(_HAN_CHARACTER.findall(line)) < _LEAST_TITLE:
        return False
    return not (_SENTENCE_MARKS.search(bare) or is_furniture(line) or _NUMBER.fullmatch(line))


def _joined(lines: list[str], at: int) -> str:
    """A title set on two lines: the one above names the issuer or leaves off after 关于."""
    title = lines[at]
    while at and _may_be_title(lines[at - 1]) and len(title) < 100 and "关于" not in title[1:]:
        above = lines[at - 1]
        if (
            "关于" not in above
            and not _UNIT_LINE.match(above)
            or above.endswith("文件")
            or _TITLE_END.search(above)
        ):
            break
        title, at = above + title, at - 1
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff\d])", "", title)


def _document_number(data: dict[str, str], head: str) -> str | None:
    for words in (data.get("number", ""), head[:_NEAR_TOP]):
        for match in _NUMBER.finditer(words):
            office = _BEFORE_OFFICE.sub("", match["office"])
            cited = _CITING.search(words, 0, match.start()) and not _OWN.match(words, match.end())
            if len(office) <= _OFFICE and not cited:
                return re.sub(r"\s", "", office + match["rest"])
    return None


def _issued_on(document: Document, data: dict[str, str], head: str, lines: list[str]) -> date | None:
    tail = document.text[-400:]
    signatures = (
        document.slice(b) for b in document.blocks if isinstance(b, Paragraph) and b.end - b.start <= 80
    )
    said = [data.get("written", "")]
    said += [line for line in signatures if is_signature(line)][:1]
    said += [match["date"] for part in (head, tail) for match in _SIGNED.finditer(part)][:1]
    said += [data.get("published", "")]
    said += [match["date"] for match in _PRINTED.finditer(tail)][:1]
    said += [line for line in lines if len(line) <= 120 and _DATE.search(line) and not _PROSE.search(line)][
        :1
    ]
    return next((found for found in map(_date, said) if found), None)


def _date(words: str) -> date | None:
    match = _DATE.search(words) or _HAN_DATE.search(words)
    if not match:
        return None
    digits = [int(value_of(match[part]) or 0) for part in "md"]
    year = (
        match["y"]
        if match["y"].isdigit()
        else "".join(str(value_of(c.replace("○", "〇"))) for c in match["y"])
    )
    try:
        return date(int(year), *digits)
    except ValueError:
        return None


def _issuer(
    document: Document, data: dict[str, str], head: str, lines: list[str], title: str | None
) -> str | None:
    signer = _signed_by(document)
    if data.get("issuer"):  # 市政府办公室 does not say of which city; the signature does
        return signer if _is_fuller(signer, data["issuer"]) else _first_issuer(data["issuer"])
    if signer and _INNER.search(data.get("source", "")):
        return signer
    if re.search(f"{UNIT}$", data.get("source", "")) and not _WEBSITE.search(data["source"]):
        return data["source"]
    red = _RED_HEAD.search(head)
    if red:
        return _first_issuer(re.sub(r"\s", "", red["issuer"]))
    alone = [line for line in lines if _UNIT_LINE.match(line) and not _WEBSITE.search(line)]
    signed = signer or (alone[0] if alone else None)
    if signed:
        return signed
    by_line = [
        word
        for line in lines
        if _DATE.search(line) and len(line) <= 120
        for word in re.split(r"[\s|]+", line)
    ]
    named = [
        w
        for w in by_line
        if re.fullmatch(rf"[\u4e00-\u9fff（）]{{2,24}}{UNIT}", w) and not _WEBSITE.search(w)
    ]
    if named:
        return named[0]
    from_title = re.match(rf"(?P<issuer>[\u4e00-\u9fff]{{2,20}}{UNIT})(?=20\d\d|关于|印发)", title or "")
    if from_title:
        return from_title["issuer"]
    reporter = _SEALED.sub("", data.get("reporter", ""))
    return reporter if _UNIT_LINE.match(reporter) else None


def _is_fuller(signer: str | None, said: str) -> bool:
    """Whether the signature names in full whom the page names without the place, or by the place alone."""
    if not signer:
        return False
    if _PLACE_ALONE.fullmatch(said):
        return signer.startswith(said)
    return bool(_NO_PLACE.match(said)) and signer.endswith(said[-2:])


def _first_issuer(issuer: str) -> str:
    """The first of units printed without a gap: joint issuers are of one place, so its name comes again."""
    match = _FIRST_UNIT.match(issuer)
    rest = issuer[match.end() :] if match else ""
    return match.group() if match and rest.startswith((issuer[:2], "中共")) else issuer


def _signed_by(document: Document) -> str | None:
    """The unit above (or before) a signature's date."""
    above = ""
    for block in document.blocks:
        line = "" if isinstance(block, Table) else document.slice(block).strip()
        if line and is_signature(line):
            unit = re.sub(rf"\s*[（(]?{DAY}[)）]?", "", line) or above
            first = re.split(r"\s{3,}", unit.strip())[0]  # of units that sign side by side
            unit = re.sub(r"\s", "", first if _UNIT_LINE.match(re.sub(r"\s", "", first)) else unit)
            if _UNIT_LINE.match(unit):
                return unit
        above = line
    last = document.blocks[-1] if document.blocks else None
    inside = signed_inside(document, last) if isinstance(last, Paragraph) else None
    return inside["unit"].strip() if inside else None


def _year(title: str | None, issued: date | None, number: str | None, text: str) -> int | None:
    """The plan's year: in its title, else of its issue or number, else the first that the text names."""
    years = re.findall(r"20\d\d", title or "")
    if years:  # 2023年工作总结和2024年工作计划 looks back first
        return int(years[-1] if _LOOKS_BACK.search(title or "") else years[0])
    if issued:
        return issued.year
    found = re.search(r"20\d\d", number or "") or re.search(r"20\d\d(?=年)", text)
    return int(found.group()) if found else None
