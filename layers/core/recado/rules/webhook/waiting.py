"""Why a pending delivery waits, in one sentence."""

from recado.rules.webhook.webhook import HealthState, Status, Webhook


def waiting_reason(webhook: Webhook) -> str:
    """What the backlog of the webhook waits for."""
    if webhook.status is Status.RETIRED:
        return "The webhook is retired: it waits until it is switched on again."
    if webhook.status is Status.DISABLED:
        return "The webhook is disabled: it waits until it is switched on again."
    if fails(webhook):
        return "The receiver fails: the backlog is sent again when it answers."
    return "It is sent next, after any earlier events that wait."


def fails(webhook: Webhook) -> bool:
    """Whether the next attempt is one after a failure: `next_attempt_at` says when."""
    return (
        webhook.status is Status.ACTIVE
        and webhook.health.state is HealthState.FAILING
        and webhook.health.last_error is not None
    )
