"""延期, 批示, 催办, 留言, 步骤, 佐证材料 and 分解 on the page of a task, as people use them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tasks import services
from tasks.models import Task
from tasks.pages.act_forms import FORMS
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, a_late_task, days, queries_of, signed_in, today
from tests.tasks.acts import ActCase


def page_of(task: Task) -> str:
    return reverse("tasks:detail", args=[task.pk])


def send(client, task: Task, name: str, about=None, **fields):
    """Send a form as the page of this moment holds it."""
    fields.setdefault("version", Task.objects.get(pk=task.pk).version)
    return client.post(reverse("tasks:act", args=[task.pk, name, *([about.pk] if about else [])]), fields)


class PageCase(ActCase):
    def setUp(self):
        self.task = self.a_task()

    def page(self, who: str, task: Task | None = None) -> str:
        response = signed_in(getattr(self, who)).get(page_of(task or self.task))
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def sends(self, who: str, name: str, about=None, **fields):
        return send(signed_in(getattr(self, who)), self.task, name, about, **fields)

    def asked(self):
        return services.ask_extension(
            self.task.pk, due_on=days(90), note="设备推迟到货", actor=self.head, now=timezone.now()
        )

    def instructed(self, **fields):
        given = {"note": "请说明滞后原因", "actor": self.leader, "now": timezone.now()}
        return services.instruct(self.task.pk, **given | fields)


class OfferTests(PageCase):
    def test_forms_are_the_allowed_acts(self):
        offered = {
            "liaison": {"comment", "attach", "add_step"},
            "head": {"comment", "attach", "add_step", "ask_extension", "split"},
            "liaison2": {"comment", "attach"},
            "supervisor": {"comment", "attach", "urge", "split"},
            "leader": {"comment", "attach", "urge", "instruct"},
            "viewer": set(),
        }
        for who, names in offered.items():
            with self.subTest(who):
                html = self.page(who)
                found = {name for name in FORMS if f'id="move-{name}"' in html}
                if reverse("tasks:split", args=[self.task.pk]) in html:
                    found.add("split")
                self.assertEqual(found, names)

    def test_what_waits_for_a_person_stands_first_and_open(self):
        extension, instruction = self.asked(), self.instructed()
        waits = {"supervisor": f"decide_extension-{extension.pk}", "liaison": f"answer-{instruction.pk}"}
        for who, slot in waits.items():
            for other in waits:
                html = self.page(other)
                self.assertEqual(f'id="move-{slot}"' in html, other == who)
            html = self.page(who)
            moves = [html.index(text) for text in ('id="move-report"', 'id="move-suspend"') if text in html]
            self.assertLess(html.index(f'id="move-{slot}"'), min(moves))

    def test_an_extension_is_asked_once_and_in_time(self):
        self.assertIn("前提出", self.page("head"))
        self.asked()
        self.assertIn("已有一项延期申请待审批", self.page("head"))
        self.assertNotIn('id="move-ask_extension"', self.page("head"))
        late = self.a_task(due_on=days(1))
        self.assertIn("延期应在到期3个工作日前申请", self.page("head", late))
        self.assertNotIn("延期应在", self.page("liaison", late))

    def test_a_closed_task_takes_words_but_no_work(self):
        done = self.a_task("closed")
        self.assertIn('id="move-comment"', self.page("head", done))
        for name in ("urge", "ask_extension", "add_step"):
            self.assertNotIn(f'id="move-{name}"', self.page("admin", done))

    def test_queries_do_not_grow_with_what_hangs_on_the_task(self):
        counts = {}
        for rounds in (1, 5):
            for n in range(rounds):
                self.instructed(note=f"批示{n}")
                services.answer_instruction(
                    self.instructed().pk, note="已办", actor=self.head, now=timezone.now()
                )
                services.comment(self.task.pk, note="留言", actor=self.head, now=timezone.now())
                services.add_step(self.task.pk, text=f"步骤{n}", actor=self.head, now=timezone.now())
                file = services.Upload(f"说明{rounds}{n}".encode(), "说明.txt")
                services.attach(self.task.pk, file, actor=self.head, now=timezone.now())
                moved(self.task, "report", on=today(), progress=10, actor=self.liaison2)
                part = services.splitting.Part(lead=self.ptc)
                services.split_task(self.task.pk, [part], actor=self.head, now=timezone.now())
            for who in ("supervisor", "leader", "head", "liaison2"):
                counts.setdefault(who, []).append(
                    queries_of(signed_in(getattr(self, who)), page_of(self.task))
                )
        for who, (few, many) in counts.items():
            with self.subTest(who):
                self.assertEqual(few, many)
                self.assertLessEqual(many, MOST_QUERIES)


class ExtensionPageTests(PageCase):
    def test_a_head_asks_and_the_supervisor_grants(self):
        sent = self.sends("head", "ask_extension", due_on=days(90), note="设备推迟到货")
        self.assertRedirects(sent, page_of(self.task))
        extension = self.task.extensions.get()
        html = self.page("supervisor")
        self.assertIn("设备推迟到货", html)
        sent = self.sends("supervisor", "decide_extension", extension, granted="yes", note="同意")
        self.assertRedirects(sent, page_of(self.task))
        self.task.refresh_from_db()
        self.assertEqual(self.task.due_on, days(90))
        self.assertIn("原定", self.page("head"))

    def test_a_denial_leaves_the_date(self):
        sent = self.sends("supervisor", "decide_extension", self.asked(), granted="no", note="不再延")
        self.assertRedirects(sent, page_of(self.task))
        self.task.refresh_from_db()
        self.assertEqual((self.task.due_on, self.task.extensions.get().status), (days(60), "denied"))

    def test_each_refusal_keeps_what_was_typed(self):
        early = {"due_on": days(30), "note": "写了很久的理由"}
        with self.nothing_changes(self.task):
            sent = self.sends("head", "ask_extension", **early)
            self.assertContains(sent, "应晚于现期限", status_code=409)
            self.assertContains(sent, "写了很久的理由", status_code=409)
            self.assertContains(sent, f'value="{days(30)}"', status_code=409)
            missing = self.sends("head", "ask_extension", due_on=days(90))
            self.assertContains(missing, "errorlist", status_code=400)
            stale = self.sends("head", "ask_extension", due_on=days(90), note="理由", version=1)
            self.assertContains(stale, "任务已有变化", status_code=412)
            stray = self.sends("liaison", "ask_extension", due_on=days(90), note="写了很久的理由")
            self.assertContains(stray, "没有办理成功", status_code=403)
            self.assertContains(stray, "写了很久的理由", status_code=403)
        extension = self.asked()
        with self.nothing_changes(self.task):
            unsaid = self.sends("supervisor", "decide_extension", extension, note="意见在此")
            self.assertContains(unsaid, "意见在此", status_code=400)
            self.assertContains(unsaid, "请选择同意或不同意", status_code=400)

    def test_the_rows_of_another_task_are_not_there(self):
        extension, other = self.asked(), a_task(self.gxc, status="in_progress", issued_on=days(-5))
        sent = send(signed_in(self.supervisor), other, "decide_extension", extension, granted="yes")
        self.assertEqual(sent.status_code, 404)
        for name, about in (("answer", None), ("comment", extension), ("tick_step", None)):
            self.assertEqual(self.sends("liaison", name, about, note="x", done="yes").status_code, 404)


class InstructionPageTests(PageCase):
    def test_a_leader_instructs_and_the_lead_answers(self):
        self.assertRedirects(
            self.sends("leader", "instruct", note="请说明滞后原因", answer_by=days(3)), page_of(self.task)
        )
        instruction = self.task.instructions.get()
        self.assertIn("待答复", self.page("viewer"))
        sent = self.sends("liaison", "answer", instruction, note="已约谈承建单位")
        self.assertRedirects(sent, page_of(self.task))
        html = self.page("leader")
        self.assertIn("已约谈承建单位", html)
        self.assertIn("已答复", html)
        again = self.sends("liaison", "answer", instruction, note="又写一遍")
        self.assertContains(again, "又写一遍", status_code=409)

    def test_an_answer_that_is_late_is_red(self):
        self.instructed(answer_by=days(-2), now=at(days(-4)))
        self.assertIn("应答复，未答复", self.page("leader"))
        self.assertIn("已超期", self.page("liaison"))

    def test_a_day_that_is_past_is_refused(self):
        with self.nothing_changes(self.task):
            sent = self.sends("leader", "instruct", note="请说明", answer_by=days(-1))
            self.assertContains(sent, "不能早于今天", status_code=400)
            self.assertContains(sent, "请说明", status_code=400)


class WordTests(PageCase):
    def test_one_press_urges_and_it_is_counted(self):
        for number in (1, 2):
            sent = self.sends("leader", "urge")
            self.assertRedirects(sent, page_of(self.task))
            self.assertIn(f"已催办{number}次", self.page("liaison"))
        double = self.sends("leader", "urge", version=self.task.version)
        self.assertContains(double, "任务已有变化", status_code=412)
        self.assertEqual(self.kinds(self.task).count("urge"), 2)

    def test_a_comment_stands_in_the_time_line_as_text(self):
        self.assertRedirects(self.sends("liaison2", "comment", note=f"已对接{EVIL}"), page_of(self.task))
        html = self.page("leader")
        self.assertIn("已对接&lt;script&gt;", html)
        self.assertNotIn(EVIL, html)
        with self.nothing_changes(self.task):
            self.assertEqual(self.sends("viewer", "comment", note="无权").status_code, 403)
            self.assertEqual(self.sends("stranger", "comment", note="无权").status_code, 404)

    def test_signing_in_again_leads_back_to_the_form(self):
        address = reverse("tasks:act", args=[self.task.pk, "comment"])
        self.assertRedirects(self.client.post(address, {"note": "x"}), f"/login/?next={address}")
        back = signed_in(self.liaison).get(address)
        where = f"{page_of(self.task)}?move=comment#move-comment"
        self.assertRedirects(back, where, fetch_redirect_response=False)


class StepTests(PageCase):
    def test_steps_are_added_ticked_and_unticked(self):
        sent = self.sends("liaison", "add_step", text="选址")
        self.assertRedirects(sent, f"{page_of(self.task)}#steps", fetch_redirect_response=False)
        step = self.task.checklist.get()
        for done, day in (("yes", today()), ("yes", today()), ("no", None)):
            self.assertEqual(self.sends("liaison", "tick_step", step, done=done).status_code, 302)
            step.refresh_from_db()
            self.assertEqual(step.done_on, day)
        self.assertEqual(self.kinds(self.task).count("edited"), 3, "ticked twice is ticked once")
        self.assertIn("改为未完成", self.page("viewer"), "told in the time line")

    def test_others_see_them_without_buttons(self):
        step = services.add_step(self.task.pk, text="选址", actor=self.head, now=timezone.now())
        self.assertNotIn("tick_step", self.page("leader"))
        with self.nothing_changes(self.task):
            sent = self.sends("liaison2", "tick_step", step, done="yes")
            self.assertContains(sent, "没有办理成功", status_code=403)


class FileTests(PageCase):
    def test_a_file_is_uploaded_listed_and_given_out_as_a_download(self):
        task = self.task = a_late_task(self)
        moved(task, "report", on=today(), actor=self.liaison, note="已选址", progress=50)
        report = task.reports.first()
        self.assertIn(f'<option value="{report.pk}" selected>', self.page("liaison"))
        file = SimpleUploadedFile("选址说明.txt", "已完成选址。".encode())
        sent = self.sends("liaison", "attach", file=file, report=report.pk)
        self.assertRedirects(sent, f"{page_of(task)}#files", fetch_redirect_response=False)
        row = task.attachments.get()
        self.assertEqual(row.report, report)
        address = reverse("tasks:attachment", args=[task.pk, row.pk])
        self.assertIn(address, self.page("viewer"))
        response = signed_in(self.viewer).get(address)
        self.assertEqual(b"".join(response.streaming_content).decode(), "已完成选址。")
        self.assertIn("attachment;", response["Content-Disposition"])
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")
        self.assertEqual(signed_in(self.stranger).get(address).status_code, 404)

    def test_each_refusal_is_said_and_stores_nothing(self):
        for name, content, told, status in (
            ("网页.html", b"<html>", "附件只能是以下类型", 400),
            ("空.txt", b"", "文件为空", 400),
            ("假.pdf", b"MZ", "不符", 400),
            ("密.txt", "机密★1年\n某事".encode(), "密", 400),
        ):
            with self.subTest(name), self.nothing_changes(self.task):
                sent = self.sends("liaison", "attach", file=SimpleUploadedFile(name, content))
                self.assertContains(sent, told, status_code=status)
        self.assertEqual(self.sends("liaison", "attach").status_code, 400)
        self.assertFalse(self.task.attachments.exists())


class SplitTests(OfficeCase):
    def setUp(self):
        fresh = {"issued_on": days(-5), "due_on": days(60), "targets": [("新增孵化器", 60)]}
        self.task = a_task(self.gxc, status="in_progress", **fresh)
        self.target = self.task.targets.get()
        self.address = reverse("tasks:split", args=[self.task.pk])

    def rows(self, *rows: dict, **fields) -> dict:
        sent = {"version": self.task.version, "part-TOTAL_FORMS": max(len(rows), 3)}
        sent |= {"part-INITIAL_FORMS": 0, **fields}
        for n, row in enumerate(rows):
            sent |= {f"part-{n}-{name}": value for name, value in row.items()}
        return sent

    def share(self, lead, value, **fields) -> dict:
        return {"lead": lead.pk, f"share-{self.target.pk}": value, **fields}

    def test_a_head_splits_and_the_figures_add_up(self):
        head = signed_in(self.head)
        self.assertNotRegex(head.get(self.address).content.decode(), INLINE)
        rows = self.share(self.ptc, "25"), self.share(self.rcc, "20", due_on=days(50), title="人才处部分")
        sent = head.post(self.address, self.rows(*rows))
        self.assertRedirects(sent, f"{page_of(self.task)}#parts", fetch_redirect_response=False)
        first, second = self.task.children.order_by("id")
        self.assertEqual((first.lead, first.due_on, first.title), (self.ptc, days(60), self.task.title))
        self.assertEqual((second.lead, second.due_on, second.title), (self.rcc, days(50), "人才处部分"))
        moved(first, "accept", on=today(), hour=1)
        given = [services.actuals.TargetActual(id=first.targets.get().pk, actual=12)]
        moved(first, "report", on=today(), hour=2, progress=40, targets=given)
        html = head.get(page_of(self.task)).content.decode()
        self.assertNotIn(f'name="actual-{self.target.pk}"', html, "nobody states what is added up")
        for told in ("平台基地处", "人才处部分", "<b>12</b> / 25", "<b>12</b> / 45", "尚有15未分解"):
            with self.subTest(told):
                self.assertIn(told, html)

    def test_the_whole_is_a_link_only_for_those_who_see_it(self):
        part = services.splitting.Part(lead=self.cgc)
        (child,) = services.split_task(self.task.pk, [part], actor=self.head, now=timezone.now())
        link = f'<a href="{page_of(self.task)}"'
        for who, there in (("head", True), ("leader", True), ("liaison2", False)):
            html = signed_in(getattr(self, who)).get(page_of(child)).content.decode()
            with self.subTest(who):
                self.assertEqual(link in html, there)
                self.assertIn("上级任务", html)

    def test_more_rows_come_without_losing_what_was_typed(self):
        sent = signed_in(self.head).post(self.address, self.rows(self.share(self.ptc, "25"), more="1"))
        self.assertContains(sent, 'name="part-5-lead"')
        self.assertContains(sent, 'value="25"')
        self.assertContains(sent, f'<option value="{self.ptc.pk}" selected>')
        self.assertFalse(self.task.children.exists())

    def test_each_refusal_keeps_what_was_typed_and_makes_nothing(self):
        head = signed_in(self.head)
        for sent, status, told in (
            (self.rows(), 400, "请至少填写一个"),
            (self.rows({"title": "没有单位"}), 400, "请选择承办单位"),
            (self.rows(self.share(self.ptc, "x")), 400, "请改正"),
            (self.rows(self.share(self.ptc, "1", due_on=days(99))), 409, "不能晚于原任务期限"),
            (self.rows(self.share(self.ptc, "1"), version=1), 412, "任务已有变化"),
            ({"version": self.task.version}, 400, "errorlist"),
            (self.rows(**{"part-TOTAL_FORMS": "x"}), 400, "flash error"),
        ):
            with self.subTest(told):
                self.assertContains(head.post(self.address, sent), told, status_code=status)
        self.assertFalse(self.task.children.exists())

    def test_only_its_head_and_the_supervisor_get_there(self):
        for who, status in (("supervisor", 200), ("liaison", 403), ("leader", 403), ("stranger", 404)):
            with self.subTest(who):
                self.assertEqual(signed_in(getattr(self, who)).get(self.address).status_code, status)
        moved(self.task, "submit", on=today(), hour=2)
        self.assertContains(signed_in(self.head).get(self.address), "目前不能分解")
