"""The people of the demo accounts, and how one gets a token without a browser."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Callable

from botocore.exceptions import ClientError

from local import aws
from local.deploying.deployment import Deployed
from local.settings import Settings

ACCOUNTS = ("1010", "2020")

_PASSWORD_LENGTH = 24


def user_name(account: str) -> str:
    """The integration admin of an account; the domain is reserved and receives no mail."""
    return f"admin-{account}@example.com"


def group_name(account: str) -> str:
    """The group whose members reach an account."""
    return f"account:{account}"


def ensure_users(deployed: Deployed, settings: Settings) -> None:
    """Give each demo account its user and group.

    A gap: CloudFormation's own resources for users and memberships are unknown to the emulator.
    """
    pools = deployed.of_type("AWS::Cognito::UserPool")
    if not pools:
        return
    (pool_id,) = pools.values()
    cognito = aws.client("cognito-idp", settings.aws_endpoint_url)
    credentials = _credentials(settings)
    for account in ACCOUNTS:
        name, group = user_name(account), group_name(account)
        _unless_exists(cognito.create_group, UserPoolId=pool_id, GroupName=group)
        _unless_exists(
            cognito.admin_create_user,
            UserPoolId=pool_id,
            Username=name,
            MessageAction="SUPPRESS",
            # Given, because the emulator makes one up that is shorter than the pool's own policy allows.
            TemporaryPassword=credentials[name],
            UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}],
        )
        cognito.admin_set_user_password(UserPoolId=pool_id, Username=name, Password=credentials[name], Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=name, GroupName=group)


def password_of(account: str, settings: Settings) -> str:
    """The generated password of an account's user."""
    return _credentials(settings)[user_name(account)]


def new_password() -> str:
    """A random password with every kind of character that a password policy may ask for."""
    alphabet = string.ascii_letters + string.digits
    tail = "".join(secrets.choice(alphabet) for _ in range(_PASSWORD_LENGTH))
    return f"aA1-{tail}"


def _credentials(settings: Settings) -> dict[str, str]:
    path = settings.credentials_file
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = {user_name(account): new_password() for account in ACCOUNTS if user_name(account) not in known}
    if missing:
        known |= missing
        path.touch(mode=0o600)
        path.write_text(json.dumps(known, indent=2) + "\n")
    return known


def _unless_exists(create: Callable[..., object], **arguments: object) -> None:
    try:
        create(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"GroupExistsException", "UsernameExistsException"}:
            raise
