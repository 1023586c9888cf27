"""Counts of deliveries, which the table's stream brings, through the running stack."""

from collections.abc import Callable
from typing import Any

from local.listener import Listener
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import until


def test_counts_follow_deliveries_backlog_and_recovery(
    api: ApiClient, add_webhook: Callable[..., dict[str, Any]], listener: Listener, publish: Callable[..., str]
) -> None:
    """Delivered events are counted in the current hour; a failing receiver's backlog is seen, and seen to go."""
    webhook = add_webhook(listener.url, "COURSE_UNENROLLMENT")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    assert (webhook["backlog"], "lastDeliveredAt" in webhook) == (0, False)

    def counted() -> tuple[int, int]:
        hours = api.get(f"{address}/delivery-counts").json()["hours"]
        assert len(hours) == 24
        return sum(hour["delivered"] for hour in hours), sum(hour["pending"] for hour in hours)

    def shown() -> dict[str, Any]:
        [one] = [each for each in api.get(WEBHOOKS).json()["webhooks"] if each["webhookId"] == webhook["webhookId"]]
        return dict(one)

    for _ in range(3):
        publish("COURSE_UNENROLLMENT")
    until(lambda: counted() == (3, 0), "three delivered events are counted")
    first = shown()["lastDeliveredAt"]

    listener.break_down()
    for _ in range(4):
        publish("COURSE_UNENROLLMENT")
    until(lambda: counted() == (3, 4), "four pending events are counted")
    assert (shown()["backlog"], shown()["lastDeliveredAt"]) == (4, first)

    listener.recover()
    until(lambda: counted() == (7, 0), "the backlog is counted as delivered")
    assert shown()["backlog"] == 0
    assert shown()["lastDeliveredAt"] > first
