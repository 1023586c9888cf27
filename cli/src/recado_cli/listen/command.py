"""The command `recado listen`."""

from __future__ import annotations

from typing import Annotated

import typer

from recado_cli import signing
from recado_cli.exits import Exit, Stop
from recado_cli.listen.following import Follower
from recado_cli.listen.listening import Listening
from recado_cli.listen.log import ApiLog
from recado_cli.listen.receiver import Receiver
from recado_cli.listen.secret import listener_secret
from recado_cli.listen.targets import Target, TargetError, target_of
from recado_cli.listen.telling import Telling
from recado_cli.session import account_of, connected, output_of, profile_of
from recado_cli.times import instant

_TARGET = Annotated[str, typer.Argument(metavar="URL", help="Where to: http://localhost:3000/hook, or a port.")]
_WEBHOOK = Annotated[str | None, typer.Option("--webhook", help="Only this webhook's deliveries.")]
_SINCE = Annotated[
    str | None,
    typer.Option("--since", help="From this time on: 2026-11-24T08:00:00Z, or 30m ago.", show_default="from now on"),
]
_EVENT = Annotated[str | None, typer.Option("--event", help="Only events of this name.")]
_REMOTE = Annotated[bool, typer.Option("--allow-remote", help="Send to another machine than this one, too.")]
_EVERY = Annotated[float, typer.Option("--every", min=1, max=60, help="Seconds between two looks at the log.")]
_TIMEOUT = Annotated[float, typer.Option("--timeout", min=0.1, max=3600, help="Seconds that the receiver has.")]


def listen(
    context: typer.Context,
    url: _TARGET,
    *,
    webhook: _WEBHOOK = None,
    since: _SINCE = None,
    event: _EVENT = None,
    every: _EVERY = 2.0,
    timeout: _TIMEOUT = 30.0,
    allow_remote: _REMOTE = False,
) -> None:
    """Send what arrives to an address of this machine, signed anew, and show its answers.

    It follows the delivery log; Recado's own deliveries go on as ever, and nothing is recorded of these.
    """
    target, start = _target(url, allow_remote=allow_remote), instant("--since", since)
    account, telling = account_of(context), Telling(output_of(context))
    secret = listener_secret(profile_of(context))
    receiver = Receiver(target, timeout)
    with connected(context) as recado:
        log = ApiLog(recado, account, webhook, event)
        now = log.now()
        telling.started(str(target.url), secret, start or now)
        follower = Follower(log, now, start)
        listening = Listening(follower, log, receiver.post, signing.key_of(secret), telling, every_seconds=every)
        try:
            listening.run()
        except KeyboardInterrupt:
            telling.ended(listening.goes_on_from)
            raise typer.Exit(Exit.INTERRUPTED) from None


def _target(url: str, *, allow_remote: bool) -> Target:
    try:
        return target_of(url, allow_remote=allow_remote)
    except TargetError as error:
        raise Stop(f"URL: {error}", Exit.USAGE) from None
