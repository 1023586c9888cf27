"""One sign-in for all tabs of a browser: a new tab has it, renewals are shared, and signing out ends it in each."""

import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.support import people
from tests.browser.support.tabs import NewContext
from tests.e2e.support.accounts import ACCOUNT, Person

pytestmark = pytest.mark.deep

WEBHOOKS_PAGE = f"/console/accounts/{ACCOUNT}/webhooks"
HOUR_MS = 3_600_000
KEPT = "JSON.parse(sessionStorage.getItem('recado.session'))"


@pytest.fixture
def page(new_context: NewContext, admin: Person) -> Page:
    """A tab in which the admin has signed in."""
    opened = new_context().new_page()
    opened.goto(WEBHOOKS_PAGE)
    people.sign_in(opened, admin)
    return opened


def sign_out(page: Page) -> None:
    """As a person does it."""
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_link_in_a_new_tab_opens_its_page(page: Page, admin: Person) -> None:
    """Ctrl-click leads to the page itself, with the same session; neither cookies nor shared storage have a token."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Event types").click(modifiers=["ControlOrMeta"])
    other = opened.value
    expect(other.get_by_role("heading", name="Event types", exact=True)).to_be_visible()
    expect(other.get_by_role("button", name="Settings and sign out")).to_contain_text(admin.name)
    assert other.evaluate(KEPT) == page.evaluate(KEPT)
    kept = json.dumps(page.context.storage_state())
    assert not [token for token in ("accessToken", "refreshToken") if page.evaluate(f"{KEPT}.{token}") in kept]


def test_tab_that_waits_goes_on_when_another_signs_in(new_context: NewContext, admin: Person) -> None:
    """Who has opened two tabs signs in once."""
    context = new_context()
    first, second = context.new_page(), context.new_page()
    for one in (first, second):
        one.goto(WEBHOOKS_PAGE)
        expect(one.get_by_text("Sign in to open this page.")).to_be_visible()
    people.sign_in(first, admin)
    expect(second.get_by_role("heading", name="No webhooks yet")).to_be_visible()


def test_signing_out_ends_every_tab(page: Page) -> None:
    """A page that only shows is closed, a form stays with what was entered, and none has a token any more."""
    shows, form = page.context.new_page(), page.context.new_page()
    shows.goto(WEBHOOKS_PAGE)
    expect(shows.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    form.goto(f"{WEBHOOKS_PAGE}/new")
    form.get_by_label("Name", exact=True).fill("CRM sync")
    sign_out(page)
    expect(shows.get_by_text("You signed out in another tab")).to_be_visible()
    expect(shows.get_by_role("heading", name="No webhooks yet")).to_have_count(0)
    expect(form.get_by_role("alert").get_by_text("You signed out in another tab")).to_be_visible()
    expect(form.get_by_label("Name", exact=True)).to_have_value("CRM sync")
    for one in (page, shows, form):
        assert one.evaluate("sessionStorage.getItem('recado.session')") is None


def test_form_goes_on_once_the_same_person_has_signed_in_elsewhere(page: Page, admin: Person) -> None:
    """What was entered before signing out in another tab can be saved after signing in there."""
    form = page.context.new_page()
    form.goto(f"{WEBHOOKS_PAGE}/new")
    form.get_by_label("Name", exact=True).fill("CRM sync")
    sign_out(page)
    expect(form.get_by_role("button", name="Sign in again")).to_be_visible()
    people.sign_in(page, admin)
    expect(form.get_by_role("button", name="Sign in again")).to_have_count(0)
    expect(form.get_by_label("Name", exact=True)).to_have_value("CRM sync")
    form.get_by_label("Target URL").fill("http://127.0.0.1:9/")
    form.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    form.get_by_role("button", name="Add webhook").click()
    expect(form.get_by_role("heading", name="CRM sync")).to_be_visible()


def test_tab_that_was_away_while_another_signed_out_is_signed_out(page: Page) -> None:
    """What it kept of the session, as a tab does that the browser has unloaded, is worth nothing when it comes back."""
    away = page.context.new_page()
    away.goto(WEBHOOKS_PAGE)
    expect(away.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    away.goto("about:blank")
    sign_out(page)
    away.goto(WEBHOOKS_PAGE)
    expect(away.get_by_text("Sign in to open this page.")).to_be_visible()
    assert away.evaluate("sessionStorage.getItem('recado.session')") is None


def test_tabs_renew_one_after_another(new_context: NewContext, admin: Person) -> None:
    """An identity provider that takes each refresh token once is asked once an hour, and both tabs go on."""
    context = new_context()
    context.clock.install()
    first = context.new_page()
    first.goto(WEBHOOKS_PAGE)
    people.sign_in(first, admin)
    second = context.new_page()
    second.goto(WEBHOOKS_PAGE)
    expect(second.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    real = str(first.evaluate(f"{KEPT}.refreshToken"))
    valid, asked = [real], []

    def rotating(route: Route) -> None:
        form = {name: values[0] for name, values in parse_qs(route.request.post_data or "").items()}
        asked.append(form.get("refresh_token"))
        if form.get("refresh_token") != valid[-1]:
            route.fulfill(status=400, json={"error": "invalid_grant"})
            return
        answer = route.fetch(post_data=(route.request.post_data or "").replace(valid[-1], real))
        valid.append(f"rotated-{len(valid)}")
        # Without an ID token, whose times are those of another clock.
        grant = {name: value for name, value in answer.json().items() if name != "id_token"}
        route.fulfill(response=answer, json={**grant, "refresh_token": valid[-1]})

    context.route("**/oauth2/token", rotating)
    for turn in (1, 2):
        # One clock for both: both find at once that their token is about to expire.
        context.clock.fast_forward(HOUR_MS)
        for one in (first, second):
            one.wait_for_function(f"turn => {KEPT}.turn === turn", arg=turn)
        assert len(asked) == turn
    for one in (first, second):
        assert one.evaluate(f"{KEPT}.refreshToken") == valid[-1]
        one.get_by_role("link", name="Event types").click()
        expect(one.get_by_role("heading", name="Event types", exact=True)).to_be_visible()
        expect(one.get_by_text("Your session has ended")).to_have_count(0)


@pytest.mark.parametrize("missing", ["BroadcastChannel", "locks", "localStorage"])
def test_browser_that_refuses_these_leaves_each_tab_to_itself(
    new_context: NewContext, admin: Person, missing: str
) -> None:
    """A tab signs in, is renewed and signs out as ever, without channel, locks or storage that tabs share."""
    owner = "Navigator.prototype" if missing == "locks" else "window"
    context = new_context()
    context.add_init_script(
        f"Object.defineProperty({owner}, {missing!r}, {{ get() {{ throw new DOMException('no', 'SecurityError') }} }})"
    )
    page = context.new_page()
    page.goto(WEBHOOKS_PAGE)
    people.sign_in(page, admin)
    page.evaluate(f"sessionStorage.setItem('recado.session', JSON.stringify({{ ...{KEPT}, expiresAt: 0 }}))")
    with page.expect_response("**/oauth2/token") as renewal:
        page.reload()
    assert renewal.value.ok
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    sign_out(page)
