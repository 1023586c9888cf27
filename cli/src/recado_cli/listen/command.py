"""The command `recado listen`."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from recado_cli import signing
from recado_cli.exits import Exit, Stop
from recado_cli.listen.catching_up import Place, ReceiverLog, asking, until_taken, webhooks_secret
from recado_cli.listen.following import Follower
from recado_cli.listen.listening import Listening
from recado_cli.listen.log import ApiLog, StrangeAnswerError
from recado_cli.listen.receiver import Receiver
from recado_cli.listen.secret import listener_secret
from recado_cli.listen.targets import Target, TargetError, target_of
from recado_cli.listen.telling import Telling, iso
from recado_cli.listen.walking import Walker
from recado_cli.session import account_of, connected, output_of, profile_of
from recado_cli.times import instant
from recado_cli.verify.command import VARIABLE

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
_CATCH_UP = Annotated[
    bool,
    typer.Option(
        "--catch-up", help="Bring what the receiver of --webhook has missed since it last did, with its own secret."
    ),
]
_SECRET = Annotated[
    Path | None, typer.Option("--secret-file", help=f"With --catch-up: a file with the secret; else {VARIABLE}.")
]


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
    catch_up: _CATCH_UP = False,
    secret_file: _SECRET = None,
) -> None:
    """Send what arrives to an address of this machine, signed anew, and show its answers.

    It follows the delivery log; Recado's own deliveries go on as ever, and nothing is recorded of these. With
    --catch-up it needs no sign-in, signs with the webhook's secret, and sends each event until it is taken.
    """
    target, since_when = _target(url, allow_remote=allow_remote), instant("--since", since)
    wanted = _Wanted(target, account_of(context), webhook, event, since_when, every, timeout)
    if catch_up:
        _catch_up(context, wanted, secret_file)
    else:
        _follow(context, wanted)


@dataclass(frozen=True)
class _Wanted:
    """What was typed."""

    target: Target
    account: str
    webhook: str | None
    event: str | None
    since: datetime | None
    every_seconds: float
    timeout_seconds: float


def _follow(context: typer.Context, wanted: _Wanted) -> None:
    """Send what the log of the account has, signed with the listener's own secret."""
    telling, receiver = Telling(output_of(context)), Receiver(wanted.target, wanted.timeout_seconds)
    secret, unkept = listener_secret(profile_of(context))
    with connected(context) as recado:
        log = ApiLog(recado, wanted.account, wanted.webhook, wanted.event)
        now = _now(log)
        start = _start(wanted.since, now)
        telling.started(str(wanted.target.url), secret, start or now, unkept)
        key, every = signing.key_of(secret), wanted.every_seconds
        _run(Listening(Follower(log, now, start), log, receiver.post, key, telling, every_seconds=every), telling)


def _catch_up(context: typer.Context, wanted: _Wanted, secret_file: Path | None) -> None:
    """Send what the receiver of a webhook has missed, signed with the webhook's secret."""
    if wanted.webhook is None:
        raise Stop("--catch-up is for the receiver of one webhook", Exit.USAGE, "--webhook wh_…")
    if "/" in wanted.webhook:
        raise Stop(
            f"--webhook is an id such as wh_…, not '{wanted.webhook}'", Exit.USAGE, "--account names the account"
        )
    secret, profile, telling = webhooks_secret(secret_file), profile_of(context), Telling(output_of(context))
    place = Place(profile, wanted.account, wanted.webhook, wanted.event)
    post = until_taken(Receiver(wanted.target, wanted.timeout_seconds).post)
    with asking(profile.api_url, secret) as recado:
        log = ReceiverLog(recado, wanted.account, wanted.webhook, wanted.event)
        now = _now(log)
        start = _start(wanted.since or place.load(now), now) or now
        telling.caught_up_from(str(wanted.target.url), start)
        key, every = signing.key_of(secret), wanted.every_seconds
        listening = Listening(Walker(log, start, place.save), log, post, key, telling, every_seconds=every)
        try:
            _run(listening, telling)
        finally:
            place.save(listening.goes_on_from)


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


def _now(log: ApiLog | ReceiverLog) -> datetime:
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
