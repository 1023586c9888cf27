"""What all sending needs from the world outside, in one value."""

from dataclasses import dataclass

from recado.ports import Clock, DeliveryStore, HealthStore, Sender, Vault, WakeUps, WebhookReader
from recado.use_cases.sending.alerting import Alerting


@dataclass(frozen=True, slots=True)
class SendingPorts:
    """The ports of dispatch, redelivery, its jobs and the sweep."""

    webhooks: WebhookReader
    deliveries: DeliveryStore
    health: HealthStore
    vault: Vault
    sender: Sender
    wake_ups: WakeUps
    alerting: Alerting
    clock: Clock
