"""The frame of every page: who gets in, what never stands in it, and what is said when something fails."""

from django.test import Client
from django.urls import reverse

from plans.org.models import ApiToken, User
from tasks.models import Task
from tests.builders import PASSWORD, a_task, a_user
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, a_late_task, reading_pages, signed_in, supervisor_pages


class DoorTests(OfficeCase):
    def test_a_person_signs_in_and_comes_back_to_where_they_were_going(self):
        a_user("visitor", password=PASSWORD)
        asked = self.client.get(reverse("tasks:list"))
        self.assertRedirects(asked, "/login/?next=/tasks/")
        self.assertContains(self.client.get(asked.url), "请先登录")
        wrong = self.client.post(asked.url, {"username": "visitor", "password": "x", "next": "/tasks/"})
        self.assertContains(wrong, 'role="alert"')
        right = {"username": "visitor", "password": PASSWORD, "next": "/tasks/"}
        self.assertRedirects(self.client.post(asked.url, right), "/tasks/")

    def test_signing_in_leads_nowhere_else(self):
        a_user("visitor", password=PASSWORD)
        sent = {"username": "visitor", "password": PASSWORD, "next": "https://elsewhere.example/"}
        self.assertRedirects(self.client.post("/login/", sent), "/")

    def test_signing_out_takes_a_post(self):
        client = signed_in(self.liaison)
        self.assertEqual(client.get(reverse("logout")).status_code, 405)
        self.assertRedirects(client.post(reverse("logout")), "/login/")
        self.assertEqual(client.get("/").status_code, 302)

    def test_no_page_opens_to_a_stranger(self):
        task = a_task(self.gxc)
        pages = reading_pages(task.plan, task) | supervisor_pages(task.plan, task)
        for name, address in pages.items():
            with self.subTest(name):
                self.assertRedirects(self.client.get(address), f"/login/?next={address}")
        sending = [
            reverse("tasks:move", args=[task.pk, "accept"]),
            reverse("plans:delete", args=[task.plan_id]),
            reverse("notifications-read"),
        ]
        for address in sending:
            with self.subTest(address):
                self.assertEqual(self.client.post(address).status_code, 302)
        self.assertEqual(Task.objects.get().status, "pending")


class PageTests(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.task = a_late_task(cls, title=f"建设孵化器{EVIL}")

    def pages(self, who: str) -> dict[str, str]:
        pages = reading_pages(self.task.plan, self.task)
        return pages | supervisor_pages(self.task.plan, self.task) if who == "supervisor" else pages

    def test_every_reader_opens_every_page_without_anything_inline(self):
        for who in ("supervisor", "leader", "viewer", "head", "liaison", "liaison2", "admin"):
            client = signed_in(getattr(self, who))
            for name, address in self.pages(who).items():
                with self.subTest(who=who, page=name):
                    response = client.get(address)
                    html = response.content.decode()
                    self.assertEqual(response.status_code, 200)
                    self.assertNotRegex(html, INLINE)
                    self.assertNotIn(EVIL, html)
                    self.assertIn('<html lang="zh-CN">', html)
                    self.assertEqual(html.count("<h1"), 1)
                    self.assertIn("default-src 'self'", response["Content-Security-Policy"])

    def test_tables_say_what_they_are(self):
        for name, address in self.pages("supervisor").items():
            html = signed_in(self.supervisor).get(address).content.decode()
            with self.subTest(name):
                self.assertEqual(html.count("<table"), html.count("<caption"))
                self.assertEqual(html.count("<th "), html.count('scope="'))

    def test_the_navigation_shows_what_a_person_may_do(self):
        for who, importing in (("supervisor", True), ("liaison", False), ("leader", False), ("admin", True)):
            with self.subTest(who):
                html = signed_in(getattr(self, who)).get("/").content.decode()
                self.assertEqual("导入计划" in html, importing)

    def test_only_the_supervisor_gets_to_the_supervisors_pages(self):
        for who, status in (("leader", 403), ("viewer", 403), ("liaison", 403)):
            for name, address in supervisor_pages(self.task.plan, self.task).items():
                with self.subTest(who=who, page=name):
                    self.assertEqual(signed_in(getattr(self, who)).get(address).status_code, status)

    def test_the_foreign_is_not_there(self):
        client = signed_in(self.stranger)
        pages = reading_pages(self.task.plan, self.task) | supervisor_pages(self.task.plan, self.task)
        for name in ("task", "plan", "goals", "edit", "item", "new item", "issue"):
            with self.subTest(name):
                self.assertEqual(client.get(pages[name]).status_code, 404)
        self.assertNotContains(client.get(pages["ledger"]), self.task.code)

    def test_a_person_without_a_post_is_told_so(self):
        response = signed_in(a_user("newcomer")).get("/")
        self.assertContains(response, "还没有任职单位")

    def test_what_goes_wrong_is_said_in_chinese(self):
        client = signed_in(self.liaison)
        self.assertContains(client.get("/nowhere/"), "没有这个页面", status_code=404)
        self.assertContains(client.get("/tasks/99999999999999999999999/"), "没有这个页面", status_code=404)
        self.assertContains(client.get(reverse("plans:upload")), "没有访问该页面的权限", status_code=403)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.liaison)
        sent = strict.post(reverse("tasks:move", args=[self.task.pk, "report"]), {"note": "x"})
        self.assertContains(sent, "页面已过期", status_code=403)

    def test_a_broken_page_says_that_nothing_was_saved(self):
        client = Client(raise_request_exception=False)
        client.force_login(self.liaison)
        original, User.standing = User.standing, property(lambda self: 1 / 0)
        try:
            response = client.get("/tasks/")
        finally:
            User.standing = original
        self.assertContains(response, "本次操作没有保存", status_code=500)


class AdminTests(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.task = a_late_task(cls)

    def test_it_stands_behind_the_same_door(self):
        response = self.client.get("/admin/", follow=True)
        self.assertEqual(response.redirect_chain[-1][0], "/login/?next=/admin/")
        refused = signed_in(self.liaison).get("/admin/", follow=True)
        self.assertEqual(refused.status_code, 403)
        self.assertEqual(signed_in(self.admin).get("/admin/").status_code, 200)

    def test_people_and_departments_are_deactivated_never_deleted(self):
        client = signed_in(self.admin)
        for name, pk in (("org_user", self.stranger.pk), ("org_department", self.bgs.pk)):
            with self.subTest(name):
                self.assertEqual(client.get(reverse(f"admin:{name}_change", args=[pk])).status_code, 200)
                self.assertEqual(client.post(reverse(f"admin:{name}_delete", args=[pk])).status_code, 403)

    def test_a_token_is_looked_over_and_withdrawn_but_never_shown(self):
        row, secret = ApiToken.issue(self.liaison, "数据平台", ["read"])
        client = signed_in(self.admin)
        page = client.get(reverse("admin:org_apitoken_change", args=[row.pk]))
        self.assertContains(page, "数据平台")
        self.assertNotContains(page, secret)
        self.assertNotContains(page, row.token_hash)
        client.post(reverse("admin:org_apitoken_delete", args=[row.pk]), {"post": "yes"})
        self.assertFalse(ApiToken.objects.exists())
