"""Hook0: the answer of `GET /api/v1/subscriptions/?application_id=…`.

By the API of 1.0.2: a list of subscriptions with `target`, `event_types`, `labels` and `secret`, which is a UUID.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from recado_cli.importing.found import Found, Item, Loss, name_of

_TAKEN = frozenset(
    {
        *("application_id", "subscription_id", "is_enabled", "event_types", "description", "secret", "target"),
        *("labels", "label_key", "label_value", "created_at", "updated_at", "failure_percent", "dedicated_workers"),
    }
)


def read(values: Sequence[Any]) -> list[Found]:
    """The subscriptions; raises `Stop`."""
    return [_found(subscription) for subscription in _subscriptions(values)]


def _subscriptions(values: Sequence[Any]) -> Iterator[Item]:
    for number, value in enumerate(values, start=1):
        place = f"value {number} of the export"
        if isinstance(value, list):
            yield from Item({"list": value}, place).items("list")
        else:
            yield Item.of(value, place)


def _found(subscription: Item) -> Found:
    target, labels = subscription.item("target"), subscription.mapping("labels")
    url, method = target.required("url"), target.text("method").upper()
    headers = target.mapping("headers")
    losses: tuple[Loss, ...] = ()
    if len(labels) > 1:
        losses = (Loss("labels", f"only events with all of {', '.join(sorted(labels))} were sent"),)
    return Found(
        source_id=subscription.required("subscription_id"),
        # One label is what Hook0 keeps tenants apart by.
        tenant=next(iter(labels.values())) if len(labels) == 1 else "",
        fields={
            "name": name_of(subscription.text("description"), url=url),
            "targetUrl": url,
            **({"headers": headers} if headers else {}),
        },
        event_names=subscription.texts("event_types"),
        secret=subscription.text("secret") or None,
        enabled=subscription.document.get("is_enabled") is not False,
        losses=losses,
        notes=tuple(subscription.left_out(_TAKEN)),
        refusals=() if method == "POST" else (f"it is sent by {method or 'no method'}; here all are POSTs",),
    )
