"""Departments in requests (id or code) and answers ({id, code, name}), and in filters."""

from typing import Any

import django_filters
from django import forms
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from plans.org.models import Department

UNKNOWN = "没有这个单位：{ref}。"


def find_department(ref: Any) -> Department:
    """By id or code. Raises ValueError with a sentence for people."""
    if (
        isinstance(ref, bool)
        or not isinstance(ref, int | str)
        or isinstance(ref, int)
        and not 0 < ref < 2**63
        or isinstance(ref, str)
        and "\0" in ref
    ):
        raise ValueError("应为单位的编号或代码。")
    try:
        return Department.objects.get_by_ref(ref)
    except (Department.DoesNotExist, ValueError):
        raise ValueError(UNKNOWN.format(ref=str(ref)[:50])) from None


def department_json(department: Department | None) -> dict[str, Any] | None:
    return department and {"id": department.pk, "code": department.code, "name": department.name}


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string"}], "description": "A department's id or code."}
)
class DepartmentRefField(serializers.Field):
    """An id or a code. Work is given to departments in use; figures may be asked of any (`any_state`)."""

    def __init__(self, *, any_state: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.any_state = any_state

    def to_internal_value(self, data: Any) -> Department:
        try:
            department = find_department(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="department_unknown") from None
        if not department.is_active and not self.any_state:
            raise serializers.ValidationError(f"{department}已停用，请另选单位。", code="department_inactive")
        return department

    def to_representation(self, value: Department) -> dict[str, Any] | None:
        return department_json(value)


class DepartmentRefs(serializers.ListField):
    """At most 200 of them; refused for their number before any is looked up, since each costs a query."""

    child = DepartmentRefField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, **kwargs})

    def to_internal_value(self, data: Any) -> list[Department]:
        if isinstance(data, list) and len(data) > self.max_length:
            message = self.error_messages["max_length"].format(max_length=self.max_length)
            raise serializers.ValidationError(message, code="max_length")
        return super().to_internal_value(data)


class DepartmentShort(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class DepartmentFormField(forms.CharField):
    def clean(self, value: Any) -> Department | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return find_department(text)
        except ValueError as error:
            # As a parameter: django-filter takes every message for a format, and what was asked may hold a %.
            said = {"said": error}
            raise forms.ValidationError("%(said)s", params=said, code="department_unknown") from None


class DepartmentFilter(django_filters.Filter):
    """`?lead=GXC` or `?lead=7`."""

    field_class = DepartmentFormField
