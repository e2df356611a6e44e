"""`make bench`: how long things take here, beside the bare limit in the same run. Nothing is asserted.

    python -m tests.benchmarks [--tasks 1000000 --keep] [--only-PART]

Makes a test database, fills it, measures, drops it (a million tasks take some ten minutes to make; --keep).
Each row is the median of several rounds.
"""

import argparse
import os
import platform

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.benchmarks import bulletins, reading, reminding, reporting, sending, serving  # noqa: E402
from tests.benchmarks.office import office  # noqa: E402

# The first needs no database.
PARTS = ("reading", "serving", "reporting", "bulletins", "reminding", "sending")


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--tasks", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=100)
    arguments.add_argument("--keep", action="store_true", help="keep the filled database for the next run")
    only = arguments.add_mutually_exclusive_group()
    for part in PARTS:
        only.add_argument(f"--only-{part}", action="store_const", dest="only", const=part)
    chosen = arguments.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{machine}, {chosen.tasks} tasks\n", flush=True)  # noqa: T201
    if chosen.only in (None, "reading"):
        reading.measure()
    if chosen.only == "reading":
        return
    with office(chosen.tasks, keep=chosen.keep) as people:
        if chosen.only in (None, "serving"):
            serving.measure(people, chosen.rounds)
        if chosen.only in (None, "reporting"):
            reporting.measure(people)
        if chosen.only in (None, "bulletins"):
            bulletins.measure(people)
        if chosen.only in (None, "reminding"):
            reminding.measure()
        if chosen.only in (None, "sending"):
            sending.measure()


if __name__ == "__main__":
    main()
