"""What a file's styles say of paragraphs set in them: the list, the rank as a heading, whether they show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plans.readers.word.markup import Properties, Walker, is_on, number

# Word allows eleven; a chain longer than this goes in a circle.
_LONGEST_CHAIN = 20
# Built-in styles carry these names in every language's Word; WPS and converters also write the Chinese ones.
_HEADING = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(
    r"^(?:(?:WPSOffice手动)?(?:toc|目录|目錄)\s*[1-9]|(?:toc|目录)\s*(?:heading|标题)|table of figures)$",
    re.I,
)
# Word's tenth outline level is that of body text.
_BODY_TEXT = 9


@dataclass(frozen=True, slots=True)
class Look:
    """A style with all it is based on, the nearest first, each with the level of a list it states."""

    chain: tuple[tuple[str, int | None], ...] = ()
    list_id: str | None = None
    level: int | None = None
    is_hidden: bool | None = None
    is_contents: bool = False


class Styles(Walker):
    """The part `styles`."""

    def __init__(self) -> None:
        super().__init__()
        self._by_id: dict[str, Properties] = {}
        self._looks: dict[str, Look] = {}
        self._usual = ""

    def _style(self, properties: Properties) -> None:
        style_id = properties.get("@styleId", "")
        self._by_id[style_id] = properties
        if properties.get("@type") == "paragraph" and is_on(properties, "@default"):
            self._usual = style_id

    def look(self, style_id: str | None) -> Look:
        """The style named, or the one of paragraphs that name none."""
        style_id = self._usual if style_id is None else style_id
        if style_id not in self._looks:
            self._looks[style_id] = self._made(style_id)
        return self._looks[style_id]

    def list_of(self, style_id: str) -> str | None:
        """The list that a style for lists stands for."""
        return self._by_id.get(style_id, {}).get("pPr/numPr/numId")

    def _made(self, style_id: str) -> Look:
        chain = list(self._chain(style_id))
        styles = [self._by_id[link] for link in chain]
        return Look(
            tuple((link, number(self._by_id[link].get("pPr/numPr/ilvl"))) for link in chain),
            next((style["pPr/numPr/numId"] for style in styles if "pPr/numPr/numId" in style), None),
            next((level for style in styles if (level := _level(style)) is not None), None) or None,
            next((hidden for style in styles if (hidden := is_on(style, "rPr/vanish")) is not None), None),
            any(_CONTENTS.match(style.get("name", "").strip()) for style in styles),
        )

    def _chain(self, style_id: str) -> Iterator[str]:
        for _ in range(_LONGEST_CHAIN):
            if style_id not in self._by_id:
                return
            yield style_id
            style_id = self._by_id[style_id].get("basedOn", "")

    gathers = {"style": _style}


def outline_level(properties: Properties, name: str) -> int | None:
    """1 … 9 for a heading, 0 for text stated to be none, None where nothing is stated."""
    stated = number(properties.get(name))
    if stated is None:
        return None
    return stated + 1 if stated < _BODY_TEXT else 0


def _level(style: Properties) -> int | None:
    stated = outline_level(style, "pPr/outlineLvl")
    if stated is not None:
        return stated
    named = _HEADING.match(style.get("name", "").strip()) or _HEADING.match(style.get("@styleId", ""))
    return int(named.group(1)) if named else None
