"""Single sign-on with an issuer of its own: opens accounts that there are, and nothing else."""

from urllib.parse import parse_qs, urlsplit

import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client, override_settings

from config.signin.settings import providers
from plans.org.models import User
from tests.cases import OfficeCase
from tests.config.issuer import CLIENT, SECRET, Issuer
from tests.pages import INLINE

GO, BACK = "/login/with/oidc/", "/login/with/oidc/callback/"


class SingleSignOnCase(OfficeCase):
    match = "preferred_username"

    def setUp(self):
        self.issuer = self.enterContext(Issuer(preferred_username="liaison", email="l@kjj.example"))
        configured = override_settings(
            OIDC_ISSUER=self.issuer.url,
            OIDC_MATCH=self.match,
            SOCIALACCOUNT_PROVIDERS=providers(self.issuer.url, CLIENT, SECRET),
        )
        self.enterContext(configured)

    def come(self, client: Client, following: str = "/tasks/", **more: str) -> HttpResponse:
        """Press the button, be sent to the issuer over real HTTP, come back with its code."""
        sent = client.post(GO, {"process": "login", "next": following} | more)
        self.assertEqual(sent.status_code, 302, sent.content.decode()[:500])
        back = requests.get(sent.url, allow_redirects=False, timeout=5).headers["Location"]
        self.assertTrue(back.startswith(f"http://testserver{BACK}"))
        return client.get(back.removeprefix("http://testserver"))

    def who(self, client: Client) -> str:
        key = client.session.get("_auth_user_id")
        return User.objects.get(pk=key).username if key else ""


class ComingTests(SingleSignOnCase):
    def test_whom_the_issuer_names_is_signed_in_and_goes_on(self):
        client = Client()
        page = client.get("/login/?next=/tasks/")
        self.assertContains(page, "用统一身份认证登录")
        self.assertRedirects(self.come(client), "/tasks/")
        self.assertEqual(self.who(client), "liaison")
        self.assertLess({"/token", "/userinfo"}, set(self.issuer.asked))

    def test_the_issuers_number_counts_from_then_on(self):
        self.come(Client())
        self.issuer.claims["preferred_username"] = "head"
        client = Client()
        self.come(client)
        self.assertEqual(self.who(client), "liaison")

    def test_who_is_bound_is_nobody_elses(self):
        self.come(Client())
        self.issuer.claims["sub"] = "u-2"  # the name was given to another person there
        client = Client()
        self.assertContains(self.come(client), "没有与您对应的用户", status_code=403)
        self.assertEqual(self.who(client), "")

    def test_a_stranger_is_told_and_no_account_is_made(self):
        self.issuer.claims["preferred_username"] = "<script>"
        users = User.objects.count()
        client = Client()
        page = self.come(client)
        self.assertContains(page, "没有与您对应的用户", status_code=403)
        self.assertNotRegex(page.content.decode(), INLINE)
        self.assertEqual((User.objects.count(), SocialAccount.objects.count()), (users, 0))
        self.assertEqual(self.who(client), "")

    def test_an_address_alone_proves_nothing(self):
        User.objects.filter(username="head").update(email="l@kjj.example")
        self.issuer.claims |= {"preferred_username": "nobody", "email_verified": True}
        client = Client()
        self.come(client)
        self.assertEqual(self.who(client), "")

    def test_who_was_set_aside_stays_out_bound_or_not(self):
        User.objects.filter(username="liaison").update(is_active=False)
        client = Client()
        self.assertEqual(self.come(client).status_code, 403)
        User.objects.filter(username="liaison").update(is_active=True)
        self.come(client)
        User.objects.filter(username="liaison").update(is_active=False)
        client = Client()
        self.assertContains(client.get(self.come(client).url), "账号已停用")
        self.assertEqual(self.who(client), "")

    def test_ones_password_stays_as_it_was(self):
        before = User.objects.get(username="liaison").password
        self.come(Client())
        self.assertEqual(User.objects.get(username="liaison").password, before)

    def test_the_second_factor_is_asked_all_the_same(self):
        Authenticator.objects.create(user=self.liaison, type="totp", data={"secret": "x"})
        client = Client()
        self.assertRedirects(self.come(client), "/second-factor/code/", fetch_redirect_response=False)
        self.assertEqual(self.who(client), "")


class RefusedTests(SingleSignOnCase):
    def test_two_answers_about_two_people_are_believed_of_neither(self):
        self.issuer.told = {"sub": "u-9", "preferred_username": "head"}
        client = Client()
        self.assertEqual(self.come(client).status_code, 403)
        self.assertEqual(self.who(client), "")

    def test_a_foreign_state_or_code_is_refused(self):
        client = Client()
        sent = client.post(GO, {"process": "login"})
        state = parse_qs(urlsplit(sent.url).query)["state"][0]
        for query in (
            f"?code=x&state={state}",
            "?code=x&state=foreign",
            "",
            f"?error=server_error&state={state}",
        ):
            with self.subTest(query):
                page = client.get(BACK + query)
                self.assertContains(page, "单点登录没有成功", status_code=401)
                self.assertEqual(self.who(client), "")

    def test_another_browser_can_not_finish_it(self):
        sent = Client().post(GO, {"process": "login"})
        back = requests.get(sent.url, allow_redirects=False, timeout=5).headers["Location"]
        other = Client()
        self.assertEqual(other.get(back.removeprefix("http://testserver")).status_code, 401)
        self.assertEqual(self.who(other), "")

    def test_it_leads_nowhere_else(self):
        self.assertRedirects(self.come(Client(), "https://elsewhere.example/"), "/")

    def test_going_there_takes_a_press(self):
        self.assertEqual(Client().get(GO).status_code, 200)
        self.assertEqual(Client(enforce_csrf_checks=True).post(GO, {"process": "login"}).status_code, 403)
        self.assertEqual(self.issuer.asked, [])

    def test_nobody_binds_by_himself(self):
        client = Client()
        client.force_login(self.head)
        self.assertEqual(self.come(client, process="connect").status_code, 403)
        self.assertFalse(SocialAccount.objects.exists())

    def test_who_changes_their_mind_is_back_at_the_door(self):
        client = Client()
        sent = client.post(GO, {"process": "login"})
        state = parse_qs(urlsplit(sent.url).query)["state"][0]
        page = client.get(f"{BACK}?error=access_denied&state={state}", follow=True)
        self.assertContains(page, "已取消登录")

    def test_an_issuer_that_is_away_is_said_so(self):
        self.issuer.__exit__()
        page = Client().post(GO, {"process": "login"})
        self.assertContains(page, "单点登录没有成功", status_code=503)
        self.issuer.__enter__()


class ByAddressTests(SingleSignOnCase):
    match = "email"

    def setUp(self):
        super().setUp()
        User.objects.filter(username="head").update(email="L@kjj.example")

    def test_a_verified_address_names_its_one_user(self):
        client = Client()
        self.issuer.claims["email_verified"] = True
        self.come(client)
        self.assertEqual(self.who(client), "head")

    def test_an_unverified_one_does_not(self):
        for said in (False, None, "true"):
            client = Client()
            self.issuer.claims["email_verified"] = said
            self.assertEqual(self.come(client).status_code, 403)

    def test_nor_does_one_that_two_share(self):
        User.objects.filter(username="head2").update(email="l@kjj.example")
        self.issuer.claims["email_verified"] = True
        self.assertEqual(self.come(Client()).status_code, 403)


class NotSetUpTests(OfficeCase):
    def test_nothing_is_shown_and_nothing_is_open(self):
        self.assertNotContains(self.client.get("/login/"), "login/with")
        for address in (GO, BACK, "/login/with/cancelled/", "/login/with/google/"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)
                self.assertEqual(self.client.post(address).status_code, 404)
