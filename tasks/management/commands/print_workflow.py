from typing import Any

from django.core.management import BaseCommand

from tasks.states import as_markdown


class Command(BaseCommand):
    help = "Print the table of moves as Markdown: docs/workflow.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(), ending="")
