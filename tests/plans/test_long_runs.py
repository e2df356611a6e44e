"""Long runs of one thing, which a rule that tries again from each place takes minutes for."""

import time

import pytest

from plans.parser import parse
from plans.readers import read

# A run that one rule looks at, and an end that disappoints it: what is tried again from each place in the run
# takes minutes.
RUNS = {
    "blank lines": "内" + "\n" * 300_000,
    "only blank lines": "\n" * 300_000 + "甲",
    "blanks in a line": "甲" + " " * 300_000 + "乙",
    "blanks before a line": " " * 300_000 + "乙",
    "dates in a sentence": "一、推进甲" + "1月" * 50_000,
    "rows merged into one": "|序号|任务|单位|\n|1|甲|乙局|\n" + "|||丙局|\n" * 40_000,
    "leaders in a line": "甲" + "." * 300_000 + "乙",
}


@pytest.mark.parametrize("name", RUNS)
def test_a_long_run_takes_no_longer_than_its_length(name):
    started = time.process_time()
    parse(read(f"2026年工作要点\n{RUNS[name]}\n".encode(), "要点.txt"))
    assert time.process_time() - started < 10  # measured: under 2 seconds; before, from 10 to thousands
