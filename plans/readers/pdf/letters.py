"""Characters as an office types them: PDF writers print some through look-alikes."""

import unicodedata

# Radicals that Unicode gives no ordinary counterpart for (the rest of them decompose).
_RADICALS = dict(
    zip(
        "⺁⺎⺐⺑⺒⺓⺔⺗⺘⺙⺛⺝⺞⺟⺠⺡⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺶⺷⺸⺺⺻⺼⺽⺾⺿"
        "⻀⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻐⻑⻒⻓⻔⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂兀尢尢巳幺彑忄扌攵无月歺母民氵灬爪爫丬牛犭王疋罒示礻竹糹纟网罒网羊羊芈肀聿肉臼艹艹"
        "艹虎衤覀西见角讠贝车辶钅長镸长门青韦页风飞食饣饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟龟龟",
        strict=True,
    )
)
# Bullets that Word prints from its symbol fonts, whose codes are private.
_BULLETS = dict(
    zip(
        (0xF06C, 0xF06E, 0xF075, 0xF0B7, 0xF0D8, 0xF0FC, 0xF076, 0xF0A7, 0xF071, 0xF0B2),
        "●■◆•➢✓❖▪□◇",
        strict=True,
    )
)
_HYPHENS = {2: "-", 0xFFFE: ""}
_FOLDED = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFB00, 0xFB06))


def _table() -> dict[int, str]:
    """Radicals, compatibility ideographs and ligatures; full-width forms stay, offices type those."""
    table = {
        code: unicodedata.normalize("NFKC", chr(code))
        for first, last in _FOLDED
        for code in range(first, last + 1)
    }
    table.update((ord(radical), char) for radical, char in _RADICALS.items())
    return table | _BULLETS | _HYPHENS


_PLAIN = _table()


def plain(code: int) -> str:
    """The ordinary character for a code; nothing for control codes and half of a pair."""
    char = _PLAIN.get(code)
    if char is not None:
        return char
    return chr(code) if 32 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
