"""What the world answers, as the items that the adapters read."""

from dataclasses import asdict
from typing import Any

from recado.adapters.dynamodb.deliveries.delivery_items import delivery_to_item
from recado.adapters.dynamodb.tables import ONCE_KEY_PREFIX
from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection
from tests.faults.interleaving.model.lane_item import EVENTS, WAIT_MS
from tests.faults.interleaving.model.moments import time_of
from tests.faults.interleaving.model.places import ACCOUNT_ID, ASIDE, COPY, JOB_KEY, WEBHOOK_ID, bit_of, job_id_of
from tests.unit.builders import NOW

SET_ASIDE = (NOW - 4_000, NOW + 2)
"""When something was set aside: before the last request, or since."""


def jobs_items(table: Any, views: tuple[Any, ...]) -> list[Any]:
    """Return the items of jobs."""
    found = []
    for view in map(dict, views):
        selection = asdict(Selection(view.pop("status"), view.pop("set_aside"), skipped_from=view.pop("skipped_from")))
        key = f"{JOB_KEY}#{view['job_id']}"
        counted = {"requeued": 0, "cancelled": 0, "updated_at": NOW, "of_webhook": WEBHOOK_ID, "requested_by": "admin"}
        found.append(table(ACCOUNT_ID, key, **counted, **view, selection=selection))
    return found


def done_items(table: Any, answer: Any) -> list[Any]:
    """Return the item that says what a request with a key has made."""
    if answer is None:
        return []
    job_id = None if answer == "done" else job_id_of(answer)
    values = {"request": "a request", "of_webhook": WEBHOOK_ID, "job_id": job_id, "expires_at": NOW}
    return [table(ACCOUNT_ID, f"{ONCE_KEY_PREFIX}a token", **values)]


def waiting_items(table: Any, mask: int, expired: int, asked: tuple[int, ...]) -> list[Any]:
    """Return the items of a backlog, oldest first."""
    found = []
    for number, one in enumerate(EVENTS):
        bit, copy = 1 << number, 1 << (number + COPY)
        over = NOW - RETENTION_MS - 5_000
        delivery = Delivery(WEBHOOK_ID, one, DeliveryStatus.PENDING, over if expired & bit else NOW - 5_000)
        if mask & bit:
            found.append(delivery_to_item(table, delivery, 30))
        if mask & copy:
            asked_at = over if expired & copy else time_of(asked[number])
            found.append(delivery_to_item(table, delivery.again(asked_at, "admin"), 30))
    return found


def aside_items(table: Any, found: tuple[Any, ...]) -> list[Any]:
    """Return the items of what is set aside, in order.

    Some are not due yet; some were tried since the last request, and some were set aside since.
    """
    *waiting, resting, tried, late = found
    items = waiting_items(table, *waiting)
    for item in items:
        bit = bit_of(item.key)
        item.partition = ASIDE
        item.set_aside_at = SET_ASIDE[bool(late & bit)]
        item.last_attempt_at = NOW + 1 if tried & bit else NOW - 3_000
        item.retry_at = NOW + WAIT_MS if resting & bit else NOW
        item.tries = 1
    return items


def logged_items(table: Any, found: tuple[tuple[int, str, int, int], ...]) -> list[Any]:
    """Return the items of a log: which event, how it ended and when, and when a copy of it was last withdrawn."""
    items = []
    for number, status, moment, withdrawn in found:
        ended = Delivery(
            WEBHOOK_ID,
            EVENTS[number],
            DeliveryStatus(status),
            NOW - 5_000,
            finished_at=None if status == "PENDING" else time_of(moment),
            withdrawn_at=time_of(withdrawn) if withdrawn else None,
        )
        item = delivery_to_item(table, ended, 30)
        item.partition = WEBHOOK_ID
        if status == DeliveryStatus.PENDING.value:
            item.set_aside_at = NOW - 4_000
        items.append(item)
    return items
