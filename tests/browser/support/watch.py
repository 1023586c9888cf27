"""What must never happen while the console is open, whatever a test looks at."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request

# Chromium reports each answer with an error status, and each request that comes to nothing, on its console; which of
# them are meant is the test's to say.
_NOT_LOADED = "Failed to load resource"
_ELSEWHERE = re.compile(r"^(?!https?://(127\.0\.0\.1|localhost)[:/])(?!data:|blob:|about:)")


@dataclass
class Watch:
    """Notes what a console without defects never does, in every page of a context.

    `defects` are requests to other hosts (the browser's own arguments stop them), errors of scripts or of the content
    security policy, what was not loaded, and dialogs that a script opened; but for the errors that are `meant`, by
    their status or name, such as "404" or "ERR_FAILED". `asked_to_stay` counts how often the browser asked whether a
    page may be left; the answer is no, unless it `may_leave`.
    """

    defects: list[str] = field(default_factory=list)
    meant: tuple[str, ...] = ()
    asked_to_stay: int = 0
    may_leave: bool = False

    def begin(self, *meant: str) -> None:
        """Forget what was noted before this test, of which these errors are meant."""
        self.defects, self.meant, self.asked_to_stay = [], meant, 0

    def over(self, context: BrowserContext) -> None:
        """Watch every page of the context from now on."""
        context.on("request", self._requested)
        context.on("page", self._follow)

    def _follow(self, page: Page) -> None:
        page.on("console", self._logged)
        page.on("pageerror", lambda error: self.defects.append(f"script error: {error}"))
        page.on("dialog", self._asked)

    def _requested(self, request: Request) -> None:
        if _ELSEWHERE.match(request.url):
            self.defects.append(f"request to another host: {request.url}")

    def _logged(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type == "error" and not (
            text.startswith(_NOT_LOADED) and any(error in text for error in self.meant)
        ):
            self.defects.append(f"error on the browser's console: {text} {message.location.get('url', '')}")

    def _asked(self, dialog: Dialog) -> None:
        if self.may_leave:
            dialog.accept()
            return
        if dialog.type == "beforeunload":
            self.asked_to_stay += 1
        else:
            self.defects.append(f"dialog: {dialog.type} {dialog.message!r}")
        dialog.dismiss()
