"""Joining a backlog: whoever has written into one sees to it that somebody sends it."""

import math
from dataclasses import replace

from recado.ports.sending import Expect
from recado.rules.sending.cutting import UNCUT, Cut
from recado.rules.webhook.alert import AlertKind, alert_after_failure
from recado.rules.webhook.failing import failing
from recado.rules.webhook.health import disabled
from recado.rules.webhook.lane import left, owned
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.ports import SendingPorts, circumstances, disabling
from recado.use_cases.sending.posting import Posted


def see_to_it(ports: SendingPorts, webhook: Webhook, failed: Posted | None = None, cut: Cut = UNCUT) -> None:
    """Make a new wake-up the owner of the webhook's backlog and send it, where the webhook is on and has no owner.

    To be called after the write into the backlog is confirmed, with the webhook as it was read after that: an owner
    that is there then has not had its last look at the backlog. `failed` is the POST after which events wait, where
    there was one, and `cut` how large POSTs were: the health goes with the same write, and the wake-up waits.
    """
    if webhook.status is not Status.ACTIVE or webhook.lane.owner is not None:
        return
    if failed is None:
        hand_over(ports, webhook, Expect.UNOWNED)
    else:
        _begin_to_fail(ports, webhook, failed, cut)


def hand_over(ports: SendingPorts, webhook: Webhook, expected: Expect) -> bool:
    """Give the webhook a new owner that is due now, and send it; False where it is not as expected any more."""
    now = ports.clock()
    after = replace(webhook, lane=owned(webhook.lane, ports.token(), now))
    if not ports.lanes.change(webhook, after, expected):
        return False
    ports.wake_ups.send(after, 0)
    return True


def _begin_to_fail(ports: SendingPorts, webhook: Webhook, failed: Posted, cut: Cut) -> None:
    at = circumstances(ports)
    after_it = failing(webhook, cut, failed.attempt, failed.result, at)
    health, status = after_it.health, after_it.status
    if status is Status.DISABLED:
        after = replace(webhook.switched_off(status, at.now_ms), health=disabled(health), lane=left(webhook.lane))
        act = disabling(ports.acts, webhook, at.now_ms)
        if ports.lanes.change(webhook, after, Expect.UNOWNED, act):
            ports.acts.tell(act)
            ports.alerting.tell(AlertKind.DISABLED, webhook, health)
        return
    # Where it is suspected, there is nothing to wait for: its owner tries it once more, and what is behind it.
    wait_ms = 0 if after_it.suspects else after_it.wait_ms
    lane = replace(owned(webhook.lane, ports.token(), at.now_ms + wait_ms), cut=after_it.cut)
    after = replace(webhook, health=health, lane=lane)
    # Whoever was quicker has told of it.
    if not ports.lanes.change(webhook, after, Expect.UNOWNED):
        return
    try:
        ports.wake_ups.send(after, math.ceil(wait_ms / 1000))
    finally:
        kind = alert_after_failure(webhook.health, health, status)
        if kind is not None:
            ports.alerting.tell(kind, webhook, health)
