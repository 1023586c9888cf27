"""Deliveries in logs and backlogs, in memory."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from recado.ports import Deadline, DeliveryPage, DeliveryQuery, OurFaultError, Page, Recorded, SkippedPage, Waiting
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.event import Event
from tests.unit.use_cases.fakes.journal import FAULT, Journal

COPY = "#again"


class FakeDeliveries:
    """Deliveries in logs and backlogs; fills `DeliveryStore`, `DeliveryReader` and `Withdrawals`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
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

    def get(self, webhook_id: str, key: str, now_ms: int) -> Delivery | None:
        """Return one delivery, pending or not."""
        waiting = self.pending | self.aside
        known, copy = self.log | waiting, waiting.get((webhook_id, key + COPY))
        found = known.get((webhook_id, key))
        if copy is None or found is None:
            return found or copy
        return found if found.status_at(now_ms) is DeliveryStatus.PENDING else found.requested_like(copy)

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

    def skipped(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, now_ms: int) -> SkippedPage:
        """Return what was skipped, as far as one page looks."""
        keys = sorted(key for webhook, key in self.log if webhook == webhook_id and (after is None or key > after))
        looked_at = keys[: self.looks_at]
        found = [
            one
            for key in looked_at
            if self.log[webhook_id, key].status is DeliveryStatus.SKIPPED
            and (one := self.get(webhook_id, key, now_ms)) is not None
            and from_ms <= one.event.timestamp_ms <= to_ms
        ]
        self._journal.note("read skipped")
        return SkippedPage(iter(found), looked_at[-1] if len(keys) > len(looked_at) else None)

    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """Count what was skipped."""
        known = [one for one in self.log.values() if one.webhook_id == webhook_id]
        skipped = [one for one in known if one.status is DeliveryStatus.SKIPPED]
        return Waiting(sum((one.finished_at or 0) >= since_ms for one in skipped))

    def withdraw(self, delivery: Delivery, now_ms: int) -> bool:
        """Take back what waits, if it still does."""
        self._journal.note("withdraw")
        place = (delivery.webhook_id, delivery.event.key)
        waiting = (place[0], place[1] + COPY) if delivery.waits_again or delivery.is_copy else place
        kept = self.pending if delivery.set_aside_at is None else self.aside
        if waiting not in kept or (waiting == place and kept is self.pending and place in self.log):
            return False
        del kept[waiting]
        ended = self.log.get(place) if waiting != place else None
        self.log[place] = delivery.cancelled(now_ms) if ended is None else replace(ended, withdrawn_at=now_ms)
        return True

    def note_expired(self, delivery: Delivery) -> None:
        """Let what waits still end in the log, if it has no end there."""
        self._journal.note("expire")
        place = (delivery.webhook_id, delivery.event.key)
        if place in self.pending and place not in self.log:
            self.log[place] = self.pending.pop(place).expired()

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

    def statuses(self, webhook_id: str = "wh_1") -> dict[str, str]:
        """Return the status of each delivery of a webhook by event id."""
        known = self.log | self.pending | self.aside
        return {known[key].event.event_id: known[key].status.value for key in sorted(known) if key[0] == webhook_id}


def place_of(delivery: Delivery) -> tuple[str, str]:
    """Return where a pending delivery is kept; a copy has a key of its own."""
    return delivery.webhook_id, delivery.event.key + (COPY if delivery.is_copy else "")
