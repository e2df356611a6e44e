"""How a figure is taken and printed."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def milliseconds(work: Callable[[], Any], rounds: int = 15) -> float:
    """The median of several rounds, after one to warm up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def row(what: str, took: float, bare: float | None = None, more: str = "") -> None:
    ratio = f"{took / bare:8.1f} ×  (bare {bare:.2f} ms)" if bare else more
    print(f"{what:<44}{took:>10.2f} ms {ratio}", flush=True)  # noqa: T201


def whole_process(*arguments: str) -> tuple[float, float]:
    """Milliseconds and the largest memory in MiB of `manage.py …`, start and imports included."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = 1000 * (time.perf_counter() - start)
    assert status == 0, arguments
    return took, usage.ru_maxrss / 1024
