"""What was typed when a session ended, or a page grew old, is shown after signing in; one press sends it."""

import re
from html import unescape
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from config import unsent
from tasks.models import TaskEvent
from tests.builders import PASSWORD, a_task, a_user, moved
from tests.cases import OfficeCase
from tests.pages import INLINE, signed_in

FORM = re.compile(r'<form method="post" action="([^"]*)">(.*?)</form>', re.S)
FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', re.S)
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/tasks/?status=pending"}
WORDS = "已完成选址，\r\n正在办理<b>手续</b>。"


def forms_of(page: HttpResponse) -> list[tuple[str, dict[str, str]]]:
    """Address and hidden fields of every form in the page's middle."""
    middle = page.content.decode().split("<main", 1)[1]
    return [
        (unescape(action), {unescape(name): unescape(value) for name, value in FIELD.findall(body)})
        for action, body in FORM.findall(middle)
    ]


class UnsentCase(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.liaison.set_password(PASSWORD)
        cls.liaison.save()
        cls.task = a_task(cls.gxc, issued_on=cls.issued_on)
        moved(cls.task, "accept", on=cls.issued_on, actor=cls.head)
        cls.address = reverse("tasks:act", args=[cls.task.pk, "comment"])

    def sign_in(self, client: Client, name: str = "liaison", following: str = "") -> HttpResponse:
        return client.post("/login/", {"username": name, "password": PASSWORD, "next": following})

    def comments(self) -> list[str]:
        return list(TaskEvent.objects.filter(kind="comment").values_list("note", flat=True))


class ExpiredTests(UnsentCase):
    def test_nothing_typed_is_lost_when_the_session_ended(self):
        client = signed_in(self.liaison)
        Session.objects.all().delete()
        refused = client.post(self.address, {"note": WORDS})
        self.assertRedirects(refused, f"/login/?next={self.address}", fetch_redirect_response=False)
        self.assertContains(client.get(refused.url), "您刚才填写的内容已保留")
        self.assertRedirects(self.sign_in(client, following="/tasks/"), "/unsent/")

        page = client.get("/unsent/")
        self.assertContains(page, "您登录前填写的内容还没有提交")
        self.assertContains(page, "&lt;b&gt;手续&lt;/b&gt;")
        self.assertNotContains(page, "<b>手续")
        self.assertNotRegex(page.content.decode(), INLINE)
        self.assertEqual(self.comments(), [])

        (to, fields), _ = forms_of(page)
        self.assertEqual((to, fields["note"]), (self.address, WORDS))
        self.assertEqual(client.post(to, fields).status_code, 302)
        self.assertEqual(len(self.comments()), 1)
        self.assertContains(client.get("/unsent/"), "没有未提交的内容")

    def test_it_is_kept_with_the_csrf_checks_that_browsers_meet(self):
        client = Client(enforce_csrf_checks=True)
        client.get("/login/")
        token = client.cookies["csrftoken"].value
        client.post(self.address, {"note": WORDS, "csrfmiddlewaretoken": token})
        sent = {"username": "liaison", "password": PASSWORD, "csrfmiddlewaretoken": token}
        self.assertRedirects(client.post("/login/", sent), "/unsent/")
        (to, fields), _ = forms_of(client.get("/unsent/"))
        fresh = fields["csrfmiddlewaretoken"]
        self.assertNotEqual(fresh, token)
        self.assertEqual(client.post(to, fields).status_code, 302)
        self.assertEqual(len(self.comments()), 1)

    def test_somebody_else_who_signs_in_is_only_shown_it(self):
        a_user("guest", password=PASSWORD)
        client = Client()
        client.post(self.address, {"note": WORDS})
        self.assertRedirects(self.sign_in(client, "guest"), "/unsent/")
        (to, fields), (away, key) = forms_of(client.get("/unsent/"))
        self.assertEqual(client.post(to, fields).status_code, 404)  # not theirs to see
        self.assertEqual(self.comments(), [])

    def test_it_says_what_a_press_would_do_also_where_nothing_was_typed(self):
        client, address = Client(), reverse("tasks:move", args=[self.task.pk, "suspend"])
        client.post(address, {"version": 1})
        self.sign_in(client)
        self.assertContains(
            client.get("/unsent/"), f'<dt>提交到</dt><dd class="long"><code>{address}</code></dd>'
        )

    def test_it_is_thrown_away_by_a_press_and_never_by_looking(self):
        client = Client()
        client.post(self.address, {"note": WORDS})
        self.sign_in(client)
        for _ in range(2):
            self.assertContains(client.get("/unsent/?key=x"), "办理")
        _, (away, key) = forms_of(client.get("/unsent/"))
        self.assertRedirects(client.post(away, key), "/")
        self.assertContains(client.get("/unsent/"), "没有未提交的内容")
        self.assertEqual(self.comments(), [])

    def test_several_forms_wait_the_newest_first_and_five_at_most(self):
        client = Client()
        for n in range(7):
            client.post(self.address, {"note": f"第{n}份"})
        self.sign_in(client)
        shown = re.findall("第.份", re.sub('value="[^"]*"', "", client.get("/unsent/").content.decode()))
        self.assertEqual(shown, [f"第{n}份" for n in (6, 5, 4, 3, 2)])

    def test_the_session_then_lasts_as_long_as_any_other(self):
        client = Client()
        client.post(self.address, {"note": WORDS})
        self.assertEqual(client.session.get_expiry_age(), unsent.KEPT)
        self.sign_in(client)
        self.assertEqual(client.session.get_expiry_age(), settings.SESSION_COOKIE_AGE)

    def test_an_hour_later_it_is_gone(self):
        client = Client()
        client.post(self.address, {"note": WORDS})
        with mock.patch("cryptography.fernet.time.time", return_value=9e9):
            self.assertRedirects(self.sign_in(client), "/")
            self.assertContains(client.get("/unsent/"), "没有未提交的内容")

    def test_it_lies_sealed(self):
        client = Client()
        client.post(self.address, {"note": "机密以外的内容"})
        self.assertNotIn("机密以外", str(dict(client.session.items())))
        self.assertNotIn("机密以外", str(Session.objects.get().get_decoded()))

    def test_an_administrators_form_is_kept_too(self):
        self.admin.set_password(PASSWORD)
        self.admin.save()
        client = Client()
        made = {"code": "XKS", "name": "新科室", "password1": "x"}
        client.post(reverse("admin:org_department_add"), made)
        self.assertRedirects(self.sign_in(client, "admin"), "/unsent/")
        (to, fields), _ = forms_of(client.get("/unsent/"))
        self.assertEqual((to, fields["name"]), (reverse("admin:org_department_add"), "新科室"))
        self.assertNotIn("password1", fields)


class BoundTests(UnsentCase):
    """What is not kept."""

    def nothing_is_kept(self, address: str, fields: dict[str, Any], **headers: str) -> None:
        client = Client(headers=headers)
        client.post(address, fields)
        self.assertNotIn(unsent.NAME, client.session)

    def test_too_much_is_not_kept(self):
        self.nothing_is_kept(self.address, {"note": "长" * 30_000})

    def test_passwords_and_codes_are_not_kept(self):
        typed = {"old_password": "a", "new_password1": "b", "new_password2": "b"}
        self.nothing_is_kept(reverse("password"), typed)
        self.nothing_is_kept(reverse("mfa_activate_totp"), {"code": "123456"})
        self.nothing_is_kept(reverse("login"), {"username": "x", "password": "y", "note": "z"})
        self.nothing_is_kept(reverse("logout"), {"note": "x"})
        self.nothing_is_kept(reverse("bot-add"), {"name": "工作群", "url": "wecombot://the-key"})

    def test_what_another_site_had_sent_is_not_kept(self):
        for origin in ("https://elsewhere.example", "null", "http://testserver.elsewhere.example"):
            self.nothing_is_kept(self.address, {"note": "x"}, Origin=origin)

        for page in ("https://elsewhere.example/x", "http://testserver.elsewhere.example/", "http://["):
            self.nothing_is_kept(self.address, {"note": "x"}, Referer=page)

    def test_what_our_own_page_sent_is(self):
        client = Client(headers={"Origin": "http://testserver"})
        client.post(self.address, {"note": "x"})
        self.assertIn(unsent.NAME, client.session)

    def test_addresses_that_lead_nowhere_are_not_kept(self):
        for address in ("/nowhere/", "/api/v1/tasks/"):
            self.nothing_is_kept(address, {"note": "x"})

    def test_files_are_not_kept_and_that_is_said(self):
        client = Client()
        with open(__file__, "rb") as file:
            client.post(self.address, {"note": "见附件", "file": file})
        self.sign_in(client)
        page = client.get("/unsent/")
        self.assertContains(page, "请重新上传")
        self.assertNotContains(page, "What was typed when")

    def test_a_stranger_does_not_fill_the_database(self):
        with self.settings(ACCOUNT_RATE_LIMITS={"unsent": "3/10m/ip"}):
            clients = [Client(REMOTE_ADDR="10.7.7.7") for _ in range(5)]
            for client in clients:
                client.post(self.address, {"note": "x"})
        self.assertEqual(sum(unsent.NAME in client.session for client in clients), 3)

    def test_what_is_shown_takes_a_sign_in(self):
        self.assertRedirects(self.client.get("/unsent/"), "/login/?next=/unsent/")

    def test_looking_at_a_page_keeps_nothing(self):
        self.client.get(reverse("tasks:list"))
        self.assertNotIn(unsent.NAME, self.client.session)


class StaleTests(UnsentCase):
    """Signed in anew in another tab: the page's token is an old one."""

    def setUp(self):
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(self.liaison)

    def test_the_form_stands_there_again_and_one_press_sends_it(self):
        page = self.client.post(self.address, {"note": WORDS, "csrfmiddlewaretoken": "x" * 64})
        self.assertContains(page, "本次没有办理，您填写的内容都在下面", status_code=403)
        self.assertEqual(self.comments(), [])
        (to, fields), _ = forms_of(page)
        self.assertEqual(self.client.post(to, fields).status_code, 302)
        self.assertEqual(len(self.comments()), 1)
        self.assertNotIn("note", str(unsent.waiting(self.client.get("/").wsgi_request)))

    def test_another_sites_form_is_not_put_into_anybodys_mouth(self):
        page = self.client.post(
            self.address, {"note": WORDS}, headers={"Origin": "https://elsewhere.example"}
        )
        self.assertContains(page, "本次提交没有保存", status_code=403)
        self.assertNotIn(unsent.NAME, self.client.session)

    def test_who_is_signed_out_as_well_signs_in_first(self):
        client = Client(enforce_csrf_checks=True)
        page = client.post(self.address, {"note": WORDS})
        self.assertContains(page, "/login/?next=/unsent/", status_code=403)
        self.assertNotContains(page, "手续", status_code=403)


class PartTests(UnsentCase):
    """Pages that replace a part of themselves (htmx)."""

    def test_the_whole_page_goes_to_the_door_and_comes_back(self):
        answer = Client(headers=HTMX).get(reverse("tasks:list"))
        self.assertEqual(answer["HX-Redirect"], "/login/?next=/tasks/%3Fstatus%3Dpending")

    def test_what_was_typed_is_kept_there_too(self):
        client = Client(headers=HTMX)
        client.post(self.address, {"note": WORDS})
        self.assertIn(unsent.NAME, client.session)

    def test_another_sites_address_is_not_where_it_comes_back_to(self):
        client = Client(headers=HTMX | {"HX-Current-URL": "https://elsewhere.example/x"})
        self.assertEqual(client.get(reverse("tasks:list"))["HX-Redirect"], "/login/?next=/")
