"""Keyset pages: a cursor names the last row seen, so pages neither shift nor slow down while rows change.

A list is ordered by one field and then by id in the same direction. The cursor holds the ordering and both
values.
"""

import base64
import json
from typing import Any

from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class Cursor:
    """`ordering` is what the list was ordered by when it was made: a cursor fits no other ordering."""

    def __init__(self, ordering: str, backwards: bool, value: str, pk: int) -> None:
        self.ordering, self.backwards, self.value, self.pk = ordering, backwards, value, pk

    def __str__(self) -> str:
        parts = json.dumps([self.ordering, self.backwards, self.value, self.pk], separators=(",", ":"))
        return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, ordering: str, field: Any) -> "Cursor":
        """Raises ValidationError (`bad_cursor`) for anything that is not a cursor of this very list."""
        try:
            padded = text + "=" * (-len(text) % 4)
            made_for, backwards, value, pk = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
            if (
                made_for != ordering
                or not isinstance(backwards, bool)
                or type(pk) is not int
                or abs(pk) >= 2**63
            ):
                raise ValueError
            cls.check(field, value)
        except Exception:
            raise ValidationError("翻页游标无效，请从第一页重新开始。", code="bad_cursor") from None
        return cls(ordering, backwards, value, pk)

    @staticmethod
    def check(field: Any, value: str) -> None:
        if not isinstance(value, str):
            raise ValueError
        field.run_validators(field.to_python(value))


class KeysetPagination(BasePagination):
    """`ordering` comes from the view: `orderings` (allowed values, first is the default)."""

    page_size_query_param = "page_size"
    cursor_query_param = "cursor"
    ordering_query_param = "ordering"

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any | None = None) -> list[Model]:
        self.request = request
        self.size = self.read_size(request)
        self.ordering = self.read_ordering(request, view)
        name = self.ordering.lstrip("-")
        self.field = "pk" if name == "id" else name
        text = request.query_params.get(self.cursor_query_param)
        model_field = queryset.model._meta.pk if self.field == "pk" else queryset.model._meta.get_field(name)
        cursor = Cursor.read(text, self.ordering, model_field) if text else None
        self.model = queryset.model
        rows = self.fetch(self.slice(queryset, cursor)[: self.size + 1])
        more, rows = len(rows) > self.size, rows[: self.size]
        if cursor and cursor.backwards:
            rows.reverse()
            self.has_next, self.has_previous = True, more
        else:
            self.has_next, self.has_previous = more, cursor is not None
        self.rows = rows
        return rows

    def fetch(self, queryset: QuerySet) -> list[Any]:
        return list(queryset)

    def slice(self, queryset: QuerySet, cursor: Cursor | None) -> QuerySet:
        descending = self.ordering.startswith("-") != bool(cursor and cursor.backwards)
        sign, compare = ("-", "lt") if descending else ("", "gt")
        order = [f"{sign}pk"] if self.field == "pk" else [f"{sign}{self.field}", f"{sign}pk"]
        if cursor and self.field == "pk":
            queryset = queryset.filter(**{f"pk__{compare}": cursor.pk})
        elif cursor:
            # A row comparison: PostgreSQL walks the (field, id) index from exactly there.
            beyond = TupleLessThan if descending else TupleGreaterThan
            queryset = queryset.filter(beyond(Tuple(F(self.field), F("pk")), (cursor.value, cursor.pk)))
        return queryset.order_by(*order)

    def read_size(self, request: Request) -> int:
        text = request.query_params.get(self.page_size_query_param, str(PAGE_SIZE))
        if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
            raise ValidationError({"page_size": ["应为正整数。"]})
        return min(int(text[:9]), MAX_PAGE_SIZE)

    def read_ordering(self, request: Request, view: Any | None) -> str:
        allowed = getattr(view, "orderings", ("id",))
        ordering = request.query_params.get(self.ordering_query_param, allowed[0])
        if ordering not in allowed:
            raise ValidationError({"ordering": [f"可用的排序：{'、'.join(allowed)}。"]})
        return ordering

    def link(self, row: Model, backwards: bool) -> str:
        field = self.model._meta.pk if self.field == "pk" else self.model._meta.get_field(self.field)
        cursor = Cursor(self.ordering, backwards, field.value_to_string(row), row.pk)
        # From what was read, not from the raw query: that may hold unescaped Chinese, as curl sends it.
        query = self.request.query_params.copy()
        query[self.cursor_query_param] = str(cursor)
        return f"{self.request.build_absolute_uri(self.request.path)}?{query.urlencode()}"

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response(
            {
                "next": self.link(self.rows[-1], False) if self.has_next and self.rows else None,
                "previous": self.link(self.rows[0], True) if self.has_previous and self.rows else None,
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
            return {
                "name": name,
                "in": "query",
                "required": False,
                "schema": schema,
                "description": description,
            }

        found = [
            parameter(
                self.cursor_query_param, {"type": "string"}, "From `next` or `previous` of another page."
            ),
            parameter(
                self.page_size_query_param,
                {"type": "integer", "minimum": 1, "default": PAGE_SIZE},
                "At most 200.",
            ),
        ]
        orderings = getattr(view, "orderings", ())
        if len(orderings) > 1:
            schema = {"type": "string", "enum": list(orderings), "default": orderings[0]}
            found.append(
                parameter(self.ordering_query_param, schema, "Ties are ordered by id in the same direction.")
            )
        return found


class KeyPagination(KeysetPagination):
    """Pages of ids alone, for views that read the rows themselves."""

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any | None = None) -> list[int]:
        return [pk for pk, _ in super().paginate_queryset(queryset, request, view)]

    def fetch(self, queryset: QuerySet) -> list[tuple[int, Any]]:
        if self.field == "pk":
            return [(pk, pk) for pk in queryset.values_list("pk", flat=True)]
        return list(queryset.values_list("pk", self.field))

    def link(self, row: tuple[int, Any], backwards: bool) -> str:
        pk, value = row
        return super().link(self.model(**{self.field: value, "pk": pk}), backwards)
