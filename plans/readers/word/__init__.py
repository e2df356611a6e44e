"""Word files (.docx and its kin), read as they print.

The zip and its XML are read with the standard library: a library that builds the whole document in memory
would take a gigabyte for what a hostile file says in a few kilobytes, and none works out Word's numbers.
"""

from plans.parser.document import Document
from plans.readers.assembly import Assembly
from plans.readers.refusal import PlanNotReadable
from plans.readers.word.body import Body
from plans.readers.word.numbering import Numbering
from plans.readers.word.package import Package
from plans.readers.word.runs import Block
from plans.readers.word.styles import Styles
from plans.readers.word.tables import Line

__all__ = ["read"]

# A document has three for each of its sections; marks of secrecy stand in the first.
_MOST_HEADS = 60


def read(content: bytes) -> Document:
    """The document as it would print with all changes accepted; its running heads are its margins."""
    package, assembly = Package(content), Assembly()
    styles = Styles()
    numbering = Numbering(styles)
    for kind, walker in (("styles", styles), ("numbering", numbering)):
        for part in package.related(kind)[:1]:
            walker.feed(package.chunks(part))
    body = Body(lambda block: _lay(assembly, block), styles, numbering)
    body.feed(package.chunks(package.main))
    body.finish()
    _read_margins(package, assembly, styles)
    _warn(assembly, body)
    document = assembly.document()
    if not document.text and body.pictures:
        raise PlanNotReadable(
            "文件只有图片，没有可识别的文字（如扫描件），请先做文字识别（OCR），或上传文字版原件。"
        )
    return document


def _lay(assembly: Assembly, block: Block) -> None:
    if isinstance(block, Line):
        assembly.paragraph(block.text, block.level)
    else:
        assembly.table(block.laid())


def _read_margins(package: Package, assembly: Assembly, styles: Styles) -> None:
    def add(block: Block) -> None:
        for line in block.lines():
            assembly.margin(line)

    for part in [*package.related("header"), *package.related("footer")][:_MOST_HEADS]:
        margin = Body(add, styles, Numbering(styles))
        margin.feed(package.chunks(part))
        margin.finish()


def _warn(assembly: Assembly, body: Body) -> None:
    if body.changes:
        assembly.warn("changes_accepted", "文件中有未接受的修订，已按全部接受修订后的文字读取，请核对。", 0)
    if body.embedded:
        message = "文件中嵌有其他文件（如Excel表格），其中的文字没有读取，如有任务请另行上传。"
        assembly.warn("embedded_left_out", message, 0)
