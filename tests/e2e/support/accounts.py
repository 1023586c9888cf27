"""The accounts of a run of tests, and the people who manage them.

Tests run side by side on one stack, so each process of them has accounts of its own; the demo accounts are left to
the commands that people type.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass

from local import aws, identity, tokens
from local.settings import Settings
from local.stack_file import Stack

PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_FIRST, _FIRST_OTHER = map(int, identity.ACCOUNTS)
ACCOUNT, OTHER_ACCOUNT = str(_FIRST + 1 + PROCESS), str(_FIRST_OTHER + 1 + PROCESS)


@dataclass(frozen=True)
class Person:
    """Somebody with a user name and a password."""

    name: str
    password: str


def admin_of(account: str, settings: Settings) -> Person:
    """The integration admin of an account that is `admitted`."""
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


def admit(stack: Stack, settings: Settings) -> None:
    """Give this process's accounts an admin each, whose password is kept beside those of the demo accounts."""
    known: dict[str, str] = json.loads(settings.credentials_file.read_text())
    for account in (ACCOUNT, OTHER_ACCOUNT):
        name = identity.user_name(account)
        if name not in known:
            known[name] = new_person(stack, name, account).password
    settings.credentials_file.write_text(json.dumps(known))


def token(stack: Stack, settings: Settings, account: str, scope: str) -> str:
    """A token for the account's admin, or with the admin scope for a machine."""
    if tokens.ADMIN_SCOPE in scope.split():
        return str(tokens.machine_grant(stack, scope)["access_token"])
    return str(tokens.sign_in(stack, settings, account, scope)["access_token"])
