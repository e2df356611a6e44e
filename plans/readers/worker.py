"""`python -m plans.readers.worker MODULE`: the document of the file on standard input, within limits.

Run by `plans.readers.confined` alone, within the limits of `config.confined`.
"""

import json
import sys
import traceback
from importlib import import_module

from config.confined import limit
from plans.readers import wire
from plans.readers.refusal import TOO_MUCH, PlanNotReadable

BROKEN = "文件已损坏或不是有效的文件，请打开后重新另存再上传。"


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
