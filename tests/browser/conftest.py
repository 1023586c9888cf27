"""One browser for all tests of the console, and for each test tabs of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from local.listener import Listener
from local.stack_file import Stack
from tests.browser import chromium, people
from tests.browser.people import NewPerson, Person
from tests.browser.watch import Watch
from tests.e2e.client import WEBHOOKS, ApiClient
from tests.e2e.instance import Instance
from tests.e2e.waiting import ARRIVES

OpenTab = Callable[..., Page]
HEIGHT = 900


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium with a profile that nothing is left of."""
    expect.set_options(timeout=ARRIVES * 1000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium.executable(),
            args=list(chromium.ARGUMENTS),
            downloads_path=tmp_path_factory.mktemp("downloads"),
        )
        yield opened
        opened.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test when the console calls another host, throws, breaks its policy or opens a dialog."""
    watching = Watch()
    yield watching
    assert watching.defects == []


@pytest.fixture
def new_context(browser: Any, stack: Stack, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """`new_context(width=360)`: a browser that has never seen the console, in Lisbon, in English."""
    with ExitStack() as opened:

        def new(width: int = 1280, **settings: Any) -> BrowserContext:
            usual = {"locale": "en-GB", "timezone_id": "Europe/Lisbon", "reduced_motion": "reduce"}
            size = {"width": width, "height": HEIGHT}
            context: BrowserContext = browser.new_context(
                base_url=stack.api_url, viewport=size, **{**usual, **settings}
            )
            context.set_default_timeout(ARRIVES * 1000)
            watch.over(context)
            opened.callback(context.close)
            return context

        yield new


@pytest.fixture(scope="session")
def admin(instance: Instance) -> Person:
    """The integration admin of account 1010."""
    return people.admin_of("1010", instance.settings)


@pytest.fixture(scope="session")
def new_person(stack: Stack) -> NewPerson:
    """`new_person("1010", "2020")`: somebody who manages these accounts."""
    return lambda *accounts: people.new_person(stack, f"person-{uuid4().hex[:8]}@example.com", *accounts)


@pytest.fixture(scope="session")
def signed_in_state(browser: Any, stack: Stack, admin: Person) -> str:
    """What a tab keeps once the admin of account 1010 has signed in on the hosted page."""
    with browser.new_context(base_url=stack.api_url) as context:
        page = context.new_page()
        page.goto("/console")
        people.sign_in(page, admin)
        return str(page.evaluate("sessionStorage.getItem('recado.session')"))


@pytest.fixture
def open_tab(new_context: Callable[..., BrowserContext], signed_in_state: str) -> OpenTab:
    """`open_tab("/console/…", width=360, color_scheme="dark")`: a tab in which the admin is signed in already."""

    def open_at(path: str, **settings: Any) -> Page:
        page = new_context(**settings).new_page()
        page.goto("/console/config.json")
        page.evaluate("state => sessionStorage.setItem('recado.session', state)", signed_in_state)
        page.goto(path)
        return page

    return open_at


@pytest.fixture(autouse=True)
def no_webhooks(api: ApiClient) -> Iterator[None]:
    """Every test begins with an account without webhooks, and leaves it so."""
    _delete_all(api)
    yield
    _delete_all(api)


@pytest.fixture
def receiver(listeners: Callable[..., Listener]) -> Listener:
    """A receiver on loopback that answers with success until told otherwise."""
    return listeners()


def _delete_all(api: ApiClient) -> None:
    for webhook in api.get(WEBHOOKS).json()["webhooks"]:
        api.delete(f"{WEBHOOKS}/{webhook['webhookId']}")
