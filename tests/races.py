"""Things done at once, each in a thread with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from config.errors import DomainError

SECONDS = 30  # far more than it takes to connect


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call came to, in order: its result or the refusal it met. Any other error is raised.

    None starts before all are connected. Give a thread what it needs by `partial` or a default argument.
    """
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(SECONDS)
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
