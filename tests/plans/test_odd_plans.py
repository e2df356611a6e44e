"""Plans as nobody writes them, and what happens to a plan under other people's hands."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from config.errors import DomainError
from plans import services
from plans.models import Plan
from tasks.services import issue_plan
from tests.builders import a_goal, a_plan, an_item
from tests.cases import OfficeCase
from tests.plans.readers import hostile_files
from tests.plans.readers.test_hostile import MARKED
from tests.plans.readers.word_files import file, paragraph


class OddPlanTest(OfficeCase):
    def bring_in(self, text: str, name: str = "要点.txt") -> Plan:
        upload = services.Upload(content=f"2026年工作要点\n{text}\n".encode(), name=name, issuer=self.kjj)
        return services.import_plan(upload, actor=self.supervisor, now=self.now)[0]

    def test_a_number_longer_than_any_quantity_is_none(self):
        plan = self.bring_in("一、推进平台建设，新增12345678901234567890家，服务企业20家。")
        self.assertEqual([target.value for target in plan.items.get().targets.all()], [20])

    def test_an_item_may_hold_more_targets_than_a_small_integer_counts(self):
        plan = self.bring_in("一、推进平台建设，" + "新增1个，" * 32_800)
        self.assertEqual(plan.items.get().targets.count(), 32_800)

    def test_noise_full_of_labels_is_no_plan(self):
        with self.assertRaises(DomainError) as caught:
            self.bring_in("一、推进\n二、推进\n" * 10_001)
        self.assertEqual(caught.exception.code, "plan_not_readable")
        self.assertEqual(Plan.objects.count(), 0)

    def test_a_name_that_no_header_can_hold_is_written_otherwise(self):
        plan = self.bring_in("一、推进平台建设。", "要\n点\udcff.txt")
        self.assertEqual(plan.file_name, "要_点_.txt")
        answer = self.as_("supervisor").get(f"/api/v1/plans/{plan.pk}/source/")
        self.assertEqual(answer.status_code, 200)

    def test_who_comes_after_the_plan_was_discarded_finds_nothing(self):
        plan = a_plan(self.kjj)
        item, goal = an_item(plan, lead=self.gxc), a_goal(plan).goal
        target = goal.item.targets.get()
        stale = Plan.objects.get(pk=plan.pk)
        services.delete_draft(plan, actor=self.supervisor)
        who = {"actor": self.supervisor, "now": self.now}
        for late in (
            lambda: issue_plan(stale, **who),
            lambda: services.change_item(item, heading="新", **who),
            lambda: services.add_item(stale, kind="task", heading="新", **who),
            lambda: services.delete_draft(stale, actor=self.supervisor),
            lambda: services.resolve_name(stale, "火星办", self.gxc, **who),
            lambda: services.set_goal_keeper(goal, self.gxc, **who),
            lambda: services.state_goal_actual(goal, target, Decimal(1), date(2026, 3, 2), **who),
        ):
            with self.assertRaises(DomainError) as caught:
                late()
            self.assertEqual((caught.exception.code, caught.exception.status), ("not_found", 404))


def stored(folder: str) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


class HostileUploadTest(OfficeCase):
    """Over the API, as any client may send it."""

    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.media, self.passing = (Path(kept.name) / name for name in ("media", "passing"))
        self.passing.mkdir()
        changed = override_settings(MEDIA_ROOT=str(self.media), FILE_UPLOAD_TEMP_DIR=str(self.passing))
        changed.enable()
        self.addCleanup(changed.disable)
        elsewhere = mock.patch.object(tempfile, "tempdir", str(self.passing))
        elsewhere.start()
        self.addCleanup(elsewhere.stop)

    def send(self, content: bytes, name: str):
        upload = SimpleUploadedFile(name, content)
        return self.as_("supervisor").post("/api/v1/plans/", {"file": upload}, format="multipart")

    def refused(self, content: bytes, name: str, code: str = "plan_not_readable") -> None:
        answer = self.send(content, name)
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, code), name)

    def test_of_a_refused_file_nothing_is_kept(self):
        self.refused(hostile_files.WORD["a bomb"](), "要点.docx")
        self.refused(hostile_files.docx()[:-30], "要点.docx")
        self.refused(hostile_files.TEXTS["zeros"](), "要点.txt")
        self.refused("一、甲\n".encode() * 30_000, "要点.txt")
        for kind, make in MARKED.items():
            self.refused(make(), f"要点.{kind}", "classified_document")
        self.assertEqual(Plan.objects.count(), 0)
        self.assertEqual([*stored(self.media), *stored(self.passing)], [])

    def test_what_no_column_holds_is_left_out_on_the_way(self):
        for content, name in (
            (hostile_files.LEDGERS["half characters"](), "台账.xlsx"),
            (hostile_files.PAGES["numbers of no character"](), "要点.html"),
            ("2026年工作要点\n一、建设平台\x01。\n".encode() + hostile_files.txt() * 3, "要点.txt"),
        ):
            self.assertEqual(self.send(content, name).status_code, 201, name)
        self.assertFalse(Plan.objects.filter(text__regex=r"[\x01-\x08\ue000-\uf8ff]").exists())

    def test_a_name_never_leads_out_of_the_uploads_folder(self):
        for number, name in enumerate(("../../etc/要点.txt", "甲" * 300 + ".txt", "要点.docx.txt", "要点")):
            answer = self.send(f"2026年工作要点\n一、建设{number}个平台。\n".encode(), name)
            self.assertIn(answer.status_code, (201, 400), name)
        self.assertEqual(len(stored(self.media)), Plan.objects.count())
        self.assertGreater(Plan.objects.count(), 2)

    def test_markup_in_a_heading_is_shown_as_it_is_written(self):
        script = "<script>alert(1)</script>"
        shown = script.replace("<", "&lt;").replace(">", "&gt;")
        text = f"2026年工作要点\n一、建设{script}平台。\n"
        word = file("".join(paragraph(line) for line in text.replace(script, shown).splitlines()))
        page = f"<html><body>{text.replace(script, shown).replace(chr(10), '<br>')}".encode()
        self.client.force_login(self.supervisor)
        for content, name in ((text.encode(), "要点.txt"), (word, "要点.docx"), (page, "要点.html")):
            answer = self.send(content, name)
            self.assertEqual(answer.status_code, 201, name)
            seen = self.client.get(reverse("plans:detail", args=[answer.json()["id"]])).content.decode()
            self.assertIn(shown, seen)
            self.assertNotIn(script, seen)
