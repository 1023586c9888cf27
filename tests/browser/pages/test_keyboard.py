"""The console without a mouse: order, visible focus, dialogs, and what a screen reader is told."""

import re

import pytest
from playwright.sync_api import expect

from local.listener import Listener
from tests.browser.support.keyboard import press_on, tab_to, type_into
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.running_stack import AddWebhook

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}"


def test_webhook_is_added_tested_and_deleted_with_the_keyboard(open_tab: OpenTab, receiver: Listener) -> None:
    """The main task needs no mouse: every stop on its way is seen, and seen to have the focus."""
    page = open_tab(f"{CONSOLE}/webhooks")
    press_on(page, page.get_by_role("link", name="Add webhook"))
    expect(page.get_by_role("heading", name="Add webhook")).to_be_focused()
    type_into(page, page.get_by_label("Name", exact=True), "CRM sync")
    type_into(page, page.get_by_label("Target URL"), receiver.url)
    tab_to(page, page.get_by_label("Signature", exact=True))
    expect(page.get_by_label("Signature", exact=True)).to_be_checked()
    press_on(page, page.get_by_role("button", name="Show Signing secret"), "Space")
    expect(page.get_by_label("Signing secret", exact=True)).to_have_attribute("type", "text")
    type_into(page, page.get_by_label("Search events"), "course enrollment")
    press_on(page, page.get_by_label("COURSE_ENROLLMENT", exact=True), "Space")
    expect(page.get_by_label("COURSE_ENROLLMENT", exact=True)).to_be_checked()
    press_on(page, page.get_by_role("button", name="Send test"))
    expect(page.get_by_text("Status 204")).to_be_visible()
    press_on(page, page.get_by_role("button", name="Add webhook"))
    expect(page.get_by_role("heading", name="CRM sync")).to_be_focused()
    press_on(page, page.get_by_role("button", name="Delete"))
    expect(page.get_by_label("Type CRM sync to confirm")).to_be_focused()
    page.keyboard.type("CRM sync")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("The webhook was deleted.")


def test_skip_link_leads_past_the_header(open_tab: OpenTab) -> None:
    """The first stop leads to the content, past the header's links."""
    page = open_tab(f"{CONSOLE}/webhooks")
    expect(page.get_by_role("link", name="Add webhook")).to_be_visible()
    skip = page.get_by_role("link", name="Skip to content")
    press_on(page, skip)
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Add webhook")).to_be_focused()


def test_dialog_keeps_the_focus_and_gives_it_back(open_tab: OpenTab, add_webhook: AddWebhook) -> None:
    """Tab stays in a dialog, Escape closes it, and the button that opened it has the focus again."""
    webhook = add_webhook("http://127.0.0.1:9/", "CI_STATS")
    page = open_tab(f"{CONSOLE}/webhooks/{webhook['webhookId']}")
    retire = page.get_by_role("button", name="Retire")
    press_on(page, retire)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    for key in ["Tab"] * 4 + ["Shift+Tab"] * 4:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(retire).to_be_focused()


def test_moving_to_another_page_tells_its_title(open_tab: OpenTab) -> None:
    """After a link the heading has the focus and the tab has its title; going back does the same."""
    page = open_tab(f"{CONSOLE}/webhooks")
    press_on(page, page.get_by_role("link", name="Event types"))
    expect(page.get_by_role("heading", name="Event types", exact=True)).to_be_focused()
    expect(page).to_have_title(re.compile("Event types"))
    page.go_back()
    expect(page.get_by_role("heading", name="Webhooks", exact=True)).to_be_focused()
    expect(page).to_have_title(re.compile("Webhooks"))


def test_menu_opens_and_closes_with_the_keyboard(open_tab: OpenTab) -> None:
    """The menu opens with Enter, its first choice is the next stop, and Escape closes it."""
    page = open_tab(f"{CONSOLE}/webhooks")
    button = page.get_by_role("button", name="Settings and sign out")
    press_on(page, button)
    tab_to(page, page.get_by_label("Language"))
    page.keyboard.press("Escape")
    expect(page.get_by_label("Language")).to_be_hidden()
    expect(button).to_be_focused()


def test_recipes_are_chosen_with_the_arrows(open_tab: OpenTab) -> None:
    """The receivers to copy are one stop, and the arrows choose; what is folded of one is a button away."""
    page = open_tab(f"{CONSOLE}/receiving")
    tab_to(page, page.get_by_role("tab", name="Python"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Flask")).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_contain_text("from flask import")
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Sinatra")).to_have_attribute("aria-selected", "true")
    code = page.get_by_role("tabpanel").locator("pre").first
    folded = "code => code.scrollHeight > code.clientHeight"
    assert code.evaluate(folded)
    press_on(page, page.get_by_role("tabpanel").get_by_role("button", name="Show all").first)
    expect(page.get_by_role("tabpanel").get_by_role("button", name="Show less")).to_be_focused()
    assert not code.evaluate(folded)


def test_theme_and_language_are_kept(open_tab: OpenTab) -> None:
    """A chosen appearance and language are there again after the page is loaded anew."""
    page = open_tab(f"{CONSOLE}/webhooks")
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_label("Appearance").select_option("Dark")
    page.get_by_label("Language").select_option("Português (Brasil)")
    expect(page.get_by_role("heading", name="Ainda não há webhooks")).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
