"""What the environment decides about the stack on one machine, and where its files lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalStackError

PROJECT_DIR = Path(__file__).resolve().parent.parent
SHIPPED_CATALOGUE = PROJECT_DIR / "catalogue"
SHIPPED_TEMPLATE = PROJECT_DIR / "template.yaml"
HOST = "127.0.0.1"
REGION = "us-east-1"
STACK_NAME = "recado"
MAIL_FROM = "alerts@recado.example"


_PORTAL = {
    "PORTAL_NAME": "PortalName",
    "PORTAL_LOGO": "PortalLogo",
    "PORTAL_COLOUR": "PortalColour",
    "PORTAL_REFRESH_URL": "PortalRefreshUrl",
    "PORTAL_ORIGINS": "PortalOrigins",
}


@dataclass(frozen=True)
class Settings:
    """The ports, parameters and paths of one local stack."""

    port: int
    aws_port: int
    listen_port: int
    batch_schedule: str | None
    allow_private_targets: bool
    validate_events: str
    mutations_per_minute: int
    test_sends_per_minute: int
    publishes_per_minute: int
    read_units_per_minute: int
    portal: Mapping[str, str]
    directory: Path
    template: Path
    catalogue: Path

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings, or say which variable cannot be read."""
        port, aws_port = _port(env, "PORT", 8080), _port(env, "AWS_PORT", 4566)
        if port == aws_port:
            raise LocalStackError(f"PORT and AWS_PORT must be two ports, and both are {port}")
        return cls(
            port=port,
            aws_port=aws_port,
            listen_port=_port(env, "LISTEN_PORT", 9000),
            batch_schedule=env.get("BATCH_SCHEDULE") or None,
            allow_private_targets=_flag(env, "ALLOW_PRIVATE_TARGETS", default=True),
            validate_events=_choice(env, "VALIDATE_EVENTS", "WARN", ("OFF", "WARN", "ENFORCE")),
            # A developer, or a suite of tests, does in a minute what no admin does in an hour.
            mutations_per_minute=_number(env, "MUTATIONS_PER_MINUTE", 6000),
            test_sends_per_minute=_number(env, "TEST_SENDS_PER_MINUTE", 6000),
            publishes_per_minute=_number(env, "PUBLISHES_PER_MINUTE", 6000),
            read_units_per_minute=_number(env, "READ_UNITS_PER_MINUTE", 600_000),
            portal={parameter: env[name] for name, parameter in _PORTAL.items() if env.get(name)},
            directory=PROJECT_DIR / (env.get("LOCAL_DIR") or ".local"),
            template=PROJECT_DIR / (env.get("LOCAL_TEMPLATE") or SHIPPED_TEMPLATE),
            catalogue=Path(env.get("CATALOGUE") or SHIPPED_CATALOGUE).resolve(),
        )

    @property
    def front_url(self) -> str:
        """The one origin of API, console and sign-in."""
        return f"http://{HOST}:{self.port}"

    @property
    def aws_endpoint_url(self) -> str:
        """Where the emulated AWS services answer."""
        return f"http://{HOST}:{self.aws_port}"

    @property
    def console_url(self) -> str:
        """The console's address, which is also where sign-in comes back to."""
        return f"{self.front_url}/console"

    @property
    def authorization_url(self) -> str:
        """Where signing in begins."""
        return f"{self.front_url}/oauth2/authorize"

    @property
    def token_url(self) -> str:
        """Where codes, refresh tokens and credentials are exchanged for access tokens."""
        return f"{self.front_url}/oauth2/token"

    @property
    def logout_url(self) -> str:
        """Where signing out ends the sign-in page's own session."""
        return f"{self.front_url}/logout"

    @property
    def revocation_url(self) -> str:
        """Where signing out ends what a refresh token is good for."""
        return f"{self.front_url}/oauth2/revoke"

    @property
    def stack_file(self) -> Path:
        """The file that exists while, and only while, the stack is ready."""
        return self.directory / "stack.json"

    @property
    def credentials_file(self) -> Path:
        """The passwords of the demo users, generated for this stack."""
        return self.directory / "credentials.json"

    @property
    def function_log(self) -> Path:
        """Everything the functions print."""
        return self.directory / "functions.log"

    @property
    def error_log(self) -> Path:
        """Only what handlers report as errors."""
        return self.directory / "errors.log"

    def parameters(self) -> dict[str, str]:
        """The template's parameters as this machine wants them."""
        wanted = {
            "AllowPrivateTargets": str(self.allow_private_targets).lower(),
            "ValidateEvents": self.validate_events,
            "ConsoleUrl": self.console_url,
            # The emulator keeps what is mailed, and sends it to nobody: `make mails` shows it.
            "MailFrom": MAIL_FROM,
            # A gap: the user pool's domain leads to AWS, while the emulator's sign-in pages are on the one origin.
            "AuthorizationUrl": self.authorization_url,
            "TokenUrl": self.token_url,
            "LogoutUrl": self.logout_url,
            "RevocationUrl": self.revocation_url,
            "MutationsPerMinute": str(self.mutations_per_minute),
            "TestSendsPerMinute": str(self.test_sends_per_minute),
            "PublishesPerMinute": str(self.publishes_per_minute),
            "ReadUnitsPerMinute": str(self.read_units_per_minute),
        }
        if self.batch_schedule:
            wanted["BatchSchedule"] = self.batch_schedule
        return {**wanted, **self.portal}


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise LocalStackError(f"{name} must be a port number, not {text!r}")
    return int(text)


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise LocalStackError(f"{name} must be a whole number from 1, not {text!r}")
    return int(text)


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name) or str(default)
    if text.lower() not in {"true", "false"}:
        raise LocalStackError(f"{name} must be true or false, not {text!r}")
    return text.lower() == "true"


def _choice(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    text = env.get(name) or default
    if text not in choices:
        raise LocalStackError(f"{name} must be {', '.join(choices)}, not {text!r}")
    return text
