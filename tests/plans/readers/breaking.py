"""A reader that breaks in whichever way its file says."""

import os
import tempfile
import time

from plans.parser.document import Document
from plans.readers.refusal import PlanNotReadable


def read(content: bytes) -> Document:
    return {
        b"memory": lambda: bytearray(2**31),
        b"time": lambda: time.sleep(60),
        b"crash": os.abort,
        b"depth": lambda: deeper(()),
        b"error": lambda: {}["no such part"],
        b"refusal": refuse,
        b"environment": lambda: Document(repr(dict(os.environ)), ()),
        b"file": lambda: tempfile.TemporaryFile(buffering=0).write(b"x"),
    }[content]()


def deeper(held: tuple) -> None:
    deeper((held,))


def refuse() -> None:
    raise PlanNotReadable("PDF没有文字层。")
