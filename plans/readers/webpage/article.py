"""Where on a page the document stands, and which lines in that place are the site's own.

Losing a paragraph is worse than keeping a menu: the article is the smallest box around everything that reads
like a document's text, however far apart.
"""

import re
from dataclasses import replace

from lxml import etree

from plans.readers.webpage.flow import Block, Grid, Line
from plans.readers.webpage.lists import starts_with_label
from plans.readers.webpage.wording import is_site_line, says_of_document

_FEW = "[\\d一二三四五六七八九十]{1,3}"
_SIGNED = re.compile(rf"\s*[（(]?(?:20\d\d|[二〇○零一二三四五六七八九]{{4}})年{_FEW}月{_FEW}日[）)]?\s*")


def find(blocks: list[Block]) -> range:
    """The blocks of the article; all of the page's if nothing on it reads like one."""
    written = [at for at, block in enumerate(blocks) if _is_written(block)]
    if not written:
        return range(len(blocks))
    first, last = written[0], _with_signature(blocks, written[-1])
    around = [block for block in blocks[max(0, first - 1) : last + 2] if _may_belong(block)]
    box = _smallest_box(blocks[first].owner, blocks[last].owner)
    while first == last and around and not any(_within(block.owner, box) for block in around):
        box = box.getparent()  # what holds one line alone is not yet a box
    while first and _within(blocks[first - 1].owner, box):
        first -= 1
    while last + 1 < len(blocks) and _within(blocks[last + 1].owner, box):
        last += 1
    return range(first, last + 1)


def lines(blocks: list[Block], body: range) -> list[Block]:
    """The article's lines and tables without what the site printed among them."""
    shown = [blocks[at] for at in body]
    start = next((at for at, block in enumerate(shown) if _is_written(block)), len(shown))
    # Lists above the text hold the document's data.
    shown[:start] = [replace(b, marker="") if isinstance(b, Line) and b.marker else b for b in shown[:start]]
    return [block for block in shown if not _is_site(block)] or shown


def named(blocks: list[Block]) -> list[Block]:
    """The blocks, their boxes' names not believed where most of the text stands in boxes of the site's."""
    aside = sum(_length(block) for block in blocks if block.written and block.aside)
    return [replace(block, aside=False) for block in blocks] if aside > weight(blocks) else blocks


def weight(blocks: list[Block]) -> int:
    """How much text reads like a document's."""
    return sum(_length(block) for block in blocks if _is_written(block))


def _is_written(block: Block) -> bool:
    return block.written and not block.aside


def _may_belong(block: Block) -> bool:
    """Whether what stands beside the only line that reads like a text may be more of it."""
    if isinstance(block, Grid) or _is_site(block):
        return False
    return not _is_written(block) and not says_of_document(block.text)


def _is_site(block: Block) -> bool:
    if _is_written(block):
        return False
    if isinstance(block, Grid):
        return block.aside
    return block.aside or is_site_line(block.text) or (block.linked and not starts_with_label(block.text))


def _with_signature(blocks: list[Block], last: int) -> int:
    """A unit's name and the date may stand in a box of their own below the text."""
    for at in range(last + 1, min(last + 4, len(blocks))):
        block = blocks[at]
        if isinstance(block, Line) and not block.aside and _SIGNED.fullmatch(block.text):
            return at
    return last


def _length(block: Block) -> int:
    if isinstance(block, Line):
        return len(block.text)
    return sum(len(cell) for row in block.rows for cell in row if isinstance(cell, str))


def _smallest_box(first: etree._Element, last: etree._Element) -> etree._Element:
    """The innermost element that holds both."""
    around = {first, *first.iterancestors()}
    return next(box for box in (last, *last.iterancestors()) if box in around)


def _within(element: etree._Element, box: etree._Element) -> bool:
    return element is box or any(ancestor is box for ancestor in element.iterancestors(box.tag))
