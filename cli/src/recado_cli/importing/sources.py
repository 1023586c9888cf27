"""The files of an export: JSON values one after another, or CSV; and which senders are known."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.importing.found import Found
from recado_cli.importing.senders import api_destinations, convoy, hook0, outpost, plain, svix
from recado_cli.keeping.private_files import read_private
from recado_cli.output import Document


class Sender(StrEnum):
    """Whose export it is."""

    SVIX = "svix"
    CONVOY = "convoy"
    OUTPOST = "outpost"
    HOOK0 = "hook0"
    API_DESTINATIONS = "api-destinations"
    RECADO = "recado"
    CSV = "csv"


# The body that these senders' receivers know is what was published, and nothing around it.
_AS_PUBLISHED = {"format": "RAW", "transform": "data"}


@dataclass(frozen=True)
class Kind:
    """How a sender's export is read, in which shape its events left, and what its receivers verify."""

    read: Callable[[Sequence[Any]], list[Found]]
    shape: Document = field(default_factory=dict)
    receivers: str = ""


_MUST_CHANGE = "Receivers verify {0} now: before they are switched on they must verify webhook-signature."

KINDS = {
    Sender.SVIX: Kind(
        svix.read,
        _AS_PUBLISHED,
        "Receivers with Svix's library need no change; those that read svix-* headers themselves must read webhook-*.",
    ),
    Sender.CONVOY: Kind(convoy.read, _AS_PUBLISHED, _MUST_CHANGE.format("x-convoy-signature")),
    Sender.OUTPOST: Kind(
        outpost.read,
        _AS_PUBLISHED,
        _MUST_CHANGE.format("x-outpost-signature, unless Outpost was in standard mode,"),
    ),
    Sender.HOOK0: Kind(hook0.read, _AS_PUBLISHED, _MUST_CHANGE.format("x-hook0-signature")),
    Sender.API_DESTINATIONS: Kind(
        api_destinations.read,
        _AS_PUBLISHED,
        "The body is an event's data: where a rule sent the whole event, or a text of its own, set transform.",
    ),
    Sender.RECADO: Kind(plain.read),
    Sender.CSV: Kind(plain.read),
}


def found_in(files: Sequence[Path], sender: Sender) -> list[Found]:
    """The webhooks in the files; raises `Stop` where one is not what the sender exports, or can be read by others."""
    values: list[Any] = []
    for file in files:
        text = _text(file)
        values += plain.rows(text, str(file)) if sender is Sender.CSV else values_of(text, str(file))
    found = KINDS[sender].read(values)
    if not found:
        raise Stop("there is no webhook in it")
    return found


def values_of(text: str, name: str) -> list[Any]:
    """The JSON values of a text, on lines of their own or over several; raises `Stop`."""
    decoder = json.JSONDecoder()
    values: list[Any] = []
    rest = text.removeprefix("\ufeff").strip()
    while rest:
        try:
            value, end = decoder.raw_decode(rest)
        except (ValueError, RecursionError) as error:
            place = f"value {len(values) + 1} of {name}"
            # The message names a place within the value; the text itself may hold secrets.
            raise Stop(f"{place} is no JSON: {error}", Exit.USAGE) from None
        values.append(value)
        rest = rest[end:].strip()
    return values


def pairs(given: Sequence[str], file: Path | None, option: str) -> dict[str, str]:
    """`OLD=NEW` of an option, over those of a file with a JSON object; raises `Stop`."""
    known: dict[str, str] = {}
    if file is not None:
        [*objects] = values_of(file.read_text(encoding="utf-8"), str(file))
        if len(objects) != 1 or not isinstance(objects[0], dict):
            raise Stop(f"{file} must hold a JSON object", Exit.USAGE)
        if not all(isinstance(value, str) for value in objects[0].values()):
            raise Stop(f"the values of {file} must be texts", Exit.USAGE)
        known = objects[0]
    for pair in given:
        old, sign, new = pair.partition("=")
        if not sign:
            raise Stop(f"{option} is OLD=NEW; not {pair!r}", Exit.USAGE)
        known[old] = new
    return known


def _text(file: Path) -> str:
    if str(file) == "-":
        return sys.stdin.read()
    try:
        return read_private(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(f"{file} cannot be read: {error}", Exit.USAGE) from None
