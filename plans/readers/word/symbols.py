"""Signs of Word's symbol fonts, which are stored as numbers in a font, as the characters they look like."""

import re

# By font, the code of a sign, and that sign with those that follow it.
_ROWS = {
    "wingdings": {
        0x21: "✏✂✁",
        0x28: "☎✆✉",
        0x45: "☜☞",
        0x6C: "●○■□□□□◆◆◆❖◆☒",
        0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
        0x9E: "·●○○○○◉◎",
        0xA7: "▪□",
        0xAA: "★★★★★★",
        0xD8: "➢",
        0xDF: "←→↑↓",
        0xE8: "→",
        0xEF: "⇦⇨⇧⇩",
        0xFB: "✗✓☒☑",
    },
    "wingdings 2": {
        0x4F: "✗✓☒☑☒☒",
        0x69: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
        0x95: "·●●●○○",
        0x9E: "◉◎▪■□□□",
        0xAE: "◆◇",
        0xEA: "★",
    },
    "wingdings 3": {0x7D: "▶"},
    "webdings": {0x34: "▶", 0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●"},
    "symbol": {
        0x2B: "+",
        0x2D: "−",
        0xA3: "≤",
        0xA7: "♣♦♥♠↔←↑→↓°±",
        0xB3: "≥×",
        0xB7: "●÷≠≡≈…",
        0xD7: "·",
        0xE0: "◇",
        # Greek, in the order of the Latin letters' codes.
        0x41: "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
        0x61: "αβχδεφγηιϕκλμνοπθρστυϖωξψζ",
    },
}
_SIGNS = {
    font: {first + i: sign for first, signs in rows.items() for i, sign in enumerate(signs)}
    for font, rows in _ROWS.items()
}
# Where symbol fonts lie among the characters that have no meaning of their own.
_PRIVATE = range(0xF000, 0xF100)
_ANY_PRIVATE = re.compile("[\uf000-\uf0ff]")
# A bullet whose sign isn't known is a bullet all the same.
_BULLET = "●"
# Word's bullet of the second level is this letter in a typewriter's font.
_HOLLOW = {"o": "○"}


def sign(code: int, font: str) -> str:
    """The character that looks like a font's sign; nothing for one that looks like none."""
    signs = _SIGNS.get(font.casefold())
    if code in _PRIVATE:
        # Files name the font badly, and the signs of this one are what people use.
        return (signs or _SIGNS["wingdings"]).get(code & 0xFF, "")
    plain = "" if code > 0x10FFFF else chr(code)
    return (signs or {}).get(code, plain)


def in_font(text: str, font: str) -> str:
    """Text as it looks in the font: letters of a symbol font are signs."""
    if font.casefold() in _SIGNS:
        return "".join(sign(ord(c), font) if c < "\x7f" or ord(c) in _PRIVATE else c for c in text)
    return _ANY_PRIVATE.sub(lambda found: sign(ord(found.group()), font), text)


def bullet(text: str, font: str) -> str:
    """The sign before a list's entry."""
    shown = in_font(text, font).strip()
    return _HOLLOW.get(shown, shown) or (_BULLET if text.strip() else "")
