"""What `make start` says: who may sign in and where, and commands that can be copied as they stand."""

from __future__ import annotations

import os

from local import aws, identity
from local.settings import PROJECT_DIR, Settings
from local.stack_file import Stack

_REAL_TIME = "COURSE_ENROLLMENT"


def started(stack: Stack, settings: Settings) -> str:
    """The whole of it, for a stack that runs."""
    return "\n".join(
        (
            "Recado runs:",
            f"  console  {stack.console_url}",
            *sign_in_lines(settings),
            f"  API      {stack.api_url}",
            f"  AWS      {stack.aws_endpoint_url}",
            "",
            "Publish an event:",
            publish_command(stack, settings),
            "",
            "Register a webhook:",
            register_command(stack, settings),
            "",
            f"`{make(settings)} listen` receives and verifies; `make help` lists drain, status, logs, stop.",
        )
    )


def sign_in_lines(settings: Settings) -> list[str]:
    """One line for each person who may sign in, with the password."""
    return [
        f"  sign in  {identity.user_name(account)}  password {identity.password_of(account, settings)}"
        for account in identity.ACCOUNTS
    ]


def publish_command(stack: Stack, settings: Settings) -> str:
    """A command that publishes an event of this moment, another each time it is run."""
    now = "'$(date +%s)'"
    event = f'{{"eventId": "event-{now}", "eventName": "{_REAL_TIME}", "timestamp": {now}, "data": {{}}}}'
    return _curl(f"{stack.api_url}/accounts/{identity.ACCOUNTS[0]}/events", f'{{"events": [{event}]}}', settings)


def register_command(stack: Stack, settings: Settings) -> str:
    """A command that registers a webhook, which goes where `make listen` listens."""
    webhook = (
        f'{{"name": "CRM", "targetUrl": "http://127.0.0.1:{settings.listen_port}/hook", '
        f'"eventNames": ["{_REAL_TIME}"], "authentication": {{"type": "SIGNATURE"}}}}'
    )
    return _curl(f"{stack.api_url}/accounts/{identity.ACCOUNTS[0]}/webhooks", webhook, settings)


def exports(stack: Stack) -> str:
    """What a shell has to evaluate so that AWS's own tools find the emulator."""
    variables = {
        "AWS_ENDPOINT_URL": stack.aws_endpoint_url,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": aws.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": aws.ACCESS_KEY,
    }
    # Those of a person's own account would win, or be sent along.
    unwanted = ("AWS_PROFILE", "AWS_SESSION_TOKEN")
    return "\n".join([*(f"export {name}={value}" for name, value in variables.items()), f"unset {' '.join(unwanted)}"])


def make(settings: Settings) -> str:
    """How to call make for this stack, from the project's folder."""
    usual = settings.directory == PROJECT_DIR / ".local"
    return "make" if usual else f"LOCAL_DIR={os.path.relpath(settings.directory, PROJECT_DIR)} make"


def _curl(url: str, body: str, settings: Settings) -> str:
    token = f'-H "Authorization: Bearer $({make(settings)} -s token)"'
    return f"  curl -s {url} {token} \\\n    -H 'Content-Type: application/json' -d '{body}'"
