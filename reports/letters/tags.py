"""The tags of Word templates: each field of what a letter says is one, so tags and letters can't disagree.

What a letter says is a dataclass, and so is each thing that it lists; the first says over what its templates
may loop.
"""

from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from markupsafe import Markup, escape

from config.plain import plain


def tag(label: str, sample: Any) -> Any:
    """`label` tells on the page of tags what it stands for; `sample` is what a new template is tried with."""
    return field(metadata={"label": label, "sample": sample})


def listed(label: str, entry: type, called: str, most: int) -> Any:
    """A tag to loop over: what its entries say, what one is called, and how many there may be."""
    return field(metadata={"label": label, "sample": (), "loop": Loop(label, entry, called, most)})


@dataclass(frozen=True)
class Loop:
    """`{%tr for task in tasks %}`, and within it `{{ task.code }}`."""

    label: str
    entry: type
    called: str
    most: int


def tags(said: type) -> list[Field]:
    """Those that stand by themselves."""
    return [one for one in fields(said) if "loop" not in one.metadata]


def loops(said: type) -> dict[str, Loop]:
    return {one.name: one.metadata["loop"] for one in fields(said) if "loop" in one.metadata}


def samples(said: type) -> dict[str, Any]:
    return {one.name: one.metadata["sample"] for one in fields(said)}


def context(letter: Any) -> dict[str, Any]:
    """What a template is filled with."""
    lists = {name: type(entries)(map(filled, entries)) for name, entries in lists_of(letter).items()}
    return {one.name: getattr(letter, one.name) for one in tags(type(letter))} | texts(letter) | lists


def lists_of(letter: Any) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in loops(type(letter))}


def filled(entry: Any) -> Any:
    return replace(entry, **texts(entry))


def texts(said: Any) -> dict[str, Markup]:
    """Braces too are written as XML's own: docxtpl would take `{_{`, typed into a title, for a tag's."""
    found = {one.name: getattr(said, one.name) for one in tags(type(said))}
    return {name: text(value) for name, value in found.items() if isinstance(value, str)}


def text(value: str) -> Markup:
    seen = escape(plain(value).replace("\t", " "))
    return Markup(str(seen).replace("{", "&#123;").replace("}", "&#125;"))
