"""Files to documents: the only place that knows file formats."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from plans.parser.document import Document
from plans.readers import secrecy, text
from plans.readers.refusal import PlanNotReadable
from plans.readers.secrecy import ClassifiedDocument

__all__ = ["ClassifiedDocument", "Document", "PlanNotReadable", "read"]

READERS: dict[str, Callable[[bytes], Document]] = {
    "": text.read,
    ".txt": text.read,
    ".text": text.read,
    ".md": text.read,
}
# Files that say what they are, whatever their name says.
_SIGNATURES = {
    b"%PDF": "PDF文件",
    b"PK\x03\x04": "Word、Excel文件或压缩包",
    b"\xd0\xcf\x11\xe0": "旧版Word或Excel文件",
    b"\xff\xd8\xff": "图片",
    b"\x89PNG": "图片",
    b"GIF8": "图片",
}


def read(content: bytes, name: str) -> Document:
    """The document in a file; raises PlanNotReadable or ClassifiedDocument, each saying what to do."""
    suffix = PurePath(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise PlanNotReadable(f"暂不支持{suffix}文件，请另存为纯文本（.txt）后上传。")
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise PlanNotReadable(f"文件实际是{kind}，暂不支持，请另存为纯文本（.txt）后上传。")
    document = reader(content)
    return replace(document, warnings=document.warnings + secrecy.check(document))
