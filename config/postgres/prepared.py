"""Single rows read and written by statements that are written once per model and prepared per connection.

For the few that every move needs; what Model.save and QuerySet.raw do takes Django longer than PostgreSQL.
Neither signals nor relations: only columns.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def save(row: Model, names: tuple[str, ...]) -> None:
    """Write these columns of a row that exists."""
    with connection.prepared() as cursor:
        cursor.execute(update_text(type(row), names), values(row, names) | {"pk": row.pk})


def insert(row: Model) -> None:
    """Write a new row; it gets its id."""
    names = stored(type(row))
    with connection.prepared() as cursor:
        cursor.execute(insert_text(type(row)), values(row, names))
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


def read(model: type[Row], sql: str, given: Mapping[str, Any]) -> tuple[Row, list[Any]] | None:
    """The row that a statement gives first, columns in the model's order, and whatever it gives besides."""
    with connection.prepared() as cursor:
        cursor.execute(sql, given)
        found = cursor.fetchone()
    if found is None:
        return None
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, found[: len(names)]), list(found[len(names) :])


def columns(model: type[Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


@cache
def stored(model: type[Model]) -> tuple[str, ...]:
    """What an insert writes: not the id, which PostgreSQL gives, nor what it computes."""
    fields = (field for field in model._meta.concrete_fields if not (field.primary_key or field.generated))
    return tuple(field.attname for field in fields)


@cache
def update_text(model: type[Model], names: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{model._meta.get_field(name).column}" = %({name})s' for name in names)
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{model._meta.pk.column}" = %(pk)s'


@cache
def insert_text(model: type[Model]) -> str:
    names = stored(model)
    into = ", ".join(f'"{model._meta.get_field(name).column}"' for name in names)
    given = ", ".join(f"%({name})s" for name in names)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'INSERT INTO "{table}" ({into}) VALUES ({given}) RETURNING "{key}"'


def values(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: prepared_value(row, name) for name in names}


def prepared_value(row: Model, name: str) -> Any:
    value = row._meta.get_field(name).get_db_prep_save(getattr(row, name), connection)
    return str(value) if isinstance(value, str) else value  # a choice of an enumeration is its value
