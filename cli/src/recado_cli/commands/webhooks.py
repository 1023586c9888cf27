"""`recado webhooks list|show|create|edit|delete|rotate|secret|test`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from recado_cli.calls import Answer, ask, entered, new_key
from recado_cli.commands import webhook_fields as fields
from recado_cli.commands.asking import confirmed
from recado_cli.commands.samples import wanted_type
from recado_cli.commands.shown import sent, webhook_fields
from recado_cli.editing import edited
from recado_cli.exits import Exit, Stop, stop_of
from recado_cli.keeping.private_files import read_private
from recado_cli.options import Commands
from recado_cli.output import Document, Output
from recado_cli.parameters import EventName, FromFile, WebhookId, Yes
from recado_cli.reading import kept
from recado_cli.session import account_of, connected, output_of
from recado_client import Problem
from recado_client.generated.api.signatures import download_signature, rotate_signature
from recado_client.generated.api.webhooks import (
    change_webhook,
    create_webhook,
    list_webhooks,
    read_webhook,
    remove_webhook,
    test_webhook,
)

_PRECONDITION_FAILED = 412
_CHANGEABLE = (
    "name",
    "targetUrl",
    "eventNames",
    "description",
    "headers",
    "active",
    "ordered",
    "filter",
    "transform",
    "format",
    "delivery",
)

commands = Commands(help="Where an account's events are sent.")


@commands.command("list")
def list_(context: typer.Context) -> None:
    """List the account's webhooks."""
    output = output_of(context)
    with connected(context) as recado:
        answer = ask(list_webhooks, recado, account_of(context))
    if output.as_json:
        output.document(answer.document)
        return
    output.table(
        ("WEBHOOK", "NAME", "STATUS", "HEALTH", "WAITING", "EVENTS", "URL"),
        [
            (
                webhook["webhookId"],
                webhook["name"],
                webhook["status"],
                _health(webhook),
                webhook["backlog"],
                " ".join(webhook["eventNames"]),
                webhook["targetUrl"],
            )
            for webhook in answer.document["webhooks"]
        ],
    )


@commands.command()
def show(context: typer.Context, webhook_id: WebhookId) -> None:
    """Show one webhook: settings, health, what waits."""
    with connected(context) as recado:
        answer = ask(read_webhook, recado, account_of(context), webhook_id)
    _show(output_of(context), answer)


@commands.command()
def create(
    context: typer.Context,
    *,
    name: fields.Name = None,
    url: fields.Url = None,
    event: fields.Events = None,
    description: fields.Description = None,
    auth: fields.Auth = None,
    auth_file: fields.AuthFile = None,
    header: fields.Headers = None,
    active: fields.Active = None,
    settings: fields.Set = None,
    file: FromFile = None,
) -> None:
    """Register a webhook: by options, by JSON as the API takes it, or by both."""
    given = fields.Given(name, url, event, description, auth, auth_file, header, active, settings, file)
    document = fields.fields_of(given)
    with connected(context) as recado:
        answer = ask(create_webhook, recado, account_of(context), body=entered(document), idempotency_key=new_key())
    _show(output_of(context), answer)
    if answer.document["authentication"]["type"] == "SIGNATURE":
        output_of(context).say(f"`recado webhooks secret {answer.document['webhookId']}` prints its signing secret.")


@commands.command()
def edit(
    context: typer.Context,
    webhook_id: WebhookId,
    *,
    name: fields.Name = None,
    url: fields.Url = None,
    event: fields.Events = None,
    description: fields.Description = None,
    auth: fields.Auth = None,
    auth_file: fields.AuthFile = None,
    header: fields.Headers = None,
    active: fields.Active = None,
    settings: fields.Set = None,
    unset: Annotated[list[str] | None, typer.Option("--unset", help="Take away filter or transform.")] = None,
    file: FromFile = None,
    if_match: Annotated[str | None, typer.Option("--if-match", help="Only if it is at this version.")] = None,
) -> None:
    """Change a webhook: by options, by JSON, or without either in your editor.

    If somebody else changes it meanwhile, nothing is changed, and the command ends with 6.
    """
    given = fields.Given(name, url, event, description, auth, auth_file, header, active, settings, file)
    with connected(context) as recado:
        before = ask(read_webhook, recado, account_of(context), webhook_id)
        changes = fields.fields_of(given, before.document) | dict.fromkeys(unset or ())
        by_hand = {} if changes else _by_hand(before.document)
        changes = changes or by_hand
        if not changes:
            output_of(context).say("Nothing is changed.")
            return
        version = _etag(if_match) if if_match else before.etag
        try:
            path = account_of(context), webhook_id
            answer = ask(change_webhook, recado, *path, body=entered(changes), if_match=version)
        except Problem as problem:
            raise _meanwhile(problem, webhook_id, by_hand) from problem
    _show(output_of(context), answer)


@commands.command()
def delete(context: typer.Context, webhook_id: WebhookId, *, yes: Yes = False) -> None:
    """Remove a webhook, with all that waits for it."""
    output = output_of(context)
    with connected(context) as recado:
        before = ask(read_webhook, recado, account_of(context), webhook_id)
        waiting = before.document.get("waiting", {}).get("count", 0)
        lost = f" {waiting} deliveries that wait are lost." if waiting else ""
        if not confirmed(f"Remove {before.document['name']!r} ({webhook_id})?{lost}", yes=yes):
            raise Stop("nothing is removed")
        try:
            ask(remove_webhook, recado, account_of(context), webhook_id, if_match=before.etag)
        except Problem as problem:
            raise _meanwhile(problem, webhook_id) from problem
    output.say(f"Removed {webhook_id}.")


@commands.command()
def rotate(
    context: typer.Context,
    webhook_id: WebhookId,
    *,
    secret_file: Annotated[Path | None, typer.Option("--secret-file", help="A secret of your own.")] = None,
    yes: Yes = False,
) -> None:
    """Replace a webhook's signing secret; the one before signs along for a while."""
    output = output_of(context)
    body = {"secret": _secret(secret_file)} if secret_file else {}
    if not confirmed(f"Replace the signing secret of {webhook_id}?", yes=yes):
        raise Stop("nothing is replaced")
    with connected(context) as recado:
        path = account_of(context), webhook_id
        answer = ask(rotate_signature, recado, *path, body=entered(body), idempotency_key=new_key())
    if output.as_json:
        output.document(answer.document)
        return
    output.say(f"Replaced. `recado webhooks secret {webhook_id}` prints the new one.")


@commands.command()
def secret(context: typer.Context, webhook_id: WebhookId) -> None:
    """Print a webhook's signing secret, and nothing else; the activity log says who has got it."""
    output = output_of(context)
    with connected(context) as recado:
        answer = ask(download_signature, recado, account_of(context), webhook_id)
    if output.as_json:
        output.document(answer.document)
    else:
        output.text(answer.document["secret"])


@commands.command()
def test(
    context: typer.Context,
    webhook_id: WebhookId,
    event: EventName = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="In the sample: data.userId=7.")] = None,
) -> None:
    """Send a sample to a webhook now, and show the answer; ends with 1 where the receiver does not take it."""
    output = output_of(context)
    example = edited({}, settings or ())
    with connected(context) as recado:
        name = event or wanted_type(recado, account_of(context), webhook_id)
        body: Document = {"eventName": name, **({"event": example} if example else {})}
        answer = ask(test_webhook, recado, account_of(context), webhook_id, body=entered(body))
    if output.as_json:
        output.document(answer.document)
    else:
        sent(output, answer.document)
    if not answer.document["delivered"]:
        raise typer.Exit(Exit.FAILED)


def _show(output: Output, answer: Answer) -> None:
    if output.as_json:
        output.document(answer.document)
    else:
        output.fields(webhook_fields(answer.document))


def _health(webhook: Document) -> Text:
    state = webhook["health"]["state"]
    return Text(state, style="green" if state == "HEALTHY" else "red")


def _by_hand(webhook: Document) -> Document:
    """What is changed in the editor; what is taken out there is null."""
    from recado_cli.reading import edited_by_hand  # noqa: PLC0415 - only where there is an editor

    before = {field: webhook.get(field) for field in _CHANGEABLE}
    after = edited_by_hand(before)
    if after is None:
        return {}
    gone = dict.fromkeys(field for field in before if field not in after)
    return {field: value for field, value in (after | gone).items() if value != before.get(field)}


def _etag(text: str) -> str:
    return text if text.startswith(('"', "*", "W/")) else f'"{text}"'


def _meanwhile(problem: Problem, webhook_id: str, by_hand: Document | None = None) -> Exception:
    """How a refused change ends the command; what somebody has typed in an editor is kept for another try."""
    stop = stop_of(problem)
    if problem.status == _PRECONDITION_FAILED:
        message = f"somebody else has changed {webhook_id} meanwhile; nothing was done"
        stop = Stop(message, Exit.CONFLICT, f"`recado webhooks show {webhook_id}` shows it as it is now")
    if by_hand:
        stop.hint = " ".join(filter(None, (stop.hint, f"What you have changed is in {kept(by_hand)}, for --file.")))
    return stop


def _secret(file: Path) -> str:
    try:
        return read_private(file).strip()
    except OSError as error:
        raise Stop(f"--secret-file cannot be read: {error}", Exit.USAGE) from None
