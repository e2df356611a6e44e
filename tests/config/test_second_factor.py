"""Second factor: codes of a telephone and recovery codes; before it a session is not a session."""

import re
import time
from unittest import mock

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from allauth.mfa.utils import decrypt
from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from plans.org.models import ApiToken
from tests.builders import PASSWORD
from tests.cases import OfficeCase
from tests.pages import INLINE, signed_in

CODE, ON = "/second-factor/code/", "/second-factor/on/"
NO_USE = "000000"


def code_of(secret: str, later: int = 0) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30 + later):06}"


class SecondFactorCase(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for person in (cls.liaison, cls.admin):
            person.set_password(PASSWORD)
            person.save()

    def enter(self, client: Client, name: str = "liaison", following: str = "/tasks/") -> HttpResponse:
        return client.post("/login/", {"username": name, "password": PASSWORD, "next": following})

    def set_up(self, client: Client) -> str:
        """Returns the secret, as a telephone would hold it."""
        page = client.get(ON)
        secret = re.search(r'<code class="long">(\w+)</code>', page.content.decode())[1]
        self.assertEqual(client.post(ON, {"code": code_of(secret, -1)}).status_code, 302)
        return secret

    def owned(self) -> str:
        client = Client()
        self.enter(client)
        return self.set_up(client)

    def signed_in(self, client: Client) -> bool:
        return "_auth_user_id" in client.session


class SettingUpTests(SecondFactorCase):
    def test_a_person_sets_it_up_and_is_shown_recovery_codes(self):
        client = Client()
        self.enter(client)
        self.assertContains(client.get("/second-factor/"), "未启用")
        page = client.get(ON)
        self.assertContains(page, 'src="data:image/svg+xml;base64,')
        self.assertNotRegex(page.content.decode(), INLINE)
        self.set_up(client)
        codes = client.get("/second-factor/recovery/")
        self.assertEqual(len(re.findall(r"<li><code>\d{8}</code>", codes.content.decode())), 10)
        self.assertContains(client.get("/second-factor/"), "已启用")

    def test_a_wrong_code_sets_nothing_up(self):
        client = Client()
        self.enter(client)
        client.get(ON)
        self.assertContains(client.post(ON, {"code": NO_USE}), "验证码不正确")
        self.assertFalse(Authenticator.objects.exists())

    def test_the_secret_lies_sealed(self):
        secret = self.owned()
        row = Authenticator.objects.get(type="totp")
        self.assertNotIn(secret, str(row.data))
        self.assertEqual(decrypt(row.data["secret"]), secret)
        self.assertNotIn(secret, signed_in(self.admin).get(self.in_admin(row)).content.decode())

    def in_admin(self, row: Authenticator) -> str:
        return reverse("admin:mfa_authenticator_change", args=[row.pk])

    def test_it_takes_the_password_again_to_end_it(self):
        self.owned()
        client = signed_in(self.liaison)
        self.assertRedirects(
            client.get("/second-factor/off/"), "/second-factor/password/?next=%2Fsecond-factor%2Foff%2F"
        )
        wrong = client.post("/second-factor/password/?next=/second-factor/off/", {"password": "x"})
        self.assertContains(wrong, "密码不正确")
        right = client.post("/second-factor/password/?next=/second-factor/off/", {"password": PASSWORD})
        self.assertRedirects(right, "/second-factor/off/")
        self.assertRedirects(client.post("/second-factor/off/"), "/second-factor/")
        self.assertFalse(Authenticator.objects.exists())

    def test_new_recovery_codes_end_the_old_ones(self):
        client = Client()
        self.enter(client)
        self.set_up(client)
        old = client.get("/second-factor/recovery/").context["unused_codes"]
        self.assertRedirects(client.post("/second-factor/recovery/new/"), "/second-factor/recovery/")
        new = client.get("/second-factor/recovery/").context["unused_codes"]
        self.assertFalse(set(old) & set(new))
        self.assertIn(new[0], client.get("/second-factor/recovery/file/").content.decode())

    def test_sessions_that_began_with_the_password_alone_end(self):
        earlier, mine, other = Client(), Client(), signed_in(self.admin)
        self.enter(earlier)
        self.enter(mine)
        with self.captureOnCommitCallbacks(execute=True):
            self.set_up(mine)
        self.assertEqual(earlier.get("/tasks/").status_code, 302)
        for client in (mine, other):
            self.assertEqual(client.get("/tasks/").status_code, 200)

    def test_recovery_codes_are_shown_to_nobody_who_finds_the_screen_unlocked(self):
        self.owned()
        for address in ("/second-factor/recovery/", "/second-factor/recovery/file/"):
            self.assertEqual(signed_in(self.liaison).get(address).status_code, 302)


class SigningInTests(SecondFactorCase):
    def test_the_password_alone_opens_nothing(self):
        self.owned()
        client = Client()
        self.assertRedirects(self.enter(client), CODE)
        self.assertFalse(self.signed_in(client))
        self.assertEqual(client.get("/tasks/").status_code, 302)
        self.assertEqual(client.get("/api/v1/me/").status_code, 401)
        self.assertEqual(client.get("/admin/").status_code, 302)

    def test_the_code_does_and_leads_to_where_one_was_going(self):
        secret = self.owned()
        client = Client()
        self.enter(client)
        self.assertNotRegex(client.get(CODE).content.decode(), INLINE)
        self.assertContains(client.post(CODE, {"code": NO_USE}), "验证码不正确")
        self.assertFalse(self.signed_in(client))
        self.assertRedirects(client.post(CODE, {"code": code_of(secret)}), "/tasks/")

    def test_a_code_is_good_once_even_on_another_server(self):
        secret, code = self.owned(), ""
        for status in (302, 200):
            client = Client()
            self.enter(client)
            code = code or code_of(secret)
            with mock.patch("allauth.mfa.totp.internal.auth.cache.add", return_value=True):
                self.assertEqual(client.post(CODE, {"code": code}).status_code, status)

    def test_a_recovery_code_is_good_once(self):
        self.owned()
        codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
        for status in (302, 200):
            client = Client()
            self.enter(client)
            self.assertEqual(client.post(CODE, {"code": codes[0]}).status_code, status)

    def test_guessed_codes_lock_out_like_guessed_passwords(self):
        secret = self.owned()
        client = Client()
        for _ in range(settings.AXES_FAILURE_LIMIT):
            client = Client()  # the password again each time is no way round
            self.enter(client)
            refused = client.post(CODE, {"code": NO_USE})
        self.assertContains(refused, "请在15分钟后再试", status_code=429)
        self.assertEqual(client.post(CODE, {"code": code_of(secret)}).status_code, 429)
        self.assertFalse(self.signed_in(client))
        self.assertEqual(self.enter(Client()).status_code, 429)
        self.assertNotIn(NO_USE, AccessAttempt.objects.get(username="liaison").post_data)

    def test_changing_ones_address_is_no_way_to_go_on_guessing_codes(self):
        self.addCleanup(cache.clear)
        secret = self.owned()
        for n in range(21):
            client = Client(REMOTE_ADDR=f"10.3.0.{n}")
            self.enter(client)
            refused = client.post(CODE, {"code": NO_USE})
        self.assertContains(refused, "尝试次数过多")
        self.assertContains(client.post(CODE, {"code": code_of(secret)}), "尝试次数过多")
        self.assertFalse(self.signed_in(client))

    def test_it_leads_nowhere_else(self):
        client, secret, there = Client(), self.owned(), "https://elsewhere.example/"
        self.enter(client, following=there)
        entered = client.post(f"{CODE}?next={there}", {"code": code_of(secret), "next": there})
        self.assertRedirects(entered, "/")

    def test_the_admin_stands_behind_the_same_door(self):
        client = Client()
        self.enter(client, "admin")
        secret = self.set_up(client)
        client = Client()
        self.enter(client, "admin", "/admin/")
        self.assertEqual(client.get("/admin/").status_code, 302)
        self.assertRedirects(client.post(CODE, {"code": code_of(secret)}), "/admin/")

    def test_the_page_of_the_code_is_nobodys_without_a_password(self):
        self.assertRedirects(self.client.get(CODE), "/login/")

    def test_an_administrator_lets_somebody_set_it_up_anew(self):
        self.owned()
        rows = list(Authenticator.objects.filter(user=self.liaison).values_list("pk", flat=True))
        sent = {"action": "delete_selected", "_selected_action": rows, "post": "yes"}
        signed_in(self.admin).post(reverse("admin:mfa_authenticator_changelist"), sent)
        self.assertRedirects(self.enter(Client()), "/tasks/")


class RequiredTests(SecondFactorCase):
    @override_settings(MFA_REQUIRED="all")
    def test_whoever_must_have_it_sets_it_up_before_anything_else(self):
        client = Client()
        self.assertRedirects(self.enter(client), "/tasks/", fetch_redirect_response=False)
        for address in ("/", "/tasks/", "/password/", "/unsent/"):
            self.assertRedirects(client.get(address), ON, fetch_redirect_response=False)
        self.assertContains(client.get(ON), "请先设置二次验证")
        self.set_up(client)
        self.assertEqual(client.get("/tasks/").status_code, 200)
        self.assertContains(client.post("/second-factor/off/"), "不能停用")
        self.assertEqual(Authenticator.objects.filter(type="totp").count(), 1)

    @override_settings(MFA_REQUIRED="all")
    def test_until_then_the_api_knows_nobody_but_tokens_are_not_asked(self):
        client = signed_in(self.liaison)
        for more in ({}, {"Authorization": "Basic eDp5"}):
            self.assertEqual(client.get("/api/v1/me/", headers=more).status_code, 401)
        self.assertEqual(client.post("/api/v1/tokens/", {"name": "x", "scopes": ["read"]}).status_code, 401)
        _, token = ApiToken.issue(self.liaison, "OA", ["read"])
        self.assertEqual(
            client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}).status_code, 200
        )

    @override_settings(MFA_REQUIRED="all")
    def test_one_may_leave_and_change_the_language(self):
        client = signed_in(self.liaison)
        self.assertEqual(client.post("/language/", {"language": "en", "next": ON}).url, ON)
        self.assertRedirects(client.post("/logout/"), "/login/")

    @override_settings(MFA_REQUIRED="staff")
    def test_of_administrators_alone_when_so_said(self):
        self.assertEqual(signed_in(self.liaison).get("/tasks/").status_code, 200)
        admin = signed_in(self.admin)
        listed = [reverse(f"admin:{name}_changelist") for name in ("org_user", "mfa_authenticator")]
        for address in ("/admin/", *listed, "/"):
            self.assertRedirects(admin.get(address), ON, fetch_redirect_response=False)

    def test_of_nobody_by_default(self):
        self.assertEqual(settings.MFA_REQUIRED, "none")
        self.assertEqual(signed_in(self.admin).get("/admin/").status_code, 200)
