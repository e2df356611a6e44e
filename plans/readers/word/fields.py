"""Fields: places whose text Word works out, such as a table of contents or a circled number."""

import re
from dataclasses import dataclass, field

from plans.readers.word.numerals import printed

# 带圈字符 is stored as a formula without a result: a circle drawn over a number or a character.
_CIRCLED = re.compile(r"^\s*eq\s*\\o\s*\\ac\s*\(\s*[^,，;；]\s*[,，;；]\s*(\S{1,3}?)\s*\)\s*$", re.IGNORECASE)
# 拼音指南, stored as a formula: small letters above the text, which comes last.
_ANNOTATED = re.compile(
    r"^\s*eq\b[^(]*\\o[^(]*\(\s*\\s\\up\s*[\d.]*\s*\([^()]*\)\s*[,，;；](.*)\)\s*$", re.I | re.S
)
_LONGEST_FORMULA = 300


@dataclass(slots=True)
class Field:
    """A field that has begun; its instruction comes first, then what it shows."""

    is_inside_unseen: bool = False
    is_contents: bool = False
    has_result: bool = False
    instruction: list[str] = field(default_factory=list)

    @property
    def is_unseen(self) -> bool:
        return self.is_inside_unseen or self.is_contents or not self.has_result

    def inner(self) -> "Field":
        """A field that begins inside this one."""
        return Field(self.is_unseen, self.is_contents)

    def begin_result(self) -> None:
        self.has_result = True
        self.is_contents = self.is_contents or lists_contents("".join(self.instruction))

    def formula(self) -> str:
        """What a field without a result shows, where that is text."""
        if self.has_result:
            return ""
        instruction = "".join(self.instruction)[:_LONGEST_FORMULA]
        if found := _CIRCLED.match(instruction):
            inner = found.group(1)
            return printed(int(inner), "decimalEnclosedCircle") if inner.isdecimal() else inner
        found = _ANNOTATED.match(instruction)
        return found.group(1) if found else ""


def lists_contents(instruction: str) -> bool:
    """Whether the field is a table of contents, which says every heading once more."""
    return instruction.split(None, 1)[:1] == ["TOC"]
