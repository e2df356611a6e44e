"""The parts of a workbook's zip, read with care: sizes are believed only once they are read."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from lxml import etree

from plans.readers.refusal import PlanNotReadable, noted

# A ledger of 10,000 tasks unpacks to some 10 MB.
MOST_UNPACKED = 200 * 2**20
MOST_STRINGS = 500_000
_LONGEST_STRING = 32_767  # Excel's own limit for a cell
_TOO_LARGE = noted("工作簿解压后过大，不像是计划文件，请删去多余的工作表和空白行列，另存后重新上传。")
_BROKEN = noted("文件不是有效的Excel工作簿，请用Excel或WPS打开，另存为.xlsx后重新上传。")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def local(element: etree._Element) -> str:
    """An element's name; the namespace differs between Excel's two kinds of the format."""
    return element.tag.rpartition("}")[2]


class _Capped:
    """A part as it unpacks, no further than all parts together may."""

    def __init__(self, part: IO[bytes], package: "Package") -> None:
        self.part, self.package = part, package

    def read(self, size: int = -1) -> bytes:
        # All at once would unpack a bomb before its size is known.
        data = self.part.read(min(size, 2**20) if size > 0 else 2**20)
        self.package.unpacked += len(data)
        if self.package.unpacked > MOST_UNPACKED:
            raise PlanNotReadable(_TOO_LARGE)
        return data


class Package:
    """An open workbook: which sheets it has, and each part's XML as it comes."""

    def __init__(self, content: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise PlanNotReadable(_BROKEN) from None
        self.unpacked = 0
        self.hidden_sheets: list[str] = []
        self.names = {name.lower().lstrip("/"): name for name in self.archive.namelist()}
        self.workbook = self._workbook()
        self.epoch_1904 = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.archive.close()

    def visible_sheets(self) -> list[tuple[str, str]]:
        """Names and parts of the sheets that are shown, in their order."""
        targets = self._targets(self.workbook)
        found = []
        for element in self.elements(self.workbook, "sheet", "workbookPr"):
            if local(element) == "workbookPr":
                self.epoch_1904 = element.get("date1904") in ("1", "true")
                continue
            part = targets.get(next((v for k, v in element.attrib.items() if k.endswith("}id")), ""))
            if element.get("state") in ("hidden", "veryHidden"):
                self.hidden_sheets.append(element.get("name") or "")
            elif part:
                found.append((element.get("name") or "", part))
        return found

    def strings(self) -> list[str]:
        """The texts that cells refer to by number; how they are to be pronounced is left out."""
        found: list[str] = []
        runs: list[str] = []
        for element in self.elements(self._beside("sharedStrings"), "t", "r", "rPh", "si"):
            kind = local(element)
            if kind == "t" and local(element.getparent()) != "rPh":
                runs.append((element.text or "")[:_LONGEST_STRING])
            elif kind == "si":
                found.append(_joined(runs))
                runs = []
            if len(found) > MOST_STRINGS or len(runs) > _LONGEST_STRING:
                raise PlanNotReadable(_TOO_LARGE)
        return found

    def styles(self) -> str:
        return self._beside("styles")

    def elements(self, part: str, *names: str) -> Iterator[etree._Element]:
        """The elements of these names as a part unpacks, each gone when the next one comes."""
        if part.lower() not in self.names:
            return
        tags = [f"{{*}}{name}" for name in names]
        with self.archive.open(self.names[part.lower()]) as stream:
            reader = etree.iterparse(
                _Capped(stream, self),
                events=("end",),
                tag=tags,
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            for number, (_, element) in enumerate(reader):
                if not number and element.getroottree().docinfo.doctype:
                    raise PlanNotReadable(_BROKEN)  # no program writes one; bombs are made of it
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def _workbook(self) -> str:
        target = next(
            (t for t in self._targets("").values() if t.rsplit("/", 1)[-1].lower().startswith("workbook")), ""
        )
        found = target or "xl/workbook.xml"
        if found.lower() not in self.names or not found.lower().endswith(".xml"):
            raise PlanNotReadable(_BROKEN)
        return found

    def _beside(self, name: str) -> str:
        """A part that the workbook refers to, by the end of its kind."""
        targets = self._targets(self.workbook).values()
        fallback = posixpath.join(posixpath.dirname(self.workbook), f"{name}.xml")
        return next((t for t in targets if t.rsplit("/", 1)[-1].lower().startswith(name.lower())), fallback)

    def _targets(self, part: str) -> dict[str, str]:
        """The parts that a part refers to, by their ids."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        found = {}
        for element in self.elements(relations, "Relationship"):
            target = element.get("Target") or ""
            if element.get("TargetMode") != "External":
                joined = target if target.startswith("/") else posixpath.join(folder, target)
                found[element.get("Id") or ""] = posixpath.normpath(joined).lstrip("/")
        return found


def text_of(element: etree._Element) -> str:
    """The runs of a text, formatting aside."""
    runs = [run.text or "" for run in element.iter("{*}t") if local(run.getparent()) != "rPh"]
    return _joined(runs)


def _joined(runs: list[str]) -> str:
    return unescaped("".join(runs)[:_LONGEST_STRING])


def unescaped(text: str) -> str:
    """Characters that XML can't hold are written as _xD800_; none of them is printed."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text
