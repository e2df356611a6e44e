"""Workers as processes that can be killed: forked off a clean one, so that a new one takes milliseconds."""

import multiprocessing
import os
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from django.conf import settings
from django.db import connection

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.furnished"])
LOST = (EOFError, ConnectionResetError, BrokenPipeError)


class Worker:
    """A process that runs jobs at the times it is told, on this test's database."""

    def __init__(self, *jobs: str) -> None:
        """`jobs`: functions of tests.faults.player, each given the moment."""
        self.line, theirs = FORKS.Pipe()
        told = {name: getattr(settings, name) for name in ("EMAIL_HOST", "EMAIL_PORT")}
        name = connection.settings_dict["NAME"]
        self.process = FORKS.Process(target=work, args=(theirs, name, told, jobs))
        self.process.start()
        theirs.close()  # else its end would not be noticed

    def start(self, at: datetime) -> None:
        self.line.send(at)

    def wait(self, at: datetime) -> bool:
        """Whether it did the jobs of that time; else it has died."""
        try:
            done = self.line.recv()
        except LOST:
            return False
        assert done == at, done
        return True

    def run(self, at: datetime) -> bool:
        try:
            self.start(at)
        except LOST:
            return False
        return self.wait(at)

    def kill(self) -> None:
        self.process.kill()

    def end(self) -> None:
        self.line.close()
        self.process.join(30)
        self.process.kill()
        self.process.join()


def work(line: Connection, database: str, told: dict[str, Any], jobs: tuple[str, ...]) -> None:
    """What the process does until nobody tells it anything any more."""
    from tests.faults import player

    connection.settings_dict["NAME"] = database
    for name, value in told.items():
        setattr(settings, name, value)
    while True:
        try:
            at = line.recv()
        except LOST:
            break
        for job in jobs:
            getattr(player, job)(at)
        line.send(at)
    connection.close()
    os._exit(0)
