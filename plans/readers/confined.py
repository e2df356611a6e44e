"""Reading a file in a process of its own, so that no file can take this one down, or look about in it."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from plans.parser.document import Document
from plans.readers import wire
from plans.readers.grid import Grid
from plans.readers.refusal import TOO_MUCH, PlanNotReadable

# Beyond the child's own limits of memory and processor time: one that waits, or a machine that crawls.
MOST_SECONDS = 28
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def read(content: bytes, reader: str) -> Document:
    """The document as the module `reader` reads it. Raises PlanNotReadable, also when its child died."""
    return wire.loads(_run(content, reader))


def read_grids(content: bytes, reader: str) -> list[Grid]:
    """The same for a reader of rows."""
    return wire.loads_grids(_run(content, reader))


def _run(content: bytes, reader: str) -> bytes:
    command = [sys.executable, "-m", "plans.readers.worker", reader]
    try:
        # An empty environment: this process's secrets are none of the file's business.
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=MOST_SECONDS, cwd=_ROOT, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise PlanNotReadable(TOO_MUCH) from None
    if done.stderr:
        _log.warning("reader %s: %s", reader, done.stderr.decode(errors="replace")[-4000:])
    if done.returncode:
        raise PlanNotReadable(TOO_MUCH)
    if done.stdout.startswith(b'{"refused"'):
        raise PlanNotReadable(json.loads(done.stdout)["refused"])
    return done.stdout
