"""Reading a file in a confined process, where the worst that it can do is to end that process."""

import json

from config import confined
from plans.parser.document import Document
from plans.readers import wire
from plans.readers.grid import Grid
from plans.readers.refusal import TOO_MUCH, PlanNotReadable

# Beyond the child's own limits of memory and processor time: one that waits, or a machine that crawls.
MOST_SECONDS = 28


def read(content: bytes, reader: str) -> Document:
    """The document as the module `reader` reads it. Raises PlanNotReadable, also when its child died."""
    return wire.loads(_run(content, reader))


def read_grids(content: bytes, reader: str) -> list[Grid]:
    """The same for a reader of rows."""
    return wire.loads_grids(_run(content, reader))


def _run(content: bytes, reader: str) -> bytes:
    try:
        answer = confined.run("plans.readers.worker", reader, content=content, seconds=MOST_SECONDS)
    except confined.ChildEnded:
        raise PlanNotReadable(TOO_MUCH) from None
    if answer.startswith(b'{"refused"'):
        raise PlanNotReadable(json.loads(answer)["refused"])
    return answer
