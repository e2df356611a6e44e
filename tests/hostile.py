"""What nobody should send: made from the contract, for every field of every request."""

from collections.abc import Iterator
from typing import Any

from config.api.examples import Examples
from tests import routes

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]
# Read as JSON they are no such thing, or nothing that could be kept.
RAW = {
    "not UTF-8": b'{"note": "\xff\xfe"}',
    "half a character": rb'{"note": "\ud800"}',
    "cut off": b'{"note": "x"',
    "nested without end": b"[" * 100_000,
    "NUL in a name": b'{"no\\u0000te": 1}',
    "no number": b'{"progress": NaN}',
}
BY_FORMAT = {
    "date": ["2026-13-40", "昨天", "", 20261014, "0000-00-00", "99999-01-01"],
    "date-time": ["昨天", "", 5, "2026-10-14T25:00:00Z"],
}
BY_TYPE: dict[str, list[Any]] = {
    "string": [{}, [], ["x"], True, "x\0y", "长" * 60_000],
    "integer": ["abc", [], {}, True, -1, 2**63, 10**400, 1.5],
    "number": ["abc", [], {}, "NaN", "Infinity", 10**30, 10**400],
    "boolean": ["maybe", [], {}, 2],
    "array": ["x", 5, {}, [None], [{}], [["x"]], [True], DEEP],
}


def bodies(operation: routes.Operation) -> Iterator[tuple[str, Any]]:
    """(why it is refused, body) for an operation that takes JSON."""
    schema = routes.resolve(operation.media["application/json"]["schema"])
    if "oneOf" in schema:
        schema = routes.resolve(schema["oneOf"][0])
    sound = Examples(routes.schema()["components"]["schemas"]).of(schema)
    for other in ([], "text", 5, True, DEEP, [1, 2]):
        yield f"instead of an object {other!r:.20}", other
    yield "a field that is not known", {**sound, "colour": "red"}
    for name, field in schema["properties"].items():
        for value in wrong(field):
            yield f"{name} = {value!r:.30}", {**sound, name: value}


def wrong(field: dict[str, Any]) -> list[Any]:
    """Values that this field does not take."""
    field = routes.resolve(field)
    kinds = field.get("type", "")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    found = [] if "null" in kinds or nullable(field) else [None]
    if "enum" in field or any("enum" in routes.resolve(part) for part in parts(field)):
        return [*found, "nothing", 5, [], {}]
    if "oneOf" in field:  # a department or a plan
        return [*found, "没有", {}, [], True, -1, 10**30, "x\0y"]
    if field.get("format") in BY_FORMAT:
        return [*found, *BY_FORMAT[field["format"]]]
    if "array" in kinds:
        found.append([10**6 + n for n in range(10_000)])
    return [*found, *(value for kind in kinds for value in BY_TYPE.get(kind, ()))]


def parts(field: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for word in ("oneOf", "anyOf", "allOf") for part in field.get(word, ())]


def nullable(field: dict[str, Any]) -> bool:
    return any(part.get("type") == "null" for part in parts(field))
