"""Who uses the console, and how they sign in."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from local import aws, identity
from local.settings import Settings
from local.stack_file import Stack


@dataclass(frozen=True)
class Person:
    """Somebody with a user name and a password."""

    name: str
    password: str


def admin_of(account: str, settings: Settings) -> Person:
    """The integration admin of a demo account."""
    return Person(identity.user_name(account), identity.password_of(account, settings))


def new_person(stack: Stack, name: str, *accounts: str) -> Person:
    """Somebody new who manages these accounts; without accounts, somebody who belongs nowhere."""
    person = Person(name, identity.new_password())
    cognito = aws.client("cognito-idp", stack.aws_endpoint_url)
    user = {"UserPoolId": stack.sign_in["userPoolId"], "Username": name}
    email = [{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(**user, MessageAction="SUPPRESS", TemporaryPassword=person.password, UserAttributes=email)
    cognito.admin_set_user_password(**user, Password=person.password, Permanent=True)
    for account in accounts:
        group = {"UserPoolId": user["UserPoolId"], "GroupName": identity.group_name(account)}
        with suppress(cognito.exceptions.GroupExistsException):
            cognito.create_group(**group)
        cognito.admin_add_user_to_group(**group, Username=name)
    return person


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
