"""What the browser's tests start from: the office, its pages on a socket, people before a screen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, LiveServerTestCase
from playwright.sync_api import Browser, Page, sync_playwright

from plans.org.models import User
from tests import cases
from tests.browser import chromium
from tests.builders import PASSWORD

# A page of a loaded machine takes its time; a test that waits this long has found something.
SECONDS = 60


@contextmanager
def rows_beside_the_browser() -> Iterator[None]:
    """Playwright keeps an event loop in the test's thread, where Django then refuses to ask its database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        yield
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class BrowserCase(cases.Office, LiveServerTestCase):
    """One browser a class, one context a person; what a page does wrong fails the test."""

    browser: ClassVar[Browser]
    # Whitenoise serves the files as it does in production, behind our own headers.
    static_handler = staticmethod(lambda _: WSGIHandler())

    @classmethod
    def setUpClass(cls) -> None:
        if not chromium.path():
            cls.skipTest(cls, chromium.MISSING)
        super().setUpClass()
        cls.enterClassContext(rows_beside_the_browser())
        playwright = cls.enterClassContext(sync_playwright())
        cls.browser = cls.enterClassContext(chromium.launch(playwright))

    def setUp(self) -> None:
        super().setUp()
        self.hire()
        self.watch = chromium.Watch(self.live_server_url)
        # First in, last run: after the contexts are closed, before the tables are emptied.
        self.addCleanup(lambda: self.assertEqual(self.watch.found, []))

    def hire(self) -> None:
        cases.hire(self)

    def visitor(self, *, phone: bool = False, script: bool = True, **more: Any) -> Page:
        """Somebody with a browser of their own, not signed in."""
        context = self.browser.new_context(
            base_url=self.live_server_url,
            viewport=chromium.PHONE if phone else chromium.DESKTOP,
            has_touch=phone,
            java_script_enabled=script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **more,
        )
        self.addCleanup(context.close)
        context.set_default_timeout(SECONDS * 1000)
        context.on("page", self.watch.over)
        return context.new_page()

    def at_desk(self, who: str | User, **how: Any) -> Page:
        """Signed in already; `sign_in` goes through the door."""
        person = getattr(self, who) if isinstance(who, str) else who
        client = Client()
        client.force_login(person)
        page = self.visitor(**how)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        return page

    def sign_in(self, who: str, address: str = "/", **how: Any) -> Page:
        person = getattr(self, who)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        page = self.visitor(**how)
        page.goto(address)
        fill_door(page, who)
        page.wait_for_url(lambda url: "/login" not in url)
        return page


def fill_door(page: Page, who: str) -> None:
    page.get_by_label("用户名").fill(who)
    page.get_by_label("密码").first.fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
