"""Intake: a file becomes a plan with its items, at once or by a job."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.errors import DomainError, NotAllowed
from plans import parser, readers
from plans.access import may_supervise, top_department
from plans.directory import Directory
from plans.models import Goal, ItemOwner, Plan, PlanItem, PlanRevision, Target
from plans.org.models import Department, User
from plans.services.changes import note_change
from plans.services.editing import discard
from plans.unresolved import restate_unknown

# A province's longest plan has some hundreds. Noise full of labels would fill the database with rows.
MOST_ITEMS = 20_000
# Whatever loses its worker this often (memory, time) will do so again.
MOST_ATTEMPTS = 3
Step = Plan.Step
GIVEN_UP = gettext_noop("多次识别均未完成，请检查文件内容后重新导入。")


class FileTooLarge(DomainError):
    code = "file_too_large"
    status = 413


class AlreadyThere(DomainError):
    """Only the job finds this out; it is said as the reason of the failure."""


@dataclass
class Upload:
    """A file as it came, and what the uploader says about it."""

    content: bytes
    name: str
    title: str = ""
    year: int | None = None
    issuer: Department | None = None

    def __post_init__(self) -> None:
        """A disk knows names that no header and no row can hold: line breaks, bytes that are no text."""
        self.name = "".join(letter if letter.isprintable() else "_" for letter in self.name)

    @classmethod
    def of(cls, file: IO[bytes], name: str, **said: Any) -> "Upload":
        """What an open file holds, but never more than one byte over the limit: then it is refused (413)."""
        return cls(file.read(settings.PLAN_MAX_BYTES + 1), name, **said)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def import_plan(upload: Upload, *, actor: User, now: datetime) -> tuple[Plan, bool]:
    """Bring in a plan; False when these bytes were there already. Two at once: the second finds the first.

    A small file is read at once and becomes a draft; a large one is kept as `parsing` for the job. But the
    large one is read here as well: of a classified document nothing may be kept, not even until a job looks
    at it, and who sent what can't be read should hear so at once. The job repeats the reading, a small part
    of its work, so that only the file is kept meanwhile. One that failed before is begun anew.

    Nothing is stored on NotAllowed, FileTooLarge, PlanNotReadable, ClassifiedDocument, TooManyItems.
    """
    if upload.issuer and not may_supervise(actor.standing, upload.issuer.pk):
        raise NotAllowed(_("只有该单位的督查员可以导入它的计划。"))
    home = upload.issuer or top_department(actor)
    if home is None:
        raise NotAllowed(_("只有督查员可以导入计划。"))
    check_size(upload)
    document = readers.read(upload.content, upload.name)
    # By what it holds: a workbook of 100 KB may unpack to a book.
    size = max(len(upload.content), len(document.text.encode()))
    large = size > settings.PLAN_READ_AT_ONCE_BYTES
    parsed = None if large else parse(document)
    issuer = home if upload.issuer or parsed is None else printed_issuer(parsed.issuer, actor, home)
    with transaction.atomic():
        known = known_under(issuer, upload.sha256)
        if known and known.status != Plan.Status.FAILED:
            return known, False
        if known:
            discard(known)
        plan = store(upload, issuer, parsed, actor=actor, now=now)
        if parsed:
            fill(plan, parsed)
        return plan, True


def check_size(upload: Upload) -> None:
    if len(upload.content) > settings.PLAN_MAX_BYTES:
        raise FileTooLarge(
            _("文件超过{most} MB，请压缩或拆分后再导入。").format(most=settings.PLAN_MAX_BYTES // 2**20)
        )


def parse(document: parser.Document) -> parser.ParsedPlan:
    parsed = parser.parse(document)
    if len(parsed.items) > MOST_ITEMS:
        raise parser.TooManyItems(len(parsed.items))
    return parsed


def known_under(issuer: Department, sha256: str) -> Plan | None:
    """This issuer's plan of the same bytes: as it was brought in, or as a confirmed revision has it.

    Uploads for one issuer wait for one another from here on: that makes the same file, and the same code,
    once.
    """
    Department.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    revised = Q(revisions__sha256=sha256, revisions__status=PlanRevision.Status.CONFIRMED)
    return Plan.objects.filter(Q(sha256=sha256) | revised, issuer=issuer).order_by("pk").first()


def printed_issuer(name: str | None, actor: User, home: Department) -> Department:
    """The department the document names, where the uploader may speak for it; else the uploader's own."""
    found = Directory.of(home).find(name or "")
    return found if found and may_supervise(actor.standing, found.pk) else home


def store(
    upload: Upload, issuer: Department, parsed: parser.ParsedPlan | None, *, actor: User, now: datetime
) -> Plan:
    year = upload.year or (parsed and parsed.year) or timezone.localdate(now).year
    plan = Plan(
        code=free_code(f"{issuer.code}-{year}"),
        title=(upload.title or (parsed and parsed.title) or upload.name)[:300],
        stated={"title": upload.title, "year": upload.year, "issuer": upload.issuer and upload.issuer.pk},
        issuer=issuer,
        year=year,
        status=Plan.Status.DRAFT if parsed else Plan.Status.PARSING,
        file_name=upload.name[-255:],
        sha256=upload.sha256,
        uploaded_by=actor,
        created_at=now,
    )
    plan.file.save(upload.name, ContentFile(upload.content), save=False)
    plan.save(force_insert=True)
    note_change(
        plan, "uploaded", actor=actor, at=now, data={"sha256": plan.sha256, "file_name": plan.file_name}
    )
    return plan


def free_code(base: str) -> str:
    """KJJ-2026, and for a bureau's further plans of that year KJJ-2026B, KJJ-2026C … Z, Z2, …"""
    taken = set(Plan.objects.filter(code__startswith=base).values_list("code", flat=True))
    letters = [base, *(f"{base}{letter}" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ")]
    further = (f"{base}Z{n}" for n in range(2, len(taken) + 3))
    return next(code for code in (*letters, *further) if code not in taken)


def fill(plan: Plan, parsed: parser.ParsedPlan) -> None:
    """Put what was read into a plan that has no items yet."""
    plan.text = parsed.text
    plan.issuer_text = (parsed.issuer or "")[:200]
    plan.document_number = (parsed.document_number or "")[:100]
    plan.issued_on = parsed.issued_on
    plan.preamble = [{"start": span.start, "end": span.end} for span in parsed.preamble]
    plan.furniture = [{"start": span.start, "end": span.end} for span in parsed.furniture]
    plan.warnings = [
        {"code": w.code, "message": w.message, "start": w.start, "end": w.end} for w in parsed.warnings
    ]
    items = save_items(plan, parsed.items)
    directory = Directory.of(plan.issuer)
    owners, targets = [], []
    for row, item in zip(items, parsed.items, strict=True):
        owners += build_owners(row, item.owners, directory)
        targets += [build_target(row, n, target) for n, target in enumerate(item.targets)]
    ItemOwner.objects.bulk_create(owners)
    Target.objects.bulk_create(targets)
    Goal.objects.bulk_create(Goal(item=row) for row in items if row.kind == PlanItem.Kind.GOAL)
    restate_unknown(plan)
    plan.save()


def save_items(plan: Plan, parsed: Iterable[parser.ParsedItem]) -> list[PlanItem]:
    rows: list[PlanItem] = []
    for ordinal, item in enumerate(parsed):
        due = item.deadline
        rows.append(
            PlanItem(
                plan=plan,
                ordinal=ordinal,
                kind=item.kind,
                number=item.number[:50],
                path=item.path[:300],
                heading=item.heading,
                body=item.body,
                start=item.start,
                end=item.end,
                due_on=due.date if due else None,
                deadline_text=due.text[:200] if due else "",
                deadline_kind=due.kind if due else "",
                deadline_start=due.start if due else None,
                deadline_end=due.end if due else None,
            )
        )
    PlanItem.objects.bulk_create(rows)
    for row, item in zip(rows, parsed, strict=True):
        row.parent = rows[item.parent] if item.parent is not None else None
    PlanItem.objects.bulk_update([row for row in rows if row.parent], ["parent"], batch_size=1000)
    return rows


def build_owners(row: PlanItem, owners: Iterable[parser.Owner], directory: Directory) -> list[ItemOwner]:
    """A department is named once per item, whatever names it goes by; the first lead leads."""
    built: list[ItemOwner] = []
    seen: set[int] = set()
    for owner in owners:
        department = directory.find(owner.name)
        if department and department.pk in seen:
            continue
        role = owner.role
        if role == ItemOwner.Role.LEAD and any(other.role == ItemOwner.Role.LEAD for other in built):
            role = ItemOwner.Role.CO_LEAD
        values = {
            "department": department,
            "printed": owner.name[:200],
            "start": owner.start,
            "end": owner.end,
        }
        built.append(ItemOwner(item=row, role=role, ordinal=len(built), **values))
        if department:
            seen.add(department.pk)
    return built


def build_target(row: PlanItem, ordinal: int, target: parser.Target) -> Target:
    low, high = target.value, target.value_max
    if high is not None and high < low:
        low, high = high, low
    return Target(
        item=row,
        ordinal=ordinal,
        name=target.text,
        comparator=target.comparator,
        value=low,
        value_max=high,
        unit=target.unit[:50],
        start=target.start,
        end=target.end,
    )


def read_waiting(pk: int, *, now: datetime) -> bool:
    """The job's part: read a plan that waits as `parsing`. True when this call finished it.

    Claimed by a conditional update and fenced by its number, so of several workers one wins, and one that was
    given up on writes nothing. Each step is in the row as it begins. What can't be read becomes `failed` with
    its reason, for people to see; what breaks otherwise waits again, a few times.
    """
    plan = Plan.objects.filter(pk=pk).first()
    if plan is None:  # discarded meanwhile
        return False
    mine = Plan.objects.filter(pk=pk, status=Plan.Status.PARSING, attempt=plan.attempt + 1)
    waiting = Plan.objects.waiting(now).filter(pk=pk, attempt=plan.attempt)
    if not waiting.update(attempt=plan.attempt + 1, claimed_at=now, step=Step.READING):
        return False
    if plan.attempt >= MOST_ATTEMPTS:
        return bool(mine.update(status=Plan.Status.FAILED, failure=GIVEN_UP))
    try:
        with plan.file.open("rb") as file:
            document = readers.read(file.read(), plan.file_name)
        mine.update(step=Step.PARSING)
        parsed = parse(document)
        mine.update(step=Step.STORING)
        return finish(plan, parsed, mine)
    except DomainError as error:
        return bool(mine.update(status=Plan.Status.FAILED, failure=error.message[:300]))
    except Exception:
        mine.update(claimed_at=None, step=Step.QUEUED)
        raise


@transaction.atomic
def finish(plan: Plan, parsed: parser.ParsedPlan, mine: QuerySet[Plan]) -> bool:
    """Make it a draft, unless another worker has, or its file is a plan of the printed issuer already."""
    issuer = plan.issuer
    if not plan.stated.get("issuer"):
        issuer = printed_issuer(parsed.issuer, plan.uploaded_by, plan.issuer)
    known = known_under(issuer, plan.sha256)
    if known and known.pk != plan.pk:
        raise AlreadyThere(_("该文件已作为 {code} 导入。").format(code=known.code))
    if not mine.update(status=Plan.Status.DRAFT):
        return False
    plan.refresh_from_db()
    restate(plan, parsed, issuer)
    fill(plan, parsed)
    return True


def restate(plan: Plan, parsed: parser.ParsedPlan, issuer: Department) -> None:
    """What the document says, where the uploader left it open when nothing had been read yet."""
    if not plan.stated.get("title") and parsed.title:
        plan.title = parsed.title[:300]
    year = plan.stated.get("year") or parsed.year or plan.year
    if (year, issuer.pk) != (plan.year, plan.issuer_id):
        plan.year, plan.issuer = year, issuer
        plan.code = free_code(f"{issuer.code}-{year}")
