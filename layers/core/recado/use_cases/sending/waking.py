"""Waking a webhook's redelivery after something was written into its backlog."""

from recado.ports import WakeUps, WebhookReader
from recado.rules.webhook.webhook import HealthState, Status


def wake_if_idle(webhooks: WebhookReader, wake_ups: WakeUps, account_id: str, webhook_id: str) -> None:
    """Send a wake-up if nobody may come by himself.

    To be called *after* the write: a webhook that reads `HEALTHY` now may have had its last look at the backlog before.
    """
    current = webhooks.get(account_id, webhook_id)
    if current and current.status is Status.ACTIVE and current.health.state is HealthState.HEALTHY:
        wake_ups.send(account_id, webhook_id, 0)
