"""Signing in, staying signed in, signing out, and whose account is shown."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from local.stack_file import Stack
from tests.browser.support import people
from tests.browser.support.people import NewPerson
from tests.browser.support.tabs import NewContext, OpenTab
from tests.e2e.support.accounts import ACCOUNT, OTHER_ACCOUNT, Person
from tests.e2e.support.waiting import until

AwsClient = Callable[[str], Any]
EndSession = Callable[[Page, Person], None]

WEBHOOKS_PAGE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT_TYPES_PAGE = f"/console/accounts/{ACCOUNT}/event-types"
HOUR_MS = 3_600_000
TITLE = "Webhooks"
KEPT = "JSON.parse(sessionStorage.getItem('recado.session'))"


@pytest.fixture
def end_session(stack: Stack, aws_client: AwsClient) -> EndSession:
    """`end_session(page, person)`: what an administrator does about somebody who has left."""
    cognito, sign_in = aws_client("cognito-idp"), stack.sign_in

    def end(page: Page, person: Person) -> None:
        renewal = {"client_id": sign_in["clientIds"]["ConsoleClient"], "grant_type": "refresh_token"}
        renewal["refresh_token"] = page.evaluate(f"{KEPT}.refreshToken")

        def refused() -> bool:
            # Again and again, because it counts for tokens of an earlier second only.
            cognito.admin_user_global_sign_out(UserPoolId=sign_in["userPoolId"], Username=person.name)
            return not httpx.post(sign_in["tokenUrl"], data=renewal, trust_env=False).is_success

        until(refused, "the end of the session")

    return end


def reload_with(page: Page, **changes: object) -> None:
    """Change what the tab keeps of its session, and load the page anew."""
    page.evaluate(
        f"changes => sessionStorage.setItem('recado.session', JSON.stringify({{...{KEPT}, ...changes}}))", changes
    )
    page.reload()


def forged(page: Page) -> str:
    """The tab's access token with a signature that the API refuses, as it refuses one that has expired."""
    content, _, signature = str(page.evaluate(f"{KEPT}.accessToken")).rpartition(".")
    return f"{content}.{signature[::-1]}"


def test_link_to_a_page_leads_there_after_signing_in(new_context: NewContext, admin: Person) -> None:
    """Who follows a link without being signed in comes to that page after signing in."""
    page = new_context().new_page()
    page.goto(f"{EVENT_TYPES_PAGE}?from=mail")
    expect(page.get_by_text("Sign in to open this page.")).to_be_visible()
    people.sign_in(page, admin)
    expect(page.get_by_role("heading", name="Event types", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/event-types\?from=mail$"))


def test_answer_of_a_sign_in_that_nobody_began_is_refused(new_context: NewContext) -> None:
    """A link with somebody else's sign-in code signs nobody in, and its code leaves the address."""
    page = new_context().new_page()
    page.goto("/console?code=somebody-elses&state=somebody-elses")
    expect(page.get_by_text("Sign-in failed")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/console$"))


@pytest.mark.meets("401")
def test_session_is_renewed_without_a_word(open_tab: OpenTab) -> None:
    """A token that the API refuses, or that is about to expire, is renewed while the reader sees the page."""
    page = open_tab(WEBHOOKS_PAGE)
    reload_with(page, accessToken=forged(page))
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    with page.expect_response("**/oauth2/token") as renewal:
        reload_with(page, expiresAt=0)
    assert renewal.value.ok
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    expect(page.get_by_text("Your session has ended")).to_have_count(0)


@pytest.mark.meets("400", "401")
def test_session_that_has_ended_leads_back_to_what_was_entered(
    new_context: NewContext, new_person: NewPerson, end_session: EndSession
) -> None:
    """When the session ends under an open page, the page stays and says so.

    Signing in again leads back to it, and a form is as it was, but for the password.
    """
    person = new_person(ACCOUNT)
    page = new_context().new_page()
    page.clock.install()
    page.goto(f"{WEBHOOKS_PAGE}/new?event=CI_STATS")
    people.sign_in(page, person)
    page.get_by_label("Name", exact=True).fill("CRM sync")
    page.get_by_label("Basic", exact=True).check()
    page.get_by_label("User name").fill("recado")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    end_session(page, person)
    page.clock.fast_forward(HOUR_MS)
    expect(page.get_by_role("alert").get_by_text("Your session has ended")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("CRM sync")
    people.sign_in(page, person, button="Sign in again")
    expect(page).to_have_url(re.compile(r"/new\?event=CI_STATS$"))
    expect(page.get_by_text("Your session has ended")).to_have_count(0)
    expect(page.get_by_label("Name", exact=True)).to_have_value("CRM sync")
    expect(page.get_by_label("Basic", exact=True)).to_be_checked()
    expect(page.get_by_label("User name")).to_have_value("recado")
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("COURSE_ENROLLMENT", exact=True)).to_be_checked()
    assert "correct horse" not in page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")


@pytest.mark.meets("400")
@pytest.mark.deep
def test_signing_secret_of_a_form_does_not_outlive_the_session(
    new_context: NewContext, new_person: NewPerson, end_session: EndSession
) -> None:
    """It is in no storage: signing in again makes another, and the form says so."""
    person = new_person(ACCOUNT)
    page = new_context().new_page()
    page.clock.install()
    page.goto(f"{WEBHOOKS_PAGE}/new")
    people.sign_in(page, person)
    page.get_by_label("Name", exact=True).fill("CRM sync")
    secret = page.get_by_label("Signing secret", exact=True).input_value()
    end_session(page, person)
    page.clock.fast_forward(HOUR_MS)
    expect(page.get_by_role("alert").get_by_text("Your session has ended")).to_be_visible()
    people.sign_in(page, person, button="Sign in again")
    expect(page.get_by_text("This is a new signing secret")).to_be_visible()
    assert page.get_by_label("Signing secret", exact=True).input_value() not in {"", secret}
    assert "whsec_" not in page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")
    page.get_by_role("button", name="Generate another").click()
    expect(page.get_by_text("This is a new signing secret")).to_have_count(0)


def test_tokens_are_kept_in_the_tab_alone_and_forgotten(new_context: NewContext, admin: Person) -> None:
    """No token is in cookies or in storage that tabs share: where all tabs were closed, a new one is not signed in.

    After signing out the tab itself holds no token, going back shows nothing of the account, and the refresh token that
    it held is good for nothing.
    """
    context = new_context()
    page = context.new_page()
    page.goto(WEBHOOKS_PAGE)
    people.sign_in(page, admin)
    assert page.evaluate(f"{KEPT}.accessToken") not in json.dumps(context.storage_state())
    expect(page.get_by_role("heading", name=TITLE, exact=True)).to_be_visible()
    kept = page.evaluate("sessionStorage.getItem('recado.session')")
    page.goto("about:blank")
    other = context.new_page()
    other.goto(WEBHOOKS_PAGE)
    expect(other.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    other.close()
    page.goto(WEBHOOKS_PAGE)
    assert page.evaluate("sessionStorage.getItem('recado.session')") == kept
    refresh_token = page.evaluate(f"{KEPT}.refreshToken")
    page.get_by_role("button", name="Settings and sign out").click()
    with page.expect_response("**/oauth2/revoke") as revocation:
        page.get_by_role("button", name="Sign out", exact=True).click()
    assert revocation.value.ok
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert page.evaluate("JSON.stringify(sessionStorage)") == "{}"
    page.goto(WEBHOOKS_PAGE)
    expect(page.get_by_text("Sign in to open this page.")).to_be_visible()
    config = context.request.get("/console/config.json").json()
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": config["clientId"]}
    renewal = context.request.post(config["tokenUrl"], form=form)
    assert (renewal.status, renewal.json()["error"]) == (400, "invalid_grant")


def test_other_account_is_not_reachable(open_tab: OpenTab) -> None:
    """The admin of one account sees nothing of another by its address; the page says whose account is needed."""
    page = open_tab(WEBHOOKS_PAGE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/console/accounts/{OTHER_ACCOUNT}/webhooks")
    expect(page.get_by_role("heading", name=f"You have no access to account {OTHER_ACCOUNT}")).to_be_visible()
    assert not [url for url in asked if f"/accounts/{OTHER_ACCOUNT}/" in url and "/console/" not in url]
    page.get_by_role("link", name="Go to your webhooks").click()
    expect(page).to_have_url(re.compile(rf"{WEBHOOKS_PAGE}$"))


@pytest.mark.deep
def test_admin_of_two_accounts_switches_between_them(
    new_context: NewContext, new_person: NewPerson, other_api: Any
) -> None:
    """Who manages two accounts chooses one in the header, and sees that one's webhooks."""
    body = {"name": "Only there", "targetUrl": "http://127.0.0.1:9/", "eventNames": ["CI_STATS"]}
    webhook = other_api.post(f"/accounts/{OTHER_ACCOUNT}/webhooks", json=body).json()
    page = new_context().new_page()
    page.goto("/console")
    people.sign_in(page, new_person(ACCOUNT, OTHER_ACCOUNT))
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    page.get_by_label("Account").select_option(OTHER_ACCOUNT)
    expect(page.get_by_role("link", name="Only there")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/console/accounts/{OTHER_ACCOUNT}/webhooks$"))
    other_api.delete(f"/accounts/{OTHER_ACCOUNT}/webhooks/{webhook['webhookId']}")
