"""A plan printed to PDF by a real browser, where there is one with Chinese letters."""

import html
import shutil
import subprocess

import pytest

from plans.readers import pdf
from tests.plans.readers.same import items
from tests.plans.reading import OWN, document

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
STYLE = (
    "@page{size:A4;margin:30mm 26mm} body{font-family:'Noto Serif CJK SC';font-size:16pt;line-height:28pt}"
    "p{margin:0;text-indent:2em;text-align:justify} table{border-collapse:collapse;font-size:10.5pt}"
    "td{border:1px solid} div{column-count:2;font-size:10.5pt;line-height:1.5}"
)
PARAGRAPH = (
    "推进片区改造，完成道路整修和管网铺设，新增停车位一百二十个，惠及居民两千户，做到资金、人员、责任到位。"
)


def can_print() -> bool:
    listed = (
        shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True).stdout
    )
    return bool(BROWSER and listed)


pytestmark = pytest.mark.skipif(not can_print(), reason="no Chromium with a Chinese font here")


def printed(body: str, folder) -> bytes:
    page, target = folder / "plan.html", folder / "plan.pdf"
    page.write_text(f"<meta charset=utf-8><style>{STYLE}</style>{body}", encoding="utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
    ]
    subprocess.run(
        [*command, f"--print-to-pdf={target}", str(page)], capture_output=True, timeout=90, check=True
    )
    return target.read_bytes()


def test_a_plan_printed_by_a_browser_gives_the_items_of_its_text(tmp_path):
    text = (OWN / "deadlines-2023.txt").read_text(encoding="utf-8")
    body = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    assert items(pdf.read(printed(body, tmp_path))) == items(document(text))


def test_columns_and_a_table_printed_by_a_browser_are_read_in_order(tmp_path):
    columns = "".join(f"<p>{number}.{PARAGRAPH}</p>" for number in range(1, 9))
    rows = "".join(f"<tr><td>{number}</td><td>{PARAGRAPH}</td></tr>" for number in range(1, 30))
    body = f"<p>城市更新简报</p><div>{columns}</div><table><tr><td>序号</td><td>任务</td></tr>{rows}</table>"
    lines = pdf.read(printed(body, tmp_path)).text.splitlines()
    assert lines[:9] == ["城市更新简报", *(f"{number}.{PARAGRAPH}" for number in range(1, 9))]
    assert lines[9:] == ["序号 | 任务", *(f"{number} | {PARAGRAPH}" for number in range(1, 30))]
