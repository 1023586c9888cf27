"""What is told as a ratio to a baseline, both measured in turns: A B A B, in one process."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial, wraps
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks.baselines.leanest import leanest_event
from benchmarks.baselines.naive import naive_delivery
from benchmarks.baselines.signed_post import signed_post
from benchmarks.servers.processes import Servers
from benchmarks.timing import cpu_of
from benchmarks.world import World
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks
from tests.support.api.client import ApiClient

_WEBHOOKS = 3
_TURNS = 12
_CALLS = (  # on the way of an event, in their order: a query, a batch read, a batch write
    (DynamoWebhooks, "of_account"),
    (DynamoDeliveries, "recorded"),
    (DynamoDeliveries, "record"),
)

Contender = Callable[[], Callable[[], object]]
"""Prepares what is then measured."""


def event_to_three(world: World) -> dict[str, float]:
    """Return an event to three webhooks over fresh TLS, of three naive deliveries and of the leanest event."""
    account = _account(world, tls=True)
    naive, leanest = naive_delivery(world, world.tls_url), leanest_event(world, account)
    contenders: Sequence[Contender] = (
        lambda: partial(world.system.invoke, "realtime_dispatcher", world.event(account)),
        lambda: lambda: [naive() for _webhook in range(_WEBHOOKS)],
        lambda: leanest,
    )
    rows = [[cpu_of(prepare()) for prepare in contenders] for _turn in range(_TURNS + 1)][1:]
    return {
        "cpuMs": 1000 * median(row[0] for row in rows),
        "ofNaive": median(row[0] / row[1] for row in rows),
        "ofLeanest": median(row[0] / row[2] for row in rows),
    }


def aws_call(world: World, servers: Servers) -> dict[str, float]:
    """Return the mean of an event's three calls, and its ratio to signed POSTs of the same requests.

    A call is what its port takes, in the thread that waits for it: items become models and models items in it.
    """
    account = _account(world)

    def invoke() -> None:
        world.system.invoke("realtime_dispatcher", world.event(account))

    invoke()
    with servers.counting(world.system.stack.names, units=False) as told:
        invoke()
    posts = [signed_post(servers.aws_url, recorded) for recorded in told["requests"]]
    rows: list[tuple[float, float]] = []
    for _turn in range(_TURNS + 1):
        with _timed_calls() as seconds:
            invoke()
        if len(seconds) != len(posts):
            raise RuntimeError(f"{len(posts)} requests by {len(seconds)} calls: the list of calls here is old")
        began = time.thread_time()
        for post in posts:
            post()
        rows.append((sum(seconds), time.thread_time() - began))
    return {
        "cpuMs": 1000 * median(own for own, _posts in rows[1:]) / len(_CALLS),
        "ofSignedPost": median(own / of_posts for own, of_posts in rows[1:]),
    }


def _account(world: World, *, tls: bool = False) -> ApiClient:
    account = world.account()
    for _number in range(_WEBHOOKS):
        world.create(account, tls=tls)
    return account


@contextmanager
def _timed_calls() -> Iterator[list[float]]:
    """Collect the seconds of CPU that each call takes its thread."""
    seconds: list[float] = []

    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def observed(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            try:
                return call(*args, **kwargs)
            finally:
                seconds.append(time.thread_time() - began)

        return observed

    with ExitStack() as stack:
        for adapter, name in _CALLS:
            stack.enter_context(patch.object(adapter, name, timed(getattr(adapter, name))))
        yield seconds
