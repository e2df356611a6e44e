"""逾期看板: what it shows, in which order, and 催办 and 批示 without leaving it."""

from datetime import timedelta

from django.utils import timezone

from reports import trend
from reports.board import MOST_ROWS
from reports.queries import overdue_board
from reports.scope import Scope
from tasks import services
from tasks.models import Instruction, Task, TaskEvent
from tests.builders import a_task, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, a_late_task, days, queries_of, signed_in, today

IN_PLACE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/overdue/?department="}


def rows(page) -> list[str]:
    """Titles in the order of the page."""
    return [row.task.title for unit in page.context["board"].units for row in unit.rows]


class BoardTests(OfficeCase):
    def test_each_row_says_how_often_urged_and_who_has_the_next_step(self):
        task = a_late_task(self)
        for _ in range(2):
            services.urge(task.pk, actor=self.leader, now=timezone.now())
        services.instruct(task.pk, note="请说明", answer_by=days(3), actor=self.leader, now=timezone.now())
        sent = a_late_task(self, title="在审")
        moved(sent, "submit", on=today(), actor=self.head)
        page = signed_in(self.leader).get("/overdue/")
        for fact in (
            "2次",
            "人工2次",
            f"批示待高新处于{days(3)}前答复",
            "待高新处办理并填报",
            "办结申请待市科技局审核",
        ):
            with self.subTest(fact):
                self.assertContains(page, fact)

    def test_the_past_has_figures_and_no_next_steps(self):
        task = a_late_task(self)
        services.urge(task.pk, actor=self.leader, now=timezone.now())
        page = signed_in(self.leader).get(f"/overdue/?as_of={days(-10)}")
        self.assertContains(page, "10天")
        self.assertContains(page, "0次")
        self.assertNotContains(page, 'hx-get="/overdue/tasks/')

    def test_the_order_is_what_the_reader_asks_for(self):
        a_late_task(self, title="久", due_on=days(-30), progress=None)
        told = a_late_task(self, title="刚说过", due_on=days(-40))
        moved(told, "report", on=today(), progress=50)
        client = signed_in(self.leader)
        self.assertEqual(rows(client.get("/overdue/")), ["刚说过", "久"])
        self.assertEqual(rows(client.get("/overdue/?ordering=said")), ["久", "刚说过"])
        self.assertEqual(client.get("/overdue/?ordering=nonsense").status_code, 400)

    def test_who_is_latest_stands_first(self):
        a_late_task(self)
        moved(a_late_task(self, title="成果处的", due_on=days(-50)), "reassign", on=today(), lead=self.cgc)
        page = signed_in(self.leader).get("/overdue/")
        self.assertEqual([unit.department.code for unit in page.context["board"].units], ["CGC", "GXC"])

    def test_a_long_board_shows_the_first_of_each_and_where_the_rest_is(self):
        for _ in range(MOST_ROWS + 5):
            a_late_task(self)
        page = signed_in(self.leader).get("/overdue/")
        (unit,) = page.context["board"].units
        self.assertEqual((len(unit.rows), unit.rest, page.context["board"].total), (100, 5, 105))
        self.assertContains(page, "另有5项")
        self.assertContains(page, "/tasks/?overdue=true&amp;lead=GXC")

    def test_names_of_any_kind_do_no_harm(self):
        task = a_late_task(self, title=EVIL + "长" * 300)
        moved(task, "report", on=today(), note=EVIL * 9, problems=EVIL, next_steps=EVIL, progress=50)
        self.gxc.name = self.gxc.short_name = EVIL
        self.gxc.save()
        for address in ("/overdue/", f"/overdue/tasks/{task.pk}/urge/"):
            page = signed_in(self.leader).get(address).content.decode()
            self.assertIsNone(INLINE.search(page))
            self.assertNotIn(EVIL, page)

    def test_queries_do_not_grow(self):
        client = signed_in(self.leader)
        for _ in range(3):
            services.urge(a_late_task(self).pk, actor=self.leader, now=timezone.now())
        few = queries_of(client, "/overdue/")
        for _ in range(9):
            services.urge(a_late_task(self).pk, actor=self.leader, now=timezone.now())
        self.assertEqual(queries_of(client, "/overdue/"), few)
        for address in ("/overdue/", f"/overdue/?as_of={days(-3)}", "/overdue/trend/"):
            self.assertLessEqual(queries_of(client, address), MOST_QUERIES, address)


class TrendTests(OfficeCase):
    def setUp(self):
        """Late since different weeks, one no longer, one with a new date, one handed on, one not yet."""
        for back in (3, 17, 30, 60):
            a_late_task(self, title=f"{back}天", due_on=days(-back))
        done = a_late_task(self, title="办结", due_on=days(-45))
        moved(done, "submit", on=days(-20))
        moved(done, "approve", on=days(-19))
        later = a_late_task(self, title="延期", due_on=days(-40))
        moment = timezone.now() - timedelta(days=25)
        given = {"due_on": days(-8), "note": "调整", "version": later.version}
        services.edit_task(later.pk, **given, actor=self.admin, now=moment)
        cgc = a_late_task(self, title="成果处的", due_on=days(-25))
        moved(cgc, "reassign", on=days(-10), lead=self.cgc, cooperating=[])
        a_task(self.gxc, title="没到期", status="in_progress", due_on=days(90), issued_on=days(-70))

    def test_it_is_what_the_board_said_on_each_of_those_days(self):
        for who in (self.admin, self.leader, self.head, self.liaison2, self.stranger):
            for asked in ({}, {"department": self.gxc}, {"plan": Task.objects.first().plan}):
                scope = Scope.asked(who, today(), **asked)
                found = trend.overdue_by_day(scope, trend.week_ends(today()))
                day_by_day = [(day, self.board_of(who, day, asked)) for day, _count in found]
                self.assertEqual(found, day_by_day, f"{who} {asked}")

    def board_of(self, who, day, asked) -> int:
        board = overdue_board(Scope.asked(who, today(), as_of=day, **asked))
        return sum(len(unit.tasks) for unit in board.departments)

    def test_weeks_end_on_sundays_and_with_the_day_itself(self):
        ends = trend.week_ends(today())
        self.assertEqual(ends[-1], today())
        self.assertEqual({day.isoweekday() for day in ends[:-1]}, {7})
        self.assertEqual(len(ends), 9)
        self.assertLess(ends[-2], today())

    def test_it_comes_into_the_page_and_stands_alone_without_script(self):
        client = signed_in(self.leader)
        self.assertContains(client.get("/overdue/"), 'hx-get="/overdue/trend/')
        alone, part = client.get("/overdue/trend/"), client.get("/overdue/trend/", **IN_PLACE)
        for page in (alone, part):
            self.assertContains(page, '<svg role="img"')
            self.assertContains(page, "数据表")
        self.assertContains(alone, "<!doctype html>")
        self.assertNotContains(part, "<!doctype html>")
        self.assertEqual(client.get("/overdue/trend/?plan=x").status_code, 400)


class UrgingTests(OfficeCase):
    def setUp(self):
        self.task = a_late_task(self)
        self.form = {"version": self.task.version, "note": "本周内报送", "next": "/overdue/?ordering=said"}

    def address(self, name="urge") -> str:
        return f"/overdue/tasks/{self.task.pk}/{name}/"

    def urges(self) -> list[str]:
        return list(TaskEvent.objects.filter(kind="urge").order_by("id").values_list("note", flat=True))

    def test_only_who_may_is_offered_it(self):
        offered = {"leader": ["urge", "instruct"], "supervisor": ["urge"], "head": [], "viewer": []}
        for who, acts in offered.items():
            with self.subTest(who):
                page = signed_in(getattr(self, who)).get("/overdue/")
                (row,) = page.context["board"].units[0].rows
                self.assertEqual([act.name for act in row.acts], acts)
                for name in ("urge", "instruct"):
                    self.assertEqual(self.address(name) in page.content.decode(), name in acts)

    def test_in_place_the_row_comes_back_and_says_so(self):
        client = signed_in(self.leader)
        form = client.get(self.address(), **IN_PLACE)
        self.assertContains(form, "<form")
        self.assertNotContains(form, "<!doctype html>")
        row = client.post(self.address(), self.form, **IN_PLACE)
        self.assertContains(row, f'<tr id="late-{self.task.pk}">')
        self.assertContains(row, "已催办（第1次）")
        self.assertContains(row, "人工1次")
        self.assertEqual(self.urges(), ["本周内报送"])

    def test_without_script_it_is_a_page_that_leads_back(self):
        client = signed_in(self.leader)
        self.assertContains(
            client.get(self.address() + "?next=/overdue/%3Fordering%3Dsaid"), "<!doctype html>"
        )
        page = client.post(self.address(), self.form, follow=True)
        self.assertRedirects(page, "/overdue/?ordering=said")
        self.assertContains(page, "已催办（第1次）")

    def test_a_leader_instructs_from_the_board(self):
        form = self.form | {"note": "请主要负责同志牵头", "answer_by": days(5)}
        row = signed_in(self.leader).post(self.address("instruct"), form, **IN_PLACE)
        self.assertContains(row, f"批示待高新处于{days(5)}前答复")
        self.assertEqual(Instruction.objects.get().note, "请主要负责同志牵头")

    def test_it_leads_nowhere_else(self):
        client = signed_in(self.leader)
        for elsewhere in (
            "https://evil.example/overdue/",
            "//evil.example/overdue/",
            "/admin/",
            "javascript:alert(1)",
        ):
            with self.subTest(elsewhere):
                task = Task.objects.get(pk=self.task.pk)
                sent = client.post(self.address(), self.form | {"next": elsewhere, "version": task.version})
                self.assertRedirects(sent, "/overdue/")

    def test_a_task_that_changed_meanwhile_is_not_urged_unseen(self):
        client = signed_in(self.leader)
        moved(self.task, "report", on=today(), progress=60)
        for extra in ({}, IN_PLACE):
            answer = client.post(self.address(), self.form, **extra)
            self.assertEqual(answer.status_code, 200 if extra else 412)
            self.assertContains(answer, "本周内报送", status_code=answer.status_code)
        self.assertEqual(self.urges(), [])

    def test_nothing_said_is_no_instruction(self):
        answer = signed_in(self.leader).post(self.address("instruct"), self.form | {"note": ""}, **IN_PLACE)
        self.assertContains(answer, "errorlist")
        self.assertFalse(Instruction.objects.exists())

    def test_who_may_not_is_refused_and_strangers_find_nothing(self):
        for who, status in ((self.head, 403), (self.viewer, 403), (self.stranger, 404)):
            with self.subTest(who.username):
                self.assertEqual(signed_in(who).post(self.address(), self.form).status_code, status)
        self.assertEqual(self.urges(), [])
        self.assertEqual(signed_in(self.leader).get(self.address("close")).status_code, 404)

    def test_a_task_that_is_no_longer_late_says_so(self):
        moved(self.task, "cancel", on=today())
        client = signed_in(self.leader)
        self.assertContains(client.get(f"/overdue/tasks/{self.task.pk}/", **IN_PLACE), "已不在逾期之列")

    def test_several_are_urged_at_once_and_each_refusal_is_named(self):
        other, mine = a_late_task(self), a_late_task(self)
        ended = a_late_task(self)
        moved(ended, "cancel", on=today())
        foreign = a_late_task(self)
        ids = [task.pk for task in (self.task, other, ended)]
        sent = {"unit": "7", "ids-7": [*ids, "x", "9" * 30], "next": "/overdue/?plan="}
        client = signed_in(self.supervisor)
        page = client.post("/overdue/urge/", sent, follow=True)
        self.assertContains(page, "已催办2项任务")
        self.assertContains(page, f"{ended.code}：")
        self.assertEqual(len(self.urges()), 2)
        for task in (mine, foreign):
            self.assertFalse(task.events.filter(kind="urge").exists())

    def test_none_ticked_is_said(self):
        page = signed_in(self.supervisor).post("/overdue/urge/", {"unit": "7"}, follow=True)
        self.assertContains(page, "请先勾选")
        self.assertEqual(self.urges(), [])

    def test_what_is_not_seen_is_not_urged_in_bulk_either(self):
        client = signed_in(self.stranger)
        client.post("/overdue/urge/", {"unit": "7", "ids-7": [self.task.pk]})
        signed_in(self.head).post("/overdue/urge/", {"unit": "7", "ids-7": [self.task.pk]})
        self.assertEqual(self.urges(), [])
