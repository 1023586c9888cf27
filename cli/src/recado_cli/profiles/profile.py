"""A profile: one stack, and who uses it there. It holds nothing secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOCAL = "local"
"""The profile that is always there: the stack on this machine."""

ENVIRONMENT = "environment"
"""The profile that `RECADO_API_URL` makes, with the token or the credentials of the environment."""


@dataclass(frozen=True)
class Provider:
    """Whom to ask for tokens: an OAuth2 identity provider and the client that the command is there."""

    client_id: str = ""
    token_url: str = ""
    authorization_url: str = ""
    revocation_url: str = ""
    logout_url: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aws:
    """How operators' commands reach the stack itself; empty is what AWS's own tools take then."""

    profile: str = ""
    region: str = ""
    stack: str = ""
    endpoint_url: str = ""


@dataclass(frozen=True)
class Profile:
    """One stack, and who uses it there.

    `machine` says that tokens are got by client credentials; `keeps_in` is where its secrets lie, `keyring` or `file`.
    `stack_file` is the stack.json of the local stack, for the profile `local` alone.
    """

    name: str
    api_url: str
    account: str = ""
    machine: bool = False
    keeps_in: str = "keyring"
    provider: Provider = field(default_factory=Provider)
    aws: Aws = field(default_factory=Aws)
    stack_file: Path | None = None


def to_table(profile: Profile) -> dict[str, Any]:
    """The profile as it stands in the file; what is empty is left out."""
    provider, aws = profile.provider, profile.aws
    table: dict[str, Any] = {
        "api-url": profile.api_url,
        "account": profile.account,
        "machine": profile.machine,
        "keeps-in": profile.keeps_in,
        "client-id": provider.client_id,
        "token-url": provider.token_url,
        "authorization-url": provider.authorization_url,
        "revocation-url": provider.revocation_url,
        "logout-url": provider.logout_url,
        "scopes": list(provider.scopes),
        "aws-profile": aws.profile,
        "aws-region": aws.region,
        "aws-stack": aws.stack,
    }
    return {key: value for key, value in table.items() if value}


def from_table(name: str, table: dict[str, Any]) -> Profile:
    """A profile of the file; fields that are unknown, a later version's, are passed over."""

    def text(key: str) -> str:
        return str(table.get(key, ""))

    return Profile(
        name=name,
        api_url=text("api-url"),
        account=text("account"),
        machine=table.get("machine") is True,
        keeps_in=text("keeps-in") or "keyring",
        provider=Provider(
            client_id=text("client-id"),
            token_url=text("token-url"),
            authorization_url=text("authorization-url"),
            revocation_url=text("revocation-url"),
            logout_url=text("logout-url"),
            scopes=tuple(map(str, table.get("scopes", ()))),
        ),
        aws=Aws(profile=text("aws-profile"), region=text("aws-region"), stack=text("aws-stack")),
    )
