"""Going through a part's XML once, element by element: a million runs take hardly any memory."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar
from xml.parsers import expat

from plans.readers.refusal import PlanNotReadable

# Under 10 seconds of reading; a province's plan has about 100,000 elements.
MOST_ELEMENTS = 2_500_000
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


class _Actions(dict):
    """Expat's name of an element to what is done at it, worked out once for each name."""

    def __init__(self, choose: Callable[[str], Callable | None]) -> None:
        super().__init__()
        self._choose = choose

    def __missing__(self, name: str) -> Callable | None:
        action = self[name] = self._choose(name)
        return action


class Walker:
    """Sees a part's elements in order; `opens`, `closes` and `gathers` say what is done at which.

    An element in `gathers` is handed over when it ends, as properties; one in `skips` is as if not there.
    """

    opens: ClassVar[dict[str, Callable[[Any, dict[str, str]], None]]] = {}
    closes: ClassVar[dict[str, Callable[[Any], None]]] = {}
    gathers: ClassVar[dict[str, Callable[[Any, Properties], None]]] = {}
    skips: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self._names = _Names()
        self._beginnings, self._ends = _Actions(self._at_beginning), _Actions(self._at_end)
        self._left = MOST_ELEMENTS
        self._depth = 0
        self._properties: Properties = {}
        self._path: list[str] = []
        self._text: list[str] = []

    def feed(self, chunks: Iterable[bytes]) -> None:
        """A document type is refused at its first word: entities are how a small file becomes a huge one."""
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        self._read_on()
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def skip(self) -> None:
        """Called while an element opens: it and all in it are as if not there."""
        self._watch(self._start_skipped, self._end_skipped)
        self._path = [""]

    def collect(self) -> None:
        """Called while an element opens: keep the text from here on."""
        self._text = []
        self._parser.CharacterDataHandler = self._text.append

    def collected(self) -> str:
        """The text since `collect`."""
        self._parser.CharacterDataHandler = None
        text, self._text = "".join(self._text), []
        return text

    def _read_on(self) -> None:
        self._watch(self._start, self._end)

    def _watch(self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]) -> None:
        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end

    def _count(self) -> None:
        self._left -= 1
        self._depth += 1
        if self._left < 0 or self._depth > _DEEPEST:
            raise PlanNotReadable("文件结构异常庞大，不像是计划文件，请将正文复制到新的Word文档后重新上传。")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        action = self._beginnings[name]
        if action:
            action(self._short(attributes) if attributes else attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        action = self._ends[name]
        if action:
            action()

    def _at_beginning(self, name: str) -> Callable[[dict[str, str]], None] | None:
        short = self._names[name]
        if short in self.skips:
            return lambda _: self.skip()
        if short in self.gathers:
            return self._start_gathering
        return partial(self.opens[short], self) if short in self.opens else None

    def _at_end(self, name: str) -> Callable[[], None] | None:
        short = self._names[name]
        return partial(self.closes[short], self) if short in self.closes else None

    def _start_gathering(self, attributes: dict[str, str]) -> None:
        """An element's own attributes count as properties too, marked as what they are."""
        self._properties = {f"@{key}": value for key, value in attributes.items()}
        self._watch(self._start_property, self._end_property)

    def _start_property(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        self._path.append(self._names[name])
        if len(self._path) <= _DEEPEST_PROPERTY:
            self._properties["/".join(self._path)] = _value(self._short(attributes)) if attributes else ""

    def _end_property(self, name: str) -> None:
        self._depth -= 1
        if self._path:
            self._path.pop()
        else:
            self._read_on()
            self.gathers[self._names[name]](self, self._properties)

    def _start_skipped(self, name: str, _: dict[str, str]) -> None:
        self._count()
        self._path.append(name)

    def _end_skipped(self, _: str) -> None:
        self._depth -= 1
        self._path.pop()
        if not self._path:
            self._read_on()

    def _short(self, attributes: dict[str, str]) -> dict[str, str]:
        names = self._names
        return {names[key]: value for key, value in attributes.items()}


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
