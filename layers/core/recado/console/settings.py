"""Settings of the console: where its users sign in, and how the portal looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from recado.settings import required_text


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """How the console looks to the platform's customers, and who may embed it; all of it may be empty.

    `logo` is a data URI, `refresh_url` the page of the platform that lets somebody in again.
    """

    name: str
    logo: str
    colour: str
    refresh_url: str
    origins: tuple[str, ...]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment."""
        origins = env.get("PORTAL_ORIGINS", "")
        return cls(
            name=env.get("PORTAL_NAME", ""),
            logo=env.get("PORTAL_LOGO", ""),
            colour=env.get("PORTAL_COLOUR", ""),
            refresh_url=env.get("PORTAL_REFRESH_URL", ""),
            origins=tuple(origins.split(",")) if origins else (),
        )


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Settings of the console: where its users sign in.

    All but the claim may be empty: then the console is served, and says that nobody can sign in to it.
    """

    client_id: str
    cli_client_id: str
    issuer: str
    authorization_url: str
    token_url: str
    logout_url: str
    revocation_url: str
    scopes: tuple[str, ...]
    groups_claim: str
    portal: PortalSettings

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            client_id=env.get("CONSOLE_CLIENT_ID", ""),
            cli_client_id=env.get("CLI_CLIENT_ID", ""),
            issuer=env.get("ISSUER", ""),
            authorization_url=env.get("AUTHORIZATION_URL", ""),
            token_url=env.get("TOKEN_URL", ""),
            logout_url=env.get("LOGOUT_URL", ""),
            revocation_url=env.get("REVOCATION_URL", ""),
            scopes=tuple(env.get("CONSOLE_SCOPES", "").split()),
            groups_claim=required_text(env, "GROUPS_CLAIM"),
            portal=PortalSettings.from_env(env),
        )
