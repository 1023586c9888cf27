"""What takes longer than a scenario: backlogs of 10,000 events, and of a hundred large ones."""

from functools import partial
from typing import Any

from benchmarks.servers.addresses import DOWN, UP
from benchmarks.servers.processes import Servers
from benchmarks.timing import cpu_of
from benchmarks.world import World, incompressible
from tests.support.api.client import ApiClient

_BACKLOG = 10_000
LARGE_EVENTS, _LARGE_BYTES = 100, 250_000
_MOST_INVOCATIONS = 20
_SECONDS = 300.0

BACKLOG, LARGE_BACKLOG = "redelivery, backlog of 10,000", "redelivery, backlog of 100 events of 250 KB"


def figures(world: World, near: Servers, *, full: bool) -> dict[str, Any]:
    """Return the large events, and with `full` the backlog, which takes minutes to fill."""
    large = {LARGE_BACKLOG: _large_backlog(world, near)}
    return large | ({BACKLOG: _backlog(world, near)} if full else {})


def _backlog(world: World, near: Servers) -> dict[str, Any]:
    """A receiver that was down has moved and takes all that waits: POSTs, their order, CPU an event, and calls."""
    account = world.account()
    webhook = world.create(account, DOWN)
    world.system.invoke("batch_dispatcher", world.drain((account, _BACKLOG)), seconds=_SECONDS)
    account.call("PATCH", account.path(webhook), {"targetUrl": world.receiver_url + UP})
    with near.counting(world.system.stack.names, units=False) as told:
        measured = _run(world, near, webhook, _BACKLOG)
    return {**measured, "calls": told["calls"]}


def _large_backlog(world: World, near: Servers) -> dict[str, Any]:
    """A receiver that was down has moved and takes a hundred events of 250 KB, each in a POST of its own."""
    account = world.account()
    webhook = world.create(account, DOWN)
    world.system.invoke("batch_dispatcher", world.drain((account, LARGE_EVENTS), data=large_data()), seconds=_SECONDS)
    account.call("PATCH", account.path(webhook), {"targetUrl": world.receiver_url + UP})
    with near.counting(world.system.stack.names) as told:
        measured = _run(world, near, webhook, LARGE_EVENTS)
    return {**measured, **{name: told[name] for name in ("calls", "readUnits", "bytesRead")}}


def large_data() -> dict[str, str]:
    """Return the data of an event of 250 KB."""
    return {"text": incompressible(_LARGE_BYTES - 1_000)}


def ask_again(account: ApiClient, webhook: Any) -> None:
    """Ask for all that was delivered once more."""
    asked = {"status": "DELIVERED", "from": "2024-09-27T00:00:00Z", "to": "2024-09-28T00:00:00Z"}
    answer = account.call("POST", account.path(webhook, "/redeliver"), asked)
    assert answer.status == 202, answer.text  # noqa: PLR2004 - HTTP's own number


def _run(world: World, near: Servers, webhook: Any, events: int) -> dict[str, Any]:
    """Answer the webhook's wake-ups, of whose owners there may have been several, until so many events arrived."""
    posts, arrived, in_order, seconds = 0, 0, True, 0.0
    near.seen()
    for _invocation in range(_MOST_INVOCATIONS):
        event = world.wake_up(webhook)
        seconds += cpu_of(partial(world.system.invoke, "redelivery", event, seconds=_SECONDS))
        seen = near.seen()
        posts, arrived, in_order = posts + seen["posts"], arrived + seen["events"], in_order and seen["inOrder"]
        if arrived == events:
            return {"posts": posts, "inOrder": in_order, "cpuMs": 1000 * seconds / events}
    raise RuntimeError(f"{arrived} of {events} events arrived")
