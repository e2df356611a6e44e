from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.utils import timezone

from config.commands import OfficeCommand
from tasks import audit
from tasks.models import Seal


class Command(OfficeCommand):
    help = (
        "Compute the whole record again: each event's hash, each task's chain and its task, then every seal. "
        "Prints what was looked at and names the first broken row of each task; exit 1 if there is any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seal", metavar="VALUE", help="a value printed in a bulletin: must hold as well"
        )

    def handle(self, *, seal: str | None, **_: Any) -> None:
        looked, faults = audit.Audit(), 0
        with audit.one_moment():
            for fault in looked.run(timezone.now()):
                faults += 1
                self.stdout.write(f"有误：{fault}")
        self.stdout.write(f"已核对任务{looked.tasks}项，记录{looked.events}条，封存{looked.seals}个。")
        if seal is not None:
            faults += not self.holds(seal.strip().lower(), looked)
        if faults:
            raise CommandError(f"记录未通过核验，共{faults}处有误。")
        self.stdout.write("记录完整，未发现改动。")

    def holds(self, value: str, looked: audit.Audit) -> bool:
        """What a bulletin's value says of the record up to its day."""
        if value in looked.sealed:
            self.stdout.write(f"封存值 {value} 相符：截至该封存的记录与封存时一致。")
        elif Seal.objects.filter(hash=value).exists():
            self.stdout.write(f"封存值 {value} 不能确认：该封存或此前的封存有误。")
        else:
            self.stdout.write(
                f"没有这个封存值：{value}。现有记录算不出该值，请核对抄录是否有误；无误则记录被改动过。"
            )
        return value in looked.sealed
