"""`python -m plans.readers.worker MODULE`: the document of the file on standard input, within limits.

Run by `plans.readers.confined` alone. The libraries for these formats are large, some of them written in C,
and get files from anybody: here the worst that such a file can do is to end this process.
"""

import contextlib
import json
import resource
import sys
import traceback
from importlib import import_module

from plans.readers import wire
from plans.readers.refusal import TOO_MUCH, PlanNotReadable

MOST_MEMORY = 400 * 2**20
MOST_SECONDS = 20  # of processor time
BROKEN = "文件已损坏或不是有效的文件，请打开后重新另存再上传。"


def limit() -> None:
    """No more memory, time, open files than reading needs; no writing at all."""
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit on memory
            resource.setrlimit(kind, (most, most))


def answer(reader: str, content: bytes) -> bytes:
    try:
        return wire.dumps(import_module(reader).read(content))
    except PlanNotReadable as refusal:
        message = refusal.message
    except (MemoryError, RecursionError):
        message = TOO_MUCH
    except Exception:  # a library's own word for a damaged file, of which there is no end
        traceback.print_exc()
        message = BROKEN
    return json.dumps({"refused": message}).encode()


if __name__ == "__main__":
    limit()
    sys.stdout.buffer.write(answer(sys.argv[1], sys.stdin.buffer.read()))
