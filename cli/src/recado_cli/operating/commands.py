"""The commands of operators: `recado status|drain|redrive|explain|backlog`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from recado_cli.calls import ask_pages
from recado_cli.commands.shown import compact, state
from recado_cli.exits import Exit, Stop
from recado_cli.operating import invoking, queues, standing
from recado_cli.operating.backlog import Waiting
from recado_cli.operating.backlog import backlog as waiting_of
from recado_cli.operating.dead_letters import MOST, DeadLetter, Look, dead_letters
from recado_cli.operating.stack import Stack, aws_of, open_stack
from recado_cli.options import Commands
from recado_cli.output import Document, Output, local_time
from recado_cli.session import Invocation, connected, output_of, profile_of
from recado_cli.times import moment
from recado_cli.verify.judging import duration
from recado_client import Problem
from recado_client.generated.api.events import trace_event

_PANEL = "Which stack"
_AwsProfile = Annotated[
    str | None, typer.Option("--aws-profile", help="Of AWS's own settings; else the profile's.", rich_help_panel=_PANEL)
]
_Region = Annotated[str | None, typer.Option("--region", help="The AWS region.", rich_help_panel=_PANEL)]
_StackName = Annotated[
    str | None, typer.Option("--stack", help="The CloudFormation stack; else recado.", rich_help_panel=_PANEL)
]
_Timestamp = Annotated[str | None, typer.Option("--timestamp", help="The event's time: found at once.")]
_STANDING = ("NAME", "STATE", "SINCE", "")


def register(app: Commands) -> None:
    """Add the commands."""
    for command in (status, drain, redrive, explain, backlog):
        app.command(rich_help_panel="Operators, by AWS credentials")(command)


def status(
    context: typer.Context, *, aws_profile: _AwsProfile = None, region: _Region = None, stack: _StackName = None
) -> None:
    """Show how the stack stands: functions, queues, dead letters, alarms. Ends with 1 where an alarm is raised."""
    deployed, output = _stack(context, aws_profile, region, stack), output_of(context)
    itself, functions = standing.of_stack(deployed), standing.of_functions(deployed)
    depths, alarms, look = queues.depths(deployed), standing.of_alarms(deployed), dead_letters(deployed)
    raised = [one for one in alarms if one.state == "ALARM"]
    if output.as_json:
        told: dict[str, Any] = {"stack": itself.to_json()}
        told["functions"] = [one.to_json() for one in functions]
        told["queues"] = [one.to_json() for one in depths]
        told["deadLetters"] = [one.to_json() for one in look.letters]
        told["alarms"] = [one.to_json() for one in alarms]
        output.document(told)
    else:
        _show_standing(output, [itself, *functions], _STANDING)
        _show_depths(output, depths)
        _show_letters(output, look.letters)
        _say_hidden(output, look)
        states = ", ".join(f"{count} {name}" for name, count in sorted(Counter(one.state for one in alarms).items()))
        output.say(f"alarms: {states or 'none are deployed'}")
        if raised:
            _show_standing(output, raised, ("ALARM", "STATE", "SINCE", "WHAT TO DO"))
    if raised:
        raise typer.Exit(Exit.FAILED)


def drain(
    context: typer.Context, *, aws_profile: _AwsProfile = None, region: _Region = None, stack: _StackName = None
) -> None:
    """Send what is in the batch queue now, instead of at the next time of the schedule."""
    report = invoking.drained(_stack(context, aws_profile, region, stack))
    _show_report(output_of(context), report, invoking.drain_told(report))


def redrive(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what there is, and move nothing.")] = False,
    aws_profile: _AwsProfile = None,
    region: _Region = None,
    stack: _StackName = None,
) -> None:
    """Put dead letters back into the batch queue, where our own side had failed at them; the others stay.

    One call moves as many as its five minutes allow. A dry run looks at 200 at most.
    """
    deployed, output = _stack(context, aws_profile, region, stack), output_of(context)
    if not dry_run:
        report = invoking.redriven(deployed)
        _show_report(output, report, invoking.redrive_told(report))
        return
    look = dead_letters(deployed)
    letters = look.letters
    back = sum(one.goes_back for one in letters)
    if output.as_json:
        found = [one.to_json() | {"goesBack": one.goes_back} for one in letters]
        output.document({"wouldMove": back, "withReason": len(letters) - back, "deadLetters": found})
        return
    _show_letters(output, letters)
    output.say(f"{_back_told(back, len(letters) - back)}. Nothing was moved.")
    _say_hidden(output, look)


def _back_told(back: int, with_reason: int) -> str:
    """What a redrive would do; whether a reason is gone only the function knows, which reads the event anew."""
    told = f"would put back {back}"
    if not with_reason:
        return told
    return f"{told}; of {with_reason} with a reason those where it is gone (a name or a schema that was mended since)"


def explain(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account.")],
    event_id: Annotated[str, typer.Argument(help="The event's id.")],
    *,
    timestamp: _Timestamp = None,
    aws_profile: _AwsProfile = None,
    region: _Region = None,
    stack: _StackName = None,
) -> None:
    """Say where an event went, and why not elsewhere, dead letters included. Ends with 4 where nobody knows it.

    Where it went is asked of the API by the profile's session; without one the dead letters are looked at all the same.
    """
    output = output_of(context)
    look = dead_letters(_stack(context, aws_profile, region, stack))
    letters = [one for one in look.letters if (one.account, one.event_id) == (account, event_id)]
    context.ensure_object(Invocation).account = account
    traced = _traced(context, account, event_id, moment("--timestamp", timestamp))
    if output.as_json:
        output.document({**traced, "deadLetters": [one.to_json() for one in letters]})
    else:
        _show_traced(output, traced)
        _show_letters(output, letters)
        _say_hidden(output, look)
    if not letters and not any("deliveryId" in webhook for webhook in traced.get("webhooks", [])):
        raise typer.Exit(Exit.NOT_FOUND)


def backlog(
    context: typer.Context,
    *,
    most: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many webhooks, those due first.")] = 50,
    aws_profile: _AwsProfile = None,
    region: _Region = None,
    stack: _StackName = None,
) -> None:
    """List the webhooks for which something waits: what, since when, why, and when they are tried next.

    Of all accounts, or of the one that --account names.
    """
    account, now = context.ensure_object(Invocation).account, datetime.now(UTC)
    deployed, output = _stack(context, aws_profile, region, stack), output_of(context)
    rows = []
    for one in waiting_of(deployed, account, most, now):
        if output.as_json:
            output.line(one.to_json())
        else:
            rows.append(_backlog_row(one, now))
    if output.as_json:
        return
    if rows:
        output.table(("ACCOUNT", "WEBHOOK", "NAME", "WAITING", "OLDEST", "WHY", "NEXT", "LAST ERROR"), rows)
    output.say(f"webhooks that wait: {len(rows)}" if rows else "nothing waits")


def _stack(context: typer.Context, aws_profile: str | None, region: str | None, stack: str | None) -> Stack:
    return open_stack(aws_of(profile_of(context), aws_profile, region, stack))


def _traced(context: typer.Context, account: str, event_id: str, timestamp: str | None) -> Document:
    """What the API knows; without a session nothing, which is said."""
    traced: Document = {}
    try:
        with connected(context) as recado:
            for traced in ask_pages(trace_event, recado, account, event_id, timestamp=timestamp):
                if traced["webhooks"]:
                    break
    except (Stop, Problem) as error:
        refused = isinstance(error, Problem) and error.status not in (401, 403, 404)
        if refused or (isinstance(error, Stop) and error.code is not Exit.NOT_SIGNED_IN):
            raise
        output_of(context).say(f"where it went cannot be asked of the API: {error}", style="yellow")
    return traced


def _show_traced(output: Output, traced: Document) -> None:
    if not traced:
        return
    output.fields(
        (("event", traced["eventId"]), ("name", traced.get("eventName")), ("time", local_time(traced.get("timestamp"))))
    )
    output.table(
        ("WEBHOOK", "NAME", "OUTCOME", "DETAIL", "NEXT"),
        [
            (
                one["webhookId"],
                one["name"],
                state(one["outcome"]),
                one["detail"] + (f" ({compact(one['filter'])})" if one.get("filter") else ""),
                local_time(one.get("nextAttemptAt") or one.get("nextDrainAt")),
            )
            for one in traced["webhooks"]
        ],
    )


def _show_report(output: Output, report: dict[str, Any], told: str) -> None:
    if output.as_json:
        output.document(report)
    else:
        output.text(told)


def _show_standing(output: Output, standings: Sequence[standing.Standing], columns: Sequence[str]) -> None:
    colours = {"ALARM": "red", "Active": "green", "Failed": "red"}
    output.table(
        columns,
        [
            (one.name, Text(one.state, colours.get(one.state, "")), local_time(one.changed_at), one.detail)
            for one in standings
        ],
    )


def _show_depths(output: Output, depths: Sequence[queues.Depth]) -> None:
    output.table(
        ("QUEUE", "READY", "HANDLED OR PUT OFF", "DELAYED", "OLDEST"),
        [
            (
                one.name,
                one.ready,
                one.in_flight,
                one.delayed,
                None if one.oldest_seconds is None else duration(one.oldest_seconds),
            )
            for one in depths
        ],
    )


def _show_letters(output: Output, letters: Sequence[DeadLetter]) -> None:
    if letters:
        output.table(
            ("DEAD LETTER", "ACCOUNT", "EVENT", "EVENT ID", "REASON"),
            [
                (
                    local_time(one.to_json()["sentAt"]),
                    one.account,
                    one.event_name,
                    one.event_id,
                    one.reason or "failed on our own side: `recado redrive` puts it back",
                )
                for one in letters
            ],
        )


def _say_hidden(output: Output, look: Look) -> None:
    if len(look.letters) == MOST:
        output.say(f"{MOST} dead letters were looked at; there may be others", style="yellow")
    if look.hidden:
        output.say(
            f"{look.hidden} dead letters are hidden just now, by a redrive or another look: for 5 minutes at most",
            style="yellow",
        )


def _backlog_row(one: Waiting, now: datetime) -> tuple[str | Text, ...]:
    told = one.to_json()
    overdue = (now - one.next_at).total_seconds()
    following = "now" if one.is_sending else local_time(told["nextAttemptAt"])
    count = f"{one.count}{'+' if one.more else ''}" + (" and some set aside" if one.has_aside else "")
    return (
        one.account,
        one.webhook_id,
        one.name,
        count,
        local_time(told.get("oldestTimestamp")),
        state(" ".join(one.reasons)),
        following + (f" ({duration(overdue)} overdue)" if overdue > 1 and not one.is_sending else ""),
        one.last_error,
    )
