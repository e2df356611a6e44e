"""A sheet as rows of texts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """What is written on a sheet: rows, each with its number as Excel counts; `hidden`: what is not.

    Days are ISO however the cell shows them. A file of text with commas is one sheet without a name.
    """

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    hidden: str = ""
