"""Client certificates in the console: read from a file, replaced, removed, refused, and entered by keyboard."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener
from tests.browser.support import looks
from tests.browser.support.keyboard import press_on, tab_to, type_into
from tests.browser.support.tabs import OpenTab
from tests.browser.webhook.entering import CONSOLE, ELSEWHERE, EVENT, begin, edit, note, save, shown
from tests.e2e.support.client import ApiClient
from tests.support.receivers.chains import Issued, issued

pytestmark = pytest.mark.deep


@pytest.fixture
def client() -> Issued:
    """A client certificate that ends in twelve days, of an authority of the receiver's own."""
    authority = issued("Receivers CA", authority=True)
    return issued("recado.example", authority, ends=datetime.now(UTC) + timedelta(days=12, hours=1))


def enter_from_file(page: Page, client: Issued, file: Path) -> None:
    """Enter the certificate from a file, and its key by hand: at first another one, which is refused."""
    assert client.issuer
    file.write_text(client.pem)
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


@pytest.mark.meets("422")
def test_client_certificate_is_read_from_a_file_replaced_and_removed(
    open_tab: OpenTab, receiver: Listener, api: ApiClient, client: Issued, tmp_path: Path
) -> None:
    """Certificate and key come by file or paste, with any type; what is shown says whose they are and when they end."""
    page = open_tab(f"{CONSOLE}/new")
    begin(page, receiver.url)
    enter_from_file(page, client, tmp_path / "client.pem")
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
    type_into(page, page.get_by_label("Token", exact=True), "tok-3f9a61c04b7d")
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
