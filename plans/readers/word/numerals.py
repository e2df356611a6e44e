"""How Word prints a number in each of its formats that Chinese documents use."""

import re
from collections.abc import Callable, Sequence

_DIGITS = "〇一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_LEGAL = str.maketrans("〇一二三四五六七八九十百千零", "零壹贰叁肆伍陆柒捌玖拾佰仟零")
_LEGAL_TRADITIONAL = str.maketrans("〇一二三四五六七八九十百千零", "零壹貳參肆伍陸柒捌玖拾佰仟零")
_LEGAL_JAPANESE = str.maketrans("一二三十", "壱弐参拾")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
# Beyond these no list of a plan goes; Word itself gives up on letters and Roman numerals there.
_MOST_LETTERS, _MOST_ROMAN, _MOST_HAN = 780, 3999, 9999
_PADDED = re.compile(r"0+1\b")


def printed(value: int, style: str) -> str:
    """The number as Word prints it; a format that none of our documents use, or too large, in digits."""
    if _PADDED.match(style):
        return str(value).zfill(_PADDED.match(style).end())
    return _STYLES.get(style, str)(value)


def _in_row(row: Sequence[str]) -> Callable[[int], str]:
    """A row of signs, after which Word goes on in digits."""
    return lambda value: row[value - 1] if 0 < value <= len(row) else str(value)


def _counted(value: int) -> str:
    """十, 十一, 二十, 一百零一: as one counts aloud."""
    if not 0 < value <= _MOST_HAN:
        return "零" if value == 0 else str(value)
    text, digits = "", str(value)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            text += _DIGITS[int(digit)] + _PLACES[place]
        elif not text.endswith("零"):
            text += "零"
    text = text.rstrip("零")
    return text[1:] if text.startswith("一十") else text


def _by_digit(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


def _counted_short(value: int) -> str:
    """As counted below a hundred, digit by digit from there on: 九十九, 一〇〇."""
    return _counted(value) if 0 < value < 100 else _by_digit(value)


def _counted_japanese(value: int) -> str:
    """As counted, but without zeros, nor a one before a hundred: 百一."""
    text = _counted(value).replace("零", "")
    return text[1:] if text.startswith(("一百", "一千")) else text or "〇"


def _legal(table: dict[int, int]) -> Callable[[int], str]:
    """壹拾: a figure stands before every place, so that none can be added."""

    def spell(value: int) -> str:
        text = _counted(value)
        return ("一" + text if text.startswith("十") else text).translate(table)

    return spell


def _letters(value: int) -> str:
    """a … z, aa, bb … zz, aaa."""
    if not 0 < value <= _MOST_LETTERS:
        return str(value)
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    if not 0 < value <= _MOST_ROMAN:
        return str(value)
    text = ""
    for size, sign in _ROMAN:
        text += sign * (value // size)
        value %= size
    return text


def _ordinal(value: int) -> str:
    suffix = "th" if value // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"


def _signs(first: str, count: int) -> str:
    return "".join(chr(ord(first) + i) for i in range(count))


_CIRCLED = _in_row(_signs("①", 20))
_STYLES: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": lambda value: str(value).translate(_WIDE),
    "decimalFullWidth2": lambda value: str(value).translate(_WIDE),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedFullstop": _in_row(_signs("⒈", 20)),
    "decimalEnclosedParen": _in_row(_signs("⑴", 20)),
    "ideographEnclosedCircle": _in_row(_signs("㊀", 10)),
    "chineseCounting": _counted_short,
    "taiwaneseCounting": _counted_short,
    "chineseCountingThousand": _counted,
    "taiwaneseCountingThousand": _counted,
    "japaneseCounting": _counted_japanese,
    "ideographDigital": _by_digit,
    "taiwaneseDigital": _by_digit,
    "japaneseDigitalTenThousand": _by_digit,
    "chineseLegalSimplified": _legal(_LEGAL),
    "ideographLegalTraditional": _legal(_LEGAL_TRADITIONAL),
    "japaneseLegal": lambda value: _legal(_LEGAL_JAPANESE)(value).replace("零", ""),
    "ideographTraditional": _in_row(_STEMS),
    "ideographZodiac": _in_row(_BRANCHES),
    "ideographZodiacTraditional": _in_row([s + b for s, b in zip(_STEMS * 6, _BRANCHES * 5, strict=True)]),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerLetter": _letters,
    "ordinal": _ordinal,
    "numberInDash": lambda value: f"- {value} -",
    "none": lambda value: "",
}
