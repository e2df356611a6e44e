"""The bureau's own Word templates: what is taken, what is refused with which words, and which one is used."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase
from django.utils import timezone
from docx import Document
from jinja2 import TemplateSyntaxError

from plans.org.models import User
from reports.letters.bulletin import BulletinLetter
from reports.letters.fields import Entry, Letter
from reports.letters.forms import sample_of
from reports.letters.language import Environment, TemplateFault
from reports.letters.rendering import check_template, render
from reports.letters.tags import loops, tags
from reports.letters.templates import keep_template
from reports.models import LetterTemplate
from tests.builders import a_department, a_plan, a_task
from tests.cases import OfficeCase
from tests.pages import days, signed_in
from tests.reports import word
from tests.snapshots import everything

RELS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind: str, target: str, *, outside: bool = True) -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="rX" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'.encode()


def with_relation(kind: str, target: str, **how: bool) -> bytes:
    return word.replaced(word.a_template("通知"), RELS, b"</Relationships>", related(kind, target, **how))


def with_field(code: str) -> bytes:
    runs = f"<w:r><w:instrText>{code[:4]}</w:instrText></w:r><w:r><w:instrText>{code[4:]}</w:instrText></w:r>"
    return word.replaced(
        word.a_template("通知"), "word/document.xml", b"<w:sectPr", f"<w:p>{runs}</w:p><w:sectPr".encode()
    )


def said_of(content: bytes, kind: str = "notice") -> str:
    """Why a template is refused; nothing when it is taken."""
    try:
        check_template(content, sample_of(kind))
    except TemplateFault as fault:
        return str(fault)
    return ""


class FaultTest(SimpleTestCase):
    def assert_said(self, content: bytes, *parts: str) -> None:
        said = said_of(content)
        for part in parts:
            self.assertIn(part, said)
        self.assertTrue(said)

    def test_a_sound_one_is_taken_and_filled(self):
        content = word.a_template(
            "{{ sender }}致{{ recipient }}：",
            "{% if contact %}联系人{{ contact }}{% else %}无{% endif %}",
            header="{{ number }}",
        )
        self.assertEqual(said_of(content), "")
        text = word.seen(render(content, sample_of("urge")))
        for line in ("KJJ-2026-04\n", "云江市科学技术局致高新技术处：", "联系人杜查"):
            self.assertIn(line, text)
        self.assertEqual(len(word.rows(render(content, sample_of("urge")))), 2)

    def test_every_tag_of_the_list_is_known_and_no_other(self):
        letter = ["{{ " + one.name + " }}" for one in tags(Letter)]
        entry = ["{{ task." + one.name + " }}" for one in tags(Entry)]
        loop = ("{%tr for task in tasks %}", "\n".join(entry), "{%tr endfor %}")
        self.assertEqual(said_of(word.a_template(*letter, table=loop)), "")
        for wrong in ("tsak", "task.code", "tasks", "self", "loop.index", "range", "number.upper", "_x"):
            self.assert_said(
                word.a_template("好", "好", f"请{{{{ {wrong} }}}}办理"), "第3段：未知标签", wrong
            )

    def test_what_is_wrong_is_said_with_its_place_and_words(self):
        for texts, table, *parts in (
            (["一", "二", "请{{ tsak }}"], word.LOOP, "第3段：未知标签 {{ tsak }}"),
            (["一", "{{ sender"], word.LOOP, "第2段：标签没有写完整"),
            (["sender }}"], word.LOOP, "第1段：标签没有写完整"),
            (["{% if contact }"], word.LOOP, "第1段：标签没有写完整"),
            (["｛｛ sender ｝｝"], word.LOOP, "第1段：标签应使用半角的花括号"),
            (["{{ sender. }}"], word.LOOP, "第1段：标签写法有误 {{ sender. }}"),
            (["{{ 发文 单位 }}"], word.LOOP, "第1段：标签写法有误"),
            (["{% fro task in tasks %}"], word.LOOP, "第1段：不能识别的标签 {% fro task in tasks %}"),
            (["{% if contact %}好"], word.LOOP, "第1段：{% if contact %} 没有对应的 {% endif %}"),
            (["好{% endif %}"], word.LOOP, "第1段：{% endif %} 没有对应的 {% if … %}"),
            (["{% if contact %}", "{% endif %}"], word.LOOP, "第2段", "不在同一段落"),
            (["{%p if contact %}好", "{%p endif %}"], word.LOOP, "第1段：{%p if contact %} 应单独成段"),
            (["{{p sender }}"], word.LOOP, "不能识别的标签 {{p sender }}"),
            (["{{r sender }}"], word.LOOP, "不能识别的标签 {{r sender }}"),
            (["{%tr for task in tasks %}"], word.LOOP, "只能用在表格中"),
            (
                [],
                ["{%tr for task in tasks %}", "{{ task.tilte }}", "{%tr endfor %}"],
                "第1个表格第2行：未知标签 {{ task.tilte }}",
            ),
            (
                [],
                ["{%tr for task in tasks %}{{ task.code }}", "{%tr endfor %}"],
                "第1个表格第1行",
                "单独占表格的一行",
            ),
            (
                [],
                ["{%tr for task in tasks %}", "{{ task.code }}"],
                "第1个表格第1行",
                "没有对应的 {% endfor %}",
            ),
            ([], ["{% for task in tasks %}", "{% endfor %}"], "第1个表格第2行", "不在同一段落"),
            ([], ["{%tr for task in tasks %}", "{{ title }}", "{%tr endfor %}"], "未知标签 {{ title }}"),
        ):
            with self.subTest(str(texts or table)):
                self.assert_said(word.a_template(*texts, table=table), *parts)
        self.assert_said(word.a_template("好", header="{{ tsak }}"), "页眉第1段：未知标签 {{ tsak }}")

    def test_a_tag_that_word_cut_into_pieces_is_one_tag(self):
        document = Document()
        paragraph = document.add_paragraph()
        for piece in ("{", "{ sen", "der }", "}：{{ ts", "ak }}"):
            paragraph.add_run(piece).bold = piece.startswith("sen")
        self.assert_said(word.saved(document), "第1段：未知标签 {{ tsak }}")

    def test_nothing_can_be_computed_called_or_looped_over(self):
        for tag in (
            "{% for n in range(10**9) %}x{% endfor %}",
            "{% for n in 'xxxx' %}x{% endfor %}",
            "{% for a in tasks %}{% for b in tasks %}x{% endfor %}{% endfor %}",
            "{% for a in tasks recursive %}{{ loop(tasks) }}{% endfor %}",
            "{% for a in tasks if a.code %}x{% endfor %}",
            "{{ 'x' * 10**9 }}",
            "{{ 9 ** 9 ** 9 }}",
            "{{ sender|center(1000000000) }}",
            "{{ sender.__class__ }}",
            "{{ ''.__class__.__mro__ }}",
            "{{ cycler.__init__.__globals__ }}",
            "{{ sender.format(1) }}",
            "{{ sender[0] }}",
            "{{ sender ~ sender }}",
            "{{ sender is defined }}",
            "{{ lipsum() }}",
            "{% set x = 1 %}",
            "{% include 'x' %}",
            "{% import 'os' as os %}",
            "{% macro x() %}{% endmacro %}",
            "{{ %s }}" % ("(" * 400 + "count" + ")" * 400),
            "{{ %s }}" % ("not " * 3000 + "count"),
        ):
            with self.subTest(tag[:60]):
                self.assert_said(word.a_template(tag), "第1段")
                with self.assertRaises((TemplateFault, TemplateSyntaxError, RecursionError)):
                    Environment(Letter).from_string(tag).render(tasks=[1], sender="x", count=1)

    def test_what_hides_where_no_reader_looks_is_looked_at_too(self):
        hidden = b'<w:p w:rsidR="{{ lipsum }}"/><w:sectPr'
        content = word.replaced(word.a_template("通知"), "word/document.xml", b"<w:sectPr", hidden)
        self.assert_said(content, "未知标签 {{ lipsum }}")
        document = Document()
        document.core_properties.title = "{{ lipsum }}"
        self.assert_said(word.saved(document), "未知标签 {{ lipsum }}")

    def test_a_loop_does_not_repeat_a_book(self):
        long = ("{%tr for task in tasks %}", "x" * 210_000, "{%tr endfor %}")
        self.assert_said(word.a_template(table=long), "循环中的内容过大")

    def test_a_bulletin_has_tags_and_loops_of_its_own(self):
        for name, loop in loops(BulletinLetter).items():
            entry = " ".join(f"{{{{ {loop.called}.{one.name} }}}}" for one in tags(loop.entry))
            rows = (f"{{%tr for {loop.called} in {name} %}}", entry, "{%tr endfor %}")
            with self.subTest(name):
                self.assertEqual(said_of(word.a_template(table=rows), "bulletin"), "")
                self.assert_said(word.a_template(table=rows), "第1个表格")
        single = "".join(f"{{{{ {one.name} }}}}" for one in tags(BulletinLetter))
        self.assertEqual(said_of(word.a_template(single), "bulletin"), "")
        for texts, said in (
            (["好", "{{ recipient }}"], "第2段：未知标签 {{ recipient }}"),
            (["{% for t in unit %}{% endfor %}"], "for unit in departments"),
            (["{% for goal in goals %}{{ goal.code }}{% endfor %}"], "第1段：未知标签 {{ goal.code }}"),
            (["{% if tasks %}有{% endif %}"], "第1段：未知标签 {{ tasks }}"),
        ):
            self.assertIn(said, said_of(word.a_template(*texts, table=()), "bulletin"))

    def test_what_may_be_listed_in_thousands_repeats_less(self):
        for size, said in ((19_000, ""), (21_000, "循环中的内容过大")):
            rows = ("{%tr for task in tasks %}", "x" * size, "{%tr endfor %}")
            self.assertIn(said, said_of(word.a_template(table=rows), "bulletin"))

    def test_what_would_take_long_is_not_begun(self):
        for texts, said in (
            (["{{ sender }}" * 501], "第1段：标签超过500个"),
            (["{{ " + "not " * 5000 + "count }}"], "第1段：标签过长"),
            (["{" * 300_000], "第1段：标签没有写完整"),
            (["{{ " * 100_000], "第1段：标签没有写完整"),
            (["字" * 150_000], "正文过长"),
        ):
            with self.subTest(texts[0][:20]):
                self.assert_said(word.a_template(*texts), said)


class PackageTest(SimpleTestCase):
    def assert_said(self, content: bytes, said: str) -> None:
        self.assertIn(said, said_of(content))

    def test_what_is_no_word_document(self):
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as package:
            package.writestr(word.TYPES, b"<Types/>")
        whole = word.a_template("通知")
        for content in (
            b"",
            b"PK",
            b"hello",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000),
            book.getvalue(),
            whole[:-200],
            whole[:2000],
            word.repacked(whole, lambda name, data: b"<w:p>" if name == "word/document.xml" else data),
            word.repacked(whole, lambda name, data: data if name != word.TYPES else data[:50]),
            word.replaced(whole, word.TYPES, b"document.main+xml", b"template.main+xml"),
            word.replaced(
                whole, "word/document.xml", b"<w:document", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document'
            ),
        ):
            self.assert_said(content, "不是Word文档")

    def test_macros(self):
        whole = word.a_template("通知")
        main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        macros = b"application/vnd.ms-word.document.macroEnabled.main+xml"
        self.assert_said(word.replaced(whole, word.TYPES, main, macros), "含有宏")
        self.assert_said(with_relation("vbaProject", "vbaProject.bin", outside=False), "含有宏")

    def test_what_word_would_fetch(self):
        for kind in ("attachedTemplate", "image", "frame", "subDocument", "oleObject"):
            self.assertTrue(said_of(with_relation(kind, "http://198.51.100.7/x.dotm")), kind)
        self.assert_said(with_relation("image", "http://198.51.100.7/x.png"), "http://198.51.100.7/x.png")
        self.assert_said(with_relation("attachedTemplate", "file://host/x.dotm"), "外部内容")
        self.assert_said(with_relation("aFChunk", "chunk.html", outside=False), "嵌入了其他文件")
        for code in (
            'INCLUDEPICTURE "http://198.51.100.7/x"',
            "DDEAUTO c:\\\\x",
            "LINK Excel.Sheet x",
            "includetext x",
        ):
            self.assert_said(with_field(code), "引用外部内容的域")
        self.assertEqual(said_of(with_field("PAGE \\* MERGEFORMAT")), "")
        self.assertEqual(
            said_of(with_relation("hyperlink", "https://www.example.test/")), "", "read by a click"
        )

    def test_bombs_and_giants(self):
        whole, zeros = word.a_template("通知"), bytes(45 * 2**20)
        self.assert_said(
            word.repacked(whole, lambda _, data: data, **{"word/media/x.bin": zeros}), "展开后过大"
        )
        self.assert_said(
            word.repacked(whole, lambda _, data: data, **{"x.xml": zeros[: 3 * 2**20]}), "展开后过大"
        )
        many = {f"x{n}.bin": b"" for n in range(1100)}
        self.assert_said(word.repacked(whole, lambda _, data: data, **many), "不是Word文档")
        self.assert_said(whole + bytes(5 * 2**20), "超过5 MB")


class TemplateCase(OfficeCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)
        self.plan = a_plan(self.kjj)

    def upload(
        self, content: bytes, *, kind: str = "notice", unit: Any = None, name: str = "红头.docx"
    ) -> Any:
        file = SimpleUploadedFile(name, content)
        body = {"kind": kind, "department": (unit or self.kjj).pk, "file": file}
        return self.client.post("/admin/reports/lettertemplate/add/", body)

    def keep(self, unit: Any, text: str, kind: str = "notice") -> LetterTemplate:
        template = LetterTemplate(kind=kind, department=unit)
        keep_template(template, word.a_template(text), "x.docx", actor=self.admin, now=timezone.now())
        return template

    def letter(self, kind: str = "notice", lead: Any = None, who: str | User = "supervisor") -> Any:
        lead = lead or self.gxc
        plan = self.plan if lead == self.gxc else None
        task = a_task(lead, plan=plan, status="in_progress", due_on=days(-3), issued_on=days(-60))
        return self.as_(who).get(f"/api/v1/tasks/{task.pk}/letter/", {"kind": kind})


class UploadTest(TemplateCase):
    def test_one_that_is_sound_is_kept_and_used_from_then_on(self):
        self.assertIn("督查通知单", word.seen(self.letter().content))
        answer = self.upload(word.a_template("本局的红头：{{ recipient }}"))
        self.assertEqual(answer.status_code, 302, answer.content.decode())
        kept = LetterTemplate.objects.get()
        self.assertEqual((kept.name, kept.uploaded_by, kept.department), ("红头.docx", self.admin, self.kjj))
        self.assertIn(kept.sha256, kept.file.name)
        self.assertIn("本局的红头：高新技术处", word.seen(self.letter().content))
        self.assertIn("云江市科学技术局催办函", word.seen(self.letter("urge").content), "another kind")

    def test_one_that_is_not_is_refused_with_its_place_and_nothing_is_kept(self):
        before = everything()
        for content, said in (
            (word.a_template("好", "{{ tsak }}"), "第2段：未知标签 {{ tsak }}。"),
            (b"x", "不是Word文档"),
            (with_relation("image", "http://198.51.100.7/"), "外部内容"),
            (word.a_template("好") + bytes(6 * 2**20), "超过5 MB"),
        ):
            answer = self.upload(content)
            self.assertContains(answer, said)
        self.assertEqual(everything(), before)

    def test_the_form_leads_to_the_list_of_tags(self):
        self.assertContains(self.client.get("/admin/reports/lettertemplate/add/"), 'href="/letters/tags/"')

    def test_it_takes_the_right_to(self):
        for who in ("supervisor", "head"):
            self.client.force_login(getattr(self, who))
            self.assertEqual(self.upload(word.a_template("好")).status_code, 302)
        self.client.force_login(self.admin)
        self.assertFalse(LetterTemplate.objects.exists())

    def test_it_is_never_changed_and_gone_when_deleted(self):
        for text in ("第一版", "第二版"):
            self.upload(word.a_template(text))
        self.assertIn("第二版", word.seen(self.letter().content))
        latest = LetterTemplate.objects.first()
        page = f"/admin/reports/lettertemplate/{latest.pk}"
        self.assertEqual(self.client.post(f"{page}/change/", {"kind": "urge"}).status_code, 403)
        self.assertEqual(self.client.post(f"{page}/delete/", {"post": "yes"}).status_code, 302)
        self.assertIn("第一版", word.seen(self.letter().content))


class WhichTest(TemplateCase):
    def test_the_senders_own_counts_then_that_of_whoever_is_above(self):
        city = a_department("CITY", "云江市人民政府")
        type(self.kjj).objects.filter(pk=self.kjj.pk).update(parent=city)
        self.keep(city, "市里的")
        self.keep(self.gxc, "高新处的")
        self.keep(self.elsewhere, "外局的")
        self.assertIn(
            "市里的", word.seen(self.letter().content), "the bureau sends it, the division only gets it"
        )
        self.keep(self.kjj, "局里的")
        self.keep(city, "市里的新版")
        self.assertIn("局里的", word.seen(self.letter().content))
        self.assertIn("外局的", word.seen(self.letter(lead=self.elsewhere, who="stranger").content))

    def test_a_broken_one_says_so_and_the_others_go_on(self):
        broken = self.keep(self.kjj, "好")
        with broken.file.open("wb") as file:
            file.write(word.a_template("{{ since_removed }}"))
        answer = self.letter()
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "template_broken"))
        self.assertIn(
            "公文模板“x.docx”（督查通知单）有误：未知标签 {{ since_removed }}", answer.json()["detail"]
        )
        self.assertEqual(self.letter("urge").status_code, 200)
        broken.file.storage.delete(broken.file.name)
        self.assertEqual(self.letter().json()["code"], "template_broken")
        task = a_task(self.gxc, due_on=days(30), issued_on=days(-2))
        page = signed_in(self.supervisor).get(f"/tasks/{task.pk}/letters/notice/", follow=True)
        self.assertContains(page, "请联系系统管理员更换")
