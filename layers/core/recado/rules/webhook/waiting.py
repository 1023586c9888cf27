"""How a webhook's events leave, and why a pending delivery waits."""

from enum import StrEnum

from recado.rules.webhook.webhook import HealthState, Status, Webhook


class LaneMode(StrEnum):
    """Whether events are POSTed by whoever has them, or leave through the backlog with one sender."""

    DIRECT = "DIRECT"
    QUEUED = "QUEUED"


class LaneReason(StrEnum):
    """Why a webhook is `QUEUED`: asked for, found to be so, or until what waits has been sent."""

    ORDERED = "ORDERED"
    PACED = "PACED"
    SLOW = "SLOW"
    FAILING = "FAILING"
    CATCHING_UP = "CATCHING_UP"


_OFF = {
    Status.RETIRED: "The webhook is retired: it waits until it is switched on again.",
    Status.DISABLED: "The webhook is disabled: it waits until it is switched on again.",
}
_REASONS = {
    LaneReason.FAILING: "The receiver fails: the backlog is sent again when it answers.",
    LaneReason.PACED: "It is sent after any earlier events that wait, as often as maxPostsPerMinute allows.",
}


def mode_of(webhook: Webhook) -> LaneMode:
    """How the webhook's events leave."""
    return LaneMode.QUEUED if webhook.queued else LaneMode.DIRECT


def reasons_of(webhook: Webhook) -> list[LaneReason]:
    """Why they leave through the backlog; none where they do not."""
    owned = webhook.lane.owner is not None
    reasons = {
        LaneReason.ORDERED: webhook.ordered,
        LaneReason.PACED: webhook.delivery.max_posts_per_minute is not None,
        LaneReason.SLOW: webhook.slow,
        LaneReason.FAILING: owned and webhook.health.state is HealthState.FAILING,
    }
    found = [reason for reason, holds in reasons.items() if holds]
    return found or ([LaneReason.CATCHING_UP] if owned else [])


def waiting_reason(webhook: Webhook, *, is_aside: bool) -> str:
    """What the backlog of the webhook, or a delivery that is set aside, waits for."""
    if webhook.status is not Status.ACTIVE:
        return _OFF[webhook.status]
    if is_aside:
        return "The receiver does not take it, though it takes others: it is tried alone, every five minutes."
    found = reasons_of(webhook)
    return next(
        (text for reason, text in _REASONS.items() if reason in found),
        "It is sent next, after any earlier events that wait.",
    )


def next_attempt_at(webhook: Webhook) -> int | None:
    """When a webhook that fails is tried again, in milliseconds since 1970; None where it does not, or is tried now."""
    if webhook.status is not Status.ACTIVE or LaneReason.FAILING not in reasons_of(webhook):
        return None
    return webhook.lane.next_at if webhook.lane.lease_holder is None else None
