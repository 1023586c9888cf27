"""Digests: every hour one more event for each webhook that has asked for it, with the sweep.

A digest joins the webhook's backlog as any event does (docs/adr/0021-the-lane.md), and then its entry in the index
moves on, on the condition of what was read. A death in between repeats it: id and time are those of its hour, so that
what is known already is found.
"""

from dataclasses import dataclass

from recado.ports.digests import Digests, DueDigest, EndsReader, HourCounts
from recado.ports.sending import Clock, OurFaultError, Recorded
from recado.rules.delivery.counts import HOUR_MS, Counts
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.digest import HOURS, Ends, digest_event, hour_to_tell, next_due, tells
from recado.rules.event.event import Event
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.joining import see_to_it
from recado.use_cases.sending.ports import SendingPorts

MOST_AT_ONCE = 1000
LONGEST_SECONDS = 60
"""How many digests a sweep makes, and for how long; the rest is the next one's."""

_WRITE_SECONDS = 2.0  # what a busy partition does not take in that time, it is offered by the next sweep


@dataclass(frozen=True, slots=True)
class Told:
    """What digests tell of."""

    counts: HourCounts
    ends: EndsReader


class HourlyDigests:
    """Makes what is due."""

    def __init__(self, ports: SendingPorts, digests: Digests, told: Told) -> None:
        self._ports = ports
        self._digests = digests
        self._told = told

    def __call__(self) -> None:
        """Make every digest that is due, as far as time goes.

        What our own side failed at is raised at the end: one webhook's trouble must not keep the others from theirs.
        """
        deadline = _Deadline(self._ports.clock, LONGEST_SECONDS)
        faults: list[OurFaultError] = []
        for due in self._digests.due(self._ports.clock(), MOST_AT_ONCE):
            if deadline.remaining_seconds() <= 0:
                break
            try:
                self._answer(due)
            except OurFaultError as error:
                faults.append(error)
        if faults:
            raise faults[0]

    def _answer(self, due: DueDigest) -> None:
        webhook = self._ports.webhooks.get(due.account_id, due.webhook_id)
        if webhook is None or not webhook.delivery.digest:
            self._digests.move(due, None)
            return
        now = self._ports.clock()
        if webhook.status is Status.ACTIVE:
            self._make(webhook, hour_to_tell(due.account_id, due.webhook_id, due.due_at, now))
        self._digests.move(due, next_due(due.account_id, due.webhook_id, max(now, due.due_at)))

    def _make(self, webhook: Webhook, hour_ms: int) -> None:
        """Let the digest of the hour join the backlog, unless it is known, and see to it that what waits is sent."""
        known = self._known(webhook, digest_event(webhook.account_id, webhook.webhook_id, hour_ms, {}, Ends()))
        if known is None:
            pending = Delivery(
                webhook.webhook_id, self._event(webhook, hour_ms), DeliveryStatus.PENDING, self._ports.clock()
            )
            deadline = _Deadline(self._ports.clock, _WRITE_SECONDS)
            for fault in self._ports.deliveries.record([pending], [], deadline).values():
                raise fault
        elif known.status is not DeliveryStatus.PENDING:
            return
        current = self._ports.webhooks.get(webhook.account_id, webhook.webhook_id)
        if current is not None:
            see_to_it(self._ports, current)

    def _known(self, webhook: Webhook, event: Event) -> Recorded | None:
        return self._ports.deliveries.recorded({webhook.webhook_id: [event]}).get((webhook.webhook_id, event.key))

    def _event(self, webhook: Webhook, hour_ms: int) -> Event:
        earliest = hour_ms - (HOURS - 1) * HOUR_MS
        by_hour = self._told.counts.by_hour(webhook.account_id, webhook.webhook_id, earliest, hour_ms)
        # Nothing happened in most hours of most webhooks: these are not looked through.
        has_any = tells(by_hour.get(hour_ms, Counts()))
        ends = self._told.ends.ends(webhook.webhook_id, hour_ms, hour_ms + HOUR_MS) if has_any else Ends()
        return digest_event(webhook.account_id, webhook.webhook_id, hour_ms, by_hour, ends)


class _Deadline:
    """So many seconds from now on; fills the port `Deadline`."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._ends_at = clock() + seconds * 1000

    def remaining_seconds(self) -> float:
        """Seconds left."""
        return (self._ends_at - self._clock()) / 1000
