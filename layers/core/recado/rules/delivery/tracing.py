"""Tracing: where an event went, and why not elsewhere, webhook by webhook.

Nothing is written on the way of an event that a webhook does not get. So where there is no delivery the answer follows
from the webhook as it is now, from what is known of the event, and from when either came about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.event.catalogue import Catalogue, Category
from recado.rules.event.event import Event
from recado.rules.event.own import is_own
from recado.rules.event.timestamps import to_iso
from recado.rules.sending.attempt import Failure
from recado.rules.shaping.filtering import judged
from recado.rules.webhook.waiting import next_attempt_at, waiting_reason
from recado.rules.webhook.webhook import HealthState, Status, Webhook

ON_ITS_WAY_MS = 60_000
"""For so long an event may be on its way to a webhook while others have got it: no POST takes longer than 15 s."""

DRAIN_LASTS_MS = 5 * 60_000
"""By so much a drain, and a publisher's clock, may be late: an event that has not come by then came otherwise."""

MS_A_DAY = 24 * 60 * 60_000
LONGEST_PAUSE_MS = MS_A_DAY
"""For so long an event is thought to wait for a drain whose schedule does not tell when the next one is."""


class Outcome(StrEnum):
    """What became of an event at a webhook. Down to `EXPIRED` a delivery says so."""

    DELIVERED = "DELIVERED"
    PENDING = "PENDING"
    SET_ASIDE = "SET_ASIDE"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    FILTERED = "FILTERED"
    WAITS_FOR_DRAIN = "WAITS_FOR_DRAIN"
    NOT_REGISTERED = "NOT_REGISTERED"
    CREATED_LATER = "CREATED_LATER"
    OFF = "OFF"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of an event at one webhook, with a sentence that says why; times are milliseconds since 1970.

    `next_drain_at` is when a drain brings it at the latest. `filter` is the expression that took it out, `value` what
    that had.
    """

    outcome: Outcome
    detail: str
    delivery: Delivery | None = None
    next_attempt_at: int | None = None
    next_drain_at: int | None = None
    last_error: Failure | None = None
    filter: str | None = None
    value: object = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an event, by any delivery of it or by who asks; None where it is not.

    `arrived_at` is when the first delivery of it was made, `event` the event itself: without a delivery there is
    neither.
    """

    name: str | None = None
    timestamp_ms: int | None = None
    arrived_at: int | None = None
    event: Event | None = None

    @property
    def came_at(self) -> int | None:
        """When it came, as far as that is known: else its own time, which a publisher may give it afterwards."""
        return self.timestamp_ms if self.arrived_at is None else self.arrived_at


@dataclass(frozen=True, slots=True)
class Deployment:
    """What else decides: the event types, the milliseconds between two drains (None: not told), how long logs keep."""

    catalogue: Catalogue
    drain_period_ms: int | None
    kept_ms: int


def step_with(webhook: Webhook, delivery: Delivery, now_ms: int) -> Step:
    """What became of an event of which the webhook has a delivery."""
    status = delivery.status_at(now_ms)
    if status is DeliveryStatus.PENDING:
        return _waiting(webhook, delivery)
    details = {
        DeliveryStatus.DELIVERED: f"The receiver took it with status {delivery.status_code}.",
        DeliveryStatus.SKIPPED: "It came while the webhook was off; it can be sent again.",
        DeliveryStatus.EXPIRED: "It waited for seven days; it can be sent again.",
        DeliveryStatus.CANCELLED: (
            "When it was to be sent the webhook wanted such events no more."
            if delivery.cancelled_because is CancelReason.UNSUBSCRIBED
            else "Somebody withdrew it."
        ),
    }
    if not delivery.waits_again:
        return Step(Outcome(status), details[status], delivery, last_error=delivery.error)
    copy = _waiting(webhook, delivery)
    detail = f"{details[status]} It was asked for again: {copy.detail}"
    return Step(Outcome(status), detail, delivery, copy.next_attempt_at, last_error=delivery.error)


def step_without(webhook: Webhook, known: Known, deployment: Deployment, now_ms: int) -> Step:
    """Why a webhook has no delivery of an event, as far as that can be told."""
    waits = _may_wait_for_drain(webhook, known, deployment, now_ms)
    reasons: tuple[Callable[[], Step | None], ...] = (
        lambda: None if waits else _created_later(webhook, known),
        lambda: _not_registered(webhook, known),
        lambda: _filtered(webhook, known),
        lambda: _off(webhook, known),
        lambda: _waits_for_drain(known, deployment, now_ms) if waits else None,
    )
    steps = (reason() for reason in reasons)
    return next((step for step in steps if step is not None), _unknown(webhook, known, deployment, now_ms))


def _waiting(webhook: Webhook, delivery: Delivery) -> Step:
    """A delivery that waits, or the copy of one: in the backlog or set aside."""
    is_aside = delivery.set_aside_at is not None
    detail = waiting_reason(webhook, is_aside=is_aside)
    if is_aside:
        retry_at = delivery.retry_at if webhook.status is Status.ACTIVE else None
        return Step(Outcome.SET_ASIDE, detail, delivery, retry_at, last_error=delivery.error)
    failing = webhook.health.last_error if webhook.health.state is HealthState.FAILING else None
    error = failing if delivery.error is None else delivery.error
    return Step(Outcome.PENDING, detail, delivery, next_attempt_at(webhook), last_error=error)


def _created_later(webhook: Webhook, known: Known) -> Step | None:
    came_at = known.came_at
    if came_at is None or webhook.created_at <= came_at:
        return None
    return Step(
        Outcome.CREATED_LATER, f"The webhook was created at {to_iso(webhook.created_at)}, after the event had come."
    )


def _not_registered(webhook: Webhook, known: Known) -> Step | None:
    if known.name is None or webhook.wants(known.name):
        return None
    detail = f"The webhook is not registered for {known.name}.{_changed_since(webhook, known)}"
    return Step(Outcome.NOT_REGISTERED, detail)


def _off(webhook: Webhook, known: Known) -> Step | None:
    since, came_at = webhook.off_since, known.came_at
    if webhook.status is Status.ACTIVE or (since is not None and came_at is not None and came_at < since):
        return None
    word = "retired" if webhook.status is Status.RETIRED else "disabled"
    when = "" if since is None else f" since {to_iso(since)}"
    return Step(Outcome.OFF, f"The webhook has been {word}{when}: events that come are skipped, and none is sent.")


def _filtered(webhook: Webhook, known: Known) -> Step | None:
    """Whether the webhook's filter takes the event out, and with what value: as the filter is now."""
    if known.event is None or webhook.filter is None or is_own(known.event.name):
        return None
    says = judged(known.event, webhook.filter)
    if says.delivers:
        return None
    detail = f"The webhook's filter takes it out.{_changed_since(webhook, known)}"
    return Step(Outcome.FILTERED, detail, filter=webhook.filter, value=says.value)


def _waits_for_drain(known: Known, deployment: Deployment, now_ms: int) -> Step:
    if known.name is None:
        detail = "Nothing is known of it yet. If it was published, and leaves in batches, it waits for the next drain."
    else:
        detail = f"{known.name} leaves in batches: if it was published, it waits for the next drain."
    return Step(Outcome.WAITS_FOR_DRAIN, detail, next_drain_at=_drained_by(known, deployment, now_ms))


def _unknown(webhook: Webhook, known: Known, deployment: Deployment, now_ms: int) -> Step:
    came_at = known.came_at
    if came_at is not None and now_ms - came_at > deployment.kept_ms:
        days = deployment.kept_ms // MS_A_DAY
        return Step(Outcome.UNKNOWN, f"It is older than the log, which keeps deliveries for {days} days.")
    if came_at is not None and 0 <= now_ms - came_at <= ON_ITS_WAY_MS:
        return Step(Outcome.UNKNOWN, "It may be on its way right now: look again in a moment.")
    if known.arrived_at is not None:
        missing = "There is no delivery of it, though the webhook is registered for it now."
        return Step(Outcome.UNKNOWN, missing + _changed_since(webhook, known))
    detail = (
        "Nothing is known of such an event: it was not published for this account with this id and time, was refused "
        "(then it is in the dead-letter queue), or nobody wanted it."
    )
    if not _leaves_in_batches(webhook, known, deployment):
        return Step(Outcome.UNKNOWN, detail)
    drained_by = None if deployment.drain_period_ms is None else now_ms + deployment.drain_period_ms
    batches = " If it leaves in batches, and was published since the last drain, it waits for the next one."
    return Step(Outcome.UNKNOWN, detail + batches, next_drain_at=drained_by)


def _changed_since(webhook: Webhook, known: Known) -> str:
    """A sentence where the webhook may have been another one when the event came."""
    came_at = known.came_at
    if came_at is None or webhook.updated_at <= came_at:
        return ""
    return f" It was changed since then, at {to_iso(webhook.updated_at)}: its activity says how."


def _may_wait_for_drain(webhook: Webhook, known: Known, deployment: Deployment, now_ms: int) -> bool:
    """Whether the webhook may yet get the event with a drain: those of a drain come to all webhooks together."""
    if known.arrived_at is not None or known.timestamp_ms is None:
        return False
    period = LONGEST_PAUSE_MS if deployment.drain_period_ms is None else deployment.drain_period_ms
    is_recent = now_ms <= known.timestamp_ms + period + DRAIN_LASTS_MS
    return is_recent and _leaves_in_batches(webhook, known, deployment)


def _leaves_in_batches(webhook: Webhook, known: Known, deployment: Deployment) -> bool:
    """Whether the webhook is registered for the event, and it leaves in batches; without its name, whether it may."""
    batched = (each.name for each in deployment.catalogue.of(Category.NON_REAL_TIME))
    return any(webhook.wants(name) for name in batched if known.name in (None, name))


def _drained_by(known: Known, deployment: Deployment, now_ms: int) -> int | None:
    """When a drain has come at the latest, if the event was published at its own time; now, if one is late."""
    if deployment.drain_period_ms is None:
        return None
    published_at = now_ms if known.timestamp_ms is None else min(now_ms, known.timestamp_ms)
    return max(now_ms, published_at + deployment.drain_period_ms)
