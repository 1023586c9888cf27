"""One browser for all tests of the console, and for each test tabs of its own."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from local.listener import Listener
from local.stack_file import Stack
from tests.browser.support import chromium, people, showcase
from tests.browser.support.people import NewPerson
from tests.browser.support.showcase import Showcase
from tests.browser.support.tabs import SIZE, KeptTabs, OpenTab, signed_in
from tests.browser.support.watch import Watch
from tests.browser.support.webhooks import delete_all
from tests.e2e.support.accounts import ACCOUNT, Person, admin_of
from tests.e2e.support.accounts import new_person as create
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import ARRIVES

SessionOf = Callable[[Person], str]


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of tests that bring about errors on purpose."""
    config.addinivalue_line("markers", "meets(*errors): statuses or errors of the network that this test means to meet")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder that open the browser need one."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs("chromium", "playwright"))


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


@pytest.fixture(scope="session")
def watching() -> Watch:
    """The one watch over all tabs, which outlive a test."""
    return Watch()


@pytest.fixture
def watch(watching: Watch, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fails the test when the console calls another host, throws, breaks its policy, meets an error or opens a dialog.

    A test that means to meet errors is marked with them: `@pytest.mark.meets("404")`.
    """
    watching.begin(*(error for mark in request.node.iter_markers("meets") for error in mark.args))
    yield watching
    assert watching.defects == []


def _context(
    browser: Any, stack: Stack, watching: Watch, width: int = SIZE["width"], **settings: Any
) -> BrowserContext:
    usual = {"locale": "en-GB", "timezone_id": "Europe/Lisbon", "reduced_motion": "reduce"}
    size = {**SIZE, "width": width}
    context: BrowserContext = browser.new_context(base_url=stack.api_url, viewport=size, **{**usual, **settings})
    context.set_default_timeout(ARRIVES * 1000)
    watching.over(context)
    return context


@pytest.fixture
def new_context(browser: Any, stack: Stack, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """`new_context(width=390)`: a browser that has never seen the console, in Lisbon, in English."""
    with ExitStack() as opened:

        def new(**settings: Any) -> BrowserContext:
            context = _context(browser, stack, watch, **settings)
            opened.callback(context.close)
            return context

        yield new


@pytest.fixture(scope="session")
def kept_tabs(browser: Any, stack: Stack, watching: Watch) -> KeptTabs:
    """Tabs for one test after another."""
    return KeptTabs(lambda: _context(browser, stack, watching), watching)


@pytest.fixture(scope="session")
def admin(instance: Instance) -> Person:
    """The integration admin of this process's account."""
    return admin_of(ACCOUNT, instance.settings)


@pytest.fixture(scope="session")
def new_person(stack: Stack) -> NewPerson:
    """`new_person(ACCOUNT, OTHER_ACCOUNT, name="ana")`: somebody who manages these accounts."""

    def new(*accounts: str, name: str = "") -> Person:
        return create(stack, f"{name or uuid4().hex[:8]}@example.com", *accounts)

    return new


@pytest.fixture(scope="session")
def session_of(browser: Any, stack: Stack) -> SessionOf:
    """`session_of(person)`: what a tab keeps once the person has signed in on the hosted page."""

    def session(person: Person) -> str:
        watching = Watch()
        with browser.new_context(base_url=stack.api_url) as context:
            watching.over(context)
            page = context.new_page()
            page.goto("/console")
            people.sign_in(page, person)
            assert watching.defects == []
            return str(page.evaluate("sessionStorage.getItem('recado.session')"))

    return session


@pytest.fixture(scope="session")
def admin_session(session_of: SessionOf, admin: Person) -> str:
    """The session of the account's admin."""
    return session_of(admin)


@pytest.fixture
def open_tab(new_context: Callable[..., BrowserContext], kept_tabs: KeptTabs, admin_session: str) -> Iterator[OpenTab]:
    """`open_tab("/console/…", width=390, color_scheme="dark")`: a tab in which the admin is signed in already.

    An `eager` one asks for what is new every second.
    """

    def open_at(path: str, session: str = admin_session, *, eager: bool = False, **settings: Any) -> Page:
        kept = None if settings else kept_tabs.take(session, eager=eager)
        page = kept or signed_in(new_context(**settings), session, eager=eager)
        page.goto(path)
        return page

    yield open_at
    kept_tabs.give_back()


@pytest.fixture(scope="session")
def hours() -> int:
    """For how many hours events have come to the account that `shown` is."""
    return 1


@pytest.fixture(scope="session")
def shown(
    stack: Stack, publish: Callable[..., str], new_person: NewPerson, session_of: SessionOf, hours: int
) -> Iterator[Showcase]:
    """An account with webhooks and deliveries in every state."""
    session = session_of(new_person(showcase.ACCOUNT, name=f"admin-{showcase.ACCOUNT}"))
    account = Showcase(session, ApiClient(stack.api_url, json.loads(session)["accessToken"]), publish)
    with ExitStack() as opened:
        opened.callback(delete_all, account.api, showcase.ACCOUNT)
        showcase.fill(account, lambda: opened.enter_context(Listener()), hours)
        yield account


@pytest.fixture(autouse=True)
def no_webhooks(api: ApiClient) -> Iterator[None]:
    """Every test leaves its account without webhooks, so that the next one begins so."""
    yield
    delete_all(api)


@pytest.fixture
def receiver(listeners: Callable[..., Listener]) -> Listener:
    """A receiver on loopback that answers with success until told otherwise."""
    return listeners()
