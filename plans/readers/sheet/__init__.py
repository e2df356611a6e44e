"""Excel workbooks (.xlsx, .xlsm): a ledger of tasks, one table or several to a sheet."""

import re

from plans.parser.document import Document
from plans.readers import ledger
from plans.readers.assembly import Assembly
from plans.readers.refusal import PlanNotReadable
from plans.readers.sheet.cells import Sheet, read_sheet
from plans.readers.sheet.package import Package
from plans.readers.sheet.styles import Styles

# Names that say nothing of what is on the sheet.
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*(?:\s*[（(]\d+[)）])?", re.I)


def read(content: bytes) -> Document:
    """Every visible sheet that something is written on, with its name above it where there are several."""
    with Package(content) as package:
        visible = package.visible_sheets()
        styles, strings = Styles(package), package.strings()
        sheets = [(name, read_sheet(package, part, styles, strings)) for name, part in visible]
    sheets = [(name, sheet) for name, sheet in sheets if sheet.rows or sheet.hidden]
    assembly = Assembly()
    for name, sheet in sheets:
        start = assembly.length
        if len(sheets) > 1 and not _UNNAMED.fullmatch(name.strip()):
            assembly.paragraph(name, 1)
        ledger.lay_out(assembly, sheet.rows)
        _warn(assembly, name, sheet, start)
    if package.hidden_sheets:
        names = "、".join(package.hidden_sheets[:5])
        assembly.warn("hidden_rows", f"工作表{names}已隐藏，没有读取，如需导入请取消隐藏后重新上传。")
    document = assembly.document()
    if not document.text:
        raise PlanNotReadable("工作簿中没有可见的文字，请确认内容没有隐藏后重新上传。")
    return document


def _warn(assembly: Assembly, name: str, sheet: Sheet, start: int) -> None:
    if sheet.hidden:
        message = f"工作表“{name}”有{sheet.hidden}，没有读取，如需导入请取消隐藏或筛选后重新上传。"
        assembly.warn("hidden_rows", message, start)
