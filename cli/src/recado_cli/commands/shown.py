"""How the things of the API look to people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from rich.text import Text

from recado_cli.output import Cell, Document, Output, local_time

_COLUMNS = ("ARRIVED", "STATUS", "CODE", "EVENT", "WEBHOOK", "DELIVERY")
_STYLES = {
    "DELIVERED": "green",
    "DONE": "green",
    "PENDING": "yellow",
    "SET_ASIDE": "yellow",
    "RUNNING": "yellow",
    "EXPIRED": "red",
    "DISABLED": "red",
    "FAILING": "red",
    "HEALTHY": "green",
}


def state(text: str) -> Text:
    """A state in its colour."""
    return Text(text, style=_STYLES.get(text, ""))


def compact(value: object) -> str:
    """A value in few characters: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def error_text(error: Document | None) -> str:
    """Why an attempt failed, and what helps."""
    if not error:
        return ""
    return " ".join(filter(None, (f"{error['failureClass']}:", error.get("detail"), error.get("hint"))))


def webhook_fields(webhook: Document) -> Iterator[tuple[str, Cell]]:
    """A webhook, field by field."""
    health, lane, waiting = webhook["health"], webhook["lane"], webhook.get("waiting", {})
    yield "webhook", webhook["webhookId"]
    yield "name", webhook["name"]
    yield "description", webhook.get("description")
    yield "account", webhook["accountId"]
    yield "url", webhook["targetUrl"]
    yield "events", " ".join(webhook["eventNames"])
    yield "no longer in the catalogue", " ".join(webhook.get("removedEventNames") or ())
    yield "status", state(webhook["status"])
    yield "off since", local_time(webhook.get("offSince"))
    yield "authentication", " ".join(filter(None, map(webhook["authentication"].get, ("type", "algorithm"))))
    for name, value in webhook["headers"].items():
        yield "header", f"{name}: {value}"
    yield "ordered", webhook["ordered"] or None
    yield "filter", webhook.get("filter")
    yield "transform", webhook.get("transform")
    yield "format", webhook["format"]
    yield "delivery", compact(webhook["delivery"])
    yield "lane", " ".join((lane["mode"], *lane["reasons"]))
    yield "health", state(health["state"])
    yield "failing since", local_time(health.get("failingSince"))
    yield "last error", error_text(health.get("lastError"))
    yield "next attempt", local_time(health.get("nextAttemptAt"))
    yield "waiting", waiting.get("count", webhook.get("backlog"))
    yield "oldest waiting", local_time(waiting.get("oldestTimestamp"))
    yield "last delivered", local_time(webhook.get("lastDeliveredAt"))
    if webhook.get("skipped"):
        yield "skipped while off", compact(webhook["skipped"])
    yield "created", local_time(webhook["createdAt"])
    yield "changed", local_time(webhook["updatedAt"])
    yield "version", webhook["version"]


def delivery_fields(delivery: Document) -> Iterator[tuple[str, Cell]]:
    """A delivery, field by field, but for its event and request."""
    waiting, redelivery = delivery.get("waiting") or {}, delivery.get("redelivery") or {}
    yield "delivery", delivery["deliveryId"]
    yield "webhook", delivery["webhookId"]
    yield "event", f"{delivery['eventName']} {delivery['eventId']}"
    yield "event time", local_time(delivery["timestamp"])
    yield "arrived", local_time(delivery["createdAt"])
    yield "status", state(delivery["status"])
    yield "waits for", waiting.get("reason")
    yield "next attempt", local_time(waiting.get("nextAttemptAt"))
    yield "given up at", local_time(delivery.get("expiresAt"))
    yield "last attempt", local_time(delivery.get("lastAttemptAt"))
    yield "finished", local_time(delivery.get("finishedAt"))
    yield "cancelled because", delivery.get("cancelReason")
    yield "message", delivery.get("messageId")
    yield "status code", delivery.get("statusCode")
    yield "latency", f"{delivery['latencyMs']} ms" if "latencyMs" in delivery else None
    yield "error", error_text(delivery.get("error"))
    yield "refused with others", delivery.get("refusedWith")
    if redelivery:
        again = "waits" if redelivery["waiting"] else "done"
        yield "sent again", f"{local_time(redelivery['requestedAt'])} by {redelivery['requestedBy']} ({again})"
    if delivery.get("setAside"):
        yield "set aside since", local_time(delivery["setAside"]["since"])
    if delivery.get("expressionError"):
        yield "expression error", compact(delivery["expressionError"])


def show_deliveries(output: Output, deliveries: Iterable[Document]) -> None:
    """A list of deliveries; in a pipe each as it comes."""
    if output.as_json:
        for delivery in deliveries:
            output.line(delivery)
        return
    output.table(_COLUMNS, map(_row, deliveries))


def _row(delivery: Document) -> tuple[Cell, ...]:
    return (
        local_time(delivery["createdAt"]),
        state(delivery["status"]),
        delivery.get("statusCode"),
        delivery["eventName"],
        delivery.get("webhookName") or delivery["webhookId"],
        delivery["deliveryId"],
    )


def sent(output: Output, result: Document) -> None:
    """What came of a test send."""
    response = result.get("response") or {}
    output.fields(
        (
            ("taken", Text("yes", style="green") if result["delivered"] else Text("no", style="red")),
            ("status code", result.get("statusCode")),
            ("latency", f"{result['latencyMs']} ms"),
            ("error", error_text(result.get("error"))),
            ("expression error", compact(result["expressionError"]) if result.get("expressionError") else None),
        )
    )
    body = response.get("body", "")
    if body:
        output.text(body + ("…" if response.get("truncated") else ""))
