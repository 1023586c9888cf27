"""Asking: what requests about deliveries and jobs have in common, when they make a webhook's owner do something."""

from collections.abc import Callable
from dataclasses import dataclass

from recado.ports.activity import ActivityStore
from recado.ports.managing import VersionConflictError
from recado.ports.sending import Clock, WakeUps, WebhookReader
from recado.rules.activity.activity import Activity, Requester
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.acts import Acts

TRIES = 5
"""How often what was refused, because others were changing the webhook, is asked for by what there is then."""


class NotActiveError(Exception):
    """The webhook is retired or disabled: nothing would be sent."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The webhook as it is, its new owner's wake-up, and what is kept and told of who has asked."""

    webhooks: WebhookReader
    wake_ups: WakeUps
    activities: ActivityStore
    acts: Acts
    clock: Clock
    token: Callable[[], str]

    def check(self, webhook: Webhook, requester: Requester) -> None:
        """Raise `DoneBeforeError` or `KeyReusedError` where the request was made before, with the same key."""
        self.activities.check(webhook.account_id, requester, self.clock())

    def as_it_is(self, webhook: Webhook) -> Webhook:
        """The webhook after a change by others; raises `VersionConflictError` where it is gone."""
        current = self.webhooks.get(webhook.account_id, webhook.webhook_id)
        if current is None:
            raise VersionConflictError
        return current

    def wake(self, webhook: Webhook, act: Activity) -> None:
        """Send the wake-up of its new owner, and tell what was done, also where SQS refuses: the sweep wakes it."""
        try:
            self.wake_ups.send(webhook, 0)
        finally:
            self.acts.tell(act)
