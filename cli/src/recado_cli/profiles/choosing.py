"""Which profile a command acts with."""

from __future__ import annotations

from collections.abc import Mapping

from recado_cli.exits import Exit, Stop
from recado_cli.profiles import files
from recado_cli.profiles.local_stack import local_profile
from recado_cli.profiles.profile import ENVIRONMENT, LOCAL, Profile
from recado_cli.signing_in.addresses import api_address, safe


def chosen(name: str, env: Mapping[str, str]) -> Profile:
    """The profile of that name; without one that of `RECADO_API_URL`, or the one that was signed in to last.

    Raises `Stop` where there is none, and where one of its addresses is none that tokens may go to.
    """
    profile = _found(name, env)
    provider = profile.provider
    # Also of a file that somebody has edited: nothing secret goes where others can read it.
    safe(profile.api_url, "the address of the API")
    for address in (provider.token_url, provider.authorization_url, provider.revocation_url, provider.logout_url):
        if address:
            safe(address, f"an address of the identity provider of {profile.name}")
    return profile


def _found(name: str, env: Mapping[str, str]) -> Profile:
    if not name and env.get("RECADO_API_URL"):
        return Profile(ENVIRONMENT, api_address(env["RECADO_API_URL"]), keeps_in="file")
    wanted = name or files.current()
    if wanted == LOCAL:
        return local_profile()
    profiles = files.saved()
    if wanted in profiles:
        return profiles[wanted]
    known = ", ".join((*profiles, LOCAL))
    if not wanted:
        hint = "`recado sign-in https://…`, `--profile local` for the stack on this machine, or RECADO_API_URL"
        raise Stop("nobody is signed in here", Exit.NOT_SIGNED_IN, hint)
    raise Stop(f"there is no profile {wanted!r}", Exit.USAGE, f"the profiles are {known}")
