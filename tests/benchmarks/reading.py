"""Reading: one plan of each of our own and the labelled documents; then texts of 1 and of 10 MB."""

import tempfile
from functools import partial
from itertools import cycle
from pathlib import Path

from plans import parser, readers
from tests.benchmarks.figures import ROOT, milliseconds, row, whole_process

PLANS = [
    file
    for folder in (ROOT / "tests" / "data" / "plans", ROOT.parent / "shared" / "plans" / "text")
    for file in sorted(folder.glob("*.txt"))
]


def measure() -> None:
    one_plan()
    at_size()


def one_plan() -> None:
    for path in PLANS:
        read = partial(readers.read, path.read_bytes(), path.name)
        took = milliseconds(lambda read=read: parser.parse(read()), rounds=7)
        row(f"{path.stem} ({path.stat().st_size // 1024} KiB)", took)


def at_size() -> None:
    """Beside each figure: how often the time of 1 MB, and the memory beyond a small plan's, in texts."""
    idle, least = whole_process("parse_plan", str(PLANS[0]))
    row("parse_plan, a small plan", idle, more=f"{least:8.0f} MiB")
    with tempfile.TemporaryDirectory() as folder:
        first = 0.0
        for megabytes in (1, 10):
            path = Path(folder) / f"{megabytes}.txt"
            path.write_text(repeated(megabytes * 1_000_000), encoding="utf-8")
            took, most = whole_process("parse_plan", str(path))
            first = first or took - idle
            texts = (most - least) * 2**20 / path.stat().st_size
            more = f"{(took - idle) / first:8.1f} ×  {most:.0f} MiB, {texts:.1f} × the text"
            row(f"parse_plan, {megabytes} MB of plans", took, more=more)


def repeated(size: int) -> str:
    """Plans one after another, each beginning its numbers anew."""
    pieces, length = [], 0
    for path in cycle(PLANS):
        if length >= size:
            return "\n".join(pieces)
        text = path.read_text(encoding="utf-8")
        pieces.append(text)
        length += len(text.encode())
    raise AssertionError("no plans")
