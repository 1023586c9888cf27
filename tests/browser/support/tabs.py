"""Tabs that one test after another uses: a new one costs more than most tests do in it."""

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Error, Page, ViewportSize

from tests.browser.support import polling
from tests.browser.support.watch import Watch

OpenTab = Callable[..., Page]
NewContext = Callable[..., BrowserContext]
SIZE: ViewportSize = {"width": 1280, "height": 900}
# Once a context, so that who signs out is signed out.
_SIGNED_IN = """
if (location.protocol === "http:" && !localStorage.getItem("signed in")) {
  localStorage.setItem("signed in", "once");
  sessionStorage.setItem("recado.session", SESSION);
}
"""


def signed_in(context: BrowserContext, session: str, *, eager: bool) -> Page:
    """A tab of the context with this session in it, which asks for what is new every second where it is eager."""
    if eager:
        polling.often(context)
    context.add_init_script(_SIGNED_IN.replace("SESSION", json.dumps(session)))
    return context.new_page()


class KeptTabs:
    """The tabs of usual contexts, one a session, each as good as new for the test that takes it."""

    def __init__(self, new_context: Callable[[], BrowserContext], watch: Watch) -> None:
        self._new_context = new_context
        self._watch = watch
        self._kept: dict[tuple[str, bool], Page] = {}
        self._taken: list[Page] = []

    def take(self, session: str, *, eager: bool) -> Page | None:
        """A tab with this session; None where the test has it already, for a second one is its own."""
        page = self._kept.get((session, eager))
        if page is None or page.is_closed():
            page = self._kept[session, eager] = signed_in(self._new_context(), session, eager=eager)
        elif page in self._taken:
            return None
        self._taken.append(page)
        return page

    def give_back(self) -> None:
        """Forget all that the test has done in the tabs that it took."""
        noted = list(self._watch.defects)
        for page in self._taken:
            if not page.is_closed():
                self._renew(page)
        self._taken.clear()
        # What a page says when it is left in the middle of something is no defect.
        self._watch.defects = noted

    def _renew(self, page: Page) -> None:
        self._watch.may_leave = True
        try:
            page.unroute_all(behavior="ignoreErrors")
            page.context.set_offline(False)
            page.emulate_media(color_scheme="light")
            page.set_viewport_size(SIZE)
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
            page.goto("about:blank")
            page.context.clear_cookies()
        except Error:
            # A page that cannot be left is not used again.
            page.context.close()
        finally:
            self._watch.may_leave = False
