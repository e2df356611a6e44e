"""The ledger, the task page and its moves, as people use them."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tasks.models import Task
from tasks.states import MOVES
from tests.builders import a_membership, a_task, a_user, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, MOST_QUERIES, a_late_task, days, queries_of, signed_in, today


def page_of(task: Task) -> str:
    return reverse("tasks:detail", args=[task.pk])


def press(client, task: Task, name: str, **fields):
    """Send a move's form as the page of this moment holds it."""
    fields.setdefault("version", Task.objects.get(pk=task.pk).version)
    return client.post(reverse("tasks:move", args=[task.pk, name]), fields)


class TaskPageTests(OfficeCase):
    def test_it_tells_what_is_asked_and_how_it_stands(self):
        task = a_late_task(self)
        html = signed_in(self.leader).get(page_of(task)).content.decode()
        facts = ("高新技术处", "成果转化处", "红灯", "已逾期20天", "办理中", "40%", "新增孵化器", "≥ 3 家")
        for fact in facts:
            with self.subTest(fact):
                self.assertIn(fact, html)

    def test_the_record_is_a_time_line_of_who_did_what(self):
        task = a_task(self.gxc, status="declined", issued_on=days(-3), due_on=days(60))
        moved(task, "reassign", on=days(-1), actor=self.supervisor, lead=self.cgc, note="由成果处办理")
        html = signed_in(self.supervisor).get(page_of(task)).content.decode()
        for told in ("由成果处办理", "杜查", "牵头单位：高新技术处 → 成果转化处", "状态：退回改派 → 待签收"):
            with self.subTest(told):
                self.assertIn(told, html)
        self.assertLess(html.index("由成果处办理"), html.index("下达</b>"), "the latest comes first")

    def test_reports_of_lead_and_helper_stand_side_by_side(self):
        task = a_late_task(self)
        moved(task, "report", on=today(), actor=self.liaison2, note="已对接17家", progress=60)
        html = signed_in(self.supervisor).get(page_of(task)).content.decode()
        lead, helper = html.index("已按要求办理"), html.index("已对接17家")
        self.assertLess(lead, helper)
        self.assertEqual(Task.objects.get().progress, 40, "a helper reports its own part")

    def test_buttons_are_the_allowed_moves(self):
        fresh = {"issued_on": today(), "due_on": days(60)}
        expected = {
            ("pending", "liaison"): {"accept"},
            ("pending", "head"): {"accept", "decline"},
            ("pending", "supervisor"): {"reassign", "suspend", "cancel"},
            ("pending", "viewer"): set(),
            ("pending", "liaison2"): set(),
            ("in_progress", "liaison"): {"report", "submit"},
            ("in_progress", "liaison2"): {"report"},
            ("submitted", "supervisor"): {"approve", "return", "cancel"},
            ("submitted", "head"): {"withdraw"},
            ("completed", "leader"): {"close", "recheck"},
            ("suspended", "supervisor"): {"reassign", "resume", "cancel"},
        }
        for (status, who), names in expected.items():
            with self.subTest(status=status, who=who):
                task = a_task(self.gxc, status=status, cooperating=[self.cgc], **fresh)
                html = signed_in(getattr(self, who)).get(page_of(task)).content.decode()
                self.assertEqual({name for name in MOVES if f'id="move-{name}"' in html}, names)

    def test_queries_do_not_grow_with_the_record(self):
        task = a_late_task(self)
        client, counts = signed_in(self.supervisor), []
        for rounds in (1, 12):
            for n in range(rounds):
                moved(task, "report", on=today(), hour=9 + n, progress=50, note=f"第{n}次")
            counts.append(queries_of(client, page_of(task)))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], MOST_QUERIES)


class MoveTests(OfficeCase):
    def test_the_whole_way_by_pages_alone(self):
        task = a_task(self.gxc, issued_on=days(-5), due_on=days(60), targets=[("新增孵化器", 3)])
        target = task.targets.get()
        way = [
            ("liaison", "accept", {}),
            ("liaison", "report", {"note": "已选址", "progress": 50, f"actual-{target.pk}": "1.5"}),
            ("head", "submit", {"note": "已建成", f"actual-{target.pk}": "3"}),
            ("supervisor", "return", {"note": "请补充名单"}),
            ("liaison", "submit", {f"actual-{target.pk}": "3"}),
            ("supervisor", "approve", {"note": "同意"}),
            ("leader", "recheck", {"outcome": "solid", "note": "已抽查"}),
            ("leader", "close", {}),
        ]
        for who, name, fields in way:
            with self.subTest(name):
                sent = press(signed_in(getattr(self, who)), task, name, **fields)
                self.assertRedirects(sent, page_of(task))
        task.refresh_from_db()
        target.refresh_from_db()
        self.assertEqual((task.status, task.progress, target.actual), ("closed", 100, 3))
        self.assertEqual(
            list(task.events.order_by("seq").values_list("kind", flat=True)),
            ["issued", *(name for _, name, _ in way)],
        )

    def test_a_second_tab_changes_nothing_and_loses_nothing(self):
        task = a_task(self.gxc, status="in_progress", issued_on=days(-5), due_on=days(60))
        old = task.version
        moved(task, "report", on=today(), note="另一窗口填报", progress=30)
        client = signed_in(self.liaison)
        sent = press(client, task, "report", version=old, note="我写了很久的进展", progress=60)
        self.assertContains(sent, "任务已有变化", status_code=412)
        self.assertContains(sent, "我写了很久的进展", status_code=412)
        self.assertContains(sent, f'name="version" value="{old + 1}"', status_code=412)
        task.refresh_from_db()
        self.assertEqual((task.progress, task.reports.count()), (30, 1))
        self.assertRedirects(
            press(client, task, "report", note="我写了很久的进展", progress=60), page_of(task)
        )

    def test_what_was_typed_stays_when_the_move_is_gone(self):
        task = a_task(self.gxc, status="submitted", issued_on=days(-5), due_on=days(60))
        sent = press(signed_in(self.liaison), task, "report", note="来晚一步的进展", progress=60)
        self.assertContains(sent, "不能“填报”", status_code=409)
        self.assertContains(sent, "来晚一步的进展", status_code=409)
        self.assertEqual(Task.objects.get().reports.count(), 0)

    def test_what_is_missing_is_said_beside_the_form(self):
        task = a_task(self.gxc, status="in_progress", issued_on=days(-5), targets=[("孵化器", 3)])
        liaison = signed_in(self.liaison)
        self.assertContains(press(liaison, task, "report", progress=50), "errorlist", status_code=400)
        self.assertContains(press(liaison, task, "report", note="x", progress=101), "101", status_code=400)
        self.assertContains(press(liaison, task, "submit", note="好了"), "没有完成值", status_code=409)
        self.assertContains(press(liaison, task, "submit", note="好了"), "好了", status_code=409)
        reason = {f"reason-{task.targets.get().pk}": "年底统计"}
        self.assertEqual(press(liaison, task, "submit", **reason).status_code, 302)

    def test_a_form_without_its_version_is_refused(self):
        task = a_task(self.gxc, issued_on=days(-5))
        sent = press(signed_in(self.liaison), task, "accept", version="")
        self.assertContains(sent, "请刷新", status_code=400)
        self.assertEqual(Task.objects.get().status, "pending")

    def test_nobody_makes_a_move_that_is_not_theirs(self):
        for who, status in (("liaison2", 404), ("stranger", 404), ("viewer", 403), ("supervisor", 403)):
            with self.subTest(who):
                task = a_task(self.gxc, issued_on=days(-5))
                sent = press(signed_in(getattr(self, who)), task, "accept")
                self.assertEqual(sent.status_code, status)
                self.assertEqual(Task.objects.get(pk=task.pk).status, "pending")

    def test_a_declined_task_goes_to_another_department(self):
        task = a_task(self.gxc, status="declined", issued_on=days(-1), due_on=days(60))
        client = signed_in(self.supervisor)
        self.assertContains(client.get(page_of(task)), "平台基地处")
        fields = {"lead": self.ptc.pk, "cooperating": [self.cgc.pk, self.rcc.pk], "note": "请平台处牵头"}
        self.assertRedirects(press(client, task, "reassign", **fields), page_of(task))
        task = Task.objects.get()
        self.assertEqual((task.lead, set(task.helper_ids())), (self.ptc, {self.cgc.pk, self.rcc.pk}))
        self.assertEqual(press(client, task, "reassign", lead=self.elsewhere.pk + 999).status_code, 400)

    def test_signing_in_again_leads_back_to_the_form(self):
        task = a_task(self.gxc, status="in_progress", issued_on=days(-5))
        address = reverse("tasks:move", args=[task.pk, "report"])
        self.assertRedirects(self.client.post(address, {"note": "x"}), f"/login/?next={address}")
        back = signed_in(self.liaison).get(address)
        self.assertRedirects(back, f"{page_of(task)}?move=report#move-report", fetch_redirect_response=False)

    def test_script_in_a_note_is_only_text(self):
        task = a_task(self.gxc, title=f"建设{EVIL}", status="in_progress", issued_on=days(-5))
        press(signed_in(self.liaison), task, "report", note=EVIL, progress=5, problems=EVIL, next_steps=EVIL)
        html = signed_in(self.supervisor).get(page_of(task)).content.decode()
        self.assertNotIn(EVIL, html)
        self.assertGreaterEqual(html.count("&lt;script&gt;"), 4)


class EditTests(OfficeCase):
    def setUp(self):
        self.task = a_task(self.gxc, issued_on=days(-5), due_on=days(60), cooperating=[self.cgc])
        self.address = reverse("tasks:edit", args=[self.task.pk])
        self.fields = {
            "version": self.task.version,
            "title": self.task.title,
            "due_on": days(60),
            "cooperating": [self.cgc.pk],
        }

    def test_a_moved_deadline_needs_its_reason(self):
        client = signed_in(self.supervisor)
        late = self.fields | {"due_on": days(90)}
        self.assertContains(client.post(self.address, late), "请说明原因", status_code=400)
        self.assertRedirects(client.post(self.address, late | {"note": "等省里文件"}), page_of(self.task))
        self.task.refresh_from_db()
        self.assertEqual((self.task.due_on, self.task.original_due_on), (days(90), days(60)))
        self.assertContains(client.get(page_of(self.task)), "原定")

    def test_saving_the_same_puts_nothing_on_the_record(self):
        sent = signed_in(self.supervisor).post(self.address, self.fields, follow=True)
        self.assertContains(sent, "内容没有变化")
        self.assertEqual(self.task.events.count(), 1)

    def test_a_stale_edit_is_refused(self):
        moved(self.task, "accept", on=today(), actor=self.liaison)
        sent = signed_in(self.supervisor).post(self.address, self.fields | {"title": "新的标题"})
        self.assertContains(sent, "任务已有变化", status_code=412)
        self.assertContains(sent, "新的标题", status_code=412)

    def test_what_is_closed_offers_no_correction(self):
        self.client.force_login(self.supervisor)
        closed = a_task(self.gxc, status="closed", title="已销号的任务")
        for task, offered in ((self.task, True), (closed, False)):
            page = self.client.get(reverse("tasks:detail", args=[task.pk])).content.decode()
            self.assertEqual(reverse("tasks:edit", args=[task.pk]) in page, offered)


class LedgerTests(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.late = a_late_task(cls, title="建设孵化器")
        cls.fresh = a_task(cls.cgc, title="办好对接会", issued_on=today(), due_on=days(100))
        cls.done = a_task(cls.ptc, title="开放仪器", status="closed", issued_on=days(-50), due_on=days(10))

    def shown(self, who: str, query: str = "") -> set[str]:
        html = signed_in(getattr(self, who)).get(f"{reverse('tasks:list')}?{query}").content.decode()
        return {task.title for task in (self.late, self.fresh, self.done) if task.title in html}

    def test_each_sees_their_own(self):
        self.assertEqual(self.shown("supervisor"), {"建设孵化器", "办好对接会", "开放仪器"})
        self.assertEqual(self.shown("liaison"), {"建设孵化器"})
        self.assertEqual(self.shown("liaison2"), {"建设孵化器", "办好对接会"})

    def test_filters_are_the_apis(self):
        expected = {
            "light=red": {"建设孵化器"},
            "status=pending&status=closed": {"办好对接会", "开放仪器"},
            "overdue=true": {"建设孵化器"},
            "department=CGC": {"建设孵化器", "办好对接会"},
            f"lead={self.ptc.pk}": {"开放仪器"},
            f"due_after={days(50)}": {"办好对接会"},
            "q=仪器": {"开放仪器"},
            f"plan={self.late.plan_id}&light=red": {"建设孵化器"},
        }
        for query, titles in expected.items():
            with self.subTest(query):
                self.assertEqual(self.shown("supervisor", query), titles)

    def test_filters_stay_in_the_form_and_in_the_links(self):
        page = signed_in(self.supervisor).get("/tasks/?q=孵化&status=in_progress&department=GXC")
        self.assertContains(page, 'value="孵化"')
        self.assertContains(page, '<option value="GXC" selected>')
        self.assertContains(page, "status=completed&amp;status=closed")
        self.assertContains(page, "状态：<b>办理中</b>")

    def test_what_cannot_be_read_is_said(self):
        client = signed_in(self.supervisor)
        for query in ("due_after=2026-02-30", "plan=x", "department=NOBODY", "ordering=title", "cursor=x"):
            with self.subTest(query):
                self.assertContains(client.get(f"/tasks/?{query}"), "有误", status_code=400)

    def test_nothing_found_says_what_to_do_next(self):
        self.assertContains(signed_in(self.supervisor).get("/tasks/?q=没有这个"), "查看全部")
        self.assertContains(signed_in(a_user("new")).get("/tasks/"), "还没有任务")

    def test_pages_follow_each_other(self):
        for n in range(60):
            a_task(self.bgs, title=f"第{n:02}件", issued_on=today(), due_on=days(n + 1))
        client, seen, address = signed_in(self.supervisor), [], "/tasks/?q=件"
        while address:
            page = client.get(address)
            seen += [row.task.title for row in page.context["rows"]]
            address = page.context["page"].next
        self.assertEqual(seen, [f"第{n:02}件" for n in range(60)])

    def test_the_next_step_is_a_link(self):
        html = signed_in(self.liaison).get("/tasks/").content.decode()
        self.assertIn(f"{page_of(self.late)}?move=report#move-report", html)

    def test_queries_do_not_grow_with_the_list(self):
        client = signed_in(self.supervisor)
        few = queries_of(client, "/tasks/")
        for n in range(30):
            a_late_task(self, title=f"再一件{n}")
        self.assertEqual(queries_of(client, "/tasks/"), few)
        self.assertLessEqual(few, MOST_QUERIES)


class IssueTests(OfficeCase):
    """下达 is tested from the plan's side in tests.plans.test_pages; here: who may, and what is missing."""

    def test_a_helper_of_two_departments_reports_for_the_lead(self):
        both = a_user("both")
        a_membership(both, self.gxc, "liaison")
        a_membership(both, self.cgc, "liaison")
        task = a_late_task(self)
        self.assertContains(signed_in(both).get(page_of(task)), "完成值")
        press(signed_in(both), task, "report", note="代表牵头单位", progress=70)
        self.assertEqual(Task.objects.get().progress, 70)

    def test_the_office_clock_decides_what_is_late(self):
        task = a_late_task(self, due_on=timezone.localdate() - timedelta(days=1))
        self.assertContains(signed_in(self.leader).get(page_of(task)), "已逾期1天")
