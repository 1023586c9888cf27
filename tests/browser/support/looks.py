"""A page as it is drawn: wide and narrow, light and dark, in every language, and what must hold in all of them."""

import re
from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import Page, expect

from tests.browser.support import axe

WIDE, NARROW, HEIGHT = 1280, 360, 900
# The width that WCAG's reflow (1.4.10) asks for.
NARROWEST = 320
# Each width and each theme once: axe finds nothing in the other two pairs that it does not find in these.
_DRAWN: tuple[tuple[int, Literal["light", "dark"]], ...] = ((WIDE, "light"), (NARROW, "dark"))

# What stands in a text when a value or a part of it is missing.
_MISSING = re.compile(r"\{\w+\}|\bundefined\b|\bNaN\b|\[object |Invalid Date")
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => `${element.tagName}.${element.className}`.slice(0, 80));
}"""


def settled(page: Page) -> None:
    """Wait until the page has its heading and nothing is loading any more."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".loading")).to_have_count(0)


def assert_faultless(page: Page) -> None:
    """Fail with all that is wrong with the page, wide and light, and narrow and dark."""
    found = list(_faults(page))
    assert not found, "\n".join(found)


def assert_complete(page: Page) -> None:
    """Fail with the places of texts that nothing was put in."""
    assert _MISSING.findall(page.locator("body").inner_text()) == []


def assert_wide_enough(page: Page) -> None:
    """Fail with what is wider than the page at the narrowest width, whatever language it is in."""
    size = page.viewport_size
    found = list(_too_wide(page, NARROWEST))
    if size:
        page.set_viewport_size(size)
    assert not found, "\n".join(found)


def _faults(page: Page) -> Iterator[str]:
    for width, theme in _DRAWN:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=theme)
        for violation in axe.violations(page):
            yield f"{width} px, {theme}: {violation}"
        yield from _too_wide(page, width)
    yield from _too_wide(page, NARROWEST)


def _too_wide(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    for element in page.evaluate(_TOO_WIDE):
        yield f"{width} px: wider than the page: {element}"
