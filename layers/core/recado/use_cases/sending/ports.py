"""What all sending needs from the world outside, in one value."""

from collections.abc import Callable
from dataclasses import dataclass

from recado.ports.aside import AsideStore
from recado.ports.requests import Withdrawals
from recado.ports.sending import Clock, DeliveryStore, KeepingSender, LaneStore, Vault, WakeUps, WebhookReader
from recado.ports.tokens import TokenStore
from recado.rules.activity.activity import RECADO, Activity, ActivityKind, FieldChange
from recado.rules.webhook.failing import Circumstances
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.acts import Acts
from recado.use_cases.sending.alerting import Alerting


@dataclass(frozen=True, slots=True)
class SendingPorts:
    """The ports of dispatch, of the owner's runs and of the sweep.

    A receiver is slow that has not answered after `slow_after_ms`, and its failing is told once it has lasted for
    `alert_after_ms`. `token` makes texts that nobody else makes, `chance` numbers from 0 to 1, and `pause` waits so
    many seconds.
    """

    webhooks: WebhookReader
    deliveries: DeliveryStore
    aside: AsideStore
    withdrawals: Withdrawals
    lanes: LaneStore
    vault: Vault
    tokens: Callable[[], TokenStore]
    sender: KeepingSender
    wake_ups: WakeUps
    alerting: Alerting
    acts: Acts
    clock: Clock
    slow_after_ms: int
    alert_after_ms: int
    token: Callable[[], str]
    chance: Callable[[], float]
    pause: Callable[[float], object]


def circumstances(ports: SendingPorts) -> Circumstances:
    """What counts, beside itself, where a POST has failed now."""
    return Circumstances(ports.clock(), ports.chance(), ports.alert_after_ms)


def disabling(acts: Acts, webhook: Webhook, at_ms: int) -> Activity:
    """What is kept of Recado's switching a webhook off."""
    return acts.on(
        ActivityKind.DISABLED, RECADO, webhook, at_ms, changes=(FieldChange("active", before=True, after=False),)
    )
