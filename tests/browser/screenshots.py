"""`make screenshots`: every page as its main reader has it, at a desk and on a phone, into docs/images.

    python -m tests.browser.screenshots [NAME…]

The same bureau on the same day each time, so that a picture differs where its page does.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("EMBED_HOME", str(ROOT / "var" / "screenshots"))
django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, sync_playwright  # noqa: E402

from plans.org.models import User  # noqa: E402
from tests.addresses import PAGES, Sight  # noqa: E402
from tests.browser import chromium  # noqa: E402
from tests.browser.cases import rows_beside_the_browser  # noqa: E402
from tests.browser.furnished import NOW, clock_at, furnish  # noqa: E402
from tests.browser.moves import FETCHED  # noqa: E402

IMAGES = ROOT / "docs" / "images"
# Who has to do with it in the demo, where it is somebody else than in the tests.
READERS = {"task": "liaison2", "attachment": "liaison2", "task-split": "head2"}
MORE = (
    Sight("workbench", ("liaison",), picture="workbench-liaison"),
    Sight("workbench", ("leader",), picture="workbench-leader"),
    Sight("tasks:detail", ("supervisor",), ("submitted",), picture="task-approve"),
    Sight("tasks:detail", ("leader",), ("late",), picture="task-late"),
)
HEIGHTS = {"": 1800, "-phone": 2000}
COLOURS = 192


def main(names: list[str]) -> None:
    """Without names all of them; a picture whose page is gone goes too."""
    with clock_at(NOW), on_a_socket() as origin:
        things, watch = office(), chromium.Watch(origin)
        with (
            sync_playwright() as playwright,
            rows_beside_the_browser(),
            chromium.launch(playwright) as browser,
        ):
            made = set(shoot(browser, watch, things, names))
    if not names:
        for path in set(IMAGES.glob("*.png")) - made:
            path.unlink()
    weight = sum(path.stat().st_size for path in IMAGES.glob("*.png"))
    print(f"{len(made)} pictures, {weight / 1e6:.1f} MB in all", *watch.found, sep="\n")  # noqa: T201


def office() -> dict[str, int]:
    """In a test database that the next run makes anew."""
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    return furnish()


@contextmanager
def on_a_socket() -> Iterator[str]:
    server = LiveServerThread("localhost", lambda _: WSGIHandler())
    server.daemon = True
    server.start()
    server.is_ready.wait()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.terminate()


def shoot(
    browser: Browser, watch: chromium.Watch, things: dict[str, int], names: list[str]
) -> Iterator[Path]:
    contexts: dict[tuple[str, str], BrowserContext] = {}
    for sight in (*PAGES, *MORE):
        who = READERS.get(str(sight), sight.readers[0])
        for suffix in HEIGHTS:
            if names and str(sight) not in names:
                continue
            if (who, suffix) not in contexts:
                contexts[who, suffix] = signed_in(browser, watch.origin, who, phone=bool(suffix))
            page = watch.over(contexts[who, suffix].new_page())
            page.goto(watch.origin + sight.address(things))
            page.wait_for_function(FETCHED)
            path = IMAGES / f"{sight}{suffix}.png"
            path.write_bytes(light(page.screenshot(full_page=True), HEIGHTS[suffix]))
            page.close()
            yield path


def signed_in(browser: Browser, origin: str, who: str, *, phone: bool) -> BrowserContext:
    context = browser.new_context(viewport=chromium.PHONE if phone else chromium.DESKTOP, locale="zh-CN")
    if who != "anonymous":
        client = Client()
        client.force_login(User.objects.get(username=who))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": origin}])
    return context


def light(png: bytes, height: int) -> bytes:
    """A page of a few colours, cut where it only goes on."""
    image = Image.open(BytesIO(png)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, height)))
    # The most frequent ones as they are: anything cleverer loses the small lights or tints the ground.
    counted = sorted(image.getcolors(image.width * image.height), reverse=True)[:COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in counted for part in colour])
    small = image.quantize(palette=palette, dither=Image.Dither.NONE)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
