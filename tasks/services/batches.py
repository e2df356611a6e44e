"""Work that jobs do in pieces: a transaction each, so that nobody waits long for what one holds."""

from collections.abc import Iterator
from typing import TypeVar

Row = TypeVar("Row")


def batched(rows: list[Row], size: int) -> Iterator[list[Row]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))
