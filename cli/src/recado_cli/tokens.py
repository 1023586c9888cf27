"""The bearer token of a request: from the environment, or from the session that is kept and renewed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from recado_cli.exits import Exit, Stop
from recado_cli.keeping.keeper import keeper_of
from recado_cli.keeping.private_files import read_private
from recado_cli.profiles import files
from recado_cli.profiles.profile import ENVIRONMENT, Profile
from recado_cli.signing_in import grants, local_people
from recado_cli.signing_in.addresses import api_address
from recado_cli.signing_in.discovery import machine_provider_of
from recado_cli.signing_in.grants import Session


class Source(Protocol):
    """Gives a token that is good now; raises `Stop` where the session has ended."""

    def __call__(self) -> str:
        """The token."""
        ...

    def renewed(self, refused: str) -> str:
        """Another in the place of one that the API has refused; the same where there is no other."""
        ...


_TOKENS = "RECADO_TOKEN, or RECADO_TOKEN_FILE, or RECADO_CLIENT_ID and RECADO_CLIENT_SECRET"


def token_source(profile: Profile, account: str = "", env: Mapping[str, str] = os.environ) -> Source:
    """Where the profile's tokens come from; the account matters on the local stack, where each has its own admin."""
    given = from_environment(profile, env)
    if given is not None:
        return given
    if profile.name == ENVIRONMENT:
        raise Stop(f"RECADO_API_URL is given without a token for {profile.api_url}", Exit.NOT_SIGNED_IN, _TOKENS)
    if profile.stack_file is not None:
        return _Renewed(lambda: local_people.sign_in(profile, account or profile.account))
    return _Kept(profile)


def from_environment(profile: Profile, env: Mapping[str, str]) -> Source | None:
    """The tokens that the environment gives, if it does, for the stack that `RECADO_API_URL` names.

    Raises `Stop` for a token without it: which stack may see it nobody has said.
    """
    named = next((name for name in ("RECADO_TOKEN", "RECADO_TOKEN_FILE") if env.get(name)), "")
    if named and not env.get("RECADO_API_URL") and profile.stack_file is None:
        raise Stop(f"{named} is given without RECADO_API_URL, which says whose it is", Exit.USAGE, "give both, or none")
    if not _is_meant(profile, env):
        return None
    if env.get("RECADO_TOKEN"):
        return _Given(lambda: env["RECADO_TOKEN"])
    if env.get("RECADO_TOKEN_FILE"):
        # Read for each request: whoever writes it may renew it.
        return _Given(lambda: _token_of_file(Path(env["RECADO_TOKEN_FILE"])))
    if env.get("RECADO_CLIENT_ID") and env.get("RECADO_CLIENT_SECRET"):
        return _Renewed(lambda: _by_environment(profile, env))
    return None


def session_of(profile: Profile, refused: str = "") -> Session:
    """The session that is kept, renewed where it needs to be; raises `Stop` where there is none, or it has ended.

    Its access token is another than the one that the API has `refused`.

    Of commands that renew at the same time one does, and the others take what it got: providers that rotate refresh
    tokens end the session of whoever uses one twice.
    """
    keeper, name = keeper_of(profile), session_name(profile)
    session = grants.from_text(keeper.load(name))
    if session.is_good and session.access_token != refused:
        return session
    with files.locked(name_of_lock(profile)):
        session = grants.from_text(keeper.load(name))
        if session.is_good and session.access_token != refused:
            return session
        renewed = _renewed(profile, session)
        keeper.save(name, grants.to_text(renewed))
        return renewed


def session_name(profile: Profile) -> str:
    """Under which name the profile's session is kept."""
    return f"{profile.name}/session"


def name_of_lock(profile: Profile) -> str:
    """What whoever changes the profile's session holds."""
    return f"session-{profile.name}"


def _renewed(profile: Profile, session: Session) -> Session:
    if profile.machine and session.client_secret:
        return grants.by_credentials(profile.provider, session)
    if session.refresh_token:
        return grants.by_refresh(profile.provider, session)
    ended = "the session has ended" if session.access_token else "nobody is signed in"
    hint = f"`recado sign-in --profile {profile.name}`, or RECADO_API_URL with RECADO_TOKEN"
    raise Stop(f"{ended}: {profile.name} ({profile.api_url})", Exit.NOT_SIGNED_IN, hint)


def _is_meant(profile: Profile, env: Mapping[str, str]) -> bool:
    """Whether the environment's token is for this profile: another stack never gets to see it."""
    named = env.get("RECADO_API_URL", "")
    return bool(named) and _origin(api_address(named)) == _origin(profile.api_url)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()


def _token_of_file(path: Path) -> str:
    try:
        return read_private(path).strip()
    except Stop as stop:
        elsewhere = f'where its mode cannot be changed, as of a mounted one: RECADO_TOKEN="$(cat {path})"'
        raise Stop(f"RECADO_TOKEN_FILE: {stop.message}", Exit.NOT_SIGNED_IN, f"{stop.hint}; {elsewhere}") from None
    except OSError as error:
        raise Stop(f"RECADO_TOKEN_FILE cannot be read: {error}", Exit.NOT_SIGNED_IN) from None


def _by_environment(profile: Profile, env: Mapping[str, str]) -> Session:
    provider = machine_provider_of(profile.api_url, env["RECADO_CLIENT_ID"], env.get("RECADO_SCOPE", ""))
    return grants.by_credentials(provider, Session(client_secret=env["RECADO_CLIENT_SECRET"]))


@dataclass(frozen=True)
class _Given:
    """Tokens that somebody else renews, or nobody."""

    read: Callable[[], str]

    def __call__(self) -> str:
        return self.read()

    def renewed(self, refused: str) -> str:  # noqa: ARG002 - the protocol's
        return self.read()


@dataclass(frozen=True)
class _Kept:
    """The tokens of the session that the profile keeps."""

    profile: Profile

    def __call__(self) -> str:
        return session_of(self.profile).access_token

    def renewed(self, refused: str) -> str:
        return session_of(self.profile, refused).access_token


class _Renewed:
    """Tokens that are kept nowhere but here, and got anew when they end."""

    def __init__(self, get: Callable[[], Session]) -> None:
        self._get, self._session = get, Session()

    def __call__(self) -> str:
        if not self._session.is_good:
            self._session = self._get()
        return self._session.access_token

    def renewed(self, refused: str) -> str:
        if self._session.access_token == refused:
            self._session = Session()
        return self()
