"""Where in a template something is wrong: each tag is looked at in its paragraph, in reading order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from jinja2 import TemplateSyntaxError

from reports.letters.language import Environment, TemplateFault

# Each stops where the next begins: a row of braces without end is read once.
_TAG = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}", re.S)
_EDGE = re.compile(r"\{[{%#]|[}%#]\}")
# docxtpl's forms: {%p … %} stands for its whole paragraph, {%tr … %} for its row of a table.
_STATEMENT = re.compile(r"\{%-?(?:(p|tr) +|\s*)(for|if|elif|else|endfor|endif)\b(.*?)-?%\}", re.S)
_WHOLE = re.compile(r"\{[{%]\s*(?:p|r|tr|tc)\s")
_WIDE = re.compile("[｛｝]{2}|｛%|%｝")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_LONGEST_QUOTE = 60
# Ours have some 30; docxtpl takes half a minute over 30,000.
MOST_TAGS = 500
LONGEST_TAG = 500


@dataclass
class Piece:
    """A paragraph with its place in words."""

    place: str
    element: Any
    text: str


@dataclass
class Opened:
    """A block that waits for its end."""

    name: str
    prefix: str
    around: Any
    place: str
    tag: str
    loop: str = ""  # "task in tasks"


@dataclass
class Reader:
    """Reads one part of a document, from its beginning to its end."""

    environment: Environment
    open: list[Opened] = field(default_factory=list)
    count: int = 0

    def read(self, pieces: Iterator[Piece]) -> None:
        for piece in pieces:
            if _WIDE.search(piece.text):
                raise TemplateFault(f"{piece.place}：标签应使用半角的花括号 {{{{ }}}}")
            found = _TAG.findall(piece.text)
            if broken := _EDGE.search(_TAG.sub("", piece.text)):
                raise TemplateFault(f"{piece.place}：标签没有写完整，缺少与 {broken[0]} 成对的括号")
            self.count += len(found)
            if self.count > MOST_TAGS:
                raise TemplateFault(f"{piece.place}：标签超过{MOST_TAGS}个，请精简后再上传")
            for tag in found:
                if len(tag) > LONGEST_TAG:
                    raise TemplateFault(f"{piece.place}：标签过长 {quoted(tag)}")
                try:
                    self.tag(piece, tag.translate(_QUOTES))
                except TemplateFault as fault:
                    raise TemplateFault(f"{piece.place}：{fault}") from None
                except (TemplateSyntaxError, RecursionError):
                    raise TemplateFault(f"{piece.place}：标签写法有误 {quoted(tag)}") from None
        for block in self.open:
            raise TemplateFault(f"{block.place}：{quoted(block.tag)} 没有对应的 {{% end{block.name} %}}")

    def tag(self, piece: Piece, tag: str) -> None:
        if tag.startswith("{%"):
            self.statement(piece, tag)
        elif tag.startswith("{{"):
            if _WHOLE.match(tag):
                raise TemplateFault(f"不能识别的标签 {quoted(tag)}")
            self.check(tag)

    def check(self, source: str) -> None:
        """As if it stood alone in the loop around it."""
        loop = next((block.loop for block in self.open if block.loop), "")
        self.environment.check(f"{{% for {loop} %}}{source}{{% endfor %}}" if loop else source)

    def statement(self, piece: Piece, tag: str) -> None:
        read = _STATEMENT.fullmatch(tag)
        if not read:
            raise TemplateFault(f"不能识别的标签 {quoted(tag)}")
        prefix, name, rest = read[1] or "", read[2], read[3]
        around = container(piece, prefix, tag)
        if name in ("for", "if"):
            self.check(f"{{% {name} {rest} %}}{{% end{name} %}}")
            self.open.append(Opened(name, prefix, around, piece.place, tag, rest if name == "for" else ""))
            return
        wanted = name.removeprefix("end") if name.startswith("end") else "if"
        block = self.open[-1] if self.open else None
        if block is None or block.name != wanted:
            raise TemplateFault(f"{quoted(tag)} 没有对应的 {{% {wanted} … %}}")
        if (block.prefix, block.around) != (prefix, around):
            raise TemplateFault(
                f"{quoted(tag)} 与 {quoted(block.tag)} 不在同一段落，"
                "跨段落请用 {%p … %}，表格中跨行请用 {%tr … %}，并前后一致"
            )
        if name == "elif":
            self.check(f"{{% if {rest} %}}{{% endif %}}")
        elif name != "else":
            self.open.pop()


def container(piece: Piece, prefix: str, tag: str) -> Any:
    """What a block must end in too: the same paragraph, the same run of paragraphs, the same table."""
    if not prefix:
        return piece.element
    kind = qn(f"w:{prefix}")
    whole = piece.element if prefix == "p" else next(piece.element.iterancestors(kind), None)
    if whole is None:
        raise TemplateFault(f"{quoted(tag)} 只能用在表格中")
    if "".join(node.text or "" for node in whole.iter(qn("w:t"))).translate(_QUOTES).strip() != tag:
        said = "单独成段" if prefix == "p" else "单独占表格的一行"
        raise TemplateFault(f"{quoted(tag)} 应{said}，该处的其他内容不会出现在公文中")
    return whole.getparent()


def quoted(tag: str) -> str:
    tag = " ".join(tag.split())
    return tag if len(tag) <= _LONGEST_QUOTE else f"{tag[: _LONGEST_QUOTE - 1]}…"


def check_document(document: Document, letter: type) -> None:
    """Raises TemplateFault that says what is wrong, and where."""
    environment = Environment(letter)
    Reader(environment).read(paragraphs(document.element.body))
    for kind, called in (("HEADER", "页眉"), ("FOOTER", "页脚"), ("FOOTNOTES", "脚注")):
        for relation in document.part.rels.values():
            if relation.reltype == getattr(RELATIONSHIP_TYPE, kind):
                Reader(environment).read(paragraphs(parse_xml(relation.target_part.blob), called))


def paragraphs(root: Any, part: str = "") -> Iterator[Piece]:
    """Paragraphs are counted without those in tables, as a reader counts them; tables by number and row."""
    rows = {
        row: f"第{n}个表格第{m}行"
        for n, table in enumerate(outermost(root), 1)
        for m, row in enumerate(table.iterchildren(qn("w:tr")), 1)
    }
    count = 0
    for element in root.iter(qn("w:p")):
        place = next((rows[above] for above in element.iterancestors(qn("w:tr")) if above in rows), "")
        if not place:
            count += 1
        yield Piece(part + (place or f"第{count}段"), element, own_text(element))


def outermost(root: Any) -> Iterator[Any]:
    for table in root.iter(qn("w:tbl")):
        if next(table.iterancestors(qn("w:tbl")), None) is None:
            yield table


def own_text(paragraph: Any) -> str:
    """Without that of text boxes in it: those have paragraphs of their own."""
    nodes = paragraph.iter(qn("w:t"))
    return "".join(node.text or "" for node in nodes if next(node.iterancestors(qn("w:p"))) is paragraph)
