"""Alerting: whoever wins the transition of a webhook's health tells of it, once."""

from recado.ports.sending import Alerts, Clock, DeliveryStore
from recado.rules.webhook.alert import AlertKind, Slowness, alert
from recado.rules.webhook.webhook import Health, Webhook


class Alerting:
    """Tells of transitions.

    It is called after the write that makes the transition has succeeded under its condition, so that no transition is
    told twice. A process that dies between the two has told nothing, and an alert that is refused is not sent again:
    of a webhook that goes on failing the next reminder tells within a day (docs/adr/0007-alerts.md).
    """

    def __init__(self, alerts: Alerts, deliveries: DeliveryStore, clock: Clock) -> None:
        self._alerts = alerts
        self._deliveries = deliveries
        self._clock = clock

    def tell(self, kind: AlertKind, webhook: Webhook, health: Health, slowness: Slowness | None = None) -> None:
        """Send the alert, with the size of the backlog as far as one read tells; raises `OurFaultError`."""
        waiting, now = self._deliveries.backlog_size(webhook.webhook_id), self._clock()
        self._alerts.send(alert(kind, webhook, health, waiting.count, more=waiting.more, now_ms=now, slowness=slowness))
