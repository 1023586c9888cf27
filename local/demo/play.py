"""`make demo`: three receivers, events of both categories, an outage and what comes after it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from rich.console import Console

from local import aws, lifecycle, sockets, stack_file, tokens
from local.commands import summary
from local.demo.receivers import RECEIVERS, Receiver, Registrations, arrivals, proof
from local.demo.report import delivery_table, request_line
from local.errors import LocalStackError
from local.listener import Listener, Received
from local.settings import HOST, Settings
from local.stack_file import Stack

# Not the account that a person tries things out with first, so that its webhooks are left alone.
ACCOUNT = "2020"
REAL_TIME = "REAL_TIME"
NON_REAL_TIME = "NON_REAL_TIME"

_ARRIVAL_SECONDS = 20.0
# A redelivery comes 5 s after a failure, and 10 s after a second one, plus a tenth.
_REDELIVERY_SECONDS = 30.0
_DRAIN_PAUSE_SECONDS = 1.0


def run(settings: Settings, console: Console, *, keep: bool = False) -> bool:
    """Run the demo, on the running stack or on one of its own; tells whether everything arrived.

    What is kept goes on running, with webhooks that lead to where `make listen` listens.
    """
    if keep and sockets.is_taken(HOST, settings.listen_port):
        raise LocalStackError(f"port {settings.listen_port} is taken; set LISTEN_PORT to a free one")
    with _running_stack(settings, console, keep=keep) as stack:
        token = tokens.token(stack, settings, ACCOUNT)
        listener = Listener(port=settings.listen_port if keep else 0)
        with Registrations.open(stack.api_url, ACCOUNT, token, keep=keep) as registrations, listener:
            arrived = _Demo(stack, registrations, listener, console).play()
    if keep:
        console.print(_kept(stack, settings), highlight=False, soft_wrap=True)
    return arrived


def _kept(stack: Stack, settings: Settings) -> str:
    make = summary.make(settings)
    return "\n".join(
        (
            f"The stack goes on running, with the three webhooks of account {ACCOUNT}: {stack.console_url}",
            *summary.sign_in_lines(settings),
            f"{make} listen receives what is sent to them; {make} stop ends the stack.",
        )
    )


@contextmanager
def _running_stack(settings: Settings, console: Console, *, keep: bool) -> Iterator[Stack]:
    if lifecycle.is_running(settings):
        yield stack_file.read(settings)
        return
    console.print("Starting the stack …")
    arrived_here = False
    try:
        yield lifecycle.start(settings)
        arrived_here = True
    finally:
        if not (keep and arrived_here):
            console.print("Stopping the stack.")
            lifecycle.stop(settings)


@dataclass
class _Demo:
    stack: Stack
    registrations: Registrations
    listener: Listener
    console: Console
    event_ids: tuple[str, ...] = ()
    types: dict[str, dict[str, Any]] = field(default_factory=dict)

    def play(self) -> bool:
        """The whole story; every step waits for its own effect, and no longer than it should take."""
        self.listener.on_request = lambda request: self.console.print(request_line(request, _receiver_of(request)))
        # The first of each category; what has none of one is shown the other.
        self.types = {event_type["category"]: event_type for event_type in reversed(self.registrations.event_types())}
        self._register()
        if REAL_TIME in self.types:
            self._deliver_in_real_time()
        if NON_REAL_TIME in self.types:
            self._deliver_in_a_batch()
        if REAL_TIME in self.types:
            self._outlast_an_outage()
        return self._compare()

    def _register(self) -> None:
        self._step("Three webhooks, one for each way to authenticate")
        for receiver in RECEIVERS:
            webhook_id = self.registrations.create(receiver, self.listener.url, self._names())
            self.console.print(f"  {receiver.path}  {receiver.authentication['type']}  {webhook_id}")
            if receiver.is_signed:
                self.listener.secrets[receiver.path] = self.registrations.secret(receiver)
                self.console.print("  downloaded its signing secret")

    def _deliver_in_real_time(self) -> None:
        self._step(f"A real-time event: {self._name(REAL_TIME)}")
        self._publish(REAL_TIME)
        self._await_arrivals(_ARRIVAL_SECONDS)
        self.console.print("  what each receiver got:")
        self.console.print_json(self.listener.accepted[0].body.decode())

    def _deliver_in_a_batch(self) -> None:
        self._step(f"Two non-real-time events: {self._name(NON_REAL_TIME)}, with a drain at once, not on schedule")
        self._publish(NON_REAL_TIME)
        self._publish(NON_REAL_TIME)
        functions = aws.client("lambda", self.stack.aws_endpoint_url)
        deadline = time.monotonic() + _ARRIVAL_SECONDS
        while not self._all_arrived(self.listener.received) and time.monotonic() < deadline:
            functions.invoke(FunctionName=self.stack.functions["BatchDispatcherFunction"], Payload=b"{}")
            time.sleep(_DRAIN_PAUSE_SECONDS)
        self._await_arrivals(_DRAIN_PAUSE_SECONDS)

    def _outlast_an_outage(self) -> None:
        self._step("The receivers break down, and two more events happen")
        self.listener.break_down()
        before = len(self.listener.received)
        self._publish(REAL_TIME)
        self._publish(REAL_TIME)
        self.listener.wait_until(_all_refused_since(before), _ARRIVAL_SECONDS, "attempt at every broken receiver")
        self._step("The receivers are back; their backlogs follow")
        self.listener.recover()
        self._await_arrivals(_REDELIVERY_SECONDS)

    def _compare(self) -> bool:
        self._step("What the API says of each delivery, and what its receiver says")
        deadline = time.monotonic() + _ARRIVAL_SECONDS
        while not (told := self.registrations.deliveries(self.event_ids)).all_delivered:
            if time.monotonic() > deadline:
                break
            time.sleep(_DRAIN_PAUSE_SECONDS)
        requests = self.listener.accepted
        self.console.print(delivery_table(self.event_ids, told, self.registrations.answers(told), requests))
        everything = told.all_delivered and self._all_arrived(requests)
        proved = all(proof(_receiver_of(request), request) for request in self.listener.received)
        good = everything and proved
        self.console.print(
            "[green]Everything arrived and was verified.[/]" if good else "[red]Something is missing.[/]"
        )
        return good

    def _names(self) -> list[str]:
        return [event_type["eventName"] for event_type in self.types.values()]

    def _name(self, category: str) -> str:
        return str(self.types[category]["eventName"])

    def _publish(self, category: str) -> None:
        name = self._name(category)
        detail = {
            "accountId": int(ACCOUNT),
            "eventId": str(uuid4()),
            "timestamp": int(time.time() * 1000),
            "eventInfo": "published by the demo",
            "data": self.types[category]["sampleData"],
        }
        entry = {"Source": self.stack.event_source, "DetailType": name, "Detail": json.dumps(detail)}
        events = aws.client("events", self.stack.aws_endpoint_url)
        answer = events.put_events(Entries=[{**entry, "EventBusName": self.stack.event_bus_name}])
        if answer["FailedEntryCount"]:
            raise LocalStackError(f"the event bus did not take an event: {answer['Entries'][0]}")
        self.event_ids = (*self.event_ids, str(detail["eventId"]))
        self.console.print(f"  → PutEvents {name} {detail['eventId']}")

    def _await_arrivals(self, seconds: float) -> None:
        self.listener.wait_until(self._all_arrived, seconds, "delivery of every event to every receiver")

    def _all_arrived(self, requests: list[Received]) -> bool:
        arrived = arrivals(requests)
        return all((receiver.path, event_id) in arrived for receiver in RECEIVERS for event_id in self.event_ids)

    def _step(self, text: str) -> None:
        self.console.print(f"[bold]{text}[/]")


def _receiver_of(request: Received) -> Receiver:
    return next(receiver for receiver in RECEIVERS if receiver.path == request.path)


def _all_refused_since(count: int) -> Callable[[list[Received]], bool]:
    paths = {receiver.path for receiver in RECEIVERS}
    return lambda requests: {request.path for request in requests[count:]} == paths
