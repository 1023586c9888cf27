"""What `make start` says: who may sign in and where, and commands that can be copied as they stand."""

from __future__ import annotations

import json
import os

from local import aws, identity
from local.catalogue import building
from local.settings import PROJECT_DIR, Settings
from local.stack_file import Stack
from recado.composition.catalogue import catalogue_in
from recado.rules.event.catalogue import Category, EventType

_LEAVING_FIRST = (Category.REAL_TIME, Category.NON_REAL_TIME)


def started(stack: Stack, settings: Settings) -> str:
    """The whole of it, for a stack that runs."""
    return "\n".join(
        (
            "Recado runs:",
            f"  console  {stack.console_url}",
            *sign_in_lines(settings),
            f"  API      {stack.api_url}",
            f"  its docs {stack.api_url}/docs",
            f"  AWS      {stack.aws_endpoint_url}",
            f"  events   {catalogue_line(settings)}",
            "",
            f"Receive, in another terminal: `{make(settings)} listen` registers itself, and prints what comes.",
            "",
            "Or register a webhook of your own:",
            register_command(stack, settings),
            "",
            "Then publish an event:",
            publish_command(stack, settings),
            "",
            "`make help` lists drain, status, logs, stop.",
        )
    )


def sign_in_lines(settings: Settings) -> list[str]:
    """One line for each person who may sign in, with the password."""
    return [
        f"  sign in  {identity.user_name(account)}  password {identity.password_of(account, settings)}"
        for account in identity.ACCOUNTS
    ]


def catalogue_line(settings: Settings) -> str:
    """Whose event types run, and how many: the next start without `CATALOGUE` takes the shipped ones again."""
    told = f"{building.shown(settings.catalogue)}: {len(catalogue_in(str(settings.catalogue)))} event types"
    return told if building.is_shipped(settings.catalogue) else f"{told}; name CATALOGUE at each start"


def publish_command(stack: Stack, settings: Settings) -> str:
    """A command that publishes an event of this moment, another each time it is run."""
    now = "'$(date +%s)'"
    event_type = _first(settings)
    # A single quote would end the shell's text.
    data = json.dumps(dict(event_type.sample)).replace("'", "\\u0027")
    event = f'{{"eventId": "event-{now}", "eventName": "{event_type.name}", "timestamp": {now}, "data": {data}}}'
    return _curl(f"{stack.api_url}/accounts/{identity.ACCOUNTS[0]}/events", f'{{"events": [{event}]}}', settings)


def register_command(stack: Stack, settings: Settings) -> str:
    """A command that registers a webhook, which goes where `make listen` listens."""
    webhook = (
        f'{{"name": "CRM", "targetUrl": "http://127.0.0.1:{settings.listen_port}/hook", '
        f'"eventNames": ["{_first(settings).name}"], "authentication": {{"type": "SIGNATURE"}}}}'
    )
    return _curl(f"{stack.api_url}/accounts/{identity.ACCOUNTS[0]}/webhooks", webhook, settings)


def _first(settings: Settings) -> EventType:
    """The first event type of the catalogue that leaves at once, or the first of all."""
    catalogue = catalogue_in(str(settings.catalogue))
    return next(event_type for category in _LEAVING_FIRST for event_type in catalogue.of(category))


def exports(stack: Stack) -> str:
    """What a shell has to evaluate so that AWS's own tools find the emulator."""
    variables = {
        "AWS_ENDPOINT_URL": stack.aws_endpoint_url,
        "AWS_DEFAULT_REGION": stack.region,
        # The SDKs for JavaScript and Java know this name only.
        "AWS_REGION": stack.region,
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
