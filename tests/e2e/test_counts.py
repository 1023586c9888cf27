"""The running stack: test sends, and counts that follow what is delivered."""

from collections.abc import Callable
from typing import Any

from local.listener import Listener
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import until

AddWebhook = Callable[..., dict[str, Any]]
Publish = Callable[..., str]


def test_a_test_send_reaches_a_receiver_before_anything_is_saved(api: ApiClient, listener: Listener) -> None:
    """The answer shows what was sent and answered, and nothing is left behind."""
    before = api.get(WEBHOOKS).json()
    answer = api.post(f"{WEBHOOKS}/test", json={"eventName": "CI_STATS", "targetUrl": listener.url})

    assert answer.status_code == 200, answer.text
    [received] = listener.received
    assert (answer.json()["delivered"], answer.json()["statusCode"]) == (True, received.answered)
    assert answer.json()["request"]["body"] == received.body.decode()
    assert api.get(WEBHOOKS).json() == before


def test_counts_follow_deliveries_backlog_and_recovery(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish
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
