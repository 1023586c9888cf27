"""The fields of a webhook as options, for `create` and `edit`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from recado_cli.completion import event_types
from recado_cli.editing import edited, name_of
from recado_cli.exits import Exit, Stop
from recado_cli.output import Document
from recado_cli.reading import object_of


class Signing(StrEnum):
    """What needs nothing secret from the one who asks."""

    NONE = "none"
    SIGNATURE = "signature"
    ED25519 = "ed25519"


Name = Annotated[str | None, typer.Option("--name", help="1 to 100 characters.")]
Url = Annotated[str | None, typer.Option("--url", help="The address that gets the POSTs.")]
Events = Annotated[
    list[str] | None,
    typer.Option("--event", help="An event name, order.* or *; repeatable.", autocompletion=event_types),
]
Description = Annotated[str | None, typer.Option("--description", help="At most 1,000 characters.")]
Auth = Annotated[Signing | None, typer.Option("--auth", help="What needs no secret of yours.")]
AuthFile = Annotated[
    Path | None,
    typer.Option("--auth-file", help="JSON of `authentication`, for types with a secret; - is stdin."),
]
Headers = Annotated[list[str] | None, typer.Option("--header", help="NAME=VALUE, sent too; repeatable.")]
Active = Annotated[bool | None, typer.Option("--active/--inactive", help="On or off.", show_default=False)]
Set = Annotated[list[str] | None, typer.Option("--set", help="Any field: delivery.maxEvents=10; repeatable.")]


@dataclass(frozen=True)
class Given:
    """The options that were given; None is what was not."""

    name: str | None = None
    url: str | None = None
    events: list[str] | None = None
    description: str | None = None
    auth: Signing | None = None
    auth_file: Path | None = None
    headers: list[str] | None = None
    active: bool | None = None
    settings: list[str] | None = None
    file: Path | None = None


# What `--set` leads into: of a webhook as it is, or of one that is to be. What is a text in both stays one.
_SETTABLE = ("name", "description", "targetUrl", "eventNames", "headers", "delivery", "filter", "transform", "format")
_TEXTS = {"name": "", "description": "", "targetUrl": "", "filter": "", "transform": "", "format": ""}


def fields_of(given: Given, before: Document | None = None) -> Document:
    """What was given, as the API takes it: the file first, options over it; raises `Stop`.

    `before` is the webhook that is changed: what is set within a list or an object of it leaves the rest as it is.
    """
    document: Document = object_of(given.file) if given.file else {}
    named: dict[str, Any] = {
        "name": given.name,
        "targetUrl": given.url,
        "eventNames": given.events or None,
        "description": given.description,
        "active": given.active,
        "authentication": _authentication(given),
    }
    document |= {field: value for field, value in named.items() if value is not None}
    if given.headers:
        document["headers"] = {**(before or {}).get("headers", {}), **dict(map(_header, given.headers))}
    settings = list(map(_setting, given.settings or ()))
    touched = {name_of(setting) for setting in settings} & set(_SETTABLE)
    there = {**_TEXTS, **{field: value for field, value in (before or {}).items() if value is not None}}
    start = {field: there[field] for field in touched if field in there}
    result: Document = edited(start | document, settings)
    return result


def _setting(setting: str) -> str:
    path, sign, text = setting.partition("=")
    if name_of(setting) == "authentication":
        # What stands on a command line is read by everybody on the machine, and kept in histories.
        raise Stop("--set takes no authentication, which may hold a secret", Exit.USAGE, "--auth, or --auth-file")
    # A header's value is always a text.
    return f"{path}={json.dumps(text)}" if sign and path.startswith("headers.") and text[:1] != '"' else setting


def _authentication(given: Given) -> Document | None:
    if given.auth_file and given.auth:
        raise Stop("--auth and --auth-file say the same: one of them", Exit.USAGE)
    if given.auth_file:
        return object_of(given.auth_file)
    kinds: dict[Signing | None, Document] = {
        Signing.NONE: {"type": "NONE"},
        Signing.SIGNATURE: {"type": "SIGNATURE", "algorithm": "HMAC_SHA256"},
        Signing.ED25519: {"type": "SIGNATURE", "algorithm": "ED25519"},
    }
    return kinds.get(given.auth)


def _header(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise Stop(f"--header is NAME=VALUE; not {text!r}", Exit.USAGE)
    return name, value
