"""What is printed around a plan and is no part of it: navigation, signatures, attachments, copyright."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from plans.parser.document import Document, Span
from plans.parser.numbering import runs_together
from plans.parser.outline import Break

UNIT = r"(?:局|厅|委|部|署|院|办|会|处|室|中心|政府|组|公司|集团|大学|学校|党组)"
_HAN_YEAR = "[二〇○零一三四五六七八九]{4}"
_FEW = r"[\d一二三四五六七八九十]{1,3}"
DAY = rf"(?:20\d\d|{_HAN_YEAR})\s*年\s*{_FEW}\s*月\s*{_FEW}\s*日"
_WEB = re.compile(
    r"""打印(?!机)|关闭窗口|关闭本页|版权所有|ICP备|公网安备|网站标识码|网站地图|扫一扫|二维码|浏览次数|字号[:：]|字体[:：]
    |【字体|您?当?前?(?:所在的?)?位置[:：]|今天是[:：]|分享到|上一篇|下一篇|返回顶部|责任编辑|联系我们|技术支持[:：]
    |主办(?:单位)?[:：].{0,40}(?:网|承办|版权|维护|$)|承办[:：]|网站首页|首页\s*[>＞|»]|https?[:：]//|收藏本页|相关(?:链接|文档|新闻|附件)|信息来源[:：]|稿件来源[:：]
    |收集整理|文档由用户|文档内容版权|本站不保证|网站客服|文档页数|文档大小|阅读全文|免费下载|付费下载|举报$
    |还没有评论|\d条评论|^\s*[（(\[【](?:作者|编辑|记者|通讯员|供稿|文/)[^（()）\[\]]{0,30}[)）\]】]\s*$|^\s*相关阅读[:：]?\s*$|^\s*来源[:：][^。；，,]{2,20}$|抢沙发|(?:参与|发表|查看|最新|全部)评论|^[^。]{0,10}(?:仅展示|全文共)\d+字|版权声明|友情链接|加入收藏|无障碍|客服|地址[:：].*邮编|^\s*首\s*页\s*$|^\s*(?:主\s*题\s*词)[:：]""",
    re.VERBOSE,
)
_NOTICE = re.compile(
    "文档由用户|文档内容版权|本站不保证|网站客服|付费下载|本站所有资源|网友上传|全文预览|下载(?:该|此|本)?文档|下载的文档"
    "|在线预览|文档侵犯|网址水印"
)
_DISCLOSURE = re.compile(
    r"^\s*[（(]\s*此件\S{0,12}[）)]\s*$|^\s*[（(]?(?:联系人|信息公开选项|公开方式|监督(?:方式|电话)|(?:联系|咨询|投诉)电话)[:：]"
)
_CLOSING = re.compile(
    "^\\s*(?:(?:衷心|再次|最后)?感谢(?:您|你|贵)|以上答复|特此(?:函复|通知|报告|答复|批复)|专此|此复)"
)
_COPIES = re.compile(rf"^\s*(?:抄\s*送|抄\s*报|主\s*送|分\s*送)[:：]|^.{{0,60}}{DAY}\s*印\s*发\s*$")
_DATED = re.compile(rf"^\s*[（(]?\s*{DAY}\s*[）)]?\s*$")
_SIGNED = re.compile(rf"^\s*[\u4e00-\u9fff（）()\s]{{2,40}}{UNIT}\s*(?:{DAY})?\s*$")
_SIGNED_AND_DATED = re.compile(rf"^\s*[\u4e00-\u9fff（）()\s]{{2,40}}{UNIT}\s*{DAY}\s*$")
_ATTACHMENT = re.compile(
    r"^\s*附\s*(?:件|表)\s*[一二三四五六七八九十\d]{0,3}\s*(?:[:：.、]|\s|$|(?=[“《\u4e00-\u9fff]))"
)
_ATTACHMENT_LIST = re.compile(r"^\s*附\s*件\s*[:：]\s*1\s*[.、．]")
_FILE = re.compile(r"^\s*\S.{0,80}\.(?:docx?|xlsx?|pdf|wps|ofd|zip|rar|jpe?g|png)\s*$", re.IGNORECASE)
_LISTED = re.compile(r"^\s*\d{1,2}\s*[.、．]")
_ATTACHED_INSIDE = re.compile(
    r"(?<=[。；！？”])\s*附件\s*[一二三四五六七八九十\d]{0,2}(?=[“《:：\u4e00-\u9fffA-Z])"
)
_COPIED_INSIDE = re.compile(r"(?<=[。；！？”）)])\s*抄\s?送\s?[:：]")
_SIGNED_INSIDE = re.compile(
    rf"(?<=[。！？；])\s*(?P<unit>[\u4e00-\u9fff（）()]{{2,60}}{UNIT})\s*{DAY}(?:\s*印\s*发)?"
    r"\s*(?=$|[（(【\[]|联系|抄送|附件|信息)"
)
_CLOSED_INSIDE = re.compile(
    "(?<=[。！？；])\\s*(?:(?:衷心|再次|最后)?感谢[您你贵]|以上答复|特此(?:函复|通知|报告|答复))"
)
# A unit or place whose own list begins on the next line; it is no end of the list above.
_ADDRESSED = re.compile(rf"^\s*[\u4e00-\u9fff]{{1,16}}(?:{UNIT}|[市县区镇乡]|街道)\s*[:：]\s*$")
_LIST_BEGINS = re.compile(r"^\s*(?:[（(]\s?[1一]\s?[）)]|[1一]\s?[、.．])")
_CONTENTS = re.compile(r"目\s*录$")
_CONTENTS_ENTRY = re.compile(
    r"^.{2,60}?(?:\.{4,}|…{2,}|·{4,}|(?:[.·] ){4,})\s*[-—(（]?\s*\d{1,3}\s*[-—)）]?\s*$"
)
# What leads from an entry of the contents to its page, and the page.
_LEADER, _PAGE = " \t.…·", "0123456789０１２３４５６７８９"
_PAGE_ENDS = tuple("0123456789-—)）")
# A table of contents stands within the first pages.
_CONTENTS_WITHIN = 300
_PAGE_NUMBER = re.compile(
    r"^\s*[-—–－·]*\s*(?:第\s*)?\d{1,3}\s*(?:页)?(?:\s*[共/]\s*\d{1,3}\s*页?)?\s*[-—–－·]*\s*$"
)
# How far from a text's end its signature and the page's words begin at the most.
_PAGE_END = 400
# Longer than this it is a paragraph that happens to hold such a word.
_LINE, _SHORTEST = 140, 2


def is_furniture(line: str) -> bool:
    """Whether a line belongs to the page, not to the document."""
    if not _SHORTEST <= len(line) <= _LINE:
        return False
    of_page = _WEB.search(line) or _DISCLOSURE.search(line) or _CLOSING.search(line)
    return bool(of_page or _COPIES.search(line)) or is_contents_entry(line)


def is_contents_entry(line: str) -> bool:
    """Whether a line leads with dots to a page: an entry of the contents."""
    line = _short(line)
    return line[-1:] in _PAGE_ENDS and bool(_CONTENTS_ENTRY.match(line))


def is_site_notice(line: str) -> bool:
    """Whether a line, numbered or not, is the terms of a site that hands documents around."""
    return bool(_NOTICE.search(line[:_LINE]))


def is_page_number(line: str) -> bool:
    return bool(_PAGE_NUMBER.match(_short(line)))


def is_signature(line: str) -> bool:
    line = _short(line) if "日" in line else ""
    return bool(_DATED.match(line) or _SIGNED_AND_DATED.match(line))


def _short(line: str) -> str:
    """A line without the blanks around it; nothing of a paragraph, whose long runs of blanks cost minutes."""
    line = line.strip()
    return line if len(line) <= _LINE else ""


def breaks(document: Document, lines: Iterable[Span]) -> Iterator[Break]:
    """Where the running unit ends although no new one begins; in reading order."""
    before: str | None = None
    for span, below in zip_longest(lines := list(lines), lines[1:]):
        line = document.slice(span)
        if is_signature(line):
            yield Break(_signature_start(document, span, before), restarts=True)
        elif is_attachment(line):
            yield Break(span.start, restarts=True)
        elif runs_together(document, span):
            yield from _inside(document, span)
        elif is_furniture(line) or is_remark(line) or _FILE.match(line) or _addresses(document, line, below):
            yield Break(span.start)
        before = line


def _addresses(document: Document, line: str, below: Span | None) -> bool:
    """Whether a line only names whose list begins below it."""
    return bool(below and _ADDRESSED.match(line) and _LIST_BEGINS.match(document.slice(below)))


def _inside(document: Document, block: Span) -> Iterator[Break]:
    """Attachments, the signature and the page's last words in a paragraph whose line breaks were lost."""
    for match in _ATTACHED_INSIDE.finditer(document.text, block.start, block.end):
        yield Break(match.start(), restarts=True)
    for match in _COPIED_INSIDE.finditer(document.text, block.start, block.end):
        yield Break(match.start())
    stop = max(document.text.rfind(mark, block.start, block.end) for mark in "。！？；") + 1
    stop = stop or block.start
    if block.end - stop <= _PAGE_END and _WEB.search(document.text, stop, block.end):
        yield Break(stop)
    closing = _CLOSED_INSIDE.search(document.text, max(block.start, block.end - _PAGE_END), block.end)
    if closing:
        yield Break(closing.start())
    signature = signed_inside(document, block)
    if signature:
        yield Break(signature.start(), restarts=True)


def signed_inside(document: Document, block: Span) -> re.Match[str] | None:
    """The signature at the end of a paragraph whose line breaks were lost."""
    return _SIGNED_INSIDE.search(document.text, max(block.start, block.end - _PAGE_END), block.end)


def is_attachment(line: str) -> bool:
    """An attachment's own title line; a sentence that speaks of one ends with a stop."""
    return (
        "附" in line
        and len(line) <= 80
        and bool(_ATTACHMENT.match(line))
        and line.rstrip()[-1] not in "。；，,"
    )


# What is said below a table about the whole of it.
_REMARK = re.compile(r"^\s*(?:说\s*明|填表说明|备\s*注|注)\s*[:：]")


def is_remark(line: str) -> bool:
    return bool(_REMARK.match(line))


def without_units(document: Document, lines: Sequence[Span]) -> set[int]:
    """Starts of the lines whose numbers are no units: a table of contents, a list of attachments."""
    found = _contents(document, lines)
    inside = remark = False
    for span in lines:
        line = document.slice(span)
        if is_site_notice(line) or is_contents_entry(line) or _FILE.search(line):
            found.add(span.start)
        remark = is_remark(line) or remark and bool(_LISTED.match(line))
        starts = bool(_ATTACHMENT_LIST.match(line)) or remark
        inside = starts or inside and bool(_LISTED.match(line)) and len(line) <= 80 and "。" not in line
        if inside:
            found.add(span.start)
    return found


def _contents(document: Document, lines: Sequence[Span]) -> set[int]:
    """The lines from 目录 to where its first entry comes again."""
    titles = [document.slice(line).strip().rstrip(_PAGE).rstrip(_LEADER) for line in lines[:_CONTENTS_WITHIN]]
    for at, title in enumerate(titles[:-1]):
        if _CONTENTS.match(title) and titles[at + 1] in titles[at + 2 :]:
            again = titles.index(titles[at + 1], at + 2)
            return {line.start for line in lines[at:again]}
    return set()


def _signature_start(document: Document, block: Span, before: str | None) -> int:
    """A date's line takes the unit's line above it along."""
    if before and _SIGNED.match(_short(before)):
        return document.text.rindex(before, 0, block.start)
    return block.start
