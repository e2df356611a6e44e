"""What a hand does on our pages, by the words that stand there; without script as well."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

# What a page asks for once it is there.
FETCHED = "() => !document.querySelector('[hx-trigger~=load]')"
WIDER = "() => document.documentElement.scrollWidth - innerWidth"
# What has the focus, in words, and whether one sees it; after the last comes the browser's own frame.
FOCUSED = """() => {
  const it = document.activeElement, look = getComputedStyle(it);
  if (it === document.body) return ["", true];
  const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
  const seen = outlined || look.boxShadow !== "none" || it.id === "main";
  return [it.labels?.[0]?.innerText || it.innerText || it.value || "", seen];
}"""
MOST_TABS = 120


def fill(form: Locator, fields: dict[str, Any]) -> None:
    """By label. A tuple is chosen from a list, a path is a file."""
    for label, value in fields.items():
        field = form.get_by_label(label).first
        if isinstance(value, tuple):
            field.select_option(label=value[0])
        elif isinstance(value, Path):
            field.set_input_files(value)
        else:
            field.fill(str(value))


def opened(page: Page, label: str) -> Locator:
    """The part of the page that is unfolded by this word."""
    summary = page.locator("summary").filter(has_text=re.compile(rf"^\s*{label}")).first
    part = page.locator("details").filter(has=summary).last
    if part.get_attribute("open") is None:
        summary.click()
    return part


def press(within: Page | Locator, label: str, kind: Any = "button") -> None:
    """Something that leads to a page."""
    page = within if isinstance(within, Page) else within.page
    with page.expect_navigation():
        within.get_by_role(kind, name=re.compile(label)).first.click()


def act(page: Page, label: str, **fields: Any) -> None:
    """A move or an act on a task's page; the page comes back."""
    part = opened(page, label)
    fill(part, fields)
    press(part, label)


def tab_to(page: Page, words: str, key: str = "Tab") -> None:
    """On by the keyboard; wherever it comes by, one sees where one is."""
    seen: list[str] = []
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        said, shown = page.evaluate(FOCUSED)
        assert shown, f"nobody sees that the focus is on “{said}”"
        if words in said:
            return
        seen.append(said.strip()[:20])
    raise AssertionError(f"{words} is out of the keyboard's reach: {seen}")
