from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from config.commands import OfficeCommand
from plans.org.imports import import_users


class Command(OfficeCommand):
    help = (
        "Create or update users from a CSV file: username,display_name,email,department_code,role,password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        for line in import_users(file):
            self.stdout.write(line)
