"""Webhooks that fail, and what a wake-up for them comes to."""

from local.listener import BROKEN, Listener
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Webhook
from tests.support.events import NOON_MS, detail, envelope
from tests.support.system import Redelivery, System

ENDED = Redelivery(received=1, coming_back=0)
COMES_BACK = Redelivery(received=1, coming_back=1)
NONE_DUE = Redelivery(received=0, coming_back=0)


def publish(system: System, *event_ids: str) -> None:
    """Bring real-time events, each a millisecond after the one before."""
    for position, event_id in enumerate(event_ids):
        system.invoke("realtime_dispatcher", envelope(content=detail(event_id, timestamp=NOON_MS + position)))


def failing_webhook(system: System, receiver: Listener, *event_ids: str) -> Webhook:
    """Return a webhook that failed at the first of these events, its wake-up due and its receiver working again."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(BROKEN)
    publish(system, *event_ids)
    system.clock.advance(5)
    return webhook


def hold_lease(system: System, webhook: Webhook, seconds: int) -> None:
    """Let another run of the webhook's owner hold the lease for so long."""
    current = system.webhook(webhook)
    now = int(system.clock.milliseconds())
    wake_up = WakeUp("m0", "r0", webhook.account_id, webhook.webhook_id, current.lane.owner or "")
    assert system.lanes.take_lease(wake_up, "another run", now, now + seconds * 1000).taken
