"""Departments and users from the office's own lists (CSV): all rows or none, and safe to bring in again."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from config.errors import InputInvalid
from config.language import in_office_language
from plans.org.models import Department, DepartmentAlias, Membership, Role, User

DEPARTMENT_COLUMNS = ("code", "name", "short_name", "parent_code", "aliases")
USER_COLUMNS = ("username", "display_name", "email", "department_code", "role", "password")
with in_office_language():
    ROLES = {**{role.value: role.value for role in Role}, **{str(role.label): role.value for role in Role}}


class ListNotReadable(InputInvalid):
    """The file is not the list it should be; the message names the line."""

    code = "list_not_readable"


Line = tuple[int, dict[str, str]]


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[Line]:
    """(line number, row) of a CSV file as Excel saves it: UTF-8 with or without BOM, else GB18030."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ListNotReadable(f"无法读取 {path}：{error.strerror}。") from None
    if b"\0" in content:
        raise ListNotReadable("文件不是文本，请另存为CSV后再导入。")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise ListNotReadable(f"缺少列：{'、'.join(missing)}。第一行应为 {','.join(columns)}。")
        for row in reader:
            if any((value or "").strip() for name, value in row.items() if name):
                yield reader.line_num, {name: (row[name] or "").strip() for name in columns}
    except csv.Error:
        message = f"第{reader.line_num}行：不是CSV格式，请检查引号是否成对、内容是否过长。"
        raise ListNotReadable(message) from None


@transaction.atomic
def import_departments(path: Path) -> list[str]:
    """Create or update by code; what each line did. A parent may stand further down in the file."""
    rows = list(read_rows(path, DEPARTMENT_COLUMNS))
    told: dict[str, str] = {}
    by_code = Department.objects.in_bulk(field_name="code")
    for line, row in parents_first(rows):
        code, parent = row["code"], by_code.get(row["parent_code"])
        if not code or not row["name"]:
            raise ListNotReadable(f"第{line}行：代码和名称不能为空。")
        if row["parent_code"] and parent is None:
            raise ListNotReadable(f"第{line}行：没有代码为“{row['parent_code']}”的上级单位。")
        values = {"name": row["name"], "short_name": row["short_name"], "parent_id": parent and parent.pk}
        done = save(Department, line, {"code": code}, values)
        by_code[code] = Department.objects.get(code=code)
        for name in filter(None, map(str.strip, row["aliases"].split("|"))):
            added = save(DepartmentAlias, line, {"department_id": by_code[code].pk, "name": name}, {})
            done = "updated" if added == "created" and done == "unchanged" else done
        told[code] = done if told.get(code, "unchanged") == "unchanged" else told[code]
    refuse_cycles(by_code)
    return [f"{told[row['code']]} {row['code']} {row['name']}" for _, row in rows]


def parents_first(rows: list[Line]) -> Iterator[Line]:
    """Two bureaus may each have an 办公室: a unit is looked at once the one above it is known."""
    while rows:
        codes = {row["code"] for _, row in rows}
        later = [(line, row) for line, row in rows if row["parent_code"] and row["parent_code"] in codes]
        if len(later) == len(rows):
            raise ListNotReadable(f"“{rows[0][1]['name']}”的上级单位绕成了一圈。")
        yield from (entry for entry in rows if entry not in later)
        rows = later


def refuse_cycles(by_code: dict[str, Department]) -> None:
    parents = dict(Department.objects.values_list("pk", "parent"))
    for unit in by_code.values():
        seen, above = {unit.pk}, parents.get(unit.pk)
        while above is not None:
            if above in seen:
                raise ListNotReadable(f"“{unit.name}”的上级单位绕成了一圈。")
            seen.add(above)
            above = parents.get(above)


@transaction.atomic
def import_users(path: Path) -> list[str]:
    """Create or update by user name, one post per line; what each line did.

    An empty password leaves a new account without one (single sign-on, or set later) and an old account as it
    is.
    """
    told = []
    for line, row in read_rows(path, USER_COLUMNS):
        if not row["username"]:
            raise ListNotReadable(f"第{line}行：用户名不能为空。")
        done = save(
            User,
            line,
            {"username": row["username"]},
            {"display_name": row["display_name"], "email": row["email"]},
        )
        user = User.objects.get(username=row["username"])
        if row["password"] and not user.check_password(row["password"]):
            user.set_password(row["password"])
            user.save(update_fields=["password"])
            done = "updated" if done == "unchanged" else done
        elif done == "created":
            user.set_unusable_password()
            user.save(update_fields=["password"])
        if row["department_code"] or row["role"]:
            added = give_post(user, line, row)
            done = "updated" if added and done == "unchanged" else done
        told.append(f"{done} {row['username']} {row['department_code']} {row['role']}".rstrip())
    return told


def give_post(user: User, line: int, row: dict[str, str]) -> bool:
    department = Department.objects.filter(code=row["department_code"]).first()
    if department is None:
        raise ListNotReadable(f"第{line}行：没有代码为“{row['department_code']}”的单位。")
    if row["role"] not in ROLES:
        raise ListNotReadable(f"第{line}行：角色“{row['role']}”不存在，可用：{'、'.join(Role.values)}。")
    return Membership.objects.get_or_create(user=user, department=department, role=ROLES[row["role"]])[1]


def save(model: type, line: int, key: dict[str, str], values: dict[str, object]) -> str:
    """created, updated or unchanged. Raises ListNotReadable for what the model refuses (too long)."""
    row = model.objects.filter(**key).first()
    if row and all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    done = "updated" if row else "created"
    row = row or model(**key)
    for name, value in values.items():
        setattr(row, name, value)
    check(row, line, list({**key, **values}))
    row.save()
    return done


def check(row: Department | DepartmentAlias | User, line: int, names: list[str]) -> None:
    try:
        row.clean_fields(exclude=[f.name for f in row._meta.fields if f.name not in names])
        row.validate_constraints()
    except ValidationError as error:
        raise ListNotReadable(f"第{line}行：{'；'.join(error.messages)}") from None
