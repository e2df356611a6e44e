"""日历订阅: what stands in a calendar, for whom, and for how long; read by two readers that are not ours."""

from datetime import date, timedelta
from typing import Any

import icalendar
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans.org.models import ApiToken, IdempotencyKey, Membership, User
from reports import calendars
from reports.models import CalendarFeed
from tasks.models import ReportPeriod, Task
from tests.builders import a_membership, a_plan, a_task, a_user, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, days, queries_of, signed_in, today

URL = "/api/v1/calendars/"


class CalendarCase(OfficeCase):
    def make(self, who: str | User = "liaison", **given: Any) -> dict[str, Any]:
        answer = self.as_(who).post(URL, {"name": "督办任务"} | given)
        self.assertEqual(answer.status_code, 201, answer.content)
        return answer.json()

    def path(self, made: dict[str, Any]) -> str:
        return made["url"].removeprefix("http://localhost:8000")

    def read(self, made: dict[str, Any]) -> icalendar.Calendar:
        """As anybody's program does, without signing in."""
        answer = Client().get(self.path(made))
        self.assertEqual(answer.status_code, 200, answer.content)
        return icalendar.Calendar.from_ical(answer.content)

    def titles(self, who: str | User = "liaison", **given: Any) -> list[str]:
        return [str(event["SUMMARY"]) for event in self.read(self.make(who, **given)).events]

    def a_period(self, task: Task, due_on: date, **fields: Any) -> ReportPeriod:
        values = {"period": f"{due_on:%Y-%m}", "starts_on": due_on.replace(day=1), "opened_at": self.now}
        Task.objects.filter(pk=task.pk).update(reporting_cycle="monthly")
        return ReportPeriod.objects.create(task=task, due_on=due_on, **values | fields)


class ContentTest(CalendarCase):
    def test_each_open_task_is_an_all_day_event_on_its_due_date(self):
        task = a_task(self.gxc, status="in_progress", due_on=days(30), issued_on=days(-2), progress=40)
        made = self.make()
        (event,) = self.read(made).events
        expected = {
            "UID": f"task-{task.pk}@localhost",
            "SUMMARY": f"到期：{task.code} 建设科技企业孵化器",
            "SEQUENCE": task.version,
            "TRANSP": "TRANSPARENT",
            "URL": f"http://localhost:8000/tasks/{task.pk}/",
        }
        self.assertEqual({name: event[name] for name in expected}, expected)
        self.assertEqual((event.DTSTART, event.DTEND), (days(30), days(31)))
        self.assertEqual(event["DTSTART"].params["VALUE"], "DATE")
        self.assertEqual(event.LAST_MODIFIED, task.updated_at.replace(microsecond=0))
        self.assertEqual(event.DTSTAMP, event.LAST_MODIFIED)
        for fact in ("牵头单位：高新技术处", "办理中，进度40%", "绿灯"):
            self.assertIn(fact, event["DESCRIPTION"])

    def test_a_late_one_says_so(self):
        a_task(self.gxc, status="in_progress", due_on=days(-9), issued_on=days(-60))
        (event,) = self.read(self.make()).events
        self.assertIn("红灯，已逾期9天", event["DESCRIPTION"])

    def test_the_calendar_has_its_name_and_says_how_often_to_look(self):
        calendar = self.read(self.make(name="我的任务，逗号;分号"))
        self.assertEqual(calendar["X-WR-CALNAME"], "我的任务，逗号;分号")
        self.assertEqual(calendar.get("REFRESH-INTERVAL").to_ical(), b"PT4H")
        self.assertEqual(calendar["REFRESH-INTERVAL"].params["VALUE"], "DURATION")
        self.assertEqual((calendar["VERSION"], list(calendar.events)), ("2.0", []))

    def test_a_change_keeps_its_uid_and_raises_its_sequence(self):
        task, made = a_task(self.gxc, status="in_progress", due_on=days(30), issued_on=days(-2)), self.make()
        (before,) = self.read(made).events
        self.assertEqual(self.read(made).to_ical(), self.read(made).to_ical(), "the same twice")
        moved(task, "report", on=today(), progress=50)
        (after,) = self.read(made).events
        self.assertEqual(after["UID"], before["UID"])
        self.assertGreater(after["SEQUENCE"], before["SEQUENCE"])

    def test_what_is_done_is_gone(self):
        for status in ("completed", "closed", "cancelled"):
            a_task(self.gxc, status=status, due_on=days(30), issued_on=days(-2))
        self.assertEqual(self.titles(), [])

    def test_report_dates_stand_beside_the_deadlines_until_the_report_is_in(self):
        task = a_task(
            self.gxc, status="in_progress", due_on=days(90), issued_on=days(-2), cooperating=[self.cgc]
        )
        owed = self.a_period(task, days(5), period="2026-10")
        self.a_period(task, days(-25), period="2026-09", reported_on=days(-26))
        made = self.make()
        deadline, report = self.read(made).events
        self.assertEqual(report["UID"], f"report-{owed.pk}@localhost")
        self.assertEqual(report["SUMMARY"], f"填报：{task.code} 建设科技企业孵化器")
        self.assertEqual((report.DTSTART, report["DESCRIPTION"]), (days(5), "填报期：2026年10月"))
        self.assertEqual(len(self.titles("liaison2")), 1, "the lead owes the report")
        moved(task, "suspend", on=today())
        self.assertEqual([str(event["UID"]) for event in self.read(made).events], [str(deadline["UID"])])


class ReadersTest(CalendarCase):
    """Whatever is typed into a title: two parsers read the same, and no line is longer than it may be."""

    TITLES = (
        "逗号,分号;冒号:反斜线\\n不是换行",
        "BEGIN:VEVENT\nEND:VCALENDAR\r\nSUMMARY:假的",
        "👩‍👩‍👧‍👦🚀" * 60,
        "长" * 2000,
        'ATTENDEE;CN="x":mailto:x@example.test',
        "竖\x0b排\x1c与\x85行\u2028尾\x07",
    )

    def setUp(self) -> None:
        plan = a_plan(self.kjj)
        made = [
            a_task(self.gxc, plan=plan, title="任务", due_on=days(10 + n), issued_on=days(-2))
            for n in range(len(self.TITLES))
        ]
        for task, title in zip(made, self.TITLES, strict=True):
            Task.objects.filter(pk=task.pk).update(title=title)
        self.codes = [task.code for task in made]
        self.content = Client().get(self.path(self.make())).content

    def test_lines_are_folded_by_octets_and_between_characters(self):
        self.assertNotIn(b"\n", self.content.replace(b"\r\n", b""))
        for line in self.content.split(b"\r\n"):
            self.assertLessEqual(len(line), 75)
            line.decode()  # no character is cut in two

    def test_both_readers_read_the_titles(self):
        unseen = dict.fromkeys(map(ord, "\x07\x0b\x1c"))
        shown = [" ".join(title.translate(unseen).split()) for title in self.TITLES]
        expected = [f"到期：{code} {title}" for code, title in zip(self.codes, shown, strict=True)]
        ours = icalendar.Calendar.from_ical(self.content).events
        theirs = vobject.readOne(self.content.decode()).vevent_list
        self.assertEqual([str(event["SUMMARY"]) for event in ours], expected)
        self.assertEqual([event.summary.value for event in theirs], expected)
        self.assertEqual([event.dtstart.value for event in theirs], [days(10 + n) for n in range(6)])
        self.assertEqual({event.description.value.count("\n") for event in theirs}, {2})


class WhoseTest(CalendarCase):
    def setUp(self) -> None:
        for lead, title in ((self.gxc, "高新"), (self.cgc, "成果"), (self.ptc, "平台")):
            a_task(lead, title=title, due_on=days(30), issued_on=days(-2))
        a_task(self.ptc, title="配合", due_on=days(40), issued_on=days(-2), cooperating=[self.gxc])
        a_task(self.elsewhere, title="外局", due_on=days(30), issued_on=days(-2))

    def said(self, who: str | User, **given: Any) -> set[str]:
        return {title.rpartition(" ")[2] for title in self.titles(who, **given)}

    def test_a_person_finds_what_their_posts_answer_for(self):
        ours = {"高新", "成果", "平台", "配合"}
        for who, expected in {
            "liaison": {"高新", "配合"},
            "head": {"高新", "配合"},
            "liaison2": {"成果"},
            "supervisor": ours,
            "leader": ours,
            "viewer": set(),
            "stranger": {"外局"},
            "admin": set(),
        }.items():
            with self.subTest(who):
                self.assertEqual(self.said(who), expected)

    def test_a_department_is_read_with_those_below_it_by_what_its_owner_sees(self):
        ours = {"高新", "成果", "平台", "配合"}
        for who, department, expected in (
            ("viewer", "KJJ", ours),
            ("supervisor", "PTC", {"平台", "配合"}),
            ("liaison", "PTC", {"配合"}),
            ("liaison", "KJJ", {"高新", "配合"}),
            ("stranger", "KJJ", set()),
            ("admin", "NYJ", {"外局"}),
        ):
            with self.subTest(f"{who} {department}"):
                self.assertEqual(self.said(who, department=department, name=f"{who}{department}"), expected)

    def test_who_leaves_a_post_reads_nothing_more_of_it(self):
        made = self.make("liaison", department="GXC")
        self.assertEqual(len(self.read(made).events), 2)
        Membership.objects.filter(user=self.liaison).update(department=self.cgc)
        self.assertEqual(len(self.read(made).events), 0)
        both = a_user("both")
        a_membership(both, self.gxc, "liaison")
        a_membership(both, self.cgc, "head")
        self.assertEqual(self.said(both), {"高新", "配合", "成果"})

    def test_of_too_many_those_that_fall_due_next_are_there(self):
        a_task(self.gxc, title="刚逾期", due_on=days(-3), issued_on=days(-90))
        a_task(self.gxc, title="早逾期", due_on=days(-50), issued_on=days(-90))
        calendars.MOST, most = 3, calendars.MOST
        self.addCleanup(setattr, calendars, "MOST", most)
        self.assertEqual(self.said("liaison"), {"高新", "配合", "刚逾期"})


class AddressTest(CalendarCase):
    def test_it_is_shown_once_and_only_its_hash_is_kept(self):
        made = self.make(department="GXC")
        self.assertEqual(made["department"], {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"})
        secret = self.path(made).removeprefix("/api/v1/calendar/").removesuffix(".ics")
        self.assertEqual(len(secret), 43)  # 32 random bytes
        self.assertEqual(CalendarFeed.objects.get().secret_hash, ApiToken.hash(secret))
        listed = self.as_("liaison").get(URL)
        self.assertNotIn(secret, listed.content.decode())
        self.assertEqual(
            set(listed.json()["results"][0]), {"id", "name", "department", "created_at", "read_at"}
        )

    def test_a_replay_does_not_show_it_again(self):
        client, headers = self.as_("liaison"), {"Idempotency-Key": "k"}
        first, again = (client.post(URL, {"name": "甲"}, headers=headers) for _ in range(2))
        self.assertEqual(again.json(), first.json() | {"url": None})
        self.assertNotIn(first.json()["url"][-30:], str(list(IdempotencyKey.objects.values())))
        self.assertEqual(CalendarFeed.objects.count(), 1)

    def test_it_needs_no_sign_in_and_says_what_it_is(self):
        path = self.path(self.make())
        with_a_bad_token = Client(headers={"Authorization": "Bearer wrong"})
        for client in (Client(), with_a_bad_token, Client(headers={"Accept": "text/calendar"})):
            answer = client.get(path)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer["Content-Type"], "text/calendar; charset=utf-8")
            self.assertEqual(answer["Cache-Control"], "private, max-age=300")
        head = Client().head(path)
        self.assertEqual((head.status_code, head.content), (200, b""))
        self.assertEqual(Client().post(path).status_code, 405)

    def test_taken_back_it_leads_nowhere(self):
        made = self.make()
        one = f"{URL}{made['id']}/"
        for who, status in {"anonymous": 401, "head": 404, "supervisor": 404, "admin": 404}.items():
            self.assertEqual(self.as_(who).delete(one).status_code, status, who)
        self.assertEqual(self.as_("liaison", "read").delete(one).status_code, 403)
        self.read(made)
        self.assertEqual(self.as_("liaison").delete(one).status_code, 204)
        gone = Client().get(self.path(made))
        self.assertEqual((gone.status_code, gone.json()["code"]), (404, "not_found"))
        self.assertEqual(self.as_("liaison").delete(one).status_code, 404)

    def test_no_guess_and_no_leaver_reads_anything(self):
        made = self.make()
        kept = CalendarFeed.objects.get().secret_hash
        for secret in ("x", kept, f"{kept}.ics", "你好", "%00", "..%2f..", "A" * 5000):
            self.assertEqual(Client().get(f"/api/v1/calendar/{secret}.ics").status_code, 404, secret)
        User.objects.filter(pk=self.liaison.pk).update(is_active=False)
        self.assertEqual(Client().get(self.path(made)).status_code, 404)

    def test_a_reading_is_noted_once_an_hour_at_most(self):
        made = self.make()
        self.read(made)
        first = CalendarFeed.objects.get().read_at
        self.assertIsNotNone(first)
        self.read(made)
        self.assertEqual(CalendarFeed.objects.get().read_at, first)
        CalendarFeed.objects.update(read_at=first - timedelta(minutes=61))
        self.read(made)
        self.assertGreaterEqual(CalendarFeed.objects.get().read_at, first)

    def test_wrong_input(self):
        client = self.as_("liaison")
        a_department_of_none = self.as_(a_user("postless"))
        for given, code in (
            ({}, "invalid"),
            ({"name": ""}, "invalid"),
            ({"name": "甲" * 101}, "invalid"),
            ({"name": "甲", "department": "没有"}, "invalid"),
            ({"name": "甲", "user": 1}, "invalid"),
        ):
            answer = client.post(URL, given)
            self.assertEqual((answer.status_code, answer.json()["code"]), (400, code), given)
        answer = a_department_of_none.post(URL, {"name": "甲", "department": "GXC"})
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, "department_unknown"))
        self.assertFalse(CalendarFeed.objects.exists())

    def test_a_name_is_ones_own_once(self):
        self.make(name="甲")
        self.make("head", name="甲")
        again = self.as_("liaison").post(URL, {"name": "甲"})
        self.assertEqual((again.status_code, again.json()["code"]), (409, "calendar_name_taken"))

    def test_a_token_that_ends_makes_none_that_does_not(self):
        _, token = ApiToken.issue(self.liaison, "短期", ["write"], timezone.now() + timedelta(days=3))
        answer = Client().post(
            URL, {"name": "甲"}, "application/json", headers={"Authorization": f"Bearer {token}"}
        )
        self.assertEqual((answer.status_code, answer.json()["code"]), (403, "token_outlives"))
        self.assertFalse(CalendarFeed.objects.exists())


class CostTest(CalendarCase):
    def test_statements_do_not_grow_with_the_tasks(self):
        def statements() -> int:
            with CaptureQueriesContext(connection) as queries:
                Client().get(path)
            return len(queries)

        self.grow(1)
        path = self.path(self.make("supervisor"))
        Client().get(path)  # the first is noted
        few = statements()
        self.grow(12)
        self.assertEqual(statements(), few)
        self.assertLessEqual(few, 7)

    def grow(self, count: int) -> None:
        for n in range(count):
            task = a_task(self.gxc, status="in_progress", due_on=days(30 + n), issued_on=days(-2))
            self.a_period(task, days(5))


class PageTest(OfficeCase):
    def setUp(self) -> None:
        self.client.force_login(self.liaison)

    def make(self, **given: Any) -> Any:
        return self.client.post("/calendars/", {"name": "我的任务"} | given)

    def test_it_shows_the_address_once_and_how_to_add_it(self):
        made = self.make(department=self.gxc.pk)
        self.assertEqual(made.status_code, 201)
        self.assertIn("no-store", made["Cache-Control"])
        self.assertEqual(Client().get(made.context["url"]).status_code, 200)
        self.assertContains(made, made.context["url"], status_code=201)
        again = self.client.get("/calendars/")
        self.assertNotContains(again, "/api/v1/calendar/")
        for said in ("我的任务", "高新技术处", "Outlook", "取消订阅"):
            self.assertContains(again, said)
        self.assertNotRegex(again.content.decode(), INLINE)

    def test_what_is_refused_is_said_on_the_form(self):
        self.make()
        self.assertContains(self.make(), "已有名为“我的任务”的日历订阅", status_code=409)
        self.assertContains(self.make(name=""), "errorlist", status_code=400)
        self.assertContains(self.make(name="乙", department=10**6), "errorlist", status_code=400)
        self.assertEqual(CalendarFeed.objects.count(), 1)

    def test_it_is_taken_back_by_its_owner_alone(self):
        made = self.make(name=EVIL)
        feed = CalendarFeed.objects.get()
        others = signed_in(self.head)
        self.assertEqual(others.post(f"/calendars/{feed.pk}/delete/").status_code, 404)
        self.assertNotContains(others.get("/calendars/"), "取消订阅“")
        gone = self.client.post(f"/calendars/{feed.pk}/delete/", follow=True)
        self.assertContains(gone, "原地址即刻失效")
        self.assertNotContains(gone, EVIL)
        self.assertEqual(Client().get(made.context["url"]).status_code, 404)

    def test_it_is_found_in_the_menu_and_costs_little(self):
        self.assertContains(self.client.get("/"), 'href="/calendars/"')
        few = queries_of(self.client, "/calendars/")
        for n in range(5):
            self.make(name=f"订阅{n}")
        self.assertEqual(queries_of(self.client, "/calendars/"), few)
        self.assertEqual(Client().get("/calendars/").status_code, 302)
