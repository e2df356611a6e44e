"""Print a finished period's figures as JSON; made now if they are not there yet."""

import json
from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from config.commands import OfficeCommand
from config.errors import InputInvalid
from plans.org.models import Department
from reports import summaries
from reports.periods import Period


class Command(OfficeCommand):
    help = "Print the figures of a finished period as JSON. Safe to run again: it prints the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", required=True, metavar="2026-10", help="or 2026-W44, 2026-Q3, 2026")
        parser.add_argument(
            "--department", metavar="CODE", help="with the units below it; default: the whole"
        )

    def handle(self, *, period: str, department: str | None, **_: Any) -> None:
        unit = None
        if department is not None:
            unit = Department.objects.filter(code=department).first()
            if unit is None:
                raise InputInvalid(f"没有代码为{department}的单位。", code="department_unknown")
        summary = summaries.make(Period.read(period), unit, now=timezone.now())
        self.stdout.write(json.dumps(summary.figures, ensure_ascii=False, indent=2))
