"""What the demo shows: a line for each request as it comes, and a table at the end."""

from __future__ import annotations

import httpx
from rich import box
from rich.table import Table

from local.demo.receivers import RECEIVERS, Deliveries, Receiver, arrivals, proof
from local.listener import Received


def request_line(request: Received, receiver: Receiver) -> str:
    """One request in one line."""
    names = ", ".join(sorted({event["eventName"] for event in request.payload["events"]}))
    colour = "green" if httpx.codes.is_success(request.answered) else "red"
    proved = proof(receiver, request) or "NOT VERIFIED"
    count = len(request.event_ids)
    return f"  ← POST {request.path}  {count} of {names}  [{colour}]{request.answered}[/]  {proved}"


def delivery_table(
    event_ids: tuple[str, ...],
    deliveries: Deliveries,
    answers: dict[tuple[str, str], list[str]],
    requests: list[Received],
) -> Table:
    """Every event for every receiver: what the API says, with each attempt's answer, and what the receiver has."""
    table = Table("webhook", "event", "event id", "status", "attempts", "received", box=box.SIMPLE_HEAD)
    arrived = arrivals(requests)
    for receiver in RECEIVERS:
        for event_id in event_ids:
            place = (receiver.path, event_id)
            delivery = deliveries.told.get(place, {})
            table.add_row(
                receiver.path,
                delivery.get("eventName", "?"),
                event_id[:8],
                delivery.get("status", "[red]unknown[/]"),
                ", ".join(answers.get(place, ())),
                "yes" if place in arrived else "[red]no[/]",
            )
    return table
