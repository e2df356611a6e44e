"""Filters that refuse what they do not know: a misspelt filter must not quietly give everything."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGE_PARAMETERS = frozenset({"cursor", "page_size"})


def refuse_unknown(request: Request, allowed: set[str] | frozenset[str]) -> None:
    """Raise 400 `unknown_parameter` naming what is not known and what is."""
    unknown = sorted(set(request.query_params) - set(allowed))
    if unknown:
        known = "、".join(sorted(allowed)) or "无"
        raise ValidationError(
            f"不认识的查询参数：{'、'.join(unknown)[:200]}。可用参数：{known}。", code="unknown_parameter"
        )


class StrictFilterBackend(DjangoFilterBackend):
    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset_class = self.get_filterset_class(view, queryset)
        allowed: set[str] = set(filterset_class.base_filters) if filterset_class else set()
        if getattr(view, "paginator", None):
            allowed |= PAGE_PARAMETERS
            if len(getattr(view, "orderings", ())) > 1:
                allowed.add("ordering")
        allowed |= set(getattr(view, "more_parameters", ()))
        refuse_unknown(request, allowed)
        if filterset_class is None or not request.query_params.keys() & filterset_class.base_filters.keys():
            return queryset
        return super().filter_queryset(request, queryset, view)
