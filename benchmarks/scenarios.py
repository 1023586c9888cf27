"""The scenarios: what each function is mostly invoked with, and what its account looks like then."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.servers.addresses import DOWN, UP
from benchmarks.world import BACKLOG, BATCH_EVENT_NAME, EVENT_NAME, SWEEP, World, incompressible

Invocations = Iterator[Any]
"""The events of one invocation after the other; what comes before an event is prepared and not measured."""

_ACCOUNTS, _EVENTS_OF_AN_ACCOUNT = 100, 10
_SOME_WEBHOOKS = 5
_MOST_IN_A_POST = 100
_LARGE_DATA = {"text": incompressible(100_000)}


@dataclass(frozen=True)
class Scenario:
    """Invocations of one function. The first makes it warm and is not measured; each handles so many events.

    With `tls` the receiver is the one over TLS, a new connection for each POST. With `comes_back` a wake-up is to.
    """

    name: str
    function: str
    invocations: Callable[[World], Invocations]
    events: int = 1
    repetitions: int = 5
    tls: bool = False
    comes_back: bool = False


def _real_time(
    webhooks: int, authentication: str = "NONE", path: str = UP, *, tls: bool = False, **fields: Any
) -> Callable[[World], Invocations]:
    def invocations(world: World) -> Invocations:
        account = world.account()
        for _number in range(webhooks):
            world.create(account, path, tls=tls, authentication={"type": authentication})
        while True:
            yield world.event(account, **fields)

    return invocations


def _repeated(world: World) -> Invocations:
    account = world.account()
    world.create(account)
    event = world.event(account)
    while True:
        yield event


def _first_failure(world: World) -> Invocations:
    while True:
        account = world.account()
        world.create(account, DOWN)
        yield world.event(account)


def _batch(accounts: int) -> Callable[[World], Invocations]:
    def invocations(world: World) -> Invocations:
        all_accounts = [world.account() for _number in range(min(accounts, world.backlog // _EVENTS_OF_AN_ACCOUNT))]
        for account in all_accounts:
            world.create(account)
        yield world.drain((all_accounts[0], 1))
        while True:
            yield world.drain(*((account, world.backlog // len(all_accounts)) for account in all_accounts))

    return invocations


def _redelivery(world: World) -> Invocations:
    """A receiver that was down has moved, and takes what waits."""
    size = 1
    while True:
        account = world.account()
        webhook = world.create(account, DOWN)
        world.system.invoke("batch_dispatcher", world.drain((account, size)), seconds=300)
        account.call("PATCH", account.path(webhook), {"targetUrl": world.receiver_url + UP})
        yield world.wake_up(webhook)
        size = world.backlog


def _nothing_waits(world: World) -> Invocations:
    while True:
        yield world.drain()


def _sweep(_world: World) -> Invocations:
    while True:
        yield dict(SWEEP)


def _dead(world: World) -> Invocations:
    """A receiver that stays down, and a backlog that is larger than a POST."""
    while True:
        account = world.account()
        webhook = world.create(account, DOWN)
        world.system.invoke("batch_dispatcher", world.drain((account, 2 * _MOST_IN_A_POST)), seconds=300)
        yield world.wake_up(webhook)


def _counter(records: int, webhooks: int = 1) -> Callable[[World], Invocations]:
    def invocations(world: World) -> Invocations:
        account = world.account()
        webhook_id = world.create(account)["webhookId"]
        ids = [webhook_id, *(f"{webhook_id}-{number}" for number in range(webhooks - 1))]
        while True:
            yield world.writes(*(ids[number % webhooks] for number in range(records)))

    return invocations


def _list_webhooks(world: World) -> Invocations:
    account = world.account()
    for _number in range(_SOME_WEBHOOKS):
        world.create(account)
    while True:
        yield account.request("GET", account.webhooks)


def _read_webhook(world: World) -> Invocations:
    account = world.account()
    webhook = world.create(account)
    while True:
        yield account.request("GET", account.path(webhook))


def _create_webhook(authentication: str) -> Callable[[World], Invocations]:
    def invocations(world: World) -> Invocations:
        draft = {
            "name": "Enrolments",
            "targetUrl": world.receiver_url + UP,
            "authentication": {"type": authentication},
            "eventNames": [EVENT_NAME, BATCH_EVENT_NAME],
        }
        while True:
            account = world.account()
            yield account.request("POST", account.webhooks, json.dumps(draft))

    return invocations


def _change_webhook(world: World) -> Invocations:
    account = world.account()
    webhook = world.create(account)
    while True:
        yield account.request(
            "PATCH", account.path(webhook), json.dumps({"description": "for the team of human resources"})
        )


def _list_deliveries(world: World) -> Invocations:
    account = world.account()
    webhook = world.create(account)
    world.system.invoke("batch_dispatcher", world.drain((account, 60)))
    while True:
        yield account.request("GET", account.path(webhook, "/deliveries"))


def _publish(world: World) -> Invocations:
    account = world.account()
    while True:
        events = [world.published(account), world.published(account)]
        yield account.request("POST", account.events, json.dumps({"accountId": int(account.account), "events": events}))


def _console(world: World) -> Invocations:
    account = world.account()
    while True:
        yield account.request("GET", "/console", headers={"accept-encoding": "gzip"})


_REAL_TIME, _BATCH, _API = "realtime_dispatcher", "batch_dispatcher", "webhook_api"

SCENARIOS = (
    # First, when nothing is due yet.
    Scenario("redelivery, sweep", "redelivery", _sweep),
    Scenario("real time, 1 webhook", _REAL_TIME, _real_time(1)),
    Scenario("real time, 3 webhooks", _REAL_TIME, _real_time(3)),
    Scenario("real time, 5 webhooks", _REAL_TIME, _real_time(5)),
    Scenario("real time, 3 webhooks, SIGNATURE", _REAL_TIME, _real_time(3, "SIGNATURE")),
    Scenario("real time, 3 webhooks, TLS", _REAL_TIME, _real_time(3, tls=True), tls=True),
    Scenario("real time, 1 webhook, TLS", _REAL_TIME, _real_time(1, tls=True), tls=True),
    Scenario("real time, 25 webhooks, TLS", _REAL_TIME, _real_time(25, tls=True), tls=True),
    Scenario("real time, 1 webhook, TLS, 100 KB", _REAL_TIME, _real_time(1, tls=True, data=_LARGE_DATA), tls=True),
    Scenario("real time, repeated event", _REAL_TIME, _repeated),
    Scenario("real time, nobody wants it", _REAL_TIME, _real_time(0)),
    Scenario("real time, webhook FAILING", _REAL_TIME, _real_time(1, path=DOWN)),
    Scenario("real time, first failure", _REAL_TIME, _first_failure),
    Scenario("batch, 1,000 to 1 webhook", _BATCH, _batch(1), BACKLOG, 1),
    Scenario("batch, 1,000 to 100 accounts", _BATCH, _batch(_ACCOUNTS), BACKLOG, 1),
    Scenario("redelivery, backlog of 1,000", "redelivery", _redelivery, BACKLOG, 1),
    Scenario("redelivery, dead receiver", "redelivery", _dead, repetitions=3, comes_back=True),
    Scenario("batch, nothing waits", _BATCH, _nothing_waits, repetitions=1),
    Scenario("counter, 1 record", "delivery_counter", _counter(1)),
    Scenario("counter, 100 records", "delivery_counter", _counter(100), 100),
    Scenario("counter, 100 records of 100 webhooks", "delivery_counter", _counter(100, 100), 100),
    Scenario("API, list 5 webhooks", _API, _list_webhooks),
    Scenario("API, read a webhook", _API, _read_webhook),
    Scenario("API, create a webhook", _API, _create_webhook("NONE")),
    Scenario("API, create a webhook, SIGNATURE", _API, _create_webhook("SIGNATURE")),
    Scenario("API, change a webhook", _API, _change_webhook),
    Scenario("API, list 50 deliveries", _API, _list_deliveries),
    Scenario("API, publish 2 events", _API, _publish),
    Scenario("console, its page", "console", _console),
)
