"""Where a person stands: which departments each of their roles reaches. All access starts here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db import connection

SUBTREE_ROLES = ("supervisor", "leader", "viewer")
# A person's posts and what lies below them, as {role: [department ids]}; null without any.
REACH = f"""
    WITH RECURSIVE reach AS (
        SELECT role, department_id AS id FROM org_membership WHERE user_id = {{user}}
        UNION
        SELECT reach.role, d.id FROM org_department d JOIN reach ON d.parent_id = reach.id
        WHERE reach.role IN {SUBTREE_ROLES}
    )
    SELECT json_object_agg(role, ids) FROM (SELECT role, array_agg(id) AS ids FROM reach GROUP BY role) roles
"""


@dataclass(frozen=True)
class Standing:
    """For each role, the ids of the departments it reaches (own ones; whole subtrees for SUBTREE_ROLES)."""

    is_superuser: bool
    reach: Mapping[str, frozenset[int]]

    def departments(self, *roles: str) -> frozenset[int]:
        """Every department that any of these roles reaches."""
        return frozenset().union(*(self.reach.get(role, frozenset()) for role in roles))

    def holds(self, department_id: int | None, *roles: str) -> bool:
        """Does one of these roles reach that department?"""
        return any(department_id in self.reach.get(role, ()) for role in roles)

    @property
    def seen(self) -> frozenset[int]:
        return self.departments(*self.reach)

    @classmethod
    def read(cls, reach: Mapping[str, list[int]] | None, *, is_superuser: bool) -> Self:
        """From what REACH gives."""
        return cls(is_superuser, {role: frozenset(ids) for role, ids in (reach or {}).items()})


def standing_of(user_id: int | None, *, is_superuser: bool = False) -> Standing:
    """Read a person's memberships and the subtrees below them in one query."""
    if user_id is None:
        return Standing(False, {})
    with connection.cursor() as cursor:
        cursor.execute(REACH.format(user="%s"), [user_id])
        return Standing.read(cursor.fetchone()[0], is_superuser=is_superuser)
