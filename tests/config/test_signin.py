"""The door: who guesses is locked out for a while, whoever it is and wherever they come from."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from config import jobs
from config.env import EnvironmentInvalid
from config.signin.lockout import OFFICE
from config.signin.settings import origin_of
from plans.org.models import User
from tests.builders import PASSWORD, a_user
from tests.cases import OfficeCase
from tests.pages import INLINE, signed_in

LIMIT = settings.AXES_FAILURE_LIMIT


class Door(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.visitor = a_user("visitor", password=PASSWORD)
        a_user("neighbour", password=PASSWORD)

    def try_(self, name: str, password: str, client: Client | None = None, **where: Any) -> HttpResponse:
        return (client or Client()).post("/login/", {"username": name, "password": password}, **where)

    def fail(self, name: str, times: int, **where: Any) -> HttpResponse:
        for _ in range(times):
            response = self.try_(name, "wrong", **where)
        return response

    def gets_in(self, name: str, **where: Any) -> bool:
        return self.try_(name, PASSWORD, **where).status_code == 302


class LockOutTests(Door):
    def test_the_right_password_does_not_help_whoever_guessed_too_often(self):
        self.assertEqual(self.fail("visitor", LIMIT - 1).status_code, 200)
        refused = self.fail("visitor", 1)
        self.assertContains(refused, "请在15分钟后再试", status_code=429)
        self.assertContains(refused, "系统管理员", status_code=429)
        self.assertEqual(refused["Retry-After"], "900")
        self.assertNotRegex(refused.content.decode(), INLINE)
        self.assertEqual(self.try_("visitor", PASSWORD).status_code, 429)

    def test_a_name_that_nobody_has_is_answered_the_same(self):
        answers = []
        for name in ("visitor", "nobody"):
            pages = [self.try_(name, "wrong") for _ in range(LIMIT + 1)]
            answers.append([(page.status_code, self.said(page, name)) for page in pages])
        self.assertEqual(*answers)

    @staticmethod
    def said(page: HttpResponse, name: str) -> str:
        """Without what differs from page to page: the token, and the name that was typed."""
        lines = page.content.decode().replace(name, "NAME").splitlines()
        return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)

    def test_only_this_name_from_this_address_is_locked_out(self):
        self.fail("visitor", LIMIT, REMOTE_ADDR="10.0.0.1")
        self.assertTrue(self.gets_in("neighbour", REMOTE_ADDR="10.0.0.1"))
        self.assertTrue(self.gets_in("visitor", REMOTE_ADDR="10.0.0.2"))
        self.assertFalse(self.gets_in("visitor", REMOTE_ADDR="10.0.0.1"))

    def test_another_browser_is_no_way_round(self):
        for n in range(LIMIT):
            self.try_("visitor", "wrong", HTTP_USER_AGENT=f"Browser {n}")
        self.assertFalse(self.gets_in("visitor", HTTP_USER_AGENT="another"))

    def test_an_address_that_tries_many_names_is_locked_out_for_all(self):
        for n in range(LIMIT * OFFICE):
            self.try_(f"name{n}", "wrong", REMOTE_ADDR="10.0.0.1")
        self.assertFalse(self.gets_in("neighbour", REMOTE_ADDR="10.0.0.1"))
        self.assertTrue(self.gets_in("neighbour", REMOTE_ADDR="10.0.0.2"))

    def test_ones_own_sign_in_forgives_nothing_that_was_tried_on_others(self):
        self.fail("visitor", LIMIT - 1)
        self.fail("neighbour", 1)
        self.assertTrue(self.gets_in("neighbour"))
        self.assertFalse(AccessAttempt.objects.filter(username="neighbour").exists())
        self.assertEqual(self.fail("visitor", 1).status_code, 429)

    def test_after_the_pause_the_door_opens_and_trying_in_between_does_not_prolong_it(self):
        self.fail("visitor", LIMIT)
        AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME / 2)
        self.assertEqual(self.try_("visitor", "wrong").status_code, 429)
        before = timezone.now() - settings.AXES_COOLOFF_TIME / 3
        self.assertLess(AccessAttempt.objects.get().attempt_time, before)
        AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)
        self.assertTrue(self.gets_in("visitor"))

    def test_an_administrator_unlocks(self):
        self.fail("visitor", LIMIT)
        row = AccessAttempt.objects.get()
        sent = {"action": "unlock", "_selected_action": [row.pk]}
        done = signed_in(self.admin).post(reverse("admin:axes_accessattempt_changelist"), sent, follow=True)
        self.assertContains(done, "已解除锁定：visitor")
        self.assertTrue(self.gets_in("visitor"))

    def test_a_command_unlocks(self):
        self.fail("visitor", LIMIT)
        call_command("axes_reset_username", "visitor", stdout=StringIO())
        self.assertTrue(self.gets_in("visitor"))

    def test_an_open_session_is_no_place_to_guess_the_password(self):
        new = {"new_password1": "Xk29-qqpz!", "new_password2": "Xk29-qqpz!"}
        for address, field in (("/password/", "old_password"), ("/second-factor/password/", "password")):
            with self.subTest(address):
                AccessAttempt.objects.all().delete()
                client = signed_in(self.visitor)
                for _ in range(LIMIT):
                    page = client.post(address, {field: "not-it", **new})
                self.assertEqual(page.status_code, 429)
                self.assertEqual(client.post(address, {field: PASSWORD, **new}).status_code, 429)
                self.assertNotRegex(AccessAttempt.objects.get().post_data, "qqpz|not-it")
        self.assertRedirects(signed_in(self.admin).post("/admin/password_change/"), "/password/")

    def test_a_new_password_ends_ones_other_sessions(self):
        mine, other = signed_in(self.visitor), signed_in(self.visitor)
        sent = {"old_password": PASSWORD, "new_password1": "Xk29-qqpz!", "new_password2": "Xk29-qqpz!"}
        self.assertRedirects(mine.post("/password/", sent), "/")
        self.assertEqual(mine.get("/tasks/").status_code, 200)
        self.assertEqual(other.get("/tasks/").status_code, 302)

    def test_other_ways_to_write_a_name_are_counted_as_that_name(self):
        for name in ("ｖisitor", " visitor", "visitor ", *["visitor"] * (LIMIT - 3)):
            page = self.try_(name, "wrong")
        self.assertEqual(page.status_code, 429)

    def test_what_was_typed_is_not_kept(self):
        self.try_("visitor", "not-my-password")
        row = AccessAttempt.objects.get()
        self.assertNotIn("not-my-password", f"{row.get_data}{row.post_data}")

    def test_who_came_and_who_failed_is_kept_half_a_year(self):
        self.fail("visitor", 1)
        self.gets_in("visitor")
        logs = (AccessLog, AccessFailureLog)
        now = timezone.now()
        jobs.forget(now + timedelta(days=183))
        self.assertEqual([log.objects.filter(username="visitor").count() for log in logs], [1, 1])
        jobs.forget(now + timedelta(days=201))
        self.assertEqual([log.objects.filter(username="visitor").count() for log in logs], [0, 0])

    def test_a_count_is_forgotten_after_the_pause_and_an_ended_session_too(self):
        self.fail("visitor", LIMIT)
        self.gets_in("neighbour")
        sessions = Session.objects.count()
        now = timezone.now()
        jobs.forget(now)
        self.assertEqual((AccessAttempt.objects.count(), Session.objects.count()), (1, sessions))
        jobs.forget(now + timedelta(minutes=16))
        self.assertFalse(AccessAttempt.objects.exists())
        jobs.forget(now + timedelta(days=15))
        self.assertFalse(Session.objects.exists())


class ProxyTests(Door):
    """Whose address counts."""

    def test_without_a_proxy_a_header_says_nothing(self):
        for n in range(LIMIT):
            self.try_("visitor", "wrong", HTTP_X_FORWARDED_FOR=f"10.1.1.{n}")
        self.assertEqual(set(AccessAttempt.objects.values_list("ip_address", flat=True)), {"127.0.0.1"})
        self.assertFalse(self.gets_in("visitor", HTTP_X_FORWARDED_FOR="10.1.1.99"))

    @override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
    def test_behind_one_the_last_address_counts_whatever_was_written_before_it(self):
        for n in range(LIMIT):
            self.try_("visitor", "wrong", HTTP_X_FORWARDED_FOR=f"10.1.1.{n}, 10.2.2.2")
        self.assertEqual(set(AccessAttempt.objects.values_list("ip_address", flat=True)), {"10.2.2.2"})
        self.assertFalse(self.gets_in("visitor", HTTP_X_FORWARDED_FOR="10.9.9.9, 10.2.2.2"))
        self.assertTrue(self.gets_in("visitor", HTTP_X_FORWARDED_FOR="10.2.2.2, 10.3.3.3"))

    @override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
    def test_nonsense_in_the_header_harms_nothing(self):
        for header in ("", "unknown", "10.1.1.1, <script>", "x" * 5000, "10.1.1.1:80", "2001:db8::1"):
            with self.subTest(header[:20]):
                self.assertEqual(self.try_("visitor", "wrong", HTTP_X_FORWARDED_FOR=header).status_code, 200)


class DoorTests(Door):
    def test_odd_names_are_refused_like_any_other(self):
        for name in ("<script>alert(1)</script>", "x" * 5000, "ａｄｍｉｎ", "名 字", "a\0b"):
            with self.subTest(name[:10]):
                page = self.try_(name, "wrong")
                self.assertEqual(page.status_code, 200)
                self.assertNotIn("<script>alert", page.content.decode())

    def test_who_was_set_aside_does_not_get_in(self):
        User.objects.filter(username="visitor").update(is_active=False)
        self.assertFalse(self.gets_in("visitor"))

    def test_signing_in_leaves_no_message_that_would_clear_drafts(self):
        client = Client()
        self.try_("visitor", PASSWORD, client)
        self.assertNotContains(client.get("/"), "data-done")

    def test_what_allauth_could_do_besides_is_not_there(self):
        for path in ("signup", "email", "password/reset", "login/code", "accounts/signup", "3rdparty"):
            with self.subTest(path):
                self.assertEqual(self.client.get(f"/{path}/").status_code, 404)

    def test_cookies_are_for_our_server_alone(self):
        client = Client()
        self.try_("visitor", PASSWORD, client)
        cookie = client.cookies["sessionid"]
        self.assertTrue(cookie["httponly"])
        self.assertEqual(cookie["samesite"], "Lax")
        with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
            client = Client()
            client.get("/login/")
            self.try_("visitor", PASSWORD, client)
            self.assertTrue(client.cookies["sessionid"]["secure"])
            self.assertTrue(client.cookies["csrftoken"]["secure"])


class HeaderTests(OfficeCase):
    def test_every_kind_of_page_may_run_only_our_own_files(self):
        person, admin = signed_in(self.liaison), signed_in(self.admin)
        broken = Client(enforce_csrf_checks=True)
        pages = {
            "sign-in": self.client.get("/login/"),
            "page": person.get("/"),
            "not found": person.get("/nowhere/"),
            "refused": person.get("/admin/"),
            "stale": broken.post("/login/", {"username": "x"}),
            "admin": admin.get("/admin/"),
            "admin list": admin.get(reverse("admin:org_user_changelist")),
            "admin form": admin.get(reverse("admin:org_user_add")),
            "description": self.client.get("/api/v1/docs/"),
            "api": person.get("/api/v1/me/"),
        }
        for name, page in pages.items():
            with self.subTest(name):
                policy = page["Content-Security-Policy"]
                for part in ("default-src", "script-src", "style-src", "form-action"):
                    self.assertIn(f"{part} 'self'", policy)
                self.assertIn("object-src 'none'", policy)
                self.assertNotIn("unsafe", policy)
                self.assertEqual(page["Referrer-Policy"], "same-origin")
                self.assertEqual(page["Cross-Origin-Opener-Policy"], "same-origin")
                self.assertEqual(page["X-Content-Type-Options"], "nosniff")
                self.assertEqual(page["X-Frame-Options"], "DENY")
                if "html" in page["Content-Type"]:
                    self.assertNotRegex(page.content.decode(), INLINE)

    def test_a_page_that_breaks_has_the_same_policy(self):
        page = (Path(settings.BASE_DIR) / "config/templates/500.html").read_text()
        self.assertNotRegex(page, INLINE)


class IssuerTests(OfficeCase):
    def test_an_issuer_is_spoken_to_over_https_only(self):
        self.assertEqual(origin_of("https://sso.example:8443/realms/gov"), "https://sso.example:8443")
        self.assertEqual(origin_of("http://127.0.0.1:9000/"), "http://127.0.0.1:9000")
        for wrong in ("http://sso.example", "sso.example", "ftp://sso.example"):
            with self.assertRaisesMessage(EnvironmentInvalid, "OIDC_ISSUER"):
                origin_of(wrong)
