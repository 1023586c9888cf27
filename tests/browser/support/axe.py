"""axe-core's judgement of a page as it is shown."""

from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from local.settings import PROJECT_DIR

_SOURCE = PROJECT_DIR / "console" / "node_modules" / "axe-core" / "axe.min.js"
# Everything that axe can tell of WCAG 2.2 at levels A and AA, and what it holds for good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = "chosen => axe.run({ runOnly: chosen, resultTypes: ['violations'] })"


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, a line each; empty where nothing is wrong.

    axe is given to the debugger, not to the page: the content security policy lets a page load nothing but its own
    files, and stays in force here.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = page.evaluate(_RUN, {"type": "tag", "values": _RULES})["violations"]
    return [_line(violation, node) for violation in found for node in violation["nodes"]]


@cache
def _source() -> str:
    if not _SOURCE.exists():
        pytest.fail("axe-core is not installed: run `make console`", pytrace=False)
    return _SOURCE.read_text()


def _line(violation: dict[str, Any], node: dict[str, Any]) -> str:
    summary = " ".join(node["failureSummary"].split())
    return f"{violation['id']} ({violation['impact']}): {node['html']}: {summary}"
