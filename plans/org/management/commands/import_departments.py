from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from config.commands import OfficeCommand
from plans.org.imports import import_departments


class Command(OfficeCommand):
    help = "Create or update departments from a CSV file: code,name,short_name,parent_code,aliases (a|b)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        for line in import_departments(file):
            self.stdout.write(line)
