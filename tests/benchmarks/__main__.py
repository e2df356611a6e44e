"""`make bench`: how long things take here, beside the bare limit in the same run. Nothing is asserted.

    python -m tests.benchmarks [--tasks 1000000 --keep] [--only-reading] [--only-serving]

Makes a test database, fills it, measures, drops it (a million tasks take some ten minutes to make; --keep).
Each row is the median of several rounds.
"""

import argparse
import os
import platform
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from reports import reminders  # noqa: E402
from tests import builders  # noqa: E402
from tests.benchmarks import reading, serving  # noqa: E402
from tests.benchmarks.figures import row  # noqa: E402
from tests.benchmarks.office import office  # noqa: E402


def reminding() -> None:
    day = builders.TODAY
    start = time.perf_counter()
    owed = reminders.owe(day, now=timezone.now())
    row(f"make_reminders, {owed} owed", 1000 * (time.perf_counter() - start))


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--tasks", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=100)
    arguments.add_argument("--keep", action="store_true", help="keep the filled database for the next run")
    arguments.add_argument("--only-reading", action="store_true", help="no database")
    arguments.add_argument("--only-serving", action="store_true", help="the API beside the bare limit")
    chosen = arguments.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{machine}, {chosen.tasks} tasks\n", flush=True)  # noqa: T201
    if not chosen.only_serving:
        reading.measure()
    if chosen.only_reading:
        return
    with office(chosen.tasks, keep=chosen.keep) as people:
        serving.measure(people, chosen.rounds)
        if not chosen.only_serving:
            reminding()


if __name__ == "__main__":
    main()
