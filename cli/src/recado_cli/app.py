"""The command `recado`: its commands, and how it ends."""

from __future__ import annotations

import sys

import httpx

from recado_cli.commands import activity, deliveries, events, signing_in, webhooks
from recado_cli.exits import Exit, Stop, stop_of, unreachable
from recado_cli.importing.command import import_webhooks
from recado_cli.importing.leaving import export_webhooks
from recado_cli.listen.command import listen
from recado_cli.operating import commands as operating
from recado_cli.options import Commands
from recado_cli.output import Output
from recado_cli.verify.command import verify
from recado_client import Problem

_EPILOG = (
    "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not signed in, 4 not found, 5 unreachable, "
    "6 somebody else was quicker, 7 try again later."
)

app = Commands(help="Webhooks, deliveries and events of a Recado stack.", epilog=_EPILOG)


@app.callback()
def _main() -> None:
    """Webhooks, deliveries and events of a Recado stack."""


signing_in.register(app)
app.add_typer(webhooks.commands, name="webhooks")
app.add_typer(deliveries.commands, name="deliveries")
events.register(app)
activity.register(app)
app.command("import")(import_webhooks)
app.command("export")(export_webhooks)
app.command()(listen)
app.command()(verify)
operating.register(app)


def run() -> None:
    """Run the command line, and end the process with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit code."""
    try:
        code = app(arguments, prog_name="recado", standalone_mode=True)
    except SystemExit as end:
        return int(end.code or 0)
    except (Stop, Problem, httpx.HTTPError, OSError) as error:
        return _stopped(error)
    except (UnicodeError, OverflowError, RecursionError) as error:
        # Of what was given: half a character, a time beyond all calendars, a thousand brackets.
        return _stopped(Stop(f"what was given cannot be used: {error}", Exit.USAGE))
    return int(code or 0)


def _stopped(error: Stop | Problem | httpx.HTTPError | OSError) -> int:
    stop = _stop(error)
    output = Output()
    output.say(f"recado: {stop.message}", style="red")
    if stop.hint:
        output.say(stop.hint)
    return stop.code


def _stop(error: Stop | Problem | httpx.HTTPError | OSError) -> Stop:
    if isinstance(error, Stop):
        return error
    if isinstance(error, Problem):
        return stop_of(error)
    if isinstance(error, OSError):
        return Stop(str(error))
    try:
        where = f"{error.request.url.scheme}://{error.request.url.netloc.decode()}"
    except RuntimeError:  # the error was raised before there was a request
        where = "the API"
    return unreachable(error, where)
