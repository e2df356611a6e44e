"""Going through a part's XML once, element by element: a million runs take hardly any memory."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from xml.parsers import expat

from plans.readers.refusal import PlanNotReadable

# Under 10 seconds of reading; a province's plan has about 100,000 elements.
MOST_ELEMENTS = 5_000_000
# Ten tables inside one another are about 60 deep. What goes through them may therefore call itself.
_DEEPEST = 256
# Properties lie no deeper: numPr/numId, docPartObj/docPartGallery, mc:AlternateContent/mc:Choice/numFmt.
_DEEPEST_PROPERTY = 3

# The strict form of the standard gives the same elements other namespaces.
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "urn:schemas-microsoft-com:vml": "v:",
    "urn:schemas-microsoft-com:office:office": "o:",
}

# What an element with properties says: the path below it to each property, and its value ("" for none).
Properties = dict[str, str]


class _Names(dict):
    """Expat's "namespace local" to a short name: no prefix for Word's own, "?" for those nobody asks for."""

    def __missing__(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        prefix = _PREFIXES.get(namespace)
        short = self[name] = local if not namespace else "?" if prefix is None else prefix + local
        return short


class Walker:
    """Sees a part's elements in order; `opens`, `closes` and `gathers` say what is done at which.

    An element in `gathers` is handed over when it ends, as properties; one in `skips` is as if not there.
    """

    opens: ClassVar[dict[str, Callable[[Any, dict[str, str]], None]]] = {}
    closes: ClassVar[dict[str, Callable[[Any], None]]] = {}
    gathers: ClassVar[dict[str, Callable[[Any, Properties], None]]] = {}
    skips: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self.names = _Names()
        self.elements = 0
        self.depth = 0
        self.skipping = 0
        self.text: list[str] | None = None
        self._properties: Properties | None = None
        self._path: list[str] = []

    def feed(self, chunks: Iterable[bytes]) -> None:
        """A document type is refused at its first word: entities are how a small file becomes a huge one."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def skip(self) -> None:
        """Called while an element opens: it and all in it are as if not there."""
        self.skipping = 1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS or self.depth > _DEEPEST:
            raise PlanNotReadable("文件结构异常庞大，不像是计划文件，请将正文复制到新的Word文档后重新上传。")
        if self.skipping:
            self.skipping += 1
            return
        name = self.names[name]
        if self._properties is not None:
            self._path.append(name)
            if len(self._path) <= _DEEPEST_PROPERTY:
                self._properties["/".join(self._path)] = _value(self._short(attributes))
        elif name in self.skips:
            self.skipping = 1
        elif name in self.gathers:
            # An element's own attributes count as properties too, marked as what they are.
            self._properties = {f"@{key}": value for key, value in self._short(attributes).items()}
        elif name in self.opens:
            self.opens[name](self, self._short(attributes))

    def _short(self, attributes: dict[str, str]) -> dict[str, str]:
        names = self.names
        return {names[key]: value for key, value in attributes.items()}

    def _end(self, name: str) -> None:
        self.depth -= 1
        if self.skipping:
            self.skipping -= 1
        elif self._properties is None:
            if self.names[name] in self.closes:
                self.closes[self.names[name]](self)
        elif self._path:
            self._path.pop()
        else:
            properties, self._properties = self._properties, None
            self.gathers[self.names[name]](self, properties)

    def _data(self, text: str) -> None:
        if self.text is not None and not self.skipping:
            self.text.append(text)


def _refuse_document_type(*_: object) -> None:
    raise PlanNotReadable("文件含有不安全的内容（XML实体声明），请用Word或WPS打开后重新另存再上传。")


def _value(attributes: dict[str, str]) -> str:
    """A number format of the author's own (`001, 002, …`), the usual value, or the font for Latin letters."""
    if "format" in attributes:
        return attributes["format"]
    return attributes.get("val") or attributes.get("ascii", "")


def is_on(properties: Properties, name: str) -> bool | None:
    """What a switch such as `<w:vanish/>` says; None where it isn't there."""
    value = properties.get(name)
    return None if value is None else value not in ("0", "false", "off")


def number(value: str | None) -> int | None:
    """A whole number of a size that a document has; None for anything else."""
    digits = (value or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else None
