"""A saved web page (.html, .mht, a page named .doc or .xls): the document's data and its article."""

from plans.parser.document import Document
from plans.readers import ledger
from plans.readers.assembly import Assembly
from plans.readers.refusal import PlanNotReadable
from plans.readers.webpage import about, article, flow, source
from plans.readers.webpage.flow import Block, Grid


def read(content: bytes) -> Document:
    """The page's title and data first, then its article; menus, tools and the site's own lines left out."""
    markup, doubts = source.markup(content)
    root = source.tree(markup)
    blocks = article.named(_visible(root))
    body = article.find(blocks)
    assembly = Assembly()
    assembly.warnings.extend(doubts)
    title = about.title(root, blocks, body)
    for line in about.head(root, blocks, body, title):
        _add(assembly, line, None)
    for block in article.lines(blocks, body):
        _add(assembly, block, title)
    document = assembly.document()
    if not document.text:
        raise PlanNotReadable("网页中没有正文文字，请打开网页，将正文复制到Word中保存为.docx后上传。")
    return document


def _visible(root: flow.Element) -> list[Block]:
    """What a reader sees; all of it where the page keeps most of its text hidden until a script shows it."""
    seen = list(flow.blocks(root, hidden=False))
    if not flow.hides(root):
        return seen
    everything = list(flow.blocks(root, hidden=True))
    return everything if article.weight(everything) > 2 * article.weight(seen) else seen


def _add(assembly: Assembly, block: Block | str, title: str | None) -> None:
    if isinstance(block, str):
        assembly.paragraph(block)
    elif isinstance(block, Grid):
        ledger.lay_out(assembly, block.rows)
    else:
        assembly.paragraph(block.marker + block.text, None if block.text == title else block.level)
