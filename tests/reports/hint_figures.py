"""How often the hints are right, on reports that people might write: `python -m tests.reports.hint_figures`.

tests/data/hints.json holds a year's reports of some tasks, each with the hints that it deserves. The half
called `aside` was labelled before the rules were written and not looked at while they were.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "data" / "hints.json"
HALVES = ("tune", "aside")


def judged(task: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Each report of a task in turn, with the hints that the rules give."""
    from reports.hints import Facts, Said, hints_of

    earlier: list[Said] = []
    actual = None
    for report in task["reports"]:
        texts = (report["done"], report.get("next_steps", ""), report.get("problems", ""))
        said = Said(date.fromisoformat(report["on"]), report["progress"], *texts)
        figures, actual = figures_of(task, report, actual)
        facts = Facts(figures, "files" in report)
        yield report, {hint.reason.value: hint.text for hint in hints_of(said, earlier, facts)}
        earlier.insert(0, said)


def figures_of(task: dict[str, Any], report: dict[str, Any], before: Decimal | None) -> Any:
    """The task's one target as it stands with this report, and what it has reached then."""
    from reports.hints import Figure

    if "target" not in task:
        return [], None
    target, stated = task["target"], "actual" in report
    actual = Decimal(str(report["actual"])) if stated else before
    value = Decimal(str(target["value"]))
    figure = Figure(target["name"], target["comparator"], value, target["unit"], actual, before, stated)
    return [figure], actual


def tasks_of(half: str) -> list[dict[str, Any]]:
    return [task for task in json.loads(DATA.read_text(encoding="utf-8")) if task["set"] == half]


def counts(half: str) -> dict[str, Counter[str]]:
    """Per reason: hints that are right, wrong, and missed."""
    found = {reason: Counter() for reason in ("copied", "bare", "at_odds")}
    for task in tasks_of(half):
        for report, given in judged(task):
            for reason, count in found.items():
                due, told = reason in report["hints"], reason in given
                count["right" if due and told else "wrong" if told else "missed" if due else "none"] += 1
    return found


def lines(half: str) -> list[str]:
    """As docs/hints.md prints them."""
    told = []
    for reason, count in counts(half).items():
        right, wrong, missed = count["right"], count["wrong"], count["missed"]
        precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
        told.append(f"| {reason} | {half} | {right} | {wrong} | {missed} | {precision:.2f} | {recall:.2f} |")
    return told


def main(halves: list[str]) -> None:
    from config.wsgi import application  # noqa: F401  (sets Django up: the reasons are a model's choices)

    for half in halves or HALVES:
        print(*lines(half), sep="\n")  # noqa: T201
        for task in tasks_of(half):
            for report, given in judged(task):
                if set(given) != set(report["hints"]):
                    print(f"  {report['on']} {report['done'][:40]} … {report['hints']} / {given}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
