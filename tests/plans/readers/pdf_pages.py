"""PDFs laid out as an office prints: A4, 三号字 on a grid of 22 lines by 28 characters."""

from io import BytesIO
from itertools import groupby

from reportlab.lib.colors import Color
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
registerFont(UnicodeCIDFont(FONT))
WIDTH, HEIGHT = 595.0, 842.0
LEFT, SIZE, LEADING = 73.5, 16, 28.0
RIGHT = LEFT + 28 * SIZE
TOP, BOTTOM = 105.0, 740.0
_NOT_FIRST = "，。、；：！？）》」』】〕”’…%"


class Sheets:
    """A document being printed; y runs downwards as on paper."""

    def __init__(
        self, head: str = "", number: str = "— {} —", left: float = LEFT, right: float = RIGHT
    ) -> None:
        self.buffer = BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=(WIDTH, HEIGHT))
        self.head, self.number, self.left, self.right = head, number, left, right
        self.page, self.y = 1, TOP

    def print(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def turn(self) -> None:
        if self.head:
            self.print(self.left, 60, self.head, 10.5)
        if self.number:
            self.print(270, 790, self.number.format(self.page), 14)
        self.canvas.showPage()
        self.page, self.y = self.page + 1, TOP

    def line(self, text: str, x: float | None = None, size: float = SIZE) -> None:
        if self.y > BOTTOM:
            self.turn()
        self.print(self.left if x is None else x, self.y, text, size)
        self.y += LEADING

    def centred(self, text: str, size: float = 22) -> None:
        for row in broken(text, self.right - self.left, size=size):
            middle = (self.left + self.right - stringWidth(row, FONT, size)) / 2
            self.line(row, middle, size)

    def paragraph(self, text: str, indent: float = 2 * SIZE) -> None:
        rows = broken(text, self.right - self.left, indent)
        for index, row in enumerate(rows):
            self.line(row, self.left + (0 if index else indent))

    def table(self, rows: list[list[str]], widths: list[float], size: float = 12) -> None:
        """Ruled, its rows broken over pages between them."""
        for row in rows:
            cells = [broken(cell, width - 11, size=size) for cell, width in zip(row, widths, strict=True)]
            high = max(map(len, cells)) * 18 + 8
            if self.y + high > BOTTOM + 20:
                self.turn()
            top = self.y - SIZE
            x = self.left
            for cell, width in zip(cells, widths, strict=True):
                self.canvas.rect(x, HEIGHT - top - high, width, high)
                for index, text in enumerate(cell):
                    self.print(x + 5.5, top + 18 * (index + 1), text, size)
                x += width
            self.y += high
        self.y += LEADING

    def mark(self, text: str) -> None:
        """A slanted grey watermark across the page."""
        self.canvas.saveState()
        self.canvas.setFillColor(Color(0.8, 0.8, 0.8))
        self.canvas.translate(200, 300)
        self.canvas.rotate(45)
        self.canvas.setFont(FONT, 60)
        self.canvas.drawString(0, 0, text)
        self.canvas.restoreState()

    def content(self) -> bytes:
        self.turn()
        self.canvas.save()
        return self.buffer.getvalue()


def broken(text: str, width: float, indent: float = 0, size: float = SIZE) -> list[str]:
    """The lines a paragraph breaks into; closing marks hang on, numbers and words stay whole."""
    rows, row, room = [], "", width - indent
    for is_word, chars in groupby(text, key=lambda char: char.isascii() and char.isalnum()):
        for part in ["".join(chars)] if is_word else chars:
            used = stringWidth(row, FONT, size)
            if row and used + stringWidth(part, FONT, size) > room + 0.01 and part not in _NOT_FIRST:
                rows.append(row)
                row, room = "", width
            row += part
    return [*rows, row]


def plan(text: str, **options: str) -> bytes:
    """A plan's text file printed: its first lines as the title, lines with bars as ruled tables."""
    sheets = Sheets(**options)
    blocks = groupby(filter(str.strip, text.split("\n")), key=lambda line: "|" in line)
    first = True
    for is_table, block in blocks:
        lines = list(block)
        if is_table and len(lines) > 1:
            rows = [[cell.strip() for cell in line.split("|")] for line in lines]
            width = (sheets.right - sheets.left) / len(rows[0])
            sheets.table(rows, [width] * len(rows[0]))
            continue
        for line in lines:
            if first:
                sheets.centred(line)
            else:
                sheets.paragraph(line)
            first = False
    return sheets.content()
