"""Any Chromium there is, and an eye on all that its pages ask for and complain about."""

import os
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# Nothing of its own on the network; in a container there is neither a sandbox nor a graphics card.
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--font-render-hinting=none", "--lang=zh-CN"),
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
MISSING = (
    "no Chromium here (Debian: apt install chromium fonts-wqy-zenhei); "
    "another place is named by CHROMIUM=/path/to/chromium"
)


def path() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next(filter(None, map(which, NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    chinese = os.environ | {"LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}  # whose font it takes
    return playwright.chromium.launch(executable_path=path(), args=list(ARGUMENTS), env=chinese)


class Watch:
    """What a page should never do: complain, fail, or ask somebody else."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.found: list[str] = []

    def over(self, page: Page) -> Page:
        page.on("console", self.said)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("request", self.asked)
        page.on("response", self.answered)
        page.on("requestfailed", self.unanswered)
        return page

    def said(self, message: ConsoleMessage) -> None:
        # A refused form is a page with status 409; `answered` judges by what was asked for.
        refusal = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type in ("error", "warning") and not refusal:
            self.found.append(f"{message.location.get('url')}: {message.type}: {message.text}")

    def asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self.found.append(f"left the origin: {request.url}")

    def answered(self, response: Response) -> None:
        part = response.request.resource_type not in ("document", "fetch", "xhr")
        if response.status >= 500 or (part and response.status >= 400):
            self.found.append(f"{response.status} {response.url}")

    def unanswered(self, request: Request) -> None:
        # A page that is left, and a download, end their request too.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"{request.failure} {request.url}")
