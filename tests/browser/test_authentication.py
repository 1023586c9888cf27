"""Every type of authentication in the console: entered, seen in a POST, shown, changed, told to the receiver."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener
from tests.browser.support import looks
from tests.browser.support.keyboard import press_on, tab_to, type_into
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.support.chains import Issued, issued

OpenTab = Callable[..., Page]
CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT = "COURSE_ENROLLMENT"
TOKEN, OTHER_TOKEN = "tok-3f9a61c04b7d", "tok-8e21b5d7703a"
VALUE = "key-55c0ad9e17f2"
CLIENT_SECRET = "cls-7d1f02be98a4"
ELSEWHERE = "http://localhost:9/hooks"


@pytest.fixture
def client() -> Issued:
    """A client certificate that ends in twelve days, of an authority of the receiver's own."""
    authority = issued("Receivers CA", authority=True)
    return issued("recado.example", authority, ends=datetime.now(UTC) + timedelta(days=12, hours=1))


def begin(page: Page, url: str) -> None:
    """Fill in what every webhook has."""
    page.get_by_label("Name", exact=True).fill("CRM sync")
    page.get_by_label("Target URL").fill(url)
    page.get_by_label(EVENT, exact=True).check()


def save(page: Page, button: str = "Add webhook") -> None:
    """Save, and see the webhook."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="CRM sync", exact=True)).to_be_visible()


def tried(page: Page, receiver: Listener) -> dict[str, str]:
    """Send a test, and return the headers that the receiver got."""
    before = len(receiver.received)
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("Status 204")).to_be_visible()
    return {name.lower(): value for name, value in receiver.received[before].headers.items()}


def preview(page: Page) -> str:
    """What the form shows of what is sent."""
    return page.get_by_role("group", name="What is sent").inner_text()


def note(page: Page) -> str:
    """What is to be told to the receiver's developer."""
    return page.get_by_role("region", name="For the receiver's developer").get_by_role("group").inner_text()


def shown(page: Page, api: ApiClient) -> dict[str, Any]:
    """The authentication of the webhook whose page is open, as the API shows it."""
    found = re.search(r"/webhooks/(wh_\w+)", page.url)
    assert found
    answer: dict[str, Any] = api.get(f"{WEBHOOKS}/{found[1]}").json()["authentication"]
    return answer


def edit(page: Page) -> None:
    """Open the form of the webhook."""
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("heading", name="Edit CRM sync")).to_be_visible()


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


@pytest.mark.meets("422")
def test_client_certificate_is_read_from_a_file_replaced_and_removed(
    open_tab: OpenTab, receiver: Listener, api: ApiClient, client: Issued, tmp_path: Path
) -> None:
    """Certificate and key come by file or paste, with any type; what is shown says whose they are and when they end."""
    assert client.issuer
    file = tmp_path / "client.pem"
    file.write_text(client.pem)
    page = open_tab(f"{CONSOLE}/new")
    begin(page, receiver.url)
    page.get_by_label("None", exact=True).check()
    page.get_by_text("Mutual TLS", exact=True).click()
    key = page.get_by_label("Private key (PEM)", exact=True)
    page.get_by_label("From a file: Certificate (PEM)", exact=True).set_input_files(file)
    expect(page.get_by_label("Certificate (PEM)", exact=True)).to_have_value(client.pem)
    expect(page.get_by_label("From a file: Certificate (PEM)", exact=True)).to_have_value("")
    key.fill(client.issuer.key_pem)
    page.get_by_label("Authority certificates (PEM)", exact=True).fill(client.issuer.pem)
    page.get_by_role("button", name="Add webhook").click()
    expect(key).to_have_accessible_description(re.compile("this key belongs to none of the certificates"))
    key.fill(client.key_pem)
    looks.assert_faultless(page)
    save(page)
    panel = page.get_by_role("region", name="Certificates")
    fingerprint = shown(page, api)["clientCertificate"]["fingerprint"]
    for text in ("CN=recado.example", "CN=Receivers CA", "Expires in 12 days", fingerprint):
        expect(panel.get_by_text(text).first).to_be_visible()
    assert "Subject: CN=recado.example" in note(page)
    assert "PRIVATE KEY" not in page.content()
    looks.assert_faultless(page)

    edit(page)
    expect(page.get_by_text("Expires in 12 days")).to_be_visible()
    page.get_by_role("button", name="Replace certificate").click()
    expect(page.get_by_label("Certificate (PEM)", exact=True)).to_be_focused()
    page.get_by_role("button", name="Keep the saved certificate").click()
    page.get_by_label("Target URL").fill(ELSEWHERE)
    page.get_by_role("button", name="Save changes").click()
    summary = page.get_by_role("alert").filter(has_text="1 field needs your attention")
    expect(summary).to_contain_text("or removed, because the target's host changes")
    summary.get_by_role("link", name="Client certificate").click()
    expect(page.get_by_role("group", name="Client certificate")).to_be_focused()
    looks.assert_faultless(page)
    page.get_by_role("button", name="Remove certificate").click()
    page.get_by_role("button", name="Remove authorities").click()
    expect(page.get_by_text("Saving removes the client certificate.")).to_be_visible()
    save(page, "Save changes")
    expect(panel).to_have_count(0)
    assert shown(page, api) == {"type": "NONE"}
    page.get_by_role("link", name="Activity").last.click()
    expect(page.get_by_text(f"Client certificate: {fingerprint} → nothing")).to_be_visible()


def test_file_that_is_too_large_is_not_read(open_tab: OpenTab, tmp_path: Path) -> None:
    """The field says so, and stays as it was."""
    file = tmp_path / "disk.img"
    file.write_bytes(b"\0" * 65_537)
    page = open_tab(f"{CONSOLE}/new")
    page.get_by_text("Mutual TLS", exact=True).click()
    page.get_by_label("From a file: Private key (PEM)", exact=True).set_input_files(file)
    key = page.get_by_label("Private key (PEM)", exact=True)
    expect(key).to_have_accessible_description(re.compile("disk.img is larger than 64 KiB."))
    expect(key).to_have_value("")


@pytest.mark.meets("422")
def test_what_is_wrong_with_a_certificate_is_said_in_portuguese(open_tab: OpenTab, client: Issued) -> None:
    """Who reads Portuguese reads the cause in Portuguese, too."""
    page = open_tab(f"{CONSOLE}/new", locale="pt-BR")
    page.get_by_role("textbox", name="Nome", exact=True).fill("CRM")
    page.get_by_role("textbox", name="URL de destino").fill(ELSEWHERE)
    page.get_by_label(EVENT, exact=True).check()
    page.get_by_text("TLS mútuo", exact=True).click()
    page.get_by_label("Certificado (PEM)", exact=True).fill(client.pem)
    page.get_by_role("button", name="Adicionar webhook").click()
    expect(page.get_by_label("Chave privada (PEM)", exact=True)).to_have_accessible_description(
        re.compile("Deve ser a chave privada do certificado em PEM, sem frase secreta; não foi encontrado nada assim.")
    )
    looks.assert_complete(page)


def test_secrets_and_certificates_are_entered_with_the_keyboard(
    open_tab: OpenTab, receiver: Listener, client: Issued
) -> None:
    """Types, fields, the button that shows a secret and the part about certificates need no mouse."""
    page = open_tab(f"{CONSOLE}/new")
    type_into(page, page.get_by_label("Name", exact=True), "CRM sync")
    type_into(page, page.get_by_label("Target URL"), receiver.url)
    tab_to(page, page.get_by_label("Signature", exact=True))
    for _ in ("None", "Basic", "Bearer token"):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Bearer token", exact=True)).to_be_checked()
    type_into(page, page.get_by_label("Token", exact=True), TOKEN)
    press_on(page, page.get_by_role("button", name="Show Token"), "Space")
    expect(page.get_by_label("Token", exact=True)).to_have_attribute("type", "text")
    press_on(page, page.get_by_text("Mutual TLS", exact=True))
    tab_to(page, page.get_by_label("Certificate (PEM)", exact=True))
    page.keyboard.insert_text(client.pem)
    tab_to(page, page.get_by_label("Private key (PEM)", exact=True))
    page.keyboard.insert_text(client.key_pem)
    tab_to(page, page.get_by_label("From a file: Private key (PEM)", exact=True))
    press_on(page, page.get_by_label(EVENT, exact=True), "Space")
    press_on(page, page.get_by_role("button", name="Add webhook"))
    expect(page.get_by_role("heading", name="CRM sync")).to_be_focused()
    expect(page.get_by_text("CN=recado.example").first).to_be_visible()
