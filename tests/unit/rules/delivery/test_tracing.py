"""Where an event went, and why not elsewhere."""

from dataclasses import replace
from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, CancelReason, Delivery, DeliveryStatus
from recado.rules.delivery.tracing import (
    DRAIN_LASTS_MS,
    LONGEST_PAUSE_MS,
    MS_A_DAY,
    ON_ITS_WAY_MS,
    Deployment,
    Known,
    Outcome,
    Step,
    step_with,
    step_without,
)
from recado.rules.event.own import DIGEST
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Status
from tests.support.catalogue import SHIPPED
from tests.unit.builders import NOW, event, failing, failure, owned, pending, webhook

PERIOD = 15 * 60_000
BATCH, REAL_TIME = "LEARNER_PROGRESS", "COURSE_ENROLLMENT"
DEPLOYMENT = Deployment(SHIPPED, PERIOD, kept_ms=30 * MS_A_DAY)
ARRIVED = Known(REAL_TIME, NOW, NOW)
LONG_AGO = NOW - 10 * MS_A_DAY
LATER = NOW + ON_ITS_WAY_MS + 1


def without(known: Known, now: int = LATER, deployment: Deployment = DEPLOYMENT, **fields: Any) -> Step:
    """Tell what becomes of an event at a webhook without a delivery, which is as old as the hills."""
    values = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "event_names": ("*",), **fields}
    return step_without(webhook(**values), known, deployment, now)


def ended(status: DeliveryStatus, **fields: Any) -> Delivery:
    """Build a delivery that has ended."""
    return Delivery("wh_1", event(), status, NOW, finished_at=NOW + 1, **fields)


@pytest.mark.parametrize(
    ("delivery", "outcome", "detail"),
    [
        (ended(DeliveryStatus.DELIVERED, status_code=202), Outcome.DELIVERED, "The receiver took it with status 202."),
        (
            ended(DeliveryStatus.SKIPPED),
            Outcome.SKIPPED,
            "It came while the webhook was off; it can be sent again.",
        ),
        (ended(DeliveryStatus.EXPIRED), Outcome.EXPIRED, "It waited for seven days; it can be sent again."),
        (
            ended(DeliveryStatus.CANCELLED, cancelled_because=CancelReason.WITHDRAWN),
            Outcome.CANCELLED,
            "Somebody withdrew it.",
        ),
        (
            ended(DeliveryStatus.CANCELLED, cancelled_because=CancelReason.UNSUBSCRIBED),
            Outcome.CANCELLED,
            "When it was to be sent the webhook wanted such events no more.",
        ),
        (
            pending(event(), created_at=NOW - RETENTION_MS),
            Outcome.EXPIRED,
            "It waited for seven days; it can be sent again.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_delivery_that_has_ended_says_how(delivery: Delivery, outcome: Outcome, detail: str) -> None:
    """In its outcome, and in a sentence."""
    assert step_with(webhook(), delivery, NOW) == Step(outcome, detail, delivery)


def test_what_waits_says_why_and_until_when() -> None:
    """Of a receiver that fails the error is told that it fails with, unless the delivery has one of its own."""
    failed = webhook(health=failing(last_error=failure(503)), lane=owned(NOW + 5000))
    one = pending(event())

    step = step_with(failed, one, NOW)

    reason = "The receiver fails: the backlog is sent again when it answers."
    assert step == Step(Outcome.PENDING, reason, one, NOW + 5000, last_error=failure(503))
    assert step_with(failed, replace(one, error=failure()), NOW).last_error == failure()
    assert step_with(webhook(), one, NOW).last_error is None


def test_what_is_set_aside_says_when_it_is_tried_again() -> None:
    """Not while the webhook is off: then it waits for that."""
    aside = replace(pending(event()), error=failure(400)).set_aside(NOW, NOW + 290_000, 1)

    step = step_with(webhook(), aside, NOW)

    assert (step.outcome, step.next_attempt_at, step.last_error) == (Outcome.SET_ASIDE, NOW + 290_000, failure(400))
    off = step_with(webhook(status=Status.RETIRED), aside, NOW)
    assert (off.outcome, off.next_attempt_at) == (Outcome.SET_ASIDE, None)
    assert off.detail == "The webhook is retired: it waits until it is switched on again."


def test_what_was_asked_for_again_says_so() -> None:
    """It has ended as it did, and its copy waits."""
    again = ended(DeliveryStatus.SKIPPED, requested_at=NOW + 2, requested_by="an admin")
    failed = webhook(health=failing(), lane=owned(NOW + 5000))

    step = step_with(failed, again, NOW + 3)

    assert (step.outcome, step.next_attempt_at) == (Outcome.SKIPPED, NOW + 5000)
    assert step.detail.endswith(
        "It was asked for again: The receiver fails: the backlog is sent again when it answers."
    )


def test_a_webhook_that_is_younger_than_the_event_cannot_have_it() -> None:
    """By the event's arrival where it is known, or else by its own time."""
    for known in (ARRIVED, Known(REAL_TIME, NOW), Known(None, NOW), Known(REAL_TIME, NOW + MS_A_DAY, NOW)):
        assert without(known, now=NOW + MS_A_DAY, created_at=NOW + 1).outcome is Outcome.CREATED_LATER
    assert without(ARRIVED, created_at=NOW).outcome is not Outcome.CREATED_LATER
    late = Known(REAL_TIME, LONG_AGO - 1, NOW)  # published long after it happened
    assert without(late).outcome is not Outcome.CREATED_LATER


def test_a_webhook_that_is_not_registered_for_it_says_so() -> None:
    """And that it was changed since, where it was: it may have been registered for it then."""
    others = ("order.*", "COURSE_COMPLETED")

    step = without(ARRIVED, event_names=others)
    assert step == Step(Outcome.NOT_REGISTERED, "The webhook is not registered for COURSE_ENROLLMENT.")
    changed = without(ARRIVED, event_names=others, updated_at=NOW + 1)
    assert changed.detail == (
        "The webhook is not registered for COURSE_ENROLLMENT. "
        "It was changed since then, at 2024-09-27T12:00:00.001Z: its activity says how."
    )
    assert without(Known(None, NOW), event_names=others).outcome is Outcome.UNKNOWN


def test_a_webhook_that_was_off_says_since_when() -> None:
    """One that was switched off afterwards was on when the event came."""
    off = without(ARRIVED, status=Status.DISABLED, off_since=NOW)
    assert off == Step(
        Outcome.OFF,
        "The webhook has been disabled since 2024-09-27T12:00:00.000Z: events that come are skipped, and none is sent.",
    )
    assert without(ARRIVED, status=Status.RETIRED).detail.startswith("The webhook has been retired: ")
    assert without(Known(), status=Status.RETIRED, off_since=NOW).outcome is Outcome.OFF
    assert without(ARRIVED, status=Status.RETIRED, off_since=NOW + 1).outcome is Outcome.UNKNOWN


def test_a_filter_that_takes_it_out_says_so() -> None:
    """With the expression and the value it gives, even null; also of a webhook that is off, which skips it not."""
    known = replace(ARRIVED, event=event(data={"userId": 1, "paid": False}))

    step = without(known, filter="data.paid")
    assert step == Step(Outcome.FILTERED, "The webhook's filter takes it out.", filter="data.paid", value=False)
    null = without(known, filter="data.amount", status=Status.RETIRED, off_since=NOW)
    assert (null.outcome, null.filter, null.value) == (Outcome.FILTERED, "data.amount", None)
    changed = without(known, filter="data.paid", updated_at=NOW + 1)
    assert changed.detail.startswith("The webhook's filter takes it out. It was changed since then, at ")


@pytest.mark.parametrize("expression", ["data.userId", "data.missing > 'a' || length(data.userId)", None])
def test_a_filter_that_lets_it_through_or_fails_is_not_the_reason(expression: str | None) -> None:
    """An expression that fails delivers; without the event nothing can be said of it."""
    assert without(replace(ARRIVED, event=event()), filter=expression).outcome is Outcome.UNKNOWN
    assert without(ARRIVED, filter="`false`").outcome is Outcome.UNKNOWN


def test_a_filter_is_not_the_reason_of_a_digest() -> None:
    """It is made for publishers' events, and does not apply to Recado's own."""
    digest = replace(ARRIVED, name=DIGEST, event=event(name=DIGEST))

    assert without(digest, filter="`false`", delivery=DeliverySettings(digest=True)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("name", [BATCH, None])
def test_an_event_of_a_batch_waits_for_the_next_drain(name: str | None) -> None:
    """Within a period of its time, or a little more; without its name, if the webhook may get any that is batched."""
    known = Known(name, NOW)

    step = without(known, now=NOW + 1)
    assert (step.outcome, step.next_drain_at) == (Outcome.WAITS_FOR_DRAIN, NOW + PERIOD)
    late = without(known, now=NOW + PERIOD + DRAIN_LASTS_MS)
    assert (late.outcome, late.next_drain_at) == (Outcome.WAITS_FOR_DRAIN, NOW + PERIOD + DRAIN_LASTS_MS)
    early = without(known, now=NOW - 1000)
    assert (early.outcome, early.next_drain_at) == (Outcome.WAITS_FOR_DRAIN, NOW - 1000 + PERIOD)
    too_late = without(known, now=NOW + PERIOD + DRAIN_LASTS_MS + 1)
    assert too_late.outcome is Outcome.UNKNOWN
    assert too_late.next_drain_at == NOW + PERIOD + DRAIN_LASTS_MS + 1 + PERIOD
    assert "since the last drain" in too_late.detail
    assert without(known, now=NOW + 1, created_at=NOW + 1).outcome is Outcome.WAITS_FOR_DRAIN


@pytest.mark.parametrize(
    ("known", "fields"),
    [
        (Known(REAL_TIME, NOW), {}),
        (Known(BATCH, NOW, NOW), {}),
        (Known(None, NOW), {"event_names": (REAL_TIME,)}),
        (Known(BATCH), {}),
    ],
    ids=["in real time", "drained already", "wants nothing of a batch", "no time"],
)
def test_what_does_not_wait_for_a_drain(known: Known, fields: dict[str, Any]) -> None:
    """It leaves at once, came with a drain to other webhooks, or nobody can say that it is new."""
    assert without(known, now=NOW + ON_ITS_WAY_MS + 1, **fields).outcome is Outcome.UNKNOWN


def test_a_schedule_that_is_no_rate_does_not_tell_the_time() -> None:
    """It is thought to come within a day."""
    by_clock = Deployment(SHIPPED, None, kept_ms=30 * MS_A_DAY)

    step = without(Known(BATCH, NOW), now=NOW + LONGEST_PAUSE_MS, deployment=by_clock)
    assert (step.outcome, step.next_drain_at) == (Outcome.WAITS_FOR_DRAIN, None)
    after = without(Known(BATCH, NOW), now=NOW + LONGEST_PAUSE_MS + DRAIN_LASTS_MS + 1, deployment=by_clock)
    assert (after.outcome, after.next_drain_at) == (Outcome.UNKNOWN, None)


@pytest.mark.parametrize(
    ("known", "now", "words"),
    [
        (ARRIVED, NOW + ON_ITS_WAY_MS, "look again in a moment"),
        (Known(REAL_TIME, NOW), NOW, "look again in a moment"),
        (ARRIVED, NOW + ON_ITS_WAY_MS + 1, "There is no delivery of it, though the webhook is registered for it now."),
        (ARRIVED, NOW + 30 * MS_A_DAY, "There is no delivery of it"),
        (ARRIVED, NOW + 30 * MS_A_DAY + 1, "which keeps deliveries for 30 days"),
        (Known(REAL_TIME, NOW), NOW + MS_A_DAY, "Nothing is known of such an event"),
        (Known(REAL_TIME, NOW), NOW - 1, "Nothing is known of such an event"),
        (Known(), NOW, "If it leaves in batches"),
    ],
    ids=str,
)
def test_what_is_not_known_is_said_to_be_unknown(known: Known, now: int, words: str) -> None:
    """With what may be the matter."""
    step = without(known, now=now)

    assert step.outcome is Outcome.UNKNOWN
    assert words in step.detail


def test_a_webhook_that_was_changed_since_may_not_have_wanted_it_then() -> None:
    """Where there is no delivery, though there should be."""
    step = without(ARRIVED, updated_at=NOW + 1)

    assert step.outcome is Outcome.UNKNOWN
    assert step.detail.endswith("It was changed since then, at 2024-09-27T12:00:00.001Z: its activity says how.")
