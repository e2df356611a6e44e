"""The units that a ledger names, as its plan's issuer would: by code, name, short name or alias."""

import re

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
            likely = "、".join(unit.name for unit in directory.suggestions(name))
            hint = f"，可能是：{likely}" if likely else ""
            raise InputInvalid(f"{column}：没有名为“{name[:50]}”的单位{hint}。", code="department_unknown")
        return found

    def several(self, text: str, issuer: Department, column: str) -> list[Department]:
        names = [name for part in _BETWEEN.split(text) if (name := part.strip())]
        if len(names) > MOST:
            raise InputInvalid(f"{column}超过{MOST}个单位。", code="text_too_long")
        return list(dict.fromkeys(self.find(name, issuer, column) for name in names))
