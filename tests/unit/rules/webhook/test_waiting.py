"""How a webhook's events leave, and why a pending delivery waits."""

from dataclasses import replace

import pytest

from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.waiting import LaneMode, mode_of, next_attempt_at, reasons_of, waiting_reason
from recado.rules.webhook.webhook import Status, Webhook
from tests.unit.builders import NOW, failing, owned, webhook

FAILING = webhook(health=failing(), lane=owned(NOW + 5_000))
PACED = webhook(delivery=DeliverySettings(max_posts_per_minute=6))
NEXT = "It is sent next, after any earlier events that wait."
OFF = "it waits until it is switched on again."


@pytest.mark.parametrize(
    ("one", "mode", "reasons"),
    [
        (webhook(), "DIRECT", []),
        (webhook(health=failing()), "DIRECT", []),
        (webhook(lane=owned()), "QUEUED", ["CATCHING_UP"]),
        (FAILING, "QUEUED", ["FAILING"]),
        (webhook(ordered=True), "QUEUED", ["ORDERED"]),
        (PACED, "QUEUED", ["PACED"]),
        (webhook(delivery=DeliverySettings(timeout_seconds=5)), "DIRECT", []),
        (webhook(delivery=DeliverySettings(timeout_seconds=6)), "QUEUED", ["SLOW"]),
        (webhook(lane=owned(slow_at=NOW)), "QUEUED", ["SLOW"]),
        (replace(FAILING, ordered=True), "QUEUED", ["ORDERED", "FAILING"]),
    ],
)
def test_a_lane_says_why_it_is_what_it_is(one: Webhook, mode: LaneMode, reasons: list[str]) -> None:
    """All reasons; a webhook that has failed and has no owner is tried by whoever has its next event."""
    assert (mode_of(one), reasons_of(one)) == (mode, reasons)


@pytest.mark.parametrize(
    ("waiting", "reason"),
    [
        (FAILING, "The receiver fails: the backlog is sent again when it answers."),
        (webhook(), NEXT),
        (webhook(ordered=True), NEXT),
        (PACED, "It is sent after any earlier events that wait, as often as maxPostsPerMinute allows."),
        (replace(FAILING, status=Status.RETIRED), f"The webhook is retired: {OFF}"),
        (replace(FAILING, status=Status.DISABLED), f"The webhook is disabled: {OFF}"),
    ],
)
def test_a_sentence_says_what_a_delivery_waits_for(waiting: Webhook, reason: str) -> None:
    """In what a reader can do something about."""
    assert waiting_reason(waiting, is_aside=False) == reason


@pytest.mark.parametrize("status", list(Status))
def test_what_is_set_aside_waits_for_its_own_try(status: Status) -> None:
    """Whatever its webhook does, but for one that is off."""
    reason = waiting_reason(replace(PACED, status=status), is_aside=True)

    assert ("it is tried alone, every five minutes" in reason) is (status is Status.ACTIVE)


@pytest.mark.parametrize(
    ("one", "at"),
    [
        (FAILING, NOW + 5_000),
        (replace(FAILING, status=Status.RETIRED), None),
        (webhook(lane=owned(NOW + 5_000)), None),
        (webhook(health=failing()), None),
        (replace(FAILING, lane=owned(NOW + 5_000, lease_holder="run")), None),
    ],
    ids=["it waits", "off", "it does not fail", "nobody retries", "under way"],
)
def test_the_next_attempt_is_known_where_it_was_put_off(one: Webhook, at: int | None) -> None:
    """Not while one is under way: then the time in the webhook is the lease's."""
    assert next_attempt_at(one) == at
