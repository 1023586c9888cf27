"""Types of authentication in the console: entered, seen in a POST, shown, changed, told to the receiver."""

import re

import pytest
from playwright.sync_api import expect

from local.listener import Listener
from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.browser.webhook.entering import CONSOLE, ELSEWHERE, begin, edit, note, preview, save, shown, tried
from tests.e2e.support.client import ApiClient

pytestmark = pytest.mark.deep

TOKEN, OTHER_TOKEN = "tok-3f9a61c04b7d", "tok-8e21b5d7703a"
VALUE = "key-55c0ad9e17f2"
CLIENT_SECRET = "cls-7d1f02be98a4"


@pytest.mark.meets("422")
def test_bearer_token_is_entered_kept_and_replaced(open_tab: OpenTab, receiver: Listener) -> None:
    """A token is hidden until somebody shows it, sent, kept by a change without it, and asked for with another host."""
    page = open_tab(f"{CONSOLE}/new")
    begin(page, receiver.url)
    page.get_by_label("Bearer token", exact=True).check()
    token = page.get_by_label("Token", exact=True)
    token.fill(f" {TOKEN} ")
    expect(token).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show Token").click()
    expect(token).to_have_attribute("type", "text")
    assert preview(page) == "Authorization: Bearer …"
    assert tried(page, receiver)["authorization"] == f"Bearer {TOKEN}"
    looks.assert_faultless(page)
    save(page)
    assert TOKEN not in page.content()
    assert "Authorization: “Bearer ”" in note(page)
    assert re.search(r"^http\S+/console/receiving$", note(page), re.MULTILINE)
    assert tried(page, receiver)["authorization"] == f"Bearer {TOKEN}"

    edit(page)
    expect(token).to_have_value("")
    expect(token).to_have_accessible_description(re.compile("Leave empty to keep the stored value."))
    page.get_by_label("Target URL").fill(ELSEWHERE)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("alert").filter(has_text="1 field needs your attention")).to_be_focused()
    expect(token).to_have_accessible_description(
        re.compile("Must be entered again, because the target's host changes.")
    )
    token.fill(OTHER_TOKEN)
    page.get_by_label("Target URL").fill(receiver.url)
    save(page, "Save changes")
    assert tried(page, receiver)["authorization"] == f"Bearer {OTHER_TOKEN}"


@pytest.mark.meets("422")
def test_secret_header_is_entered_and_its_name_changed(open_tab: OpenTab, receiver: Listener, api: ApiClient) -> None:
    """The name is seen everywhere, the value nowhere; a name that is not accepted is told at its field."""
    page = open_tab(f"{CONSOLE}/new")
    begin(page, receiver.url)
    page.get_by_label("Secret header", exact=True).check()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="2 fields need your attention")).to_be_focused()
    name = page.get_by_label("Header name", exact=True)
    name.fill("Cookie")
    page.get_by_label("Header value", exact=True).fill(VALUE)
    page.get_by_role("button", name="Add webhook").click()
    expect(name).to_have_accessible_description(re.compile("Is reserved: use a name of your own"))
    name.fill("X-Api-Key")
    assert preview(page) == "X-Api-Key: …"
    assert tried(page, receiver)["x-api-key"] == VALUE
    looks.assert_faultless(page)
    save(page)
    expect(page.get_by_text("Secret header · X-Api-Key")).to_be_visible()
    assert "the header X-Api-Key" in note(page)

    edit(page)
    name.fill("X-Team-Key")
    save(page, "Save changes")
    assert shown(page, api) == {"type": "HEADER", "name": "X-Team-Key"}
    assert tried(page, receiver)["x-team-key"] == VALUE
    assert VALUE not in page.content()


def test_signature_by_a_key_shows_where_the_public_keys_are(open_tab: OpenTab, receiver: Listener) -> None:
    """Both signatures are sent, and the address of the key set can be copied and read by anybody."""
    page = open_tab(f"{CONSOLE}/new")
    begin(page, receiver.url)
    page.get_by_label("Signature", exact=True).check()
    page.get_by_label("HMAC-SHA256 and Ed25519").check()
    expect(page.get_by_text("The key is generated when you save.")).to_be_visible()
    assert preview(page) == "webhook-signature: v1,… v1a,…"
    looks.assert_faultless(page)
    save(page)
    row = page.locator(".fact-wide").filter(has_text="Public keys")
    address = row.locator("code").inner_text()
    assert address in note(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == address
    assert [key["crv"] for key in page.request.get(address).json()["keys"]] == ["Ed25519"]
    assert [one.split(",")[0] for one in tried(page, receiver)["webhook-signature"].split()] == ["v1", "v1a"]
    edit(page)
    expect(page.get_by_label("HMAC-SHA256 and Ed25519")).to_be_checked()
    page.get_by_label("HMAC-SHA256", exact=True).check()
    save(page, "Save changes")
    expect(row).to_have_count(0)


@pytest.mark.meets("422")
def test_oauth2_client_is_entered_and_its_secret_asked_for_again(open_tab: OpenTab, api: ApiClient) -> None:
    """All but the secret is shown; another client needs its own secret."""
    page = open_tab(f"{CONSOLE}/new")
    begin(page, ELSEWHERE)
    page.get_by_label("OAuth 2.0", exact=True).check()
    page.get_by_label("Token URL", exact=True).fill("http://127.0.0.1:9/token")
    page.get_by_label("Client ID", exact=True).fill("recado")
    page.get_by_label("Client secret", exact=True).fill(CLIENT_SECRET)
    page.get_by_label("How the client secret is sent").select_option("In the body")
    page.get_by_label("Scope").fill("hooks.write")
    asked = "POST http://127.0.0.1:9/token\ngrant_type=client_credentials&scope=hooks.write&client_id=recado&client_secret=…"
    assert preview(page) == f"{asked}\n\nAuthorization: Bearer …"
    looks.assert_faultless(page)
    save(page)
    assert CLIENT_SECRET not in page.content()
    assert shown(page, api) == {
        **{"type": "OAUTH2", "tokenUrl": "http://127.0.0.1:9/token", "clientId": "recado"},
        **{"clientAuthentication": "BODY", "scope": "hooks.write"},
    }
    for fact in ("Client ID: recado", "How the client secret is sent: In the body"):
        expect(page.get_by_text(fact)).to_be_visible()
    assert "http://127.0.0.1:9/token issued to the client recado" in note(page)

    edit(page)
    page.get_by_label("Client ID", exact=True).fill("another")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_label("Client secret", exact=True)).to_have_accessible_description(
        re.compile("Must be entered again, because the token server's host or clientId changes.")
    )
