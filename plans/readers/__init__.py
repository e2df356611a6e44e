"""Files to documents: the only place that knows file formats."""

from dataclasses import replace

from plans.parser.document import Document
from plans.readers import confined, secrecy, text
from plans.readers.formats import READERS, TEXT, recognise
from plans.readers.refusal import PlanNotReadable
from plans.readers.secrecy import ClassifiedDocument

__all__ = ["READERS", "ClassifiedDocument", "Document", "PlanNotReadable", "read"]


def read(content: bytes, name: str) -> Document:
    """The document in a file; raises PlanNotReadable or ClassifiedDocument, each saying what to do."""
    if not content.strip():
        raise PlanNotReadable("文件为空，请上传有内容的计划文件。")
    reader = recognise(content, name)
    document = text.read(content) if reader == TEXT else confined.read(content, f"{__name__}.{reader}")
    if not document.text.strip():
        raise PlanNotReadable("文件中没有文字，请上传有内容的计划文件。")
    return replace(document, warnings=document.warnings + secrecy.check(document))
