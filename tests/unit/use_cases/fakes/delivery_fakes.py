"""Deliveries in logs and backlogs, in memory."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from recado.ports.managing import DeliveryPage, DeliveryQuery, EventDeliveries, SelectedPage, WaitingSummary
from recado.ports.sending import Deadline, OurFaultError, Page, Recorded, Waiting
from recado.rules.activity.activity import Activity
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection
from recado.rules.event.event import Event
from tests.unit.use_cases.fakes.activity_fakes import FakeActivities
from tests.unit.use_cases.fakes.journal import FAULT, Journal

COPY = "#again"


class FakeDeliveries:
    """Deliveries in logs and backlogs; fills `DeliveryStore`, `DeliveryReader` and `Withdrawals`."""

    def __init__(self, journal: Journal, activities: FakeActivities) -> None:
        self._journal = journal
        self._activities = activities
        self.log: dict[tuple[str, str], Delivery] = {}
        self.pending: dict[tuple[str, str], Delivery] = {}
        self.aside: dict[tuple[str, str], Delivery] = {}
        self.attempts: list[Attempt] = []
        self.unwritable: set[str] = set()
        self.asked_for: list[int] = []
        self.looks_at = 1000

    def recorded(self, wanted: Mapping[str, Collection[Event]]) -> dict[tuple[str, str], Recorded]:
        """Return what is known of them."""
        self._journal.note("look up")
        keys = [(webhook_id, event.key) for webhook_id, events in wanted.items() for event in events]
        known = self.log | self.pending
        return {key: Recorded(known[key].status, known[key].event.name) for key in keys if key in known}

    def record(
        self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt], deadline: Deadline
    ) -> Mapping[str, OurFaultError]:
        """Keep pending ones in their backlogs, the others in their logs; but of no webhook that is unwritable."""
        assert deadline.remaining_seconds() > 0
        self._journal.note("record")
        refused: dict[str, OurFaultError] = {}
        for attempt in attempts:
            if attempt.webhook_id in self.unwritable:
                refused[attempt.webhook_id] = FAULT
            else:
                self.attempts.append(attempt)
        for delivery in deliveries:
            if delivery.webhook_id in self.unwritable:
                refused[delivery.webhook_id] = FAULT
                continue
            place = self.pending if delivery.status is DeliveryStatus.PENDING else self.log
            place[place_of(delivery)] = delivery
        return refused

    def finish(self, deliveries: Sequence[Delivery], attempts: Iterable[Attempt], deadline: Deadline) -> None:
        """Move from the backlog into the log; a copy takes its original along."""
        assert deadline.remaining_seconds() > 0
        self._journal.note("finish")
        self.attempts += attempts
        for delivery in deliveries:
            self.log[delivery.webhook_id, delivery.event.key] = delivery
            self.pending.pop((delivery.webhook_id, delivery.event.key), None)
            if delivery.requested_at is not None:
                self.pending.pop((delivery.webhook_id, delivery.event.key + COPY), None)

    def expire(self, deliveries: Sequence[Delivery], deadline: Deadline) -> None:
        """Move originals into the log that has no end of them; forget copies."""
        assert deadline.remaining_seconds() > 0
        self._journal.note("expire")
        for delivery in deliveries:
            place = (delivery.webhook_id, delivery.event.key)
            if delivery.requested_at is None:
                self.log.setdefault(place, delivery)
                self.pending.pop(place, None)
            else:
                self.pending.pop((delivery.webhook_id, delivery.event.key + COPY), None)

    def forget_ended(self, delivery: Delivery, deadline: Deadline) -> bool:
        """Forget what waits though it has ended."""
        assert deadline.remaining_seconds() > 0
        self._journal.note("look for end")
        place = (delivery.webhook_id, delivery.event.key)
        ended = place in self.log and self.log[place].status is not DeliveryStatus.PENDING
        if ended:
            self.pending.pop(place, None)
        return ended

    def backlog(
        self,
        webhook_id: str,
        at_once: int,
        *,
        copies_of: Page | None = None,
        beside: Page | None = None,
        up_to: str | None = None,
    ) -> Iterator[Delivery]:
        """Yield the pending deliveries, oldest first."""
        self._journal.note("read copies" if copies_of else "read others" if beside else "read backlog")
        self.asked_for.append(at_once)
        page = copies_of or beside
        for key in sorted(key for key in self.pending if key[0] == webhook_id):
            one = self.pending[key]
            if up_to is not None and one.event.key > up_to:
                return
            is_in_it = page is not None and (page[0] or "") < one.event.key <= page[1]
            if page is None or (is_in_it and one.is_copy if copies_of else not is_in_it):
                yield one

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """List nothing: no use case under test needs it."""
        raise NotImplementedError

    def of_event(self, webhook_ids: Sequence[str], key: str, now_ms: int) -> EventDeliveries:
        """Tell of no event: no use case under test needs it."""
        raise NotImplementedError

    def get(self, webhook_id: str, key: str, now_ms: int) -> Delivery | None:
        """Return one delivery, pending or not."""
        waiting = self.pending | self.aside
        known, copy = self.log | waiting, waiting.get((webhook_id, key + COPY))
        found = known.get((webhook_id, key))
        if copy is None or found is None:
            return found or copy
        if found.status_at(now_ms) is DeliveryStatus.PENDING:
            return found
        return (found.expired() if found.status is DeliveryStatus.PENDING else found).requested_like(copy)

    def oldest(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, now_ms: int) -> Iterator[Delivery]:
        """Yield deliveries of a time range, oldest first."""
        self._journal.note("read deliveries")
        keys = {
            key.removesuffix(COPY) for webhook, key in self.log | self.pending | self.aside if webhook == webhook_id
        }
        for key in sorted(key for key in keys if after is None or key > after):
            found = self.get(webhook_id, key, now_ms)
            if found is not None and from_ms <= found.event.timestamp_ms <= to_ms:
                yield found

    def ended(self, webhook_id: str, selection: Selection, after: str | None, now_ms: int) -> SelectedPage:
        """Return what the log has of the selection, as far as one page looks."""
        self._journal.note("read ended")
        known = [one for (webhook, _), one in self.log.items() if webhook == webhook_id]
        found = [one for one in known if one.status is selection.status and selection.takes(one)]
        return self._page(known, found, after, now_ms)

    def waiting(
        self, webhook_id: str, selection: Selection, after: str | None, now_ms: int, requested_at: int | None = None
    ) -> SelectedPage:
        """Return what waits of the selection, as far as one page looks."""
        self._journal.note("read waiting")
        places = self.aside if selection.set_aside else self.pending | self.aside
        known = [one for (webhook, _), one in places.items() if webhook == webhook_id]
        found = [one for one in known if selection.takes(one) and requested_at in (None, one.requested_at)]
        return self._page(known, found, after, now_ms)

    def waiting_of(self, webhook_id: str) -> WaitingSummary:
        """Count what waits."""
        waiting, aside = (
            [one.event.timestamp_ms for (webhook, _), one in place.items() if webhook == webhook_id]
            for place in (self.pending | self.aside, self.aside)
        )
        return WaitingSummary(Waiting(len(waiting)), Waiting(len(aside)), min(waiting, default=None))

    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """Count what was skipped."""
        known = [one for one in self.log.values() if one.webhook_id == webhook_id]
        skipped = [one for one in known if one.status is DeliveryStatus.SKIPPED]
        return Waiting(sum((one.finished_at or 0) >= since_ms for one in skipped))

    def withdraw(
        self, delivery: Delivery, now_ms: int, because: CancelReason, activity: Activity | None = None
    ) -> bool:
        """Take back what waits, if it still does; the log keeps how a copy's original has ended."""
        self._journal.note("withdraw")
        logged = self.log.get((delivery.webhook_id, delivery.event.key))
        if logged is not None and (delivery.waits_again or delivery.is_copy):
            return self._end(delivery, replace(logged, withdrawn_at=now_ms, cancelled_because=because), activity)
        return self._end(delivery, delivery.cancelled(now_ms, because), activity)

    def note_expired(self, delivery: Delivery) -> None:
        """Let what waits still end in the log, if it has no end there."""
        self._journal.note("expire")
        self._end(delivery, delivery.expired(), None)

    def backlog_size(self, webhook_id: str) -> Waiting:
        """Count the pending deliveries."""
        return Waiting(sum(key[0] == webhook_id for key in self.pending))

    def attempts_at(self, event_id: str = "e1") -> list[Attempt]:
        """Return the attempts that carried an event, in their order."""
        known = self.log | self.pending | self.aside
        living = [one.attempt for one in known.values() if one.attempt and one.event.event_id == event_id]
        carried = [one for one in self.attempts if any(key.endswith(f"#{event_id}") for key in one.keys)]
        return [*living, *carried]

    def add_pending(self, *deliveries: Delivery) -> None:
        """Put deliveries into backlogs from outside."""
        for delivery in deliveries:
            self.pending[place_of(delivery)] = delivery

    def _page(
        self, known: Sequence[Delivery], wanted: Sequence[Delivery], after: str | None, now_ms: int
    ) -> SelectedPage:
        keys = sorted({one.event.key for one in known if after is None or one.event.key > after})
        page, meant = keys[: self.looks_at], {one.event.key: one.webhook_id for one in wanted}
        found = (self.get(meant[key], key, now_ms) for key in page if key in meant)
        return SelectedPage((one for one in found if one is not None), page[-1] if len(keys) > len(page) else None)

    def _end(self, delivery: Delivery, end: Delivery, activity: Activity | None) -> bool:
        """Let what waits of a delivery end so, if it still does, and the log has no end of what is no copy."""
        place = (delivery.webhook_id, delivery.event.key)
        is_copy = delivery.waits_again or delivery.is_copy
        waiting = (place[0], place[1] + COPY) if is_copy else place
        kept = self.pending if delivery.set_aside_at is None else self.aside
        is_open = is_copy or place not in self.log or self.log[place].status is DeliveryStatus.PENDING
        if not self._activities.together(activity, holds=waiting in kept and is_open):
            return False
        del kept[waiting]
        self.log[place] = end
        return True

    def statuses(self, webhook_id: str = "wh_1") -> dict[str, str]:
        """Return the status of each delivery of a webhook by event id."""
        known = self.log | self.pending | self.aside
        return {known[key].event.event_id: known[key].status.value for key in sorted(known) if key[0] == webhook_id}


def place_of(delivery: Delivery) -> tuple[str, str]:
    """Return where a pending delivery is kept; a copy has a key of its own."""
    return delivery.webhook_id, delivery.event.key + (COPY if delivery.is_copy else "")
