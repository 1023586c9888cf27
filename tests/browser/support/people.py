"""How people sign in to the console."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.support.accounts import Person


def sign_in(page: Page, person: Person, button: str = "Sign in") -> None:
    """From the console's button through the hosted page and back, as a person does it."""
    page.get_by_role("button", name=button, exact=True).click()
    answer_sign_in_page(page, person)


def answer_sign_in_page(page: Page, person: Person) -> None:
    """Fill in the hosted sign-in page and wait until the console is back."""
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Settings and sign out")).to_contain_text(person.name)


NewPerson = Callable[..., Person]
