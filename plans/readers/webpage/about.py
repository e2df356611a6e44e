"""What a page says of its document outside the article: title, by-line, the table with its number."""

import re
from collections.abc import Iterator

from lxml import etree

from plans.readers.webpage.flow import Block, Grid, Line
from plans.readers.webpage.wording import DATE, KEY_ALONE, is_site_line, says_of_document

_SPACE = re.compile(r"\s+")
_TITLES = ("articletitle", "og:title", "title")
_PUBLISHED = ("pubdate", "publishdate", "article:published_time", "firstpublishedtime", "pubtime")
_SOURCES = ("contentsource", "source")
# Between the entries of a by-line a page has gaps, not blanks.
_RUN_TOGETHER = re.compile(
    r"(?<=\S)(?=(?:(?<![\u4e00-\u9fff])来源|(?:信息|文章|稿件)来源|发布(?:时间|日期|机构)|作者|编辑"
    r"|(?:浏览|阅读|点击|访问)(?:次数|数|量)|(?<![\u4e00-\u9fff])字[号体])\s*[:：])"
)
_TITLE_END = re.compile(
    "(?:要点|计划|方案|通知|意见|规划|安排|措施|办法|答复|复函|纲要|清单|细则|通报|报告|分工|任务|目标|决定)[)）]?$"
)
# What a site adds to its pages' titles stands behind one of these.
_SITE_NAME = re.compile(r"\s*(?:[_|｜]|\s[-–—]{1,2}\s?|-{2,})\s*\S{2,30}$")
_LONGEST_TITLE = 120
# The title is among the first lines of the article, or stands outside it.
_NEAR = 8


def title(root: etree._Element, blocks: list[Block], body: range) -> str | None:
    """The document's title as the page shows it."""
    stated = _stated(root, _TITLES)
    lines = [
        block for block in blocks[: body.start + _NEAR] if isinstance(block, Line) and _may_be_title(block)
    ]
    if stated:
        shown = next((line.text for line in lines if _same(line.text, stated)), None)
        return shown or stated
    window = _bare("".join(root.xpath("//head/title//text()")[:3]))
    above = [line for line in lines if line.level or _named_title(line)]
    matching = [line.text for line in lines if len(line.text) >= 6 and _bare(line.text) in window]
    outside = [line.text for line in blocks[: body.start] if isinstance(line, Line) and _may_be_title(line)]
    ending = [text for text in outside if _TITLE_END.search(text)]
    if matching:
        return max(matching, key=len)
    found = [line.text for line in above if line.text in outside] or ending
    return found[-1] if found else _from_window(root)


def head(root: etree._Element, blocks: list[Block], body: range, found: str | None) -> Iterator[Block | str]:
    """The title and what is said of the document above the article, then what only the page's data say."""
    article = [block for block in (blocks[at] for at in body) if isinstance(block, Line)][:_NEAR]
    if found and not any(_same(line.text, found) for line in article) and not _begins(article, found):
        yield found
    said: list[str] = []
    for block in _joined(blocks[: body.start]):
        if isinstance(block, Grid):
            if _is_index(block):
                yield block
                said += [cell for row in block.rows for cell in row if isinstance(cell, str)]
        elif block != found and says_of_document(block):
            yield block
            said.append(block)
    known = _SPACE.sub("", "".join(said + [line.text for line in article]))
    published, source = _stated(root, _PUBLISHED), _stated(root, _SOURCES)
    if published and not DATE.search(known) and DATE.match(published):
        yield f"发布日期：{published[:10]}"
    if source and "来源" not in known:
        yield f"来源：{source}"


def _stated(root: etree._Element, names: tuple[str, ...]) -> str | None:
    """What the page's data say under the first of these names."""
    data = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        data.setdefault(name, _SPACE.sub(" ", meta.get("content") or "").strip())
    return next((data[name][:_LONGEST_TITLE] for name in names if data.get(name)), None)


def _may_be_title(line: Line) -> bool:
    return not (line.aside or line.linked or is_site_line(line.text)) and len(line.text) <= _LONGEST_TITLE


def _named_title(line: Line) -> bool:
    """Whether the line's box is called a title."""
    named = f"{line.owner.get('class') or ''} {line.owner.get('id') or ''}".lower()
    return "title" in named or "tit" in re.split(r"[^a-z]+", named)


def _from_window(root: etree._Element) -> str | None:
    """The window's title without the site's name, if it is one of a document."""
    window = _SPACE.sub(" ", "".join(root.xpath("//head/title//text()")[:3])).strip()
    name = _SITE_NAME.sub("", window)
    return name if len(name) <= _LONGEST_TITLE and _TITLE_END.search(name) else None


def _joined(blocks: list[Block]) -> Iterator[str | Grid]:
    """Lines above the article; a name and its value in boxes of their own are one line."""
    waiting = ""
    for block in blocks:
        if isinstance(block, Grid):
            yield block
        elif block.aside or block.linked:
            continue
        elif KEY_ALONE.fullmatch(block.text):
            waiting = block.text.rstrip("：: ") + "："
        else:
            yield waiting + _RUN_TOGETHER.sub("  ", block.text)
            waiting = ""


def _is_index(grid: Grid) -> bool:
    """A table of names and values, as pages of government information have it."""
    cells = [cell.strip() for row in grid.rows for cell in row if isinstance(cell, str)]
    return not grid.aside and sum(1 for cell in cells if KEY_ALONE.fullmatch(cell)) > 1


def _begins(article: list[Line], found: str) -> bool:
    """A title broken over several lines."""
    return _bare(found) in _bare("".join(line.text for line in article))


def _same(line: str, found: str) -> bool:
    return _bare(line) == _bare(found)


def _bare(text: str) -> str:
    return _SPACE.sub("", text).replace("\u3000", "").replace("\xa0", "")
