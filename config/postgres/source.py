"""A statement in the place of a model's table, with all that a queryset can do on top of it."""

from typing import Any, Self

from django.db.models import Model, QuerySet
from django.db.models.sql.datastructures import BaseTable


class Statement(BaseTable):
    """Django's base table, but read from a statement that gives every column of the model."""

    def __init__(self, table_name: str, alias: str | None, sql: str, params: tuple[Any, ...]) -> None:
        super().__init__(table_name, alias)
        self.sql, self.params = sql, params

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return f"({self.sql}) {compiler.quote_name_unless_alias(self.table_alias)}", list(self.params)

    def relabeled_clone(self, change_map: dict[str, str]) -> Self:
        alias = change_map.get(self.table_alias, self.table_alias)
        return type(self)(self.table_name, alias, self.sql, self.params)

    @property
    def identity(self) -> tuple[Any, ...]:
        return *super().identity, self.sql, self.params


def rows_of(model: type[Model], sql: str, *params: Any) -> QuerySet[Any]:
    rows = model._default_manager.all()
    rows.query.join(Statement(model._meta.db_table, None, sql, params))
    return rows
