"""Fields to choose departments by. The choices come as a list, so that two fields cost one query."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from plans.org.models import Department


def department_field(units: Iterable[Department], *, empty: str = "", **options: Any) -> forms.Field:
    by_id = {unit.pk: unit for unit in units}
    choices = [("", empty or _("请选择")), *((pk, unit.name) for pk, unit in by_id.items())]
    return forms.TypedChoiceField(
        choices=choices, coerce=lambda pk: by_id[int(pk)], empty_value=None, **options
    )


def departments_field(units: Iterable[Department], **options: Any) -> forms.Field:
    by_id = {unit.pk: unit for unit in units}
    return forms.TypedMultipleChoiceField(
        choices=[(pk, unit.name) for pk, unit in by_id.items()],
        coerce=lambda pk: by_id[int(pk)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        **options,
    )
