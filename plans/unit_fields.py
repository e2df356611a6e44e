"""Fields in which a person names departments by typing: a name, a short name, an alias, a code."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from plans.directory import Directory
from plans.org.models import Department

BETWEEN = re.compile(r"[、,，;；\n]+")
# Every field's suggestions stand once on the page (plans/_units.html).
TYPED = {"list": "units", "autocomplete": "off", "spellcheck": "false"}
LONGEST = 200
MOST_NAMED = 200


class Names:
    """What may be typed for each department in use, as the plans of one issuer mean it. Two queries."""

    def __init__(self, issuer: Department) -> None:
        everyone = list(Department.objects.prefetch_related("aliases"))
        self.directory = Directory(issuer, everyone)
        self.units = [unit for unit in everyone if unit.is_active]
        self.counts = Counter(unit.name for unit in self.units)
        self.by_code = {unit.code.casefold(): unit for unit in self.units}
        self.by_id = {str(unit.pk): unit for unit in self.units}
        self.by_text: dict[str, Department] = {}
        self.know(self.units)

    def know(self, units: Iterable[Department]) -> None:
        """Also those that are no longer in use, where they stand already."""
        for unit in units:
            self.by_text.setdefault(self.shown(unit), unit)

    def shown(self, unit: Department | None) -> str:
        """The name; with the code where two have the same one."""
        if unit is None:
            return ""
        return unit.name if self.counts[unit.name] < 2 else f"{unit.name}（{unit.code}）"

    def find(self, typed: str) -> Department | None:
        typed = typed.strip()
        known = self.by_text.get(typed) or self.by_code.get(typed.casefold())
        return known or self.directory.find(typed) or self.by_id.get(typed)

    def unknown(self, typed: str) -> str:
        likely = "、".join(self.shown(unit) for unit in self.directory.suggestions(typed))
        if likely:
            return _("没有找到单位“{name}”，是否指{likely}？").format(name=typed, likely=likely)
        return _("没有找到单位“{name}”。可填名称、简称或代码。").format(name=typed)

    def offers(self) -> list[tuple[str, str]]:
        """For the browser's list: what is entered, and by what else it is found there."""
        return [(self.shown(unit), f"{unit.short_name} {unit.code}".strip()) for unit in self.units]


class UnitField(forms.CharField):
    """One department; a name that means nobody, or two, is refused with whom it may mean."""

    def __init__(self, names: Names, **options: Any) -> None:
        super().__init__(max_length=LONGEST, widget=forms.TextInput(attrs=TYPED), **options)
        self.names = names

    def prepare_value(self, value: Any) -> Any:
        return self.names.shown(value) if isinstance(value, Department) else value

    def clean(self, value: Any) -> Department | None:
        typed = super().clean(value)
        return self.found(typed) if typed else None

    def found(self, typed: str) -> Department:
        unit = self.names.find(typed)
        if unit is None:
            raise forms.ValidationError(self.names.unknown(typed))
        return unit

    def has_changed(self, initial: Department | None, data: str | None) -> bool:
        return self.names.find(data or "") != initial


class UnitsField(UnitField):
    """Several, with 、 between them."""

    def __init__(self, names: Names, **options: Any) -> None:
        super().__init__(names, **options)
        self.max_length = None
        self.validators = []

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str | None) else "、".join(self.names.shown(unit) for unit in value)

    def clean(self, value: Any) -> list[Department]:
        typed = split(forms.CharField.clean(self, value))
        if len(typed) > MOST_NAMED:
            raise forms.ValidationError(_("一次最多填{most}个单位。").format(most=MOST_NAMED))
        return list({unit.pk: unit for unit in map(self.found, typed)}.values())

    def has_changed(self, initial: list[Department] | None, data: str | None) -> bool:
        return [self.names.find(name) for name in split(data or "")] != (initial or [])


def split(typed: str) -> list[str]:
    return [name[:LONGEST] for name in map(str.strip, BETWEEN.split(typed)) if name]
