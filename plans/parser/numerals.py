"""Chinese and Arabic numerals to numbers."""

import unicodedata
from decimal import Decimal
from functools import lru_cache

# Nobody promises as much; a row of digits this long is a serial number.
TOO_MANY = Decimal(10) ** 16
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


@lru_cache(maxsize=1024)
def value_of(numeral: str) -> Decimal | None:
    """The number a numeral stands for (`二十一`, `１２`, `1,200.5`, `①`), or None when it is none."""
    plain = unicodedata.normalize("NFKC", numeral).replace(",", "").replace(" ", "")
    if plain.replace(".", "", 1).isdecimal():
        value = Decimal(plain)
        return value if value < TOO_MANY else None
    if plain in SCALES:
        return Decimal(SCALES[plain])
    import cn2an  # here: it takes a third of a second to load, and reading a file's text needs no numerals

    try:
        return Decimal(str(cn2an.cn2an(plain.replace("〇", "零"), "smart")))
    except (ValueError, KeyError):
        return None
