"""What must never happen while the console is open, whatever a test looks at."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Route

# Chromium reports each answer with an error status on its console; whether it was meant is the test's to say.
_ANSWERED_WITH_AN_ERROR = "Failed to load resource"
_ELSEWHERE = re.compile(r"^(?!https?://(127\.0\.0\.1|localhost)[:/])(?!data:|blob:|about:)")


@dataclass
class Watch:
    """Keeps the pages of a context to this machine, and notes what a console without defects never does.

    `defects` are requests to other hosts (which are stopped), errors of scripts or of the content security policy,
    and dialogs that a script opened. `asked_to_stay` counts how often the browser asked whether a page may be left.
    """

    defects: list[str] = field(default_factory=list)
    asked_to_stay: int = 0

    def over(self, context: BrowserContext) -> None:
        """Watch every page of the context from now on."""
        context.route(_ELSEWHERE, self._stop)
        context.on("page", self._follow)

    def _follow(self, page: Page) -> None:
        page.on("console", self._logged)
        page.on("pageerror", lambda error: self.defects.append(f"script error: {error}"))
        page.on("dialog", self._asked)

    def _stop(self, route: Route) -> None:
        self.defects.append(f"request to another host: {route.request.url}")
        route.abort()

    def _logged(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_ANSWERED_WITH_AN_ERROR):
            self.defects.append(f"error on the browser's console: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":
            self.asked_to_stay += 1
            dialog.dismiss()
        else:
            self.defects.append(f"dialog: {dialog.type} {dialog.message!r}")
            dialog.dismiss()
