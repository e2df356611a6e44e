"""Through the door, as everyone begins."""

from plans.org.models import User
from tests.browser.cases import BrowserCase, fill_door


class DoorTests(BrowserCase):
    def test_signing_in_leads_to_where_one_was_going(self):
        page = self.sign_in("liaison", "/overdue/")
        self.assertEqual(page.url, f"{self.live_server_url}/overdue/")
        self.assertIsNotNone(User.objects.get(pk=self.liaison.pk).last_login)

    def test_a_wrong_password_is_said_and_the_name_kept(self):
        page = self.visitor()
        page.goto("/login/")
        fill_door(page, "liaison")
        self.assertTrue(page.get_by_role("alert").first.is_visible())
        self.assertEqual(page.get_by_label("用户名").input_value(), "liaison")
