"""A webhook's backlog on a simulated clock: the use cases as they are, over a receiver that takes less than it is sent.

Only the store is of the tests, and faster than that of the unit tests where a backlog is long.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from random import Random
from typing import Any

from recado.ports.sending import Deadline, Page
from recado.rules.delivery.delivery import Delivery
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass, failure_of_status, honours_retry_after
from recado.rules.sending.outgoing import OutgoingRequest
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.joining import see_to_it
from tests.faults.cutting.receivers import TIMEOUT, Post, Receiver
from tests.faults.timed_world import DAY, SECOND, TimedWorld
from tests.unit.builders import NAME, NOW, pending, sized_event, webhook
from tests.unit.use_cases.fakes.activity_fakes import FakeActivities
from tests.unit.use_cases.fakes.delivery_fakes import FakeDeliveries
from tests.unit.use_cases.fakes.journal import Journal
from tests.unit.use_cases.fakes.sending_fakes import FakeSender

WEEK = 7 * 24 * 3600
_OUR_MS = 50
_USUAL_SIZE = 1_000
_NUMBER = re.compile(rb'"eventId":"e(\d+)"')


@lru_cache(maxsize=100_000)
def numbered(number: int, size: int = _USUAL_SIZE) -> Event:
    """Build an event of this number and size: numbers in order are keys in order."""
    return sized_event(size, f"e{number:06}", name=NAME, timestamp=NOW - DAY + number)


class SortedPlaces(dict[tuple[str, str], Delivery]):
    """Backlogs whose keys are in order."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[tuple[str, str]] = []

    def __setitem__(self, place: tuple[str, str], delivery: Delivery) -> None:
        """Keep a delivery."""
        if place not in self:
            insort(self.places, place)
        super().__setitem__(place, delivery)

    def __delitem__(self, place: tuple[str, str]) -> None:
        """Forget a delivery."""
        super().__delitem__(place)
        del self.places[bisect_left(self.places, place)]

    def pop(self, place: tuple[str, str], *default: Any) -> Any:
        """Take a delivery out."""
        if place not in self:
            return super().pop(place, *default)
        found = self[place]
        del self[place]
        return found


class LongBacklogs(FakeDeliveries):
    """The store of the unit tests, quick with ten thousand deliveries of one webhook."""

    def __init__(self, journal: Journal, activities: FakeActivities) -> None:
        super().__init__(journal, activities)
        self.pending = self._sorted = SortedPlaces()

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
        if copies_of or beside or up_to:
            yield from super().backlog(webhook_id, at_once, copies_of=copies_of, beside=beside, up_to=up_to)
            return
        place = (webhook_id, "")
        while True:
            index = bisect_right(self._sorted.places, place)
            if index == len(self._sorted.places):
                return
            place = self._sorted.places[index]
            yield self._sorted[place]


@dataclass(slots=True)
class Seen:
    """What the receiver has seen: its POSTs, how often each event was sent, and when each was first taken.

    `busy` are the seconds that the POSTs took.
    """

    posts: int = 0
    busy: float = 0.0
    sent: Counter[int] = field(default_factory=Counter)
    taken_at: dict[int, float] = field(default_factory=dict)

    def in_order(self, without: Collection[int] = ()) -> bool:
        """Tell whether the events were taken in their order, leaving out some."""
        taken = [number for number in self.taken_at if number not in without]
        return taken == sorted(taken)


class SimulatedSender(FakeSender):
    """Asks the simulated receiver; time passes while it works."""

    def __init__(self, journal: Journal, backlog: "Backlog", receiver: Receiver) -> None:
        super().__init__(journal)
        self._backlog = backlog
        self._receiver = receiver
        self.seen = Seen()

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Answer as the receiver does now."""
        assert deadline.remaining_seconds() > 0
        started = self._backlog.now
        events = [int(number) for number in _NUMBER.findall(request.body)]
        answer = self._receiver(Post(events, len(request.body), self._backlog.seconds))
        latency_ms = round(answer.seconds * SECOND)
        self._backlog.now += latency_ms + _OUR_MS
        seen = self.seen
        seen.posts += 1
        seen.busy += (latency_ms + _OUR_MS) / SECOND
        seen.sent.update(events)
        if answer.status == TIMEOUT:
            late = Failure(FailureClass.TIMEOUT, "No answer within 5 seconds.", None, 5)
            return AttemptResult(started, latency_ms, None, late)
        failure = failure_of_status(answer.status)
        if failure is None:
            for number in events:
                seen.taken_at.setdefault(number, self._backlog.seconds)
        retry_after = answer.retry_after if honours_retry_after(answer.status) else None
        return AttemptResult(started, latency_ms, answer.status, failure, retry_after)


class Backlog(TimedWorld):
    """A webhook with a backlog that is due now, and its receiver; without a seed no wait is longer than it must be."""

    def __init__(self, receiver: Receiver, events: Sequence[Event], *, seed: int | None = 1) -> None:
        super().__init__(webhook())
        self._chance = (lambda: 0.0) if seed is None else Random(seed).random
        self.deliveries = LongBacklogs(self.journal, self.activities)
        self.aside = type(self.aside)(self.journal, self.deliveries)
        self.alerting = Alerting(self.alerts, self.deliveries, self.clock)
        self.sender: SimulatedSender = SimulatedSender(self.journal, self, receiver)
        self.events = list(events)
        self.deliveries.add_pending(*(pending(event) for event in events))
        if events:
            see_to_it(self.ports(), self.webhook())

    @property
    def seconds(self) -> float:
        """The seconds since the beginning."""
        return (self.now - NOW) / SECOND

    @property
    def seen(self) -> Seen:
        """What the receiver has seen."""
        return self.sender.seen

    def ports(self) -> Any:
        """Return what sending needs of this world, with chances that differ."""
        return replace(super().ports(), chance=self._chance)

    def run(self, seconds: float = WEEK, is_over: Callable[[], bool] | None = None) -> "Backlog":
        """Let time pass until the backlog is empty and nothing is set aside, or until so many seconds are over."""
        self.run_until(NOW + round(seconds * SECOND), is_over or self.is_empty)
        return self

    def is_empty(self) -> bool:
        """Whether nothing waits, neither in the backlog nor aside."""
        return not self.deliveries.pending and not self.deliveries.aside

    def arrive(self, event: Event) -> None:
        """Let an event arrive now."""
        self.events.append(event)
        self.publish(event)

    def twice(self) -> int:
        """Count the events that were sent more than once."""
        return sum(times > 1 for times in self.seen.sent.values())
