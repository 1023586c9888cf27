"""What a command runs with: which profile, which account, how it prints, and its connection."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

import typer

from recado_cli.exits import Exit, Stop
from recado_cli.output import Output
from recado_cli.profiles.choosing import chosen
from recado_cli.profiles.profile import Profile
from recado_cli.signing_in.addresses import is_loopback
from recado_client import Recado


@dataclass
class Invocation:
    """One call of the command: the options of all."""

    profile_name: str = field(default_factory=lambda: os.environ.get("RECADO_PROFILE", ""))
    account: str = field(default_factory=lambda: os.environ.get("RECADO_ACCOUNT", ""))
    as_json: bool = False

    @cached_property
    def profile(self) -> Profile:
        """The profile that was asked for; raises `Stop` where there is none."""
        return chosen(self.profile_name, os.environ)


def output_of(context: typer.Context) -> Output:
    """Where the command prints to."""
    return Output(as_json=context.ensure_object(Invocation).as_json)


def profile_of(context: typer.Context) -> Profile:
    """The profile that the command acts with; raises `Stop` where there is none."""
    return context.ensure_object(Invocation).profile


def account_of(context: typer.Context) -> str:
    """The account that the command acts for; raises `Stop` where none is named."""
    account = context.ensure_object(Invocation).account or profile_of(context).account
    if not account:
        raise Stop("no account is named", Exit.USAGE, "--account, RECADO_ACCOUNT, or `recado sign-in … --account`")
    return account


def connected(context: typer.Context) -> Recado:
    """A connection by the profile's session, renewed where it needs to be: `with connected(context) as recado:`."""
    return connected_for(context, context.ensure_object(Invocation).account)


def connected_for(context: typer.Context, account: str) -> Recado:
    """A connection for one of several accounts: on the stack of this machine each has an admin of its own."""
    from recado_cli.tokens import token_source  # noqa: PLC0415 - only commands that ask the API need it

    profile = profile_of(context)
    never_by_proxy(profile.api_url)
    source = token_source(profile, account)
    return Recado(profile.api_url, source, source.renewed)


def never_by_proxy(api_url: str) -> None:
    """A proxy of the environment would look for the stack of this machine on its own."""
    host = urlsplit(api_url).hostname or ""
    if is_loopback(host):
        others = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, (others, host)))
