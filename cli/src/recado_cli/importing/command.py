"""`recado import`: the webhooks of another sender, with their secrets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from recado_cli.calls import ask
from recado_cli.exits import Exit, Stop
from recado_cli.importing.found import Found
from recado_cli.importing.planning import State, Step, accounts_of, planned
from recado_cli.importing.registering import carried_out
from recado_cli.importing.shown import show, tell
from recado_cli.importing.sources import KINDS, Sender, found_in, pairs
from recado_cli.importing.wanted import Wishes, wanted
from recado_cli.output import Document
from recado_cli.session import account_of, connected_for, output_of, profile_of
from recado_cli.signing_in.addresses import is_loopback
from recado_client import Recado
from recado_client.generated.api.events import list_event_types
from recado_client.generated.api.webhooks import list_webhooks


class Format(StrEnum):
    """The shape of bodies, in place of what the sender's receivers know."""

    ENVELOPE = "envelope"
    STANDARD = "standard"
    CLOUDEVENTS = "cloudevents"
    RAW = "raw"


Files = Annotated[list[Path], typer.Argument(help="What the sender exports, readable by you alone; - is stdin.")]
From = Annotated[Sender, typer.Option("--from", help="Whose export it is.")]
Map = Annotated[list[str] | None, typer.Option("--map", help="OLD=NEW of event names, OLD= for none; repeatable.")]
MapFile = Annotated[Path | None, typer.Option("--map-file", help="JSON object of them.")]
Event = Annotated[list[str] | None, typer.Option("--event", help="For webhooks that name no events; repeatable.")]
Tenant = Annotated[list[str] | None, typer.Option("--tenant", help="NAME=ACCOUNT; repeatable.")]
Tenants = Annotated[Path | None, typer.Option("--tenants", help="JSON object of them.")]
Without = Annotated[list[str] | None, typer.Option("--without", help="Take the rest without this; repeatable.")]
AsText = Annotated[bool, typer.Option("--secrets-as-text", help="Secrets that are refused: sign by their text.")]
Shape = Annotated[Format | None, typer.Option("--format", help="The shape of bodies; else as they were.")]
Activate = Annotated[
    bool, typer.Option("--activate/--inactive", help="Switched on, also those that were imported before.")
]
Skip = Annotated[bool, typer.Option("--skip", help="Register the others where one cannot be taken over.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be registered, and register nothing.")]


def import_webhooks(
    context: typer.Context,
    files: Files,
    *,
    sender: From,
    map_: Map = None,
    map_file: MapFile = None,
    event: Event = None,
    tenant: Tenant = None,
    tenants: Tenants = None,
    without: Without = None,
    secrets_as_text: AsText = False,
    format_: Shape = None,
    activate: Activate = False,
    skip: Skip = False,
    dry_run: DryRun = False,
) -> None:
    """Register the webhooks of another sender with their secrets, switched off.

    What cannot be taken over is named, and nothing is registered then, unless --skip. The same again registers nothing
    twice, and goes on where it was interrupted.
    """
    host = urlsplit(profile_of(context).api_url).hostname or ""
    wishes = Wishes(
        sender=Sender.RECADO if sender is Sender.CSV else sender,
        shape=_shape(format_, KINDS[sender].shape),
        mapping=pairs(map_ or (), map_file, "--map"),
        event_names=tuple(event or ()),
        without=frozenset(without or ()),
        secrets_as_text=secrets_as_text,
        active=activate,
        http=is_loopback(host),
    )
    given = pairs(tenant or (), tenants, "--tenant")
    found = accounts_of(found_in(files, sender), given, lambda: account_of(context))
    done = _imported(context, found, wishes, skip=skip, dry_run=dry_run)
    show(output_of(context), done, planned_only=dry_run)
    tell(output_of(context), done, KINDS[sender].receivers)
    if _refused(done):
        raise typer.Exit(Exit.FAILED)


def _imported(
    context: typer.Context, found: Sequence[tuple[str, Found]], wishes: Wishes, *, skip: bool, dry_run: bool
) -> list[Step]:
    """What was done, or would be; raises `Stop` where nothing is, because one webhook cannot be taken over."""
    with ExitStack() as stack:
        connection = _connections(context, stack)
        steps = _planned(found, wishes, connection)
        if not dry_run and not skip and (refused := _refused(steps)):
            show(output_of(context), steps, planned_only=True)
            tell(output_of(context), steps)
            message = f"nothing is registered: {refused} of {len(steps)} webhooks cannot be taken over"
            raise Stop(message, hint="--skip registers the others")
        return steps if dry_run else _carried_out(context, steps, connection)


def _planned(found: Sequence[tuple[str, Found]], wishes: Wishes, connection: Callable[[str], Recado]) -> list[Step]:
    """What is to be done, by what the stack says of its catalogue and of each account's webhooks."""
    accounts = dict.fromkeys(account for account, _ in found if account)
    listed: dict[str, Document] = {}
    catalogue: set[str] = set()
    for account in accounts:
        listed[account] = ask(list_webhooks, connection(account), account).document
        if not catalogue:
            answer = ask(list_event_types, connection(account)).document
            catalogue = {entry["eventName"] for entry in answer["eventTypes"]}
    each = [wanted(one, account, wishes, catalogue) for account, one in found]
    return planned(each, listed, switch_on=wishes.active)


def _carried_out(context: typer.Context, steps: Sequence[Step], connection: Callable[[str], Recado]) -> list[Step]:
    """What was done; where it stops in the middle, that is shown first."""
    done: list[Step] = []
    try:
        for step in carried_out(steps, connection):
            done.append(step)
    except BaseException:
        show(output_of(context), done)
        raise
    return done


def _refused(steps: Sequence[Step]) -> int:
    return sum(step.state is State.REFUSED for step in steps)


def _shape(asked: Format | None, usual: Document) -> Document:
    if asked is None:
        return usual
    return {"format": asked.name, **({"transform": "data"} if asked is Format.RAW else {})}


def _connections(context: typer.Context, stack: ExitStack) -> Callable[[str], Recado]:
    """A connection for each account, because on the stack of this machine each has an admin of its own."""
    known: dict[str, Recado] = {}

    def connection(account: str) -> Recado:
        if account not in known:
            known[account] = stack.enter_context(connected_for(context, account))
        return known[account]

    return connection
