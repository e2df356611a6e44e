"""Write our Word templates anew: after a change in reports/letters/making.py."""

from typing import Any

from django.core.management.base import BaseCommand

from reports.letters.making import make
from reports.letters.templates import OURS
from reports.models import LetterTemplate


class Command(BaseCommand):
    help = "Writes the Word templates that the product brings along (reports/letters/default/)."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind in LetterTemplate.Kind:
            (OURS / f"{kind.value}.docx").write_bytes(make(kind))
            self.stdout.write(f"{kind.value}.docx")
