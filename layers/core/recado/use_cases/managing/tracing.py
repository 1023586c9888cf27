"""Tracing an event: where it went and why not elsewhere, by reading alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from recado.ports.log_place import LogPlace
from recado.ports.managing import DeliveryPage, DeliveryQuery, DeliveryReader, EventDeliveries
from recado.ports.sending import Clock, WebhookReader
from recado.rules.delivery.delivery import Delivery
from recado.rules.delivery.tracing import Deployment, Known, Step, step_with, step_without
from recado.rules.delivery.wanted import Wanted
from recado.rules.event.event import id_of_event, key_of, timestamp_of
from recado.rules.webhook.webhook import Webhook


@dataclass(frozen=True, slots=True)
class EventAsked:
    """Which event of an account is meant.

    Without its `timestamp_ms` it is looked for in the logs. `name` is what who asks believes it to be. `after` is where
    the page before has ended: at another event, which the search goes on behind, or at a webhook of this one.
    """

    account_id: str
    event_id: str
    timestamp_ms: int | None = None
    name: str | None = None
    after: LogPlace | None = None

    @property
    def place(self) -> LogPlace | None:
        """At which webhook the page before has ended, if it has: the event has been found."""
        return self.after if self.after is not None and id_of_event(self.after.key) == self.event_id else None


@dataclass(frozen=True, slots=True)
class Traced:
    """What became of an event, by webhook, oldest webhook first; `next` is where the next page begins.

    Without webhooks, but with `next`, it has not been found so far.
    """

    known: Known
    webhooks: Sequence[tuple[Webhook, Step]] = ()
    next: LogPlace | None = None


class EventTracing:
    """Traces events of an account."""

    def __init__(self, webhooks: WebhookReader, reader: DeliveryReader, deployment: Deployment, clock: Clock) -> None:
        self._webhooks = webhooks
        self._reader = reader
        self._deployment = deployment
        self._clock = clock

    def __call__(self, asked: EventAsked) -> Traced:
        """What became of the event, as far as one request reads."""
        now = self._clock()
        webhooks = sorted(self._webhooks.of_account(asked.account_id), key=lambda webhook: webhook.webhook_id)
        if asked.timestamp_ms is not None or asked.place is not None:
            return self._looked_up(asked, webhooks, now)
        page = self._searched(asked, webhooks, now)
        if page.deliveries:
            found = replace(asked, timestamp_ms=page.deliveries[0].event.timestamp_ms)
            return self._looked_up(found, webhooks, now)
        known = Known(asked.name)
        if page.next_before is not None:
            return Traced(known, next=page.next_before)
        return Traced(known, self._steps(webhooks, known, {}, now))

    def _searched(self, asked: EventAsked, webhooks: Sequence[Webhook], now: int) -> DeliveryPage:
        """A page of a search through the logs of all webhooks, for the newest event of that id."""
        ids = [webhook.webhook_id for webhook in webhooks]
        return self._reader.newest(DeliveryQuery(ids, now, 1, Wanted(event_id=asked.event_id), before=asked.after))

    def _looked_up(self, asked: EventAsked, account_webhooks: Sequence[Webhook], now: int) -> Traced:
        place = asked.place
        key = key_of(asked.timestamp_ms or 0, asked.event_id) if place is None else place.key
        webhooks = [one for one in account_webhooks if place is None or one.webhook_id > place.webhook_id]
        found = self._reader.of_event([webhook.webhook_id for webhook in webhooks], key, now)
        looked_at = webhooks[: found.looked_at]
        deliveries, event = dict(found.deliveries), found.event
        missing = [one.webhook_id for one in looked_at if _is_missed(one, found, asked.name)]
        if missing:
            # The reads of a batch are of different moments: one that was finished between two of them is found now.
            again = self._reader.of_event(missing, key, now)
            deliveries, event = deliveries | dict(again.deliveries), event or again.event
        known = Known(
            name=asked.name if event is None else event.name,
            timestamp_ms=timestamp_of(key),
            arrived_at=min((one.created_at for one in deliveries.values()), default=None),
            event=event,
        )
        has_more = found.looked_at < len(webhooks)
        next_place = LogPlace(key, looked_at[-1].webhook_id) if has_more else None
        return Traced(known, self._steps(looked_at, known, deliveries, now), next_place)

    def _steps(
        self, webhooks: Sequence[Webhook], known: Known, deliveries: Mapping[str, Delivery], now: int
    ) -> list[tuple[Webhook, Step]]:
        return [
            (
                webhook,
                step_without(webhook, known, self._deployment, now)
                if webhook.webhook_id not in deliveries
                else step_with(webhook, deliveries[webhook.webhook_id], now),
            )
            for webhook in sorted(webhooks, key=lambda one: one.created_at)
        ]


def _is_missed(webhook: Webhook, found: EventDeliveries, name: str | None) -> bool:
    """Whether there might be a delivery that was not found."""
    believed = name if found.event is None else found.event.name
    return webhook.webhook_id not in found.deliveries and (believed is None or webhook.wants(believed))
