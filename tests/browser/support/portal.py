"""A platform that lets its customers in: links to the portal, and the pages that embed it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, FrameLocator, Page

from local.settings import Settings
from tests.e2e.support.accounts import ACCOUNT, PROCESS
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import PLATFORM
from tests.support.documentation.pages import block

ALL = ("read", "write", "secrets", "resend")
HOME = f"/console/portal/accounts/{ACCOUNT}/webhooks"

_ANSWERS = block("docs/operating.md", "js", "recado.token-wanted")


def _page(address: str) -> str:
    """A page that embeds `address`, and answers who wants a token by the code that the documentation shows."""
    parts = urlsplit(address)
    answers = _ANSWERS.replace("https://hooks.example.com", f"{parts.scheme}://{parts.netloc}")
    return f"""<!doctype html><link rel="icon" href="data:,"><title>Shop</title>
<iframe src="{address}" width="1200" height="850"></iframe>
<script>
const frame = document.querySelector("iframe");
{answers}</script>"""


class Platform:
    """Opens sessions of this process's account as the platform does, with the admin scope."""

    def __init__(self, admin: ApiClient) -> None:
        self._admin = admin

    def session(self, *capabilities: str, **wish: Any) -> dict[str, Any]:
        """A new session, of all capabilities unless some are named."""
        body = {"capabilities": capabilities or ALL, **wish}
        answer = self._admin.post(f"/accounts/{ACCOUNT}/portal-sessions", json=body)
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    def end_all(self) -> None:
        """End whatever sessions there are."""
        answer = self._admin.delete(f"/accounts/{ACCOUNT}/portal-sessions")
        assert answer.status_code == 204, answer.text


@contextmanager
def embedding(address: str, *, port: int = 0, token: Callable[[], str] = str) -> Iterator[str]:
    """A site at `localhost` whose pages embed `address`, and answer who wants a token with `token()`: its origin.

    It is a server of its own, because browsers ask about a page that comes from nowhere and loads from this machine.
    """

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("text/html; charset=utf-8", _page(address))

        def do_POST(self) -> None:
            self._answer("application/json", json.dumps({"token": token()}))

        def _answer(self, content_type: str, body: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def renewing(context: BrowserContext, address: Callable[[], str]) -> None:
    """Let the platform's page for renewal lead to `address()`."""
    body = "<!doctype html><title>Shop</title><script>location.replace({address})</script>"
    context.route(
        f"{PLATFORM}/renew",
        lambda route: route.fulfill(body=body.format(address=json.dumps(address())), content_type="text/html"),
    )


def framed(page: Page) -> FrameLocator:
    """The portal inside a page that embeds it."""
    return page.frame_locator("iframe")


def allowed_port(settings: Settings) -> int:
    """The port of the origin that may embed the portal and is this process's own."""
    return int(urlsplit(settings.portal["PortalOrigins"].split(",")[PROCESS]).port or 0)
