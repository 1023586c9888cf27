"""`recado deliveries redeliver|cancel|send-now`: one delivery, a range, or what waits; and the jobs that do it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from recado_cli.calls import ask, entered, new_key
from recado_cli.commands.asking import confirmed
from recado_cli.commands.samples import matches
from recado_cli.commands.selecting import Range, listed
from recado_cli.commands.shown import delivery_fields, show_deliveries
from recado_cli.exits import Exit, Stop
from recado_cli.options import Commands
from recado_cli.output import Document, Output, local_time
from recado_cli.parameters import ArrivedFrom, ArrivedTo, DryRun, EventNames, FromTime, ToTime, WebhookId, Yes
from recado_cli.session import account_of, connected, output_of
from recado_client import Recado
from recado_client.generated.api.deliveries import (
    cancel as cancel_one,
)
from recado_client.generated.api.deliveries import (
    list_jobs,
    read_delivery,
    send_now,
    start_cancellation,
    start_redelivery,
)
from recado_client.generated.api.deliveries import (
    redeliver as redeliver_one,
)
from recado_client.generated.api.webhooks import read_webhook

_SHOWN = 20
_SECONDS_BETWEEN = 2.0
_MOST_LOOKS = 1_800  # an hour of them: a job of a webhook that is off waits until it is on
_ENDED = {"DONE", "ENDED"}

OneId = Annotated[str | None, typer.Argument(help="One delivery; without it a range, by the options.")]
SetAside = Annotated[bool, typer.Option("--set-aside", help="Only what is set aside.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until the job is done.")]


class Ended(StrEnum):
    """Which deliveries can be sent again: those that have ended."""

    DELIVERED = "DELIVERED"
    EXPIRED = "EXPIRED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


def register(commands: Commands) -> None:
    """Add the commands."""
    commands.command()(redeliver)
    commands.command()(cancel)
    commands.command("send-now")(send_what_waits)
    commands.command()(jobs)


def redeliver(
    context: typer.Context,
    webhook_id: WebhookId,
    delivery_id: OneId = None,
    *,
    status: Annotated[Ended | None, typer.Option("--status", case_sensitive=False, help="Of a range.")] = None,
    set_aside: SetAside = False,
    event: EventNames = None,
    since: FromTime = None,
    until: ToTime = None,
    arrived_from: ArrivedFrom = None,
    arrived_to: ArrivedTo = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    yes: Yes = False,
) -> None:
    """Send again: one delivery, or all of a status in a range (--status and --from), or what is set aside."""
    selection = Range(since, until, arrived_from, arrived_to).selection()
    if delivery_id is None and not set_aside and not (status and ({"from", "arrivedFrom"} & set(selection))):
        raise Stop("which deliveries: one id, or --status with --from or --arrived-from, or --set-aside", Exit.USAGE)
    body = _body(selection, event, set_aside=set_aside) | ({"status": status.value} if status else {})
    work = _Work(context, webhook_id, delivery_id, body, "Send again")
    if dry_run:
        return work.show_what(_has_ended, wanted_only=True)
    return work.do(redeliver_one, start_redelivery, yes=yes, wait=wait)


def cancel(
    context: typer.Context,
    webhook_id: WebhookId,
    delivery_id: OneId = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
    set_aside: SetAside = False,
    event: EventNames = None,
    since: FromTime = None,
    until: ToTime = None,
    arrived_from: ArrivedFrom = None,
    arrived_to: ArrivedTo = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    yes: Yes = False,
) -> None:
    """Withdraw what waits: one delivery, or a range, or with --all everything."""
    body = _body(Range(since, until, arrived_from, arrived_to).selection(), event, set_aside=set_aside)
    if delivery_id is None and not body and not every:
        raise Stop("which deliveries: one id, a range, --event, --set-aside, or --all", Exit.USAGE)
    if every and (body or delivery_id):
        raise Stop("--all stands alone: it takes no id and no range", Exit.USAGE)
    work = _Work(context, webhook_id, delivery_id, body, "Withdraw")
    if dry_run:
        return work.show_what(_waits)
    return work.do(cancel_one, start_cancellation, yes=yes, wait=wait)


def send_what_waits(context: typer.Context, webhook_id: WebhookId) -> None:
    """Let what waits leave now, such as when a receiver is mended, instead of at the next attempt."""
    output = output_of(context)
    with connected(context) as recado:
        path = account_of(context), webhook_id
        answer = ask(send_now, recado, *path, idempotency_key=new_key()).document
    if output.as_json:
        output.document(answer)
        return
    waiting = answer["waiting"]
    output.say(f"{waiting['count']}{' or more' if waiting['more'] else ''} deliveries leave now.")


def jobs(context: typer.Context, webhook_id: WebhookId) -> None:
    """List a webhook's jobs of sending again and of withdrawing, newest first."""
    output = output_of(context)
    with connected(context) as recado:
        answer = ask(list_jobs, recado, account_of(context), webhook_id)
    if output.as_json:
        output.document(answer.document)
        return
    output.table(
        ("ASKED FOR", "KIND", "STATE", "REQUEUED", "CANCELLED", "BY", "JOB"),
        [
            (
                local_time(job["createdAt"]),
                job["kind"],
                job["state"],
                job["requeued"],
                job["cancelled"],
                job["requestedBy"],
                job["jobId"],
            )
            for job in answer.document["jobs"]
        ],
    )


class _Work:
    """One delivery or a range of a webhook, and what is to be done with it."""

    def __init__(
        self, context: typer.Context, webhook_id: str, delivery_id: str | None, body: Document, verb: str
    ) -> None:
        self._context, self._webhook_id, self._delivery_id = context, webhook_id, delivery_id
        self._body, self._verb = body, verb
        self._output: Output = output_of(context)
        self._path = (account_of(context), webhook_id)

    def show_what(self, is_meant: Callable[[Document], bool], *, wanted_only: bool = False) -> None:
        """Count and list what it would take, of names that the webhook still wants alone; nothing is changed."""
        with connected(self._context) as recado:
            names = ask(read_webhook, recado, *self._path).document["eventNames"] if wanted_only else ["*"]
            if self._delivery_id:
                found = iter([ask(read_delivery, recado, *self._path, self._delivery_id).document])
            else:
                found = self._selected(recado)
            shown = _shown(self._output, filter(is_meant, _named(found, names)))
        more = f", of which the newest {_SHOWN} are listed" if shown > _SHOWN and not self._output.as_json else ""
        self._output.say(f"{self._verb}: {shown} deliveries as of now{more}. Nothing was changed.")

    def do(self, one: Any, many: Any, *, yes: bool, wait: bool) -> None:  # noqa: ANN401 - modules of the client
        """Do it: the one at once, the range as a job."""
        with connected(self._context) as recado:
            if self._delivery_id:
                answer = ask(one, recado, *self._path, self._delivery_id, idempotency_key=new_key())
                self._show(answer.document)
                return
            if not confirmed(f"{self._verb} the deliveries of {self._webhook_id} that are selected?", yes=yes):
                raise Stop("nothing was changed")
            job = ask(many, recado, *self._path, body=entered(self._body), idempotency_key=new_key()).document
            job = self._ended(recado, job) if wait else job
        self._show(job)

    def _ended(self, recado: Recado, job: Document) -> Document:
        """The job when it is over; of those that are listed no more it is as last seen. Raises `Stop` in time."""
        for _ in range(_MOST_LOOKS):
            if job["state"] in _ENDED:
                return job
            # There is nothing to be told by: the API is asked, seldom enough for the account's budget of reads.
            time.sleep(_SECONDS_BETWEEN)
            known = ask(list_jobs, recado, *self._path).document["jobs"]
            found = next((one for one in known if one["jobId"] == job["jobId"]), None)
            if found is None:
                return job
            job = found
        raise Stop(f"{job['jobId']} is not over yet", Exit.LATER, "`recado deliveries jobs` shows how far it is")

    def _selected(self, recado: Recado) -> Iterator[Document]:
        """What the selection takes, as far as the log shows it."""
        body = self._body
        names = body.get("eventNames") or []
        found = listed(
            recado,
            *self._path,
            status=body.get("status"),
            event_name=names[0] if len(names) == 1 else None,
            from_=body.get("from"),
            to=body.get("to"),
            arrived_from=body.get("arrivedFrom"),
            arrived_to=body.get("arrivedTo"),
            limit=100,
        )
        for delivery in found:
            if (not names or delivery["eventName"] in names) and (not body.get("setAside") or "setAside" in delivery):
                yield delivery

    def _show(self, document: Document) -> None:
        if self._output.as_json:
            self._output.document(document)
        elif "deliveryId" in document:
            self._output.fields(delivery_fields(document))
        else:
            self._output.fields(
                (
                    ("job", document["jobId"]),
                    ("kind", document["kind"]),
                    ("state", document["state"]),
                    ("requeued", document["requeued"]),
                    ("cancelled", document["cancelled"]),
                )
            )


def _has_ended(delivery: Document) -> bool:
    return delivery["status"] != "PENDING" or "setAside" in delivery


def _named(deliveries: Iterator[Document], patterns: list[str]) -> Iterator[Document]:
    return (one for one in deliveries if any(matches(pattern, one["eventName"]) for pattern in patterns))


def _waits(delivery: Document) -> bool:
    return delivery["status"] == "PENDING" or bool((delivery.get("redelivery") or {}).get("waiting"))


def _body(selection: Document, events: list[str] | None, *, set_aside: bool) -> Document:
    return selection | ({"eventNames": events} if events else {}) | ({"setAside": True} if set_aside else {})


def _shown(output: Output, deliveries: Iterator[Document]) -> int:
    """List the first of them, with `--json` all; returns how many there are."""
    count, first = 0, []
    for delivery in deliveries:
        count += 1
        if output.as_json:
            output.line(delivery)
        elif count <= _SHOWN:
            first.append(delivery)
    if not output.as_json:
        show_deliveries(output, first)
    return count
