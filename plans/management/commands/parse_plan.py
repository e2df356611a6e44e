"""`manage.py parse_plan FILE`: print what a plan document says, as JSON, without a database."""

import json
import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.errors import DomainError
from plans.management.bounds import OutOfBounds, bounded
from plans.parser import parse
from plans.readers import read
from plans.readers.refusal import TOO_MUCH

# Nobody waits longer. 20 MB of nothing but labels would take minutes, and a gigabyte.
MOST_SECONDS, MOST_MEMORY = 28, 400 * 2**20


class Command(BaseCommand):
    help = "读取计划文件，按JSON输出条目、责任单位、时限和量化指标（不需要数据库）"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        logging.disable()  # the log's usual place is where the answer goes
        try:
            with bounded(MOST_SECONDS, MOST_MEMORY):
                answer = json.dumps(parse(read(file.read_bytes(), file.name)).as_json(), ensure_ascii=False)
        except DomainError as error:
            self._refuse(error.message)
        except (OutOfBounds, MemoryError):
            self._refuse(TOO_MUCH)
        except OSError as error:
            self._refuse(f"无法打开文件{file}：{error.strerror}")
        finally:
            logging.disable(logging.NOTSET)
        self.stdout.write(answer)

    def _refuse(self, message: str) -> None:
        self.stderr.write(" ".join(message.split()))
        sys.exit(2)
