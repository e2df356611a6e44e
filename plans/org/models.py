"""Who there is: people, departments, what they are to each other, and the days they work."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from plans.org.access import Standing, standing_of


class Role(models.TextChoices):
    """What a person is to one department. The last three reach its whole subtree."""

    LIAISON = "liaison", _("联络员")
    HEAD = "head", _("负责人")
    SUPERVISOR = "supervisor", _("督查员")
    LEADER = "leader", _("分管领导")
    VIEWER = "viewer", _("查阅人员")


class User(AbstractUser):
    """A person who signs in, or a program that holds a person's token."""

    display_name = models.CharField("姓名", max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def standing(self) -> Standing:
        """What this person may see and do, read once per request (one query)."""
        return standing_of(self.pk, is_superuser=self.is_superuser)


class DepartmentQuerySet(models.QuerySet):
    def subtree(self, ids: Iterable[int]) -> Self:
        """These departments and everything below them."""
        tree = RawSQL(
            "WITH RECURSIVE tree AS (SELECT id FROM org_department WHERE id = ANY(%s) UNION "
            "SELECT d.id FROM org_department d JOIN tree ON d.parent_id = tree.id) SELECT id FROM tree",
            [list(ids)],
        )
        return self.filter(pk__in=tree)

    def above(self, ids: Iterable[int]) -> Self:
        """These departments and everything above them."""
        line = RawSQL(
            "WITH RECURSIVE line AS (SELECT id, parent_id FROM org_department WHERE id = ANY(%s) UNION "
            "SELECT d.id, d.parent_id FROM org_department d JOIN line ON d.id = line.parent_id) "
            "SELECT id FROM line",
            [list(ids)],
        )
        return self.filter(pk__in=line)

    def visible_to(self, user: User) -> Self:
        """The organisation chart is open to whoever belongs to it; a person without a post sees nothing."""
        return self if user.is_superuser or user.standing.seen else self.none()

    def get_by_ref(self, ref: int | str) -> "Department":
        """By id or by code, as a request names it. Raises Department.DoesNotExist."""
        if isinstance(ref, int):
            return self.get(pk=ref)
        by_code = self.filter(code=ref).first()
        if by_code is None and ref.isascii() and ref.isdigit() and len(ref) < 19:
            return self.get(pk=int(ref))
        if by_code is None:
            raise Department.DoesNotExist
        return by_code


class Department(models.Model):
    """A unit that issues plans or answers for tasks. Deactivated, never deleted."""

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=50, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级单位"
    )
    is_active = models.BooleanField("在用", default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["code"]
        constraints = [
            # Two bureaus may each have an 办公室, one bureau may not have two.
            models.UniqueConstraint(
                "parent",
                "name",
                name="org_department_name_once",
                nulls_distinct=False,
                violation_error_message="同一上级单位之下已有同名单位。",
            ),
            models.CheckConstraint(condition=~models.Q(code=""), name="org_department_has_code"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """No unit stands above itself: what walks up from it would never arrive."""
        above = Department.objects.above([self.parent_id] if self.parent_id else [])
        if self.pk and above.filter(pk=self.pk).exists():
            raise ValidationError({"parent": "上级单位不能是本单位或其下级单位。"})


class DepartmentAlias(models.Model):
    """Another name that plans print for a department (市发改委)."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="aliases", verbose_name="单位")
    name = models.CharField("别名", max_length=100, db_index=True)  # looked up for every printed owner

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"
        constraints = [models.UniqueConstraint("department", "name", name="org_alias_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A post: the role belongs to the membership, never to the person."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="用户")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="memberships", verbose_name="单位"
    )
    role = models.CharField("角色", max_length=16, choices=Role.choices)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.UniqueConstraint("user", "department", "role", name="org_membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="org_membership_known_role"
            ),
        ]
        # Recipients are looked up by post: who is head of this department?
        indexes = [models.Index(fields=["department", "role"], name="org_membership_post")]

    def __str__(self) -> str:
        return f"{self.department} {self.get_role_display()} {self.user}"


class Workday(models.Model):
    """A day on which this office departs from the published calendar."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是否工作日")
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日调整"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '放假'}"


class ApiTokenQuerySet(models.QuerySet):
    def usable(self, now: datetime) -> Self:
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=now), user__is_active=True)


class ApiToken(models.Model):
    """A program's key to the API, acting as one person. Only its hash is kept."""

    MOST_DAYS = 3650

    class Scope(models.TextChoices):
        READ = "read", _("读取")
        WRITE = "write", _("写入")

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name="用户")
    name = models.CharField("用途", max_length=100)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices), verbose_name="权限")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField("有效期至", null=True, blank=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        constraints = [
            models.UniqueConstraint("user", "name", name="org_token_name_once"),
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=["read", "write"], scopes__len__gt=0),
                name="org_token_known_scopes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.name}"

    @staticmethod
    def hash(token: str) -> str:
        """A plain hash is enough: the token is 256 random bits, not a password to be guessed."""
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(
        cls,
        user: User,
        name: str,
        scopes: Iterable[str],
        expires_at: datetime | None = None,
        token: str = "",
        *,
        replace: bool = True,
    ) -> tuple["ApiToken", str]:
        """Make a token, or replace that of the same name; the second value is shown once and never kept.

        With `replace` off a name that is taken is an IntegrityError.
        """
        token = token or secrets.token_urlsafe(32)
        values = {"token_hash": cls.hash(token), "scopes": sorted(set(scopes)), "expires_at": expires_at}
        if not replace:
            return cls.objects.create(user=user, name=name, **values), token
        row, _ = cls.objects.update_or_create(user=user, name=name, defaults=values)
        return row, token

    def allows(self, scope: str) -> bool:
        """`write` includes `read`."""
        return scope in self.scopes or self.Scope.WRITE in self.scopes


class IdempotencyKeyQuerySet(models.QuerySet):
    KEPT = timedelta(hours=24)

    def expired(self, now: datetime) -> Self:
        return self.filter(created_at__lte=now - self.KEPT)

    def take(self, fingerprint: str, now: datetime, **which: Any) -> "IdempotencyKey":
        """The row of this key: a new one has no status. Waits for a request that takes it just now."""
        self.expired(now).filter(**which).delete()
        self.bulk_create(
            [self.model(**which, fingerprint=fingerprint, created_at=now)], ignore_conflicts=True
        )
        return self.get(**which)


class IdempotencyKey(models.Model):
    """A POST that was sent under a key, and its answer: sent again, it is answered again, not done again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=255)
    # Of the parsed fields and each file's bytes: the same key with other content is a mistake.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null only inside the transaction that acts
    body = models.TextField(blank=True)  # as it was sent: jsonb would order its members anew
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "幂等键"
        constraints = [models.UniqueConstraint("user", "method", "path", "key", name="org_idempotency_once")]
        # Those older than a day are cleared.
        indexes = [models.Index("created_at", name="org_idempotency_age")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"
