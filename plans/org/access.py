"""Where a person stands: which departments each of their roles reaches. All access starts here."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

SUBTREE_ROLES = ("supervisor", "leader", "viewer")


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


def standing_of(user_id: int | None, *, is_superuser: bool = False) -> Standing:
    """Read a person's memberships and the subtrees below them in one query."""
    if user_id is None:
        return Standing(False, {})
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE reach AS (
                SELECT role, department_id AS id FROM org_membership WHERE user_id = %s
                UNION
                SELECT reach.role, d.id FROM org_department d JOIN reach ON d.parent_id = reach.id
                WHERE reach.role = ANY(%s)
            )
            SELECT role, array_agg(id) FROM reach GROUP BY role
            """,
            [user_id, list(SUBTREE_ROLES)],
        )
        return Standing(is_superuser, {role: frozenset(ids) for role, ids in cursor.fetchall()})
