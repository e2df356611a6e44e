"""Files as departments send them, and as nobody should."""

import io
import zipfile

import openpyxl
from docx import Document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def a_docx(text: str = "科技企业孵化器认定文件") -> bytes:
    document, content = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(content)
    return content.getvalue()


def an_xlsx() -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "企业名单"
    book.save(content)
    return content.getvalue()


def a_zip(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "甲")
    return content.getvalue()


def a_container(stream: str) -> bytes:
    """Of the shape of an old office file."""
    return OLE + stream.encode("utf-16-le") + bytes(512)


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64)
TEXT = "孵化器建设情况说明\n已完成选址。\n".encode()

GOOD = {
    "认定.docx": (a_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "名单.xlsx": (an_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "汇报.pptx": (
        lambda: a_zip("[Content_Types].xml", "ppt/presentation.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "旧文.doc": (lambda: a_container("WordDocument"), "application/msword"),
    "旧表.xls": (lambda: a_container("Workbook"), "application/vnd.ms-excel"),
    "旧片.ppt": (lambda: a_container("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "文字.wps": (lambda: a_container("WordDocument"), "application/vnd.ms-works"),
    "表格.et": (lambda: a_container("Workbook"), "application/vnd.ms-excel"),
    "扫描.PDF": (lambda: PDF, "application/pdf"),
    "公文.ofd": (lambda: a_zip("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    "现场.png": (lambda: PNG, "image/png"),
    "现场.jpg": (lambda: JPEG, "image/jpeg"),
    "现场.JPEG": (lambda: JPEG, "image/jpeg"),
    "动图.gif": (lambda: b"GIF89a" + bytes(64), "image/gif"),
    "说明.txt": (lambda: TEXT, "text/plain"),
    "国标.txt": (lambda: "孵化器建设情况说明".encode("gb18030"), "text/plain"),
    "名单.csv": (lambda: "序号,企业\n1,云江科技\n".encode("utf-8-sig"), "text/csv"),
}
# Names whose bytes are something else.
LYING = {
    "网页.pdf": HTML,
    "网页在前.pdf": HTML + PDF,
    "网页.txt": HTML,
    "网页.csv": b"\xef\xbb\xbf \n" + HTML,
    "矢量图.txt": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "宽字符网页.txt": b"\xff\xfe" + HTML.decode().encode("utf-16-le"),
    "脚本.txt": b"#!/bin/sh\nrm -rf /\n",
    "程序.txt": b"MZ\x90\x00\x03" + bytes(range(256)) * 8,
    "程序.pdf": b"MZ\x90\x00\x03" + PDF,
    "压缩包.docx": a_zip("a.txt"),
    "名字在内容里.docx": a_zip("a.txt") + b"word/document.xml",
    "表格.docx": an_xlsx(),
    "文字.xlsx": a_docx(),
    "半个.docx": a_docx()[:-100],
    "加密.docx": a_container("EncryptedPackage"),
    "片.doc": a_container("PowerPoint Document"),
    "空壳.doc": OLE,
    "图.png": JPEG,
    "图.jpg": b"GIF89a",
    "公文.ofd": PDF,
    "无名.pdf": b"\x00",
}
NOT_ALLOWED = (
    *("a.html", "a.htm", "a.svg", "a.exe", "a.js", "a.zip", "a.rar", "a.sh", "a.xml", "a.mht", "a.docm"),
    *("无后缀", ".pdf", "pdf", "a.pdf.exe", "a." + "x" * 10_000, "a.pdf.", "a.ｐｄｆ"),
)
