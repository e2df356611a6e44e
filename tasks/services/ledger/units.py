"""The units that a ledger names, as its plan's issuer would: by code, name, short name or alias."""

import re

from django.utils.translation import gettext as _

from config.errors import InputInvalid
from plans.directory import Directory
from plans.org.models import Department

_BETWEEN = re.compile(r"[、,，;；/\n]+")
# What no item names more of: the API's own limit.
MOST = 200


class Units:
    """Directories by issuer, each made once and only when a name has to be looked up."""

    def __init__(self) -> None:
        self.directories: dict[int, Directory] = {}
        self.codes: dict[int, dict[str, Department]] = {}

    def find(self, name: str, issuer: Department, column: str) -> Department:
        """Raises InputInvalid `department_unknown`."""
        if issuer.pk not in self.directories:
            self.directories[issuer.pk] = Directory.of(issuer)
            units = self.directories[issuer.pk].departments.values()
            self.codes[issuer.pk] = {unit.code: unit for unit in units}
        directory = self.directories[issuer.pk]
        found = self.codes[issuer.pk].get(name) or directory.find(name)
        if found is None:
            likely = _("、").join(unit.name for unit in directory.suggestions(name))
            hint = _("，可能是：{likely}").format(likely=likely) if likely else ""
            told = _("{column}：没有名为“{name}”的单位{hint}。").format(
                column=column, name=name[:50], hint=hint
            )
            raise InputInvalid(told, code="department_unknown")
        return found

    def several(self, text: str, issuer: Department, column: str) -> list[Department]:
        names = [name for part in _BETWEEN.split(text) if (name := part.strip())]
        if len(names) > MOST:
            told = _("{column}超过{most}个单位。").format(column=column, most=MOST)
            raise InputInvalid(told, code="text_too_long")
        return list(dict.fromkeys(self.find(name, issuer, column) for name in names))
