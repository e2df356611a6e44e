"""The test database that the figures are taken on; kept between runs when asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.core.management import call_command
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from plans.org.models import Department, User
from tasks.models import Task
from tests import builders, cases
from tests.benchmarks.filling import fill


@contextmanager
def office(tasks: int, *, keep: bool) -> Iterator[Any]:
    """The test office among a city's bureaus. A kept database of another size is made anew."""
    setup_test_environment()
    old = setup_databases(verbosity=0, interactive=False, keepdb=keep, serialized_aliases=())
    try:
        if keep and Task.objects.count() == tasks + 1:
            people = as_found()
        else:
            call_command("flush", verbosity=0, interactive=False)
            people = cases.Office()
            cases.hire(people)
            fill(people, tasks)
        yield people
    finally:
        teardown_databases(old, verbosity=0, keepdb=keep)


def as_found() -> Any:
    units = {
        unit.code.lower(): unit
        for unit in Department.objects.filter(code__in=["KJJ", *(u[0] for u in builders.UNITS)])
    }
    return SimpleNamespace(**units, **{user.username: user for user in User.objects.all()})
