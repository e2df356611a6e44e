"""Querysets that are compiled once. For the few statements that serve most requests: there Django took longer
to write the SQL than PostgreSQL to run it."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Expression, Field, Func, QuerySet
from psycopg.sql import Literal


class Slot(str):
    """The name of a value that is not known yet, among a query's parameters."""


class Given(Expression):
    """Stands in a queryset for a value that is given when its statement runs."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [Slot(self.name)]


class IsAny(Func):
    """`column = ANY(array)`: unlike IN, one statement for any number of values."""

    template, arg_joiner, arity = "%(expressions)s)", " = ANY(", 2
    output_field = BooleanField()


class Frozen:
    """The statement of a `values_list` queryset: its constants written in, its `Given` values left open."""

    def __init__(self, queryset: QuerySet) -> None:
        sql, parameters = queryset.query.sql_with_params()
        connection.ensure_connection()
        self.text = sql % tuple(written(value) for value in parameters)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        with connection.prepared() as cursor:
            cursor.execute(self.text, given)
            return cursor.fetchall()


def written(value: Any) -> str:
    if isinstance(value, Slot):
        return f"%({value})s"
    return Literal(value).as_string(connection.connection).replace("%", "%%")
