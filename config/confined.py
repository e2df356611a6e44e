"""Looking into a file in a process of its own, so that no file can take this one down, or look about in it.

The libraries for most formats are large, some of them written in C, and get files from anybody: in a child
the worst that such a file can do is to end the child. A module made for this is run as `python -m MODULE …`,
calls `limit` first, reads the file from standard input and writes its answer to standard output.
"""

import contextlib
import logging
import resource
import subprocess
import sys
from pathlib import Path

MOST_MEMORY = 400 * 2**20
MOST_CPU_SECONDS = 20
_ROOT = Path(__file__).resolve().parents[1]
_log = logging.getLogger(__name__)


class ChildEnded(Exception):
    """It died of its limits, or of the file, or took too long."""


def limit() -> None:
    """In the child: no more memory and time than looking into a file needs; no writing at all."""
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit on memory
            resource.setrlimit(kind, (most, most))


def run(module: str, *arguments: str, content: bytes, seconds: float) -> bytes:
    """What the module made of the file. `seconds`: beyond the child's own limits, for one that only waits.

    Raises ChildEnded.
    """
    command = [sys.executable, "-m", module, *arguments]
    try:
        # An empty environment: this process's secrets are none of the file's business.
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=seconds, cwd=_ROOT, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise ChildEnded from None
    if done.stderr:
        _log.warning("%s: %s", " ".join(command[2:]), done.stderr.decode(errors="replace")[-4000:])
    if done.returncode:
        raise ChildEnded
    return done.stdout
