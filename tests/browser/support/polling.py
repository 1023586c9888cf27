"""The console asks for what is new every five seconds, and at once when somebody comes back to it."""

from playwright.sync_api import BrowserContext

_COME_BACK = "setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 1000)"


def often(context: BrowserContext) -> None:
    """Come back to each page of the context every second, for tests that wait for what happens elsewhere."""
    context.add_init_script(_COME_BACK)
