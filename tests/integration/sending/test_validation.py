"""Events that do not fit the JSON Schemas of their types: delivered and told of, or refused with the same sentence."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local.listener import Listener
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.catalogue import SHOP, SHOP_FOLDER
from tests.support.events import ACCOUNT, detail, envelope
from tests.support.system import System

WRONG = "data.total.currency: is required; data.total.amount: must be a multiple of 0.01"
FUNCTIONS = ("RealtimeDispatcherFunction", "BatchDispatcherFunction", "WebhookApiFunction")


def shop(system: System, mode: str) -> System:
    """Let the functions serve the shop's catalogue, in this mode."""
    for function in FUNCTIONS:
        system.stack.change_environment(function, CATALOGUE=SHOP_FOLDER, VALIDATE_EVENTS=mode)
    return system


def order(event_id: str, **total: Any) -> dict[str, Any]:
    """Return a paid order of this total, as the bus hands it on."""
    data = {**SHOP["order.paid"].sample, "total": total}
    return envelope("order.paid", detail(event_id, data=data))


def in_real_time(system: System, *events: dict[str, Any]) -> None:
    """Bring each event to the dispatcher."""
    for event in events:
        system.invoke("realtime_dispatcher", event)


def by_a_drain(system: System, *events: dict[str, Any]) -> None:
    """Bring the events with one drain."""
    system.put_into_batch_queue(*events)
    system.invoke("batch_dispatcher", {})


WAYS = pytest.mark.parametrize("bring", [in_real_time, by_a_drain])
Bring = Callable[..., None]


@dataclass
class Told:
    """What the functions say about events that do not fit."""

    output: pytest.CaptureFixture[str]
    log: pytest.LogCaptureFixture

    @property
    def counted(self) -> int:
        """How many they have counted since this was asked last."""
        lines = [json.loads(line) for line in self.output.readouterr().out.splitlines() if "_aws" in line]
        return sum(sum(line.get("EventsAgainstSchema", [])) for line in lines)

    @property
    def warnings(self) -> list[Any]:
        """What they have logged."""
        return [record for record in self.log.records if record.getMessage() == "event does not fit its schema"]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Told:
    """Give what the functions say."""
    return Told(capsys, caplog)


@WAYS
def test_warn_delivers_and_tells(system: System, receiver: Listener, told: Told, bring: Bring) -> None:
    """Counted, and logged with the places and no value."""
    shop(system, "WARN").add_webhook(receiver.url, event_names=("order.paid",))

    bring(system, order("good", amount=59.90, currency="EUR"), order("bad", amount=1.005))

    assert set(receiver.event_ids) == {"good", "bad"}
    assert system.dead_letters() == []
    [warning] = told.warnings
    assert (warning.account_id, warning.event_id, warning.event_name) == (str(ACCOUNT), "bad", "order.paid")
    assert warning.problems == WRONG.split("; ")
    assert told.counted == 1


@WAYS
def test_enforce_refuses_with_the_reason(system: System, receiver: Listener, told: Told, bring: Bring) -> None:
    """Into the dead-letter queue, whole; the neighbours are delivered."""
    shop(system, "ENFORCE").add_webhook(receiver.url, event_names=("order.paid",))

    bring(system, order("good", amount=59.90, currency="EUR"), order("bad", amount=1.005))

    assert receiver.event_ids == ["good"]
    [(kept, reason)] = system.dead_letters()
    assert (json.loads(kept), reason) == (order("bad", amount=1.005), WRONG)
    assert (told.counted, told.warnings) == (0, [])


@WAYS
def test_off_does_not_look(system: System, receiver: Listener, told: Told, bring: Bring) -> None:
    """The event is delivered as ever, and nothing is told."""
    shop(system, "OFF").add_webhook(receiver.url, event_names=("order.paid",))

    bring(system, order("bad", amount=1.005))

    assert [request.event_ids for request in receiver.received] == [["bad"]]
    assert (told.counted, told.warnings) == (0, [])


def test_a_drain_logs_the_first_hundred(system: System, receiver: Listener, told: Told) -> None:
    """All are counted."""
    shop(system, "WARN").add_webhook(receiver.url, event_names=("order.paid",))
    by_a_drain(system, *(order(f"e{number}", amount=1.005) for number in range(120)))

    assert (told.counted, len(told.warnings)) == (120, 100)


def test_an_event_is_told_of_when_it_is_dispatched(
    system: System, aws: AwsCalls, receiver: Listener, told: Told
) -> None:
    """Once, however often a drain has to take it before."""
    shop(system, "WARN").add_webhook(receiver.url, event_names=("order.paid",))
    aws.refuse("BatchWriteItem")
    by_a_drain(system, order("bad", amount=1.005))
    assert told.counted == 0

    aws.allow("BatchWriteItem")
    system.clock.advance(900)
    system.invoke("batch_dispatcher", {})
    assert (told.counted, len(told.warnings)) == (1, 1)


def published(system: System, *totals: dict[str, Any]) -> Any:
    """Publish paid orders of these totals over HTTP."""
    api = ApiClient(system, ApiDocument())
    orders = [order(f"e{number}", **total)["detail"] for number, total in enumerate(totals)]
    fields = ("eventId", "timestamp", "data")
    events = [{"eventName": "order.paid", **{name: each[name] for name in fields}} for each in orders]
    return api.call("POST", api.events, {"events": events})


def test_http_names_every_place_of_every_event(system: System) -> None:
    """In the words of the dead-letter queue; one bad event keeps all off the bus."""
    good = {"amount": 59.90, "currency": "EUR"}

    answer = published(shop(system, "ENFORCE"), good, {"amount": 1.005}, good, {"amount": 2, "currency": "eur"})

    assert answer.status == 422
    assert answer.json["errors"] == [
        {"field": "events[1].data.total.currency", "message": "is required"},
        {"field": "events[1].data.total.amount", "message": "must be a multiple of 0.01"},
        {"field": "events[3].data.total.currency", "message": "must match the pattern ^[A-Z]{3}$"},
    ]
    assert answer.json["detail"].startswith(
        "events[1].data.total.currency is required. events[1].data.total.amount must "
    )


def test_http_names_no_more_than_somebody_reads(system: System) -> None:
    """A request may hold a hundred bad events."""
    answer = published(shop(system, "ENFORCE"), *[{"amount": 1.005}] * 100)

    assert len(answer.fields) == 20


@pytest.mark.parametrize("mode", ["OFF", "WARN"])
def test_http_takes_what_the_bus_delivers(system: System, mode: str) -> None:
    """It is told of by who delivers it."""
    assert published(shop(system, mode), {"amount": 1.005}).status == 202


@pytest.mark.parametrize(("mode", "status"), [("OFF", 200), ("WARN", 200), ("ENFORCE", 422)])
def test_a_test_send_takes_what_could_be_published(system: System, receiver: Listener, mode: str, status: int) -> None:
    """An event of one's own that is refused is not sent, and every place in it is named; the sample always fits."""
    shop(system, mode)
    api = ApiClient(system, ApiDocument())
    data = {**SHOP["order.paid"].sample, "total": {"amount": 1.005}}
    test = {"eventName": "order.paid", "targetUrl": receiver.url}

    answer = api.call("POST", f"{api.webhooks}/test", {**test, "event": {"data": data}})

    assert answer.status == status
    assert len(receiver.received) == (status == 200)
    if status == 422:
        assert answer.fields == ["event.data.total.currency", "event.data.total.amount"]
    assert api.call("POST", f"{api.webhooks}/test", test).status == 200


@pytest.mark.parametrize("amount", [59.90, 0.07, 1, 2.0, 2**70])
def test_http_and_bus_judge_alike(system: System, receiver: Listener, amount: float) -> None:
    """Prices by their decimal value, integers of any size."""
    shop(system, "ENFORCE").add_webhook(receiver.url, event_names=("order.paid",))

    in_real_time(system, order("e", amount=amount, currency="EUR"))

    assert published(system, {"amount": amount, "currency": "EUR"}).status == 202
    assert system.dead_letters() == []


def test_what_fits_after_a_repair_is_redriven(system: System, receiver: Listener) -> None:
    """What was refused stays in the dead-letter queue while it does not fit, and goes back once it does, or may."""
    shop(system, "ENFORCE").add_webhook(receiver.url, event_names=("order.paid",))
    in_real_time(system, order("bad", amount=1.005))
    redrive = {"redriveDeadLetters": True}

    assert system.invoke("batch_dispatcher", redrive) == {"moved": 0, "unreadable": 1}

    shop(system, "WARN").cold_start()
    system.clock.advance(300)
    assert system.invoke("batch_dispatcher", redrive) == {"moved": 1, "unreadable": 0}
