"""Bytes to text: which of the encodings Chinese files come in, told by how usual the characters are."""

import codecs
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from charset_normalizer import from_bytes

from plans.parser.document import Warning
from plans.readers.refusal import PlanNotReadable

# Enough to tell encodings apart; a guess at a rare one is slow on more.
_SAMPLE = 65_536
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The order decides between equals: GB18030 is by far the most frequent of those after UTF-8.
_ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
# What a page says it is in, by how its name begins; editors write GB2312 for anything of that family.
_FAMILIES = {"utf-8": "utf-8", "utf8": "utf-8", "gb": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
# How much more plausible what a file says of itself is made by its saying so.
_SAID = 0.1
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffd\ufffe\uffff\ue000-\uf8ff]")


def decode(content: bytes, said: str = "") -> tuple[str, tuple[Warning, ...]]:
    """The text, and what is doubtful about it; `said` is the encoding the file itself names."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _read(content[len(mark) :], encoding)
    read = _strictly(content, "utf-8")
    # A few words in another encoding may happen to be UTF-8 for letters that no office prints.
    if read and is_text(read[0]) and _is_chinese(read[0]):
        return read[0], _cut() if read[1] else ()
    return _read(content, _likeliest(content, said))


def is_text(text: str) -> bool:
    """Almost no control or private characters, and not mostly letters that Chinese offices never print."""
    if "\x00" in text or _has_over(len(text) // 200, _CONTROL.finditer(text)):
        return False
    sample = text[:_SAMPLE]
    return sum(map(_is_printed, sample)) * 10 >= len(sample) * 8


def _is_chinese(text: str) -> bool:
    """Whatever is not ASCII is what Chinese offices print, however much ASCII is about it."""
    others = [c for c in text[:_SAMPLE] if c > "\x7f"]
    return sum(map(_is_printed, others)) * 10 >= len(others) * 8


def _is_printed(c: str) -> bool:
    return c < "\x7f" or "\u2000" <= c <= "\u33ff" or "\u4e00" <= c <= "\u9fff" or c >= "\uff00"


def _has_over(most: int, found: Iterator[re.Match[str]]) -> bool:
    """Counted no further: a list of every control character of a large file would take a gigabyte."""
    return next(islice(found, most, None), None) is not None


def _read(content: bytes, encoding: str) -> tuple[str, tuple[Warning, ...]]:
    read = _strictly(content, encoding)
    if read and is_text(read[0]):
        return read[0], _cut() if read[1] else ()
    text = content.decode(encoding, errors="replace")
    if is_text(text):
        return text.replace("\ufffd", ""), _guessed(encoding)
    best = from_bytes(content[:_SAMPLE]).best() if b"\x00" not in content else None
    text = content.decode(best.encoding, errors="replace") if best else ""
    if best and text and is_text(text):
        return text, _guessed(best.encoding)
    raise PlanNotReadable("无法识别文件中的文字，请确认不是图片或其他格式，并另存为UTF-8文本后上传。")


def _strictly(content: bytes, encoding: str) -> tuple[str, bool] | None:
    """The text, and whether its last character was cut off with the end of the file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(content)
    except UnicodeDecodeError:
        return None
    return text, bool(decoder.getstate()[0])


def _likeliest(content: bytes, said: str) -> str:
    """The encoding in which the first stretch that is not ASCII has the most usual characters."""
    first = re.search(rb"[\x00\x80-\xff]", content)
    start = first.start() // 2 * 2 if first else 0
    family = next((name for begin, name in _FAMILIES.items() if said.lower().startswith(begin)), "")
    sample = content[start : start + _SAMPLE]
    # A two-byte character may begin at either side of an even place, UTF-16's only at even ones.
    odd = content[first.start() if first else 0 :][:_SAMPLE]

    def plausible(encoding: str) -> float:
        taken = sample if encoding.startswith("utf-16") else odd
        said_so = _SAID if encoding == family else 0
        return _usual(taken.decode(encoding, errors="replace")) + said_so

    return max(_ENCODINGS, key=plausible)


def _usual(text: str) -> float:
    frequent = _frequent()
    return sum(1 for c in text if c in frequent) / max(1, len(text))


@cache
def _frequent() -> frozenset[str]:
    """The first levels of both character sets, which hold what is in daily use, with their punctuation.

    Text decoded wrongly falls among the rare characters, the Greek and the kana at once.
    """
    simplified = _square("gb2312", range(0xB0, 0xD8), [*range(0xA1, 0xFF)])
    traditional = _square("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    printed = "".join(map(chr, [*range(0x20, 0x7F), *range(0x2460, 0x249C), *range(0x3000, 0x3018)]))
    marks = "\t\r\n·×—‘’“”…‰℃≤≥→●○■□★▲◆\ufeff" + "".join(map(chr, range(0xFF01, 0xFF5F)))
    return frozenset(simplified + traditional + printed + marks)


def _square(encoding: str, leads: range, trails: list[int]) -> str:
    codes = bytes(byte for lead in leads for trail in trails for byte in (lead, trail))
    return codes.decode(encoding, errors="ignore")


def _cut() -> tuple[Warning, ...]:
    return (Warning("text_cut", "文件末尾的字不完整，可能没有保存或传输完，请核对末尾。", 0, 0),)


def _guessed(encoding: str) -> tuple[Warning, ...]:
    return (Warning("encoding_guessed", f"文件编码按{encoding}猜测，请核对文字有无乱码。", 0, 0),)
