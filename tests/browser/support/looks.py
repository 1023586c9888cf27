"""A page as it is drawn: wide and narrow, light and dark, in every language, and what must hold in all of them."""

import re
from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import Page, expect

from tests.browser.support import axe

WIDE, NARROW, HEIGHT = 1280, 390, 900
# The width that WCAG's reflow (1.4.10) asks for: 1280 px at 400 %.
NARROWEST = 320
# Between phones and screens: the least that tables get as tables.
BETWEEN = 768
# Each width and each theme once: axe finds nothing in the other two pairs that it does not find in these.
_DRAWN: tuple[tuple[int, Literal["light", "dark"]], ...] = ((WIDE, "light"), (NARROW, "dark"))

# What stands in a text when a value or a part of it is missing.
_MISSING = re.compile(r"\{\w+\}|\bundefined\b|\bNaN\b|\[object |Invalid Date")
# Where such a thing is meant: in the code of the handbook and of the recipes.
_WRITTEN = ".handbook :is(code, pre), [role=tabpanel] pre"
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => `${element.tagName}.${element.className}`.slice(0, 80));
}"""

# Each row of a table, list of facts or axis by itself: what stands side by side in it has a gap between, and an axis'
# labels stay inside of it. The contents are measured, not the cells.
_CROWDED = """() => {
  const least = 3;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true })
    && !element.closest('.visually-hidden');
  // Of the texts themselves: what is folded away or for screen readers alone takes no room.
  const textsOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT,
      (node) => (node.data.trim() && shown(node.parentElement) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP));
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes;
  };
  const boxOf = (nodes) => {
    const boxes = nodes.map((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return range.getBoundingClientRect();
    });
    const [left, top] = ['left', 'top'].map((side) => Math.min(...boxes.map((box) => box[side])));
    const [right, bottom] = ['right', 'bottom'].map((side) => Math.max(...boxes.map((box) => box[side])));
    return { left, top, right, bottom };
  };
  const found = [];
  for (const row of document.querySelectorAll('tr, dl, .chart-places')) {
    const boxes = [...row.querySelectorAll('td, th, dt, dd, text')].map(textsOf).filter((nodes) => nodes.length)
      .map((nodes) => [nodes.map(({ data }) => data.trim()).join(' ').slice(0, 40), boxOf(nodes)]);
    boxes.forEach(([name, one], index) => {
      for (const [other, two] of boxes.slice(index + 1)) {
        const together = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
        const gap = Math.max(one.left, two.left) - Math.min(one.right, two.right);
        if (together > 2 && gap < least) found.push(`texts touch: ${name} | ${other}`);
      }
    });
    if (!row.matches('.chart-places')) continue;
    const frame = row.getBoundingClientRect();
    for (const [name, { left, right }] of boxes) {
      if (left < frame.left - 1 || right > frame.right + 1) found.push(`label outside of its axis: ${name}`);
    }
  }
  return found;
}"""
# What scrolls sideways inside the page cuts something off; lines of code may. With the innermost part that is cut.
_CUT = """() => [...document.querySelectorAll('main *')]
  .filter((element) => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(element).overflowX)
    && !element.matches('pre, input, select, textarea, .visually-hidden') && element.checkVisibility()
    && element.scrollWidth > element.clientWidth + 1)
  .map((element) => {
    const end = (one) => one.getBoundingClientRect().right;
    const part = [...element.querySelectorAll('*')].findLast((one) => end(one) > end(element));
    return `${element.tagName}.${element.className}`.slice(0, 80) + `: ${part?.outerHTML.slice(0, 160) ?? ''}`;
  })"""


def settled(page: Page) -> None:
    """Wait until the page has its heading and nothing is loading any more."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".loading")).to_have_count(0)


def assert_faultless(page: Page) -> None:
    """Fail with all that is wrong with the page, wide and light, and narrow and dark."""
    found = list(_faults(page))
    assert not found, "\n".join(found)


def assert_roomy(page: Page) -> None:
    """Fail with what is cut off, or too close together, at any width."""
    found = [fault for width in (WIDE, BETWEEN, NARROW, NARROWEST) for fault in _cramped(page, width)]
    assert not found, "\n".join(found)


def assert_complete(page: Page) -> None:
    """Fail with the places of texts that nothing was put in."""
    shown = page.locator("body").inner_text()
    for written in page.locator(_WRITTEN).all_inner_texts():
        shown = shown.replace(written, "", 1)
    assert _MISSING.findall(shown) == []


def assert_wide_enough(page: Page) -> None:
    """Fail with what is wider than the page, cut off or too close together at the narrowest width."""
    size = page.viewport_size
    found = list(_cramped(page, NARROWEST))
    if size:
        page.set_viewport_size(size)
    assert not found, "\n".join(found)


def _faults(page: Page) -> Iterator[str]:
    for width, theme in _DRAWN:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=theme)
        for violation in axe.violations(page):
            yield f"{width} px, {theme}: {violation}"
        yield from _cramped(page, width)
    for width in (BETWEEN, NARROWEST):
        yield from _cramped(page, width)


def _cramped(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    for element in page.evaluate(_TOO_WIDE):
        yield f"{width} px: wider than the page: {element}"
    for element in page.evaluate(_CUT):
        yield f"{width} px: does not show all of it: {element}"
    for fault in page.evaluate(_CROWDED):
        yield f"{width} px: {fault}"
