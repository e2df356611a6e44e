"""The zip that a Word file is: its parts, found by what they are to one another, read with a cap."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from plans.readers.refusal import PlanNotReadable, noted
from plans.readers.word.markup import Walker

# Of XML, all parts together; pictures are never unpacked. 300 pages are about 10 MB.
MOST_BYTES = 100 * 2**20
# A file with a picture on each of 300 pages has under 1,000 parts.
MOST_PARTS = 10_000
_ENTRY = b"PK\x01\x02"
# Word writes no other; the rest may ask for gigabytes to unpack.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Whole tokens lie in few chunks: expat looks at a long one again with each.
_CHUNK = 4 * 2**20
_TOO_LARGE = noted("文件展开后过大，不像是计划文件，请将正文复制到新的Word文档后重新上传。")
_NO_WORD = noted("文件不是完整的Word文档，可能已损坏，请用Word或WPS打开后重新另存再上传。")


class Package:
    """A Word file's parts. Names are only ever looked up, so what they say of other folders does nothing."""

    def __init__(self, content: bytes) -> None:
        if content.count(_ENTRY) > MOST_PARTS:
            raise PlanNotReadable(_TOO_LARGE)
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._parts = {_name(entry.filename): entry for entry in self._zip.infolist()}
        self._left = MOST_BYTES
        found = self._related("", "officeDocument") or ["word/document.xml"]
        self.main = found[0]
        if self.main not in self._parts:
            raise PlanNotReadable(_NO_WORD)

    def related(self, kind: str) -> list[str]:
        """The parts that the text names as its `styles`, `numbering`, `header` … ."""
        usual = f"word/{kind}.xml"
        return self._related(self.main, kind) or [usual] * (usual in self._parts)

    def chunks(self, part: str) -> Iterator[bytes]:
        """The part unpacked, a piece at a time; what the zip says of its size may be a lie."""
        entry = self._parts[part]
        if entry.flag_bits & 1:
            raise PlanNotReadable("文件已加密，请取消密码后重新上传。")
        if entry.compress_type not in _METHODS:
            raise PlanNotReadable(_NO_WORD)
        if entry.file_size > self._left:
            raise PlanNotReadable(_TOO_LARGE)
        with self._zip.open(entry) as unpacked:
            while chunk := unpacked.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise PlanNotReadable(_TOO_LARGE)
                yield chunk

    def _related(self, part: str, kind: str) -> list[str]:
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels").casefold()
        if relations not in self._parts:
            return []
        found = _Relations(folder, kind)
        found.feed(self.chunks(relations))
        return [target for target in found.targets if target in self._parts]


class _Relations(Walker):
    def __init__(self, folder: str, kind: str) -> None:
        super().__init__()
        self._folder, self._kind = folder, kind
        self.targets: list[str] = []

    def _relation(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        if kind == self._kind and attributes.get("TargetMode") != "External":
            target = unquote(attributes.get("Target", ""))
            self.targets.append(_name(posixpath.normpath(posixpath.join("/", self._folder, target))))

    opens = {"rel:Relationship": _relation}


def _name(printed: str) -> str:
    """Part names are the same in either case, and some programs write them with backslashes."""
    return printed.replace("\\", "/").lstrip("/").casefold()
