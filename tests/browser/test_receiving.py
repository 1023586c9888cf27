"""The page about receiving: the account's own part, and below it the handbook that docs/receiving.md is."""

import json
import re

import pytest
from playwright.sync_api import Request, expect

from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from tests.browser.support import languages, looks
from tests.browser.support.keyboard import press_on
from tests.browser.support.tabs import NewContext, OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.running_stack import AddWebhook

RECEIVING = f"/console/accounts/{ACCOUNT}/receiving"
HANDBOOK = PROJECT_DIR / "docs" / "receiving.md"


def _headings() -> list[str]:
    """The sections of the file, as they read."""
    return [line.replace("`", "") for line in re.findall(r"^## (.+)$", HANDBOOK.read_text("utf-8"), re.MULTILINE)]


def test_the_page_holds_the_handbook(open_tab: OpenTab) -> None:
    """Its sections in their order, and contents that name each; other languages say that it is in English."""
    page = open_tab(RECEIVING)
    sections = page.locator(".handbook h3")
    expect(sections).to_have_text(_headings())
    expect(page.locator(".contents a")).to_have_text(_headings())
    expect(page.locator(".handbook")).to_have_attribute("lang", "en")
    for code, said in (("pt", "O manual está em inglês."), ("es", "El manual está en inglés.")):
        languages.choose(page, code)
        expect(page.get_by_text(said)).to_be_visible()
        expect(sections.first).to_have_text(_headings()[0])


@pytest.mark.deep
def test_a_link_of_the_contents_leads_to_its_section(open_tab: OpenTab) -> None:
    """By the keyboard; the address names the section then, and opens there."""
    page = open_tab(RECEIVING)
    last = _headings()[-1]
    press_on(page, page.locator(".contents").get_by_role("link", name=last))
    heading = page.locator(".handbook").get_by_role("heading", name=last)
    expect(heading).to_be_in_viewport()
    address = page.url
    assert "#" in address
    page.goto("about:blank")
    page.goto(address)
    expect(heading).to_be_in_viewport()
    page.go_back()


@pytest.mark.deep
def test_a_link_to_a_recipe_opens_its_tab(open_tab: OpenTab) -> None:
    """On the same page, whose address then names the recipe."""
    page = open_tab(RECEIVING)
    link = page.locator(".handbook a[href$='language=go']").first
    link.click()
    expect(page.get_by_role("tab", name="Go", exact=True)).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_contain_text("package main")
    assert page.url.endswith("?language=go")


def test_no_link_of_the_handbook_leads_nowhere(open_tab: OpenTab) -> None:
    """Each is to a heading that is there, to a recipe of the page, or to another site in a tab of its own."""
    page = open_tab(RECEIVING)
    expect(page.locator(".handbook h3").first).to_be_visible()
    links = page.locator(".handbook a, .contents a").evaluate_all(
        "all => all.map((one) => [one.getAttribute('href'), one.target, one.rel])"
    )
    assert len(links) > len(_headings())
    for href, target, rel in links:
        if href.startswith("#"):
            assert page.locator(f"[id='{href[1:]}']").count() == 1
        elif href.startswith("https://"):
            assert (target, rel) == ("_blank", "noreferrer")
        else:
            assert re.fullmatch(rf"{RECEIVING}\?language=[a-z-]+", href)


@pytest.mark.deep
def test_code_is_printed_to_its_end(open_tab: OpenTab) -> None:
    """Nothing of it is cut off on paper, where nobody can move or open it; its buttons stay away."""
    page = open_tab(RECEIVING)
    expect(page.locator(".handbook pre").first).to_be_visible()
    page.emulate_media(media="print")
    cut = page.locator("pre").evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight).length"
    )
    assert cut == 0
    expect(page.locator(".code button:visible")).to_have_count(0)
    page.emulate_media(media="screen")


@pytest.mark.deep
def test_the_handbook_is_loaded_by_whoever_opens_the_page_alone(open_tab: OpenTab) -> None:
    """The first page of the console loads neither it nor the recipes."""
    page = open_tab("about:blank")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(f"/console/accounts/{ACCOUNT}/webhooks")
    looks.settled(page)
    assert any("/assets/console-" in url for url in asked)
    assert not any("/assets/handbook-" in url for url in asked)
    page.get_by_role("link", name="Receiving", exact=True).click()
    expect(page.locator(".handbook")).to_be_visible()
    assert sum("/assets/handbook-" in url for url in asked) == 1
    page.remove_listener("request", note)


@pytest.mark.deep
@pytest.mark.meets("ERR_FAILED")
def test_the_handbook_that_does_not_come_can_be_asked_for_again(open_tab: OpenTab) -> None:
    """What is the account's own is there meanwhile."""
    page = open_tab("about:blank", width=1280)
    page.route("**/assets/handbook-*", lambda route: route.abort())
    page.goto(RECEIVING)
    expect(page.get_by_role("button", name="Try again").first).to_be_visible()
    expect(page.get_by_label("Event type")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_whoever_writes_a_receiver_reads_it_without_signing_in(
    new_context: NewContext, stack: Stack, width: int, scheme: str
) -> None:
    """Receivers and handbook at an address that everybody may open; it asks the API for nothing."""
    page = new_context(width=width, color_scheme=scheme).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(stack.api_url.rstrip("/"))))
    page.goto("/console/receiving?language=go")
    expect(page.locator(".handbook h3")).to_have_text(_headings())
    expect(page.get_by_role("tabpanel")).to_contain_text("package main")
    assert all(path.startswith(("/console/receiving", "/console/assets/")) for path in asked), asked
    page.locator(".handbook a[href$='language=php']").first.click()
    expect(page.get_by_role("tab", name="PHP", exact=True)).to_be_focused()
    assert page.url.endswith("/console/receiving?language=php")
    looks.assert_faultless(page)
    page.get_by_role("link", name="API reference").click()
    page.get_by_role("link", name="Receiving", exact=True).click()
    expect(page.locator(".handbook h3").first).to_be_visible()


def test_the_sample_and_its_schema_are_of_the_event_that_is_chosen(
    open_tab: OpenTab, api: ApiClient, add_webhook: AddWebhook, receiver: Listener
) -> None:
    """Of those that the account's webhooks get; the file is what the API answers."""
    add_webhook(receiver.url, "CI_STATS", "COURSE_ENROLLMENT")
    page = open_tab(RECEIVING)
    choice = page.get_by_label("Event type")
    expect(choice.locator("option")).to_have_count(2)
    choice.select_option("COURSE_ENROLLMENT")
    sample = page.locator(".guide-section").filter(has=choice).locator("pre")
    expect(sample).to_contain_text('"COURSE_ENROLLMENT"')
    expect(sample).to_contain_text(f'"accountId": {ACCOUNT}')
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON Schema").click()
    assert download.value.suggested_filename == "COURSE_ENROLLMENT.schema.json"
    schema = api.get("/event-types/COURSE_ENROLLMENT/schema").json()
    assert json.loads(download.value.path().read_text()) == schema


@pytest.mark.deep
def test_the_catalogue_hands_out_schemas(open_tab: OpenTab, api: ApiClient) -> None:
    """As files, beside what is shown of them."""
    page = open_tab(f"/console/accounts/{ACCOUNT}/event-types?q=COURSE_ENROLLMENT")
    entry = page.locator(".event-type").filter(has=page.get_by_role("heading", name="COURSE_ENROLLMENT", exact=True))
    entry.get_by_text("JSON Schema").click()
    with page.expect_download() as download:
        entry.get_by_role("button", name="Download JSON Schema").click()
    assert json.loads(download.value.path().read_text()) == api.get("/event-types/COURSE_ENROLLMENT/schema").json()
