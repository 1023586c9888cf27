"""Going through a page with the keyboard alone."""

from playwright.sync_api import Locator, Page

_MOST_STOPS = 80

# What is wrong with the element that has the focus, or "".
_JUDGE = """() => {
  const element = document.activeElement;
  if (element === document.body) return '';
  const named = `${element.tagName} ${element.id} ${(element.textContent || element.value || '').trim().slice(0, 40)}`;
  const box = element.getBoundingClientRect();
  if (box.width < 1 || box.height < 1) return `${named}: not drawn`;
  if (box.bottom <= 0 || box.top >= innerHeight) return `${named}: outside what is seen`;
  const style = getComputedStyle(element);
  const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  if (!marked) return `${named}: nothing shows that it has the focus`;
  const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]]
    .map(([x, y]) => [box.left + x * box.width, box.top + y * box.height])
    .filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (element.contains(top) || top.contains(element));
  });
  return seen ? '' : `${named}: hidden behind something else`;
}"""


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until the element has the focus; each stop on the way must be seen, and seen to have the focus."""
    for _ in range(_MOST_STOPS):
        page.keyboard.press(key)
        fault = page.evaluate(_JUDGE)
        assert not fault, fault
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not among the first {_MOST_STOPS} stops")


def press_on(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Go to the element with Tab, and press a key on it."""
    tab_to(page, wanted)
    page.keyboard.press(key)


def type_into(page: Page, wanted: Locator, text: str) -> None:
    """Go to the field with Tab, and type."""
    tab_to(page, wanted)
    page.keyboard.type(text)
