"""The console's languages, and what a page says in one of them."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from recado.rules.sending.attempt import (
    CLIENT_CERTIFICATE_HINT,
    HINTS,
    HINTS_BY_STATUS,
    REFUSED_CERTIFICATE_HINT,
)

ROOT = Path(__file__).parents[3]
_FOLDERS = sorted(path.parent for path in (ROOT / "console" / "src" / "texts").glob("*/language.json"))
LANGUAGES: dict[str, dict[str, str]] = {
    path.name: json.loads((path / "language.json").read_text()) for path in _FOLDERS
}
"""`{code: {"name", "locale"}}`."""

_GATHERED = json.loads((ROOT / "console" / "test" / "language" / "api_messages.json").read_text("utf-8"))
_HINTS = [*HINTS.values(), *HINTS_BY_STATUS.values(), CLIENT_CERTIFICATE_HINT, REFUSED_CERTIFICATE_HINT]
# All that the API says, in English; `{}` is what varies.
_TOLD = [*(message["text"] for message in _GATHERED), *(hint.replace("{time}", "{}") for hint in _HINTS)]

# What a page shows, text by text, but for what its readers or their receivers have written, and code.
_SHOWN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const shown = new Set();
  const add = (text) => text?.trim() && shown.add(text.trim().replaceAll(/\\s+/g, " "));
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const around = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (around.closest("script, style, code, pre, textarea, [lang]:not(html)")) continue;
    if (node.nodeType === Node.TEXT_NODE) add(node.data);
    else for (const name of ["aria-label", "title", "placeholder", "alt"]) add(node.getAttribute(name));
  }
  add(document.title);
  return [...shown];
}"""
# Which of these texts are of another language. A text that both languages have is no fault:
# console/test/language/texts.test.js has the list of those.
_FOREIGN = """async ({ shown, told, own, others }) => {
  const formsOf = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry));
  const pattern = (text) => new RegExp(`^${text.replaceAll(/\\{\\w*\\}|[\\\\^$.*+?()[\\]{}|/]/g,
    (sign) => (sign.length > 1 ? "[^]+" : `\\\\${sign}`))}$`);
  const isLong = (text) => text.replaceAll(/\\{\\w*\\}|\\P{L}/gu, "").length > 3;
  const patterns = (texts) => texts.filter(isLong).map(pattern);
  const read = async (file) => {
    const { default: table, messages } = await import(file);
    return [...patterns(Object.values(table).flatMap(formsOf)), ...patterns(Object.values(messages))];
  };
  const known = await read(own);
  const foreign = [...patterns(told), ...(await Promise.all(others.map(read))).flat()];
  const sentence = (text) => `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\\.$/, "")}`;
  const isOf = (patterns, text) => patterns.some((one) => one.test(text) || one.test(sentence(text)));
  return shown.filter((text) => !isOf(known, text) && isOf(foreign, text));
}"""


def choose(page: Page, code: str) -> None:
    """Have the page shown in a language, by its menu."""
    page.locator(".menu-button").click()
    menu = page.locator("#menu")
    menu.locator("select[name=language]").select_option(LANGUAGES[code]["name"])
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[code]["locale"])
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def assert_pure(page: Page, code: str) -> None:
    """Fail with each text on the page that is of another language than this one."""
    files = {other: _file(other) for other in LANGUAGES}
    own = files.pop(code)
    texts = {"shown": page.evaluate(_SHOWN), "told": [] if code == "en" else _TOLD}
    found = page.evaluate(_FOREIGN, {**texts, "own": own, "others": list(files.values())})
    assert found == [], f"not in {LANGUAGES[code]['name']}: {found}"


def _file(code: str) -> str:
    """Where a browser finds the texts of a language."""
    [built] = (ROOT / "functions" / "console" / "static" / "assets").glob(f"{code}-*.js")
    return f"/console/assets/{built.name}"
