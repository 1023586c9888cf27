"""Tracing an event: which reads it takes, and in which order."""

from collections.abc import Sequence
from typing import Any

from recado.ports.log_place import LogPlace
from recado.ports.managing import DeliveryPage, DeliveryQuery, EventDeliveries
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.tracing import MS_A_DAY, Deployment, Outcome
from recado.rules.event.event import Event
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.tracing import EventAsked, EventTracing, Traced
from tests.support.catalogue import SHIPPED
from tests.unit.builders import NAME, NOW, event, webhook
from tests.unit.use_cases.fakes.reading_fakes import FakeDeliveryReader

EVENT = event("e:1")
YOUNG, OLD = webhook("wh_1", created_at=NOW - 1), webhook("wh_2", created_at=NOW - 2)


class Webhooks:
    """The webhooks of account 1010."""

    def __init__(self, *webhooks: Webhook) -> None:
        self._webhooks = webhooks

    def of_account(self, account_id: str) -> list[Webhook]:
        """Return them."""
        return [one for one in self._webhooks if one.account_id == account_id]

    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """Never be asked for one."""
        raise AssertionError(account_id, webhook_id)


class Reader(FakeDeliveryReader):
    """Logs with one event, whose deliveries appear with the reads; looks at two webhooks a read."""

    def __init__(self, *reads: Sequence[str], searched: DeliveryPage | None = None) -> None:
        super().__init__(_delivery("wh_1"))
        self._reads = iter(reads)
        self._searched = searched

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """Return the page of the search."""
        self.asked.append(("search", *query.webhook_ids, query.wanted.event_id, query.before))
        assert self._searched is not None
        return self._searched

    def of_event(self, webhook_ids: Sequence[str], key: str, now_ms: int) -> EventDeliveries:
        """Return the deliveries of the next read."""
        assert now_ms == NOW
        self.asked.append((key, *webhook_ids))
        found = {one: _delivery(one) for one in next(self._reads)}
        kept: Event | None = EVENT if found else None
        return EventDeliveries(found, kept, min(2, len(webhook_ids)))


def _delivery(webhook_id: str) -> Delivery:
    return Delivery(webhook_id, EVENT, DeliveryStatus.DELIVERED, NOW, finished_at=NOW)


def trace(reader: Reader, *webhooks: Webhook, **asked: Any) -> Traced:
    """Trace the event."""
    deployment = Deployment(SHIPPED, None, kept_ms=30 * MS_A_DAY)
    return EventTracing(Webhooks(*webhooks), reader, deployment, lambda: NOW)(EventAsked("1010", "e:1", **asked))


def outcomes(traced: Traced) -> list[tuple[str, Outcome]]:
    """Return the outcome of each webhook."""
    return [(one.webhook_id, step.outcome) for one, step in traced.webhooks]


def test_with_its_time_one_read_is_enough() -> None:
    """The oldest webhook is told of first, whatever the order of the reads."""
    reader = Reader(["wh_1", "wh_2"])

    traced = trace(reader, YOUNG, OLD, timestamp_ms=NOW)

    assert outcomes(traced) == [("wh_2", Outcome.DELIVERED), ("wh_1", Outcome.DELIVERED)]
    assert reader.asked == [(EVENT.key, "wh_1", "wh_2")]
    assert (traced.known.name, traced.known.event, traced.next) == (NAME, EVENT, None)


def test_who_should_have_it_is_looked_at_again() -> None:
    """What was finished between two reads of a batch is found then, and the event with it."""
    reader = Reader([], ["wh_1"])

    traced = trace(reader, YOUNG, webhook("wh_2", event_names=("X",)), timestamp_ms=NOW, name=NAME)

    assert dict(outcomes(traced)) == {"wh_1": Outcome.DELIVERED, "wh_2": Outcome.NOT_REGISTERED}
    assert reader.asked == [(EVENT.key, "wh_1", "wh_2"), (EVENT.key, "wh_1")]
    assert traced.known.event == EVENT


def test_without_its_time_it_is_searched_for() -> None:
    """And what was found is looked up as if it had been asked for."""
    found = DeliveryPage([_delivery("wh_2")], LogPlace("k", "wh_1"))
    reader = Reader(["wh_1", "wh_2"], searched=found)

    traced = trace(reader, YOUNG, OLD)

    assert reader.asked == [("search", "wh_1", "wh_2", "e:1", None), (EVENT.key, "wh_1", "wh_2")]
    assert (len(traced.webhooks), traced.next) == (2, None)


def test_a_search_that_has_not_found_it_goes_on_where_it_was() -> None:
    """Nothing is said of any webhook until then; at the end of the logs each is answered for."""
    place = LogPlace("000000000000001#other", "wh_1")
    going_on = Reader(searched=DeliveryPage([], place))
    assert trace(going_on, YOUNG, after=place) == Traced(traced_nothing().known, next=place)
    assert going_on.asked == [("search", "wh_1", "e:1", place)]

    assert outcomes(traced_nothing()) == [("wh_1", Outcome.UNKNOWN)]


def traced_nothing() -> Traced:
    """Search to the end without finding it."""
    return trace(Reader(searched=DeliveryPage([], None)), YOUNG)


def test_the_webhooks_behind_the_page_before_are_answered_for() -> None:
    """Each once, by the order of their ids."""
    webhooks = [webhook(f"wh_{number}") for number in range(5)]
    first = trace(Reader(["wh_0", "wh_1"]), *webhooks, timestamp_ms=NOW)
    assert first.next == LogPlace(EVENT.key, "wh_1")

    reader = Reader(["wh_2", "wh_3"])
    second = trace(reader, *webhooks, after=first.next)

    assert reader.asked == [(EVENT.key, "wh_2", "wh_3", "wh_4")]
    assert [one for one, _ in outcomes(second)] == ["wh_2", "wh_3"]
    assert second.next == LogPlace(EVENT.key, "wh_3")
    last = trace(Reader(["wh_4"]), *webhooks, after=second.next)
    assert (outcomes(last), last.next) == ([("wh_4", Outcome.DELIVERED)], None)
