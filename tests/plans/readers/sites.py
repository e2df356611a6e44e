"""Pages in the layouts that government sites really have (tests/data/pages); cities and wording are ours."""

import html
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "data" / "pages"
LAYOUTS = sorted(file.stem for file in PAGES.glob("*.html"))
TITLE = "关于印发《汀洲市2024年数字乡村工作要点》的通知"


def page(layout: str, article: str, title: str = TITLE) -> str:
    template = (PAGES / f"{layout}.html").read_text(encoding="utf-8")
    return template.replace("@TITLE@", html.escape(title)).replace("@ARTICLE@", article)


def paragraphs(text: str) -> str:
    return "".join(f"<p>　　{html.escape(line)}</p>\n" for line in _lines(text))


def line_breaks(text: str) -> str:
    """What came of pasting: one element, lines broken and indented by hand."""
    return (
        "<div>"
        + "<br/>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{html.escape(line)}" for line in _lines(text))
        + "</div>"
    )


def divs(text: str) -> str:
    return "".join(
        f"<div><span style='font-family:仿宋'>{html.escape(line)}</span></div><div><br></div>"
        for line in _lines(text)
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
