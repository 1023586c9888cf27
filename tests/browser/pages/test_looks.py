"""What is looked for on every page is found; and charts have room in every language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.support import looks
from tests.browser.support.showcase import CRM, Showcase
from tests.browser.support.tabs import OpenTab

pytestmark = pytest.mark.deep

CROWDED = """<main><table><tr><th>24 Nov 2026, 22:56:32</th><td>24 Nov 2026, 23:04:08</td></tr></table>
<div id="frame"><p>A column that matters is not seen</p></div>
<svg class="chart-places" width="200" height="20"><text x="100" y="12">03:00 AM</text>
<text x="120" y="12">07:00 AM</text><text x="180" y="12">11:00 AM</text></svg></main>"""
STYLE = """table { border-collapse: collapse } :is(td, th) { padding: 0; white-space: nowrap }
#frame { width: 100px; overflow: auto; white-space: nowrap } svg { overflow: visible; font-size: 12px }"""


def test_what_is_crowded_or_cut_is_found(new_context: Callable[..., BrowserContext]) -> None:
    """Texts that touch, a table that is cut off, and a label that leaves its axis, each with its name."""
    page = new_context().new_page()
    page.set_content(CROWDED)
    page.add_style_tag(content=STYLE)
    with pytest.raises(AssertionError) as found:
        looks.assert_roomy(page)
    for fault in (
        "1280 px: texts touch: 24 Nov 2026, 22:56:32 | 24 Nov 2026, 23:04:08",
        "390 px: texts touch: 03:00 AM | 07:00 AM",
        "320 px: label outside of its axis: 11:00 AM",
        "320 px: does not show all of it: DIV.",
    ):
        assert fault in str(found.value)


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "pt-BR", "es-MX"])
def test_charts_have_room(open_tab: OpenTab, shown: Showcase, locale: str) -> None:
    """Labels of the axes do not touch and stay inside, and the charts' tables show every column, whatever the clock."""
    for span in ("24h", "7d"):
        page = open_tab(f"/console{shown.webhook(CRM)}/deliveries?range={span}", shown.session, locale=locale)
        expect(page.locator(".chart-plot")).to_have_count(2)
        for table in page.locator(".chart-table summary").all():
            table.click()
        looks.assert_roomy(page)
