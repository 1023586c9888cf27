"""The command `recado listen`."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from recado_cli import signing
from recado_cli.exits import Exit, Stop
from recado_cli.listen.following import Follower
from recado_cli.listen.listening import Listening
from recado_cli.listen.log import ApiLog, StrangeAnswerError
from recado_cli.listen.receiver import Receiver
from recado_cli.listen.secret import listener_secret
from recado_cli.listen.targets import Target, TargetError, target_of
from recado_cli.listen.telling import Telling, iso
from recado_cli.session import account_of, connected, output_of, profile_of
from recado_cli.times import instant

_CLOCKS_DIFFER = timedelta(minutes=5)
_FIRST = datetime(1970, 1, 2, tzinfo=UTC)

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
    target, since_when = _target(url, allow_remote=allow_remote), instant("--since", since)
    account, telling = account_of(context), Telling(output_of(context))
    secret, unkept = listener_secret(profile_of(context))
    receiver = Receiver(target, timeout)
    with connected(context) as recado:
        log = ApiLog(recado, account, webhook, event)
        now = _now(log)
        start = _start(since_when, now)
        telling.started(str(target.url), secret, start or now, unkept)
        follower = Follower(log, now, start)
        _run(Listening(follower, log, receiver.post, signing.key_of(secret), telling, every_seconds=every), telling)


def _run(listening: Listening, telling: Telling) -> None:
    """Listen to the end, and say where to go on, whatever ends it; a `Stop` says so itself."""
    # Whoever stops it in a container is told as much as whoever presses Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        listening.run()
    except Stop:
        raise
    except BaseException:
        telling.ended(listening.goes_on_from)
        raise


def _now(log: ApiLog) -> datetime:
    try:
        return log.now()
    except StrangeAnswerError as error:
        trouble = (
            f"what answers is not Recado's; is the address right, or does the network ask for a sign-in? ({error})"
        )
        raise Stop(trouble, Exit.UNREACHABLE) from None


def _start(since: datetime | None, now: datetime) -> datetime | None:
    """From when on, by the server's clock, from which that of this machine may differ."""
    if since is None:
        return None
    if since > now + _CLOCKS_DIFFER:
        raise Stop(f"--since is in the future: it is {iso(now)} at the server", Exit.USAGE)
    return min(max(since, _FIRST), now)


def _target(url: str, *, allow_remote: bool) -> Target:
    try:
        return target_of(url, allow_remote=allow_remote)
    except TargetError as error:
        raise Stop(f"URL: {error}", Exit.USAGE) from None
