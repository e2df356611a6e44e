from typing import Any

from config.commands import OfficeCommand
from tasks import record


class Command(OfficeCommand):
    """`migrate` notices another cluster; what is restored from a base backup looks like the same one."""

    help = (
        "Begin a new epoch of the change feed, so that its readers miss nothing. Run it once after a restore."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        number = record.raise_epoch()
        self.stdout.write(
            f"epoch {number - 1} has ended, epoch {number} begins: cursors of before go on in it"
        )
