"""Whether a file is a Word document that does nothing but show: no macros, nothing fetched, nothing huge."""

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from reports.letters.language import TemplateFault

MOST_BYTES = 5 * 2**20
# Unpacked. A template with a seal and a letterhead is well under 5 MB; its styles are under 200 kB, what is
# filled in under 100 kB: docxtpl's patterns take seconds over a megabyte of braces.
MOST_UNPACKED, MOST_XML, MOST_TEXT = 40 * 2**20, 2 * 2**20, 400_000
_FILLED = re.compile(r"word/(document|header|footer|footnotes)[^/]*\.xml", re.I)
MOST_PARTS = 1000
_ENTRY = b"PK\x01\x02"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Fields that fetch something, or run it, when the document is opened or printed.
_FETCHING = re.compile(r"\b(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|DDE|DDEAUTO|LINK|DATABASE|RD)\b", re.I)
_EMBEDDED = {"oleObject", "package", "control", "aFChunk", "subDocument", "frame", "mailMergeSource"}
_NOT_WORD = "文件不是Word文档（.docx），或已加密、损坏，请用Word打开后另存为.docx再上传"
_TOO_LARGE = "文件展开后过大，请删去大图片和多余内容后再上传"


def check_package(content: bytes) -> None:
    """Raises TemplateFault. Nothing is unpacked beyond the limits."""
    if len(content) > MOST_BYTES:
        raise TemplateFault("文件超过5 MB，请压缩其中的图片后再上传")
    if not content.startswith(b"PK") or content.count(_ENTRY) > MOST_PARTS:
        raise TemplateFault(_NOT_WORD)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            check_sizes(package.infolist())
            for name, part in xml_parts(package):
                check_part(name, part)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, ValueError, EOFError, OSError, NotImplementedError):
        raise TemplateFault(_NOT_WORD) from None


def check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """What an entry says of its size is the most that is read of it."""
    names = [entry.filename for entry in entries]
    if "[Content_Types].xml" not in names or len(set(names)) < len(names):
        raise TemplateFault(_NOT_WORD)
    if any(entry.flag_bits & 1 or entry.compress_type not in _METHODS for entry in entries):
        raise TemplateFault(_NOT_WORD)
    if any(entry.file_size > MOST_XML for entry in entries if is_xml(entry.filename)):
        raise TemplateFault(_TOO_LARGE)
    if any(entry.file_size > MOST_TEXT for entry in entries if _FILLED.fullmatch(entry.filename)):
        raise TemplateFault("正文过长，公文模板只需写明格式和标签，请删去多余内容后再上传")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise TemplateFault(_TOO_LARGE)


def is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def xml_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, etree._Element]]:
    # Entities are left alone and nothing is fetched; a document type is refused where one is found.
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    for name in package.namelist():
        if is_xml(name):
            root = etree.fromstring(package.read(name), parser)
            if root.getroottree().docinfo.doctype:
                raise TemplateFault(_NOT_WORD)
            yield name, root


def check_part(name: str, root: etree._Element) -> None:
    if name == "[Content_Types].xml":
        check_types({element.get("ContentType", "") for element in root.iter("{*}Default", "{*}Override")})
    elif name.lower().endswith(".rels"):
        for relation in root.iter("{*}Relationship"):
            check_relation(relation.get("Type", "").rpartition("/")[2], relation)
    elif _FETCHING.search(" ".join(fields_of(root))):
        raise TemplateFault("模板中有引用外部内容的域（如 INCLUDEPICTURE、LINK），请取消链接后再上传")


def check_types(types: set[str]) -> None:
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in types):
        raise TemplateFault("模板含有宏，请另存为不含宏的Word文档（.docx）后再上传")
    if _MAIN not in types:
        raise TemplateFault(_NOT_WORD)


def check_relation(kind: str, relation: etree._Element) -> None:
    """A link that a reader may follow is fine; what Word fetches by itself is not."""
    if kind == "vbaProject":
        raise TemplateFault("模板含有宏，请另存为不含宏的Word文档（.docx）后再上传")
    if kind in _EMBEDDED:
        raise TemplateFault("模板中嵌入了其他文件或控件，请删去后再上传")
    if relation.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
        target = relation.get("Target", "")[:100]
        raise TemplateFault(f"模板引用了外部内容（{target}），请改为嵌入图片、取消所附模板后再上传")


def fields_of(root: etree._Element) -> Iterator[str]:
    """The codes of a part's fields; Word may write one in several pieces."""
    pieces: list[str] = []
    for element in root.iter("{*}instrText", "{*}fldChar", "{*}fldSimple"):
        if element.tag.endswith("}instrText"):
            pieces.append(element.text or "")
        else:
            yield "".join(pieces)
            pieces = []
            yield from (value for key, value in element.attrib.items() if key.endswith("}instr"))
    yield "".join(pieces)
