"""`recado sign-in`, `sign-out`, `who`, `profiles`."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from recado_cli.exits import Exit, Stop
from recado_cli.keeping.keeper import keeper_of, place
from recado_cli.keeping.private_files import read_private
from recado_cli.options import Commands
from recado_cli.output import Document, local_time
from recado_cli.profiles import files
from recado_cli.profiles.profile import ENVIRONMENT, LOCAL, Profile, Provider
from recado_cli.session import Invocation, output_of, profile_of
from recado_cli.signing_in import browser, grants
from recado_cli.signing_in.addresses import api_address
from recado_cli.signing_in.claims import accounts_of, claims_of
from recado_cli.signing_in.discovery import machine_provider_of, provider_of
from recado_cli.tokens import from_environment, name_of_lock, session_name, token_source

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Place(StrEnum):
    """Where a session may be kept."""

    KEYRING = "keyring"
    FILE = "file"


Url = Annotated[str, typer.Argument(help="The API's address, or its console's; a profile's own where it is left out.")]
ClientId = Annotated[str, typer.Option("--client-id", help="The client at an identity provider of your own.")]
Machine = Annotated[
    bool,
    typer.Option("--machine", help="By client credentials: the secret from RECADO_CLIENT_SECRET, a file or a prompt."),
]
SecretFile = Annotated[Path | None, typer.Option("--secret-file", help="A file that holds the client's secret.")]
Scope = Annotated[str, typer.Option("--scope", help="What the token allows, in the place of all that the client may.")]
KeepIn = Annotated[Place | None, typer.Option("--keep-in", help="Keyring, or a private file; else what there is.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Print the address, and open nothing.")]
Wait = Annotated[int, typer.Option("--wait", min=10, max=3600, help="Seconds to wait for the browser.")]


def register(app: Commands) -> None:
    """Add the commands."""
    app.command("sign-in")(sign_in)
    app.command("sign-out")(sign_out)
    app.command("who")(who)
    app.command("profiles")(profiles)


def sign_in(
    context: typer.Context,
    url: Url = "",
    *,
    client_id: ClientId = "",
    machine: Machine = False,
    secret_file: SecretFile = None,
    scope: Scope = "",
    keep_in: KeepIn = None,
    no_browser: NoBrowser = False,
    wait: Wait = 300,
) -> None:
    """Sign in to a stack, and make it the current profile.

    The session lies in the keyring; on a server or in a container, which have none, in a file that only you can read.
    RECADO_TOKEN, or RECADO_CLIENT_ID and RECADO_CLIENT_SECRET, with RECADO_API_URL need no sign-in at all.
    """
    output = output_of(context)
    before = profile = _wanted(context, url)
    machine = machine or (not url and profile.machine)
    provider = _provider(profile, client_id, scope, machine=machine)
    # Said now: afterwards the sign-in would be lost.
    keeps_in, sentence = place(keep_in.value if keep_in else None)
    output.say(f"{profile.name}: {sentence}.")
    profile = replace(profile, machine=machine, keeps_in=keeps_in, provider=provider)
    _check_client(profile)
    if machine:
        secret = _client_secret(secret_file)
        session = grants.by_credentials(provider, grants.Session(client_secret=secret))
    else:
        session = browser.sign_in(provider, output.say, seconds=wait, opens=not no_browser)
    keeper_of(profile).save(session_name(profile), grants.to_text(session))
    if before.name in files.saved() and before.keeps_in != keeps_in:
        # What was kept of a session before must not stay where nobody looks for it again.
        with suppress(Stop, OSError):
            keeper_of(before).remove(session_name(before))
    profile = replace(profile, account=_account(context, profile, session))
    files.save(profile)
    output.say(f"Signed in to {profile.api_url}, profile {profile.name}" + _for_account(profile.account))


def sign_out(
    context: typer.Context,
    forget: Annotated[bool, typer.Option("--forget", help="Remove the profile too.")] = False,
) -> None:
    """End the session of a profile, here and at the identity provider."""
    output, profile = output_of(context), profile_of(context)
    if profile.name in (LOCAL, ENVIRONMENT):
        raise Stop(f"the profile {profile.name} keeps no session", Exit.USAGE)
    keeper, name = keeper_of(profile), session_name(profile)
    # A command that renews meanwhile would keep what it has got.
    with files.locked(name_of_lock(profile)):
        session = grants.from_text(keeper.load(name))
        revoked = grants.revoke(profile.provider, session)
        keeper.remove(name)
    if forget:
        files.forget(profile.name)
    if session.refresh_token and not revoked:
        output.say("The identity provider was not told, or did not say so: what it has given ends by itself.")
    output.say(f"Signed out of {profile.api_url}, profile {profile.name}.")


def who(context: typer.Context) -> None:
    """Say who one is, where, and for how long."""
    output, profile = output_of(context), profile_of(context)
    account = context.ensure_object(Invocation).account or profile.account
    claims = claims_of(token_source(profile, account)())
    until = claims.get("exp")
    expires_at = datetime.fromtimestamp(until, UTC).isoformat() if isinstance(until, int | float) else ""
    document: Document = {
        "profile": profile.name,
        "apiUrl": profile.api_url,
        "account": account,
        "accounts": accounts_of(claims),
        "subject": claims.get("sub", ""),
        "client": claims.get("client_id", ""),
        "scopes": str(claims.get("scope", "")).split(),
        "tokenExpiresAt": expires_at,
        "session": _kind(profile),
    }
    if output.as_json:
        output.document(document)
        return
    shown = {**document, "accounts": " ".join(document["accounts"]), "scopes": " ".join(document["scopes"])}
    output.fields((name, value) for name, value in ({**shown, "tokenExpiresAt": local_time(expires_at)}).items())


def profiles(context: typer.Context) -> None:
    """List the profiles; `local` is always there."""
    output, current = output_of(context), files.current()
    known = [*files.saved().values(), Profile(LOCAL, "", keeps_in="file")]
    if output.as_json:
        rows = [{"profile": one.name, "apiUrl": one.api_url, "account": one.account} for one in known]
        output.document({"profiles": [{**row, "current": row["profile"] == current} for row in rows]})
        return
    output.table(
        ("", "PROFILE", "API", "ACCOUNT"),
        [
            ("*" if one.name == current else "", one.name, one.api_url or "the stack on this machine", one.account)
            for one in known
        ],
    )


def _wanted(context: typer.Context, url: str) -> Profile:
    """The profile to be signed in to: a new one, or one that is there."""
    name = context.ensure_object(Invocation).profile_name
    known = files.saved()
    if not url:
        profile = profile_of(context)
        if profile.name in (LOCAL, ENVIRONMENT):
            raise Stop(f"the profile {profile.name} needs no sign-in", Exit.USAGE)
        return profile
    api_url = api_address(url)
    name = name or next((one.name for one in known.values() if one.api_url == api_url), urlsplit(api_url).netloc)
    name = name.replace(":", "-") if name == urlsplit(api_url).netloc else name
    if not _NAME.fullmatch(name) or name in (LOCAL, ENVIRONMENT):
        taken = f"; {LOCAL} and {ENVIRONMENT} are taken"
        raise Stop(f"--profile is 1 to 64 letters, digits and . _ -, not {name!r}{taken}", Exit.USAGE)
    before = known.get(name)
    if before and before.api_url != api_url:
        hint = f"another --profile, or `recado sign-out --forget --profile {name}` first"
        raise Stop(f"the profile {name} is of {before.api_url}", Exit.USAGE, hint)
    return before or Profile(name, api_url)


def _provider(profile: Profile, client_id: str, scope: str, *, machine: bool) -> Provider:
    """Whom to ask, as the stack says it now; the client that was named before where it names none."""
    before = profile.provider.client_id if profile.machine == machine else ""
    if machine:
        named = client_id or os.environ.get("RECADO_CLIENT_ID") or before
        return machine_provider_of(profile.api_url, named, scope)
    provider = provider_of(profile.api_url, client_id, scope)
    return provider if provider.client_id else replace(provider, client_id=before)


def _check_client(profile: Profile) -> None:
    if not profile.provider.client_id:
        hint = "--client-id names it" + (", or RECADO_CLIENT_ID" if profile.machine else "")
        raise Stop(f"{profile.api_url} does not say which client the command is", Exit.USAGE, hint)
    if not profile.machine and not profile.provider.authorization_url:
        raise Stop(f"{profile.api_url} does not say where people sign in", Exit.FAILED, "--machine signs in machines")


def _client_secret(file: Path | None) -> str:
    """The client's secret; never from the command line, which every process of the machine can read."""
    if file is not None:
        try:
            return read_private(file).strip()
        except OSError as error:
            raise Stop(f"--secret-file cannot be read: {error}", Exit.USAGE) from None
    given = os.environ.get("RECADO_CLIENT_SECRET")
    if not given and not sys.stdin.isatty():
        raise Stop("nobody can be asked for the client's secret", Exit.USAGE, "RECADO_CLIENT_SECRET, or --secret-file")
    return given or str(typer.prompt("Client secret", hide_input=True, err=True))


def _account(context: typer.Context, profile: Profile, session: grants.Session) -> str:
    """The account to act for: the one that was named, or the only one that the token reaches."""
    named = context.ensure_object(Invocation).account
    reached = accounts_of(claims_of(session.access_token))
    if named or profile.account in reached:
        return named or profile.account
    if len(reached) == 1:
        return reached[0]
    if reached:
        output_of(context).say(f"Accounts: {', '.join(reached)}; --account or RECADO_ACCOUNT chooses one.")
    return profile.account if not reached else ""


def _for_account(account: str) -> str:
    return f", for account {account}." if account else "; --account or RECADO_ACCOUNT names the account."


def _kind(profile: Profile) -> str:
    if from_environment(profile, os.environ) is not None:
        return "from the environment"
    if profile.stack_file is not None:
        return "of the local stack's own admin"
    return f"kept in {'the keyring' if profile.keeps_in == 'keyring' else 'a private file'}"
