"""`recado deliveries list|show|attempts|redeliver|cancel|send-now`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from types import ModuleType
from typing import Annotated

import typer

from recado_cli.calls import ask, ask_pages
from recado_cli.commands import resending
from recado_cli.commands.selecting import Range, at_most, listed, page_size
from recado_cli.commands.shown import delivery_fields, error_text, show_deliveries
from recado_cli.exits import Exit, Stop
from recado_cli.options import Commands
from recado_cli.output import Document, Output, local_time
from recado_cli.parameters import (
    ArrivedFrom,
    ArrivedTo,
    DeliveryId,
    EventName,
    FromTime,
    Limit,
    ToTime,
    WebhookId,
    WebhookOption,
)
from recado_cli.session import account_of, connected, output_of
from recado_client.generated.api.deliveries import list_attempts, list_attempts_of_delivery, read_delivery

commands = Commands(help="Events on their way to webhooks.")
resending.register(commands)


class Status(StrEnum):
    """Where a delivery stands."""

    DELIVERED = "DELIVERED"
    PENDING = "PENDING"
    EXPIRED = "EXPIRED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


@commands.command("list")
def list_(
    context: typer.Context,
    *,
    webhook: WebhookOption = None,
    status: Annotated[Status | None, typer.Option("--status", case_sensitive=False)] = None,
    failed: Annotated[bool | None, typer.Option("--failed/--not-failed", show_default=False)] = None,
    failure_class: Annotated[str | None, typer.Option("--failure-class", help="TIMEOUT, CONNECT and the like.")] = None,
    status_code: Annotated[int | None, typer.Option("--status-code", help="The receiver's.")] = None,
    event: EventName = None,
    event_id: Annotated[str | None, typer.Option("--event-id", help="Only events of this id.")] = None,
    since: FromTime = None,
    until: ToTime = None,
    arrived_from: ArrivedFrom = None,
    arrived_to: ArrivedTo = None,
    limit: Limit = 50,
) -> None:
    """List deliveries, newest first; with --json one a line."""
    filters = Range(since, until, arrived_from, arrived_to).filters()
    output = output_of(context)
    with connected(context) as recado:
        deliveries = listed(
            recado,
            account_of(context),
            webhook,
            status=status.value if status else None,
            failed=failed,
            failure_class=failure_class,
            status_code=status_code,
            event_name=event,
            event_id=event_id,
            limit=page_size(limit),
            **filters,
        )
        show_deliveries(output, at_most(deliveries, limit))


@commands.command()
def show(context: typer.Context, webhook_id: WebhookId, delivery_id: DeliveryId) -> None:
    """Show a delivery, its event, and its POST as the receiver gets it."""
    output = output_of(context)
    with connected(context) as recado:
        delivery = ask(read_delivery, recado, account_of(context), webhook_id, delivery_id).document
    if output.as_json:
        output.document(delivery)
        return
    output.fields(delivery_fields(delivery))
    output.text("")
    for name, value in delivery["request"]["headers"].items():
        output.text(f"{name}: {value}")
    output.text("")
    output.text(delivery["request"]["body"])


@commands.command()
def attempts(
    context: typer.Context,
    webhook_id: WebhookId,
    delivery_id: Annotated[str | None, typer.Argument(help="Only of this delivery.")] = None,
    *,
    since: FromTime = None,
    until: ToTime = None,
    limit: Limit = 20,
) -> None:
    """List the POSTs of a delivery or of a webhook, newest first, with what was answered; with --json one a line."""
    output = output_of(context)
    if delivery_id is not None and (since or until):
        raise Stop("--from and --to are for the attempts of a webhook, without a delivery", Exit.USAGE)
    times = {key: value for key, value in Range(since, until).filters().items() if value is not None}
    path = (account_of(context), webhook_id, *([delivery_id] if delivery_id else []))
    call: ModuleType = list_attempts_of_delivery if delivery_id else list_attempts
    with connected(context) as recado:
        pages = ask_pages(call, recado, *path, limit=page_size(limit), **times)
        _show_attempts(output, at_most((attempt for page in pages for attempt in page["attempts"]), limit))


def _show_attempts(output: Output, attempts: Iterable[Document]) -> None:
    for attempt in attempts:
        if output.as_json:
            output.line(attempt)
            continue
        response = attempt.get("response") or {}
        output.fields(
            (
                ("started", local_time(attempt["startedAt"])),
                ("url", attempt["request"]["url"]),
                ("address", attempt.get("address")),
                ("message", attempt["messageId"]),
                ("events", attempt["events"]),
                ("taken", attempt["delivered"]),
                ("status code", attempt.get("statusCode")),
                ("latency", f"{attempt['latencyMs']} ms"),
                ("error", error_text(attempt.get("error"))),
                ("asked for by", attempt.get("requestedBy")),
                ("answer", json.dumps(response["body"], ensure_ascii=False) if response.get("body") else None),
            )
        )
        output.text("")
