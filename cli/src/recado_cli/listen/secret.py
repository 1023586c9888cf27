"""The listener's own signing secret: made once a profile, and kept as its session is."""

from __future__ import annotations

from recado_cli import signing
from recado_cli.exits import Stop
from recado_cli.keeping.keeper import FileKeeper, Keeper, keeper_of
from recado_cli.profiles.profile import ENVIRONMENT, LOCAL, Profile


def listener_secret(profile: Profile) -> tuple[str, str]:
    """The secret of this profile's listener, and why it is one for this run only; empty where it is kept.

    It signs nothing but what comes to this machine.
    """
    name = f"{profile.name}/listen"
    try:
        keeper = _keeper(profile, name)
        kept = keeper.load(name)
        if kept is not None and _is_secret(kept):
            return kept, ""
        made = signing.new_secret()
        keeper.save(name, made)
    except (OSError, Stop) as error:
        return signing.new_secret(), str(error)
    return made, ""


def _keeper(profile: Profile, name: str) -> Keeper:
    """That of the profile; a file for those that nobody signs in to, and where there is no keyring."""
    if profile.name in (LOCAL, ENVIRONMENT):
        return FileKeeper()
    keeper = keeper_of(profile)
    try:
        keeper.load(name)
    except Stop:
        return FileKeeper()
    return keeper


def _is_secret(text: str) -> bool:
    try:
        signing.key_of(text)
    except signing.SecretError:
        return False
    return True
