"""A platform that lets its customers in: links to the portal, and the pages that embed it."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, FrameLocator, Page, Route

from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import PLATFORM

ALL = ("read", "write", "secrets", "resend")
HOME = f"/console/portal/accounts/{ACCOUNT}/webhooks"
ELSEWHERE = "http://localhost:4998"

_PAGE = """<!doctype html><title>Shop</title><iframe src="{address}" width="1200" height="850"></iframe>
<script>
addEventListener("message", async ({{ data, source, origin }}) => {{
  if (data?.type !== "recado.token-wanted") return;
  window.wanted = (window.wanted ?? 0) + 1;
  const token = await (await fetch("/token")).text();
  if (token) source.postMessage({{ type: "recado.token", token }}, origin);
}});
</script>"""


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


def embedding(
    context: BrowserContext, address: str, *, origin: str = PLATFORM, token: Callable[[], str] = str
) -> None:
    """Let `origin` be a site whose page embeds `address`, and answers who wants a token with `token()`."""

    def answer(route: Route) -> None:
        if route.request.url == f"{origin}/token":
            route.fulfill(body=token(), content_type="text/plain")
        else:
            route.fulfill(body=_PAGE.format(address=address), content_type="text/html")

    context.route(f"{origin}/**", answer)


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
