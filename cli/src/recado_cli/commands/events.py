"""`recado events publish|find`, `event-types`, `trigger`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from recado_cli.calls import ask, ask_pages
from recado_cli.commands import publishing
from recado_cli.commands.samples import event_type, sample_event
from recado_cli.commands.shown import error_text, state
from recado_cli.completion import event_types as event_type_names
from recado_cli.editing import edited, value_of
from recado_cli.exits import Exit, Stop
from recado_cli.options import Commands
from recado_cli.output import Document, Output, local_time
from recado_cli.reading import documents_of
from recado_cli.session import account_of, connected, output_of
from recado_cli.times import moment
from recado_client.generated.api.events import list_event_types, read_event_schema, trace_event

commands = Commands(help="What has happened, and where it went.")

Set = Annotated[list[str] | None, typer.Option("--set", help="Of `data`: user.id=7, items.0=x; repeatable.")]
TypeName = Annotated[str, typer.Argument(help="A name of the catalogue.", autocompletion=event_type_names)]


def register(app: Commands) -> None:
    """Add the group and the commands beside it."""
    app.add_typer(commands, name="events")
    app.command("event-types")(event_types)
    app.command()(trigger)


@commands.command()
def publish(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="JSON or NDJSON; - is stdin.")] = None,
    *,
    event: Annotated[str | None, typer.Option("--event", autocompletion=event_type_names)] = None,
    event_id: Annotated[str | None, typer.Option("--event-id", help="Else a new one.")] = None,
    timestamp: Annotated[str | None, typer.Option("--timestamp", help="Else now.")] = None,
    data: Annotated[str, typer.Option("--data", help="A JSON object.")] = "{}",
    settings: Set = None,
    batch: Annotated[int, typer.Option("--batch", min=1, max=publishing.LARGEST_BATCH)] = publishing.LARGEST_BATCH,
) -> None:
    """Publish events: of a file or stdin, one JSON value or one a line, or one event by options.

    Events without eventId or timestamp get a new id and the time that it is now. For a stream that is slow,
    --batch 1 publishes each event as it comes. Ends with 1 if an event is not accepted.
    """
    output = output_of(context)
    if event is not None:
        if file is not None:
            raise Stop("a file, or one event by --event: one of them", Exit.USAGE)
        named = {"eventId": event_id, "timestamp": moment("--timestamp", timestamp)}
        content = edited(value_of(data), settings or ())
        one = {"eventName": event, **{key: value for key, value in named.items() if value}, "data": content}
        documents: Iterator[Any] = iter([one])
    else:
        documents = _documents(file)
    groups = publishing.batches(publishing.events_of(documents), batch)
    with connected(context) as recado:
        refused = publishing.publish(recado, account_of(context), groups, output)
    if refused:
        raise typer.Exit(Exit.FAILED)


@commands.command()
def find(
    context: typer.Context,
    event_id: Annotated[str, typer.Argument(help="The event's id.")],
    *,
    timestamp: Annotated[str | None, typer.Option("--timestamp", help="The event's time: found at once.")] = None,
    event: Annotated[str | None, typer.Option("--event", autocompletion=event_type_names)] = None,
) -> None:
    """Explain an event: where it went, and why not elsewhere. Ends with 4 where no webhook knows it."""
    output = output_of(context)
    filters = {"timestamp": moment("--timestamp", timestamp), "event_name": event}
    with connected(context) as recado:
        traced: Document = {}
        # Found or not, the last page says it: those before it hold nothing but the cursor.
        for traced in ask_pages(trace_event, recado, account_of(context), event_id, **filters):
            if traced["webhooks"]:
                break
    if output.as_json:
        output.document(traced)
    else:
        _show_traced(output, traced)
    if not any("deliveryId" in webhook for webhook in traced["webhooks"]):
        raise typer.Exit(Exit.NOT_FOUND)


def event_types(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Only this one.", autocompletion=event_type_names)] = None,
    *,
    schema: Annotated[bool, typer.Option("--schema", help="Its JSON Schema.")] = False,
) -> None:
    """List the catalogue; of one event type, show its sample or its JSON Schema."""
    output = output_of(context)
    with connected(context) as recado:
        if name and schema:
            output.document(ask(read_event_schema, recado, name).document)
            return
        if name:
            _show_type(output, event_type(recado, name))
            return
        answer = ask(list_event_types, recado)
    if output.as_json:
        output.document(answer.document)
        return
    output.table(
        ("EVENT TYPE", "CATEGORY", "DESCRIPTION"),
        [
            (entry["eventName"], entry["category"], entry["description"].get("en"))
            for entry in answer.document["eventTypes"]
        ],
    )


def trigger(
    context: typer.Context,
    name: TypeName,
    *,
    settings: Set = None,
    show: Annotated[bool, typer.Option("--show", help="Print the event, and publish nothing.")] = False,
) -> None:
    """Publish the sample of an event type, with a new id and the time that it is now.

    --set changes its data: a value is JSON where it can be, and a text where the sample has one.
    """
    output = output_of(context)
    with connected(context) as recado:
        event = sample_event(event_type(recado, name), settings or ())
        if show:
            output.document(event)
            return
        refused = publishing.publish(recado, account_of(context), [[event]], output)
    if refused:
        raise typer.Exit(Exit.FAILED)
    output.say(f"`recado events find {event['eventId']} --timestamp {event['timestamp']}` says where it went.")


def _documents(file: Path | None) -> Iterator[Any]:
    if file is None and sys.stdin.isatty():
        raise Stop("which events: a file, - for stdin, or --event", Exit.USAGE)
    if file is None or str(file) == "-":
        yield from documents_of(sys.stdin, "stdin")
        return
    try:
        with file.open(encoding="utf-8") as lines:
            yield from documents_of(lines, str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(f"{file} cannot be read: {error}", Exit.USAGE) from None


def _show_traced(output: Output, traced: Document) -> None:
    known = (("event", traced.get("eventName")), ("event id", traced["eventId"]))
    output.fields((*known, ("event time", local_time(traced.get("timestamp")))))
    for webhook in traced["webhooks"]:
        output.text("")
        output.fields(
            (
                ("webhook", f"{webhook['name']} ({webhook['webhookId']})"),
                ("outcome", state(webhook["outcome"])),
                ("why", webhook["detail"]),
                ("delivery", webhook.get("deliveryId")),
                ("status code", webhook.get("statusCode")),
                ("finished", local_time(webhook.get("finishedAt"))),
                ("next attempt", local_time(webhook.get("nextAttemptAt"))),
                ("next drain", local_time(webhook.get("nextDrainAt"))),
                ("given up at", local_time(webhook.get("expiresAt"))),
                ("last error", error_text(webhook.get("lastError"))),
                ("filter", webhook.get("filter")),
            )
        )


def _show_type(output: Output, entry: Document) -> None:
    if output.as_json:
        output.document(entry)
        return
    output.fields(
        (
            ("event type", entry["eventName"]),
            ("category", entry["category"]),
            ("description", entry["description"].get("en")),
            ("schema version", entry.get("schemaVersion")),
            ("deprecated", "yes" if entry.get("deprecated") else None),
        )
    )
    output.document(entry["sampleData"])
