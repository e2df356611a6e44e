"""Which department a printed name means, by name, short name and alias, within one organisation."""

from collections import defaultdict
from dataclasses import dataclass

from plans.org.models import Department


@dataclass(frozen=True)
class Directory:
    """Names of one organisation's departments; a name that two of them bear means neither."""

    near: dict[str, set[int]]
    far: dict[str, set[int]]
    departments: dict[int, Department]

    @classmethod
    def of(cls, department: Department) -> "Directory":
        """Names below this department count first; then those of the whole tree it stands in."""
        root = Department.objects.above([department.pk]).filter(parent=None).values_list("pk", flat=True)
        own = set(Department.objects.subtree([department.pk]).values_list("pk", flat=True))
        everyone = Department.objects.subtree(list(root)).filter(is_active=True).prefetch_related("aliases")
        near: dict[str, set[int]] = defaultdict(set)
        far: dict[str, set[int]] = defaultdict(set)
        departments = {}
        for unit in everyone:
            departments[unit.pk] = unit
            for name in {unit.name, unit.short_name, *(alias.name for alias in unit.aliases.all())} - {""}:
                far[name].add(unit.pk)
                if unit.pk in own:
                    near[name].add(unit.pk)
        return cls(dict(near), dict(far), departments)

    def find(self, printed: str) -> Department | None:
        for names in (self.near, self.far):
            if len(found := names.get(printed, set())) == 1:
                return self.departments[next(iter(found))]
        return None
