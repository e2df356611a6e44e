"""The lines in a cell put together to its text."""

import re
from itertools import pairwise

from plans.readers.pdf.lines import Line, join

_LABEL = re.compile(
    r"\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳●■•]|[一二三四五六七八九十]{1,2}、"
)
ENDED = tuple("。；;！？")


def joined(rows: list[Line], width: float) -> str:
    """Lines go on where they reach the cell's edge; one that clearly ends before it ends a paragraph.

    `width` is what a line has at least; a longer line shows that there is more.
    """
    room = max([width, *(line.x1 - line.x0 for line in rows)])
    pieces = [rows[0].text]
    for above, line in pairwise(rows):
        ended = above.text.endswith(ENDED)
        clear = line.lead if ended else max(line.lead, 2 * line.size)
        short = room - (above.x1 - above.x0) > clear + 0.5 * line.size
        if short or (ended and _LABEL.match(line.text)):
            pieces.append(line.text)
        else:
            pieces[-1] = join(pieces[-1], line.text)
    return "\n".join(pieces)
