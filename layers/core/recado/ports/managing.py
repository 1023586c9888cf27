"""What people's requests need: registrations to change, deliveries to read, jobs, the sweep, the event bus."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from recado.ports.log_place import LogPlace
from recado.ports.sending import Sealed, Waiting, WebhookReader
from recado.rules.activity.activity import Activity
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery
from recado.rules.delivery.job import Job
from recado.rules.delivery.selection import Selection
from recado.rules.delivery.wanted import EVERYTHING, Wanted
from recado.rules.event.event import Event
from recado.rules.limit import Window
from recado.rules.receiving.window import ArrivedWindow
from recado.rules.webhook.webhook import Webhook


class EventBus(Protocol):
    """Publishes events."""

    def publish(self, events: Sequence[Event]) -> list[str | None]:
        """Put the events onto the bus; for each one None, or why the bus refused it."""
        ...


class RequestCounts(Protocol):
    """Counts requests, and what they use."""

    def add(self, account_id: str, window: Window, limit: int) -> bool:
        """Count one more request of this account in this window, if fewer than `limit` are counted, else False."""
        ...

    def used(self, account_id: str, window: Window) -> float:
        """How much is counted of this account in this window."""
        ...

    def use(self, account_id: str, window: Window, amount: float) -> None:
        """Count this much more of this account in this window, whatever is counted already."""
        ...


ReadMeter = Callable[[], float]
"""How many read units what runs here has used so far; it only grows."""


class WebhookRegistry(WebhookReader, Protocol):
    """Keeps registrations; every write carries its condition."""

    def add(self, webhook: Webhook, sealed: Sealed | None, activity: Activity) -> None:
        """Add a webhook and what it keeps sealed, in one transaction with the account's count, and the act.

        Raises `LimitReachedError`.
        """
        ...

    def replace(
        self,
        current: Webhook,
        changed: Webhook,
        activity: Activity,
        *,
        sealed: Sealed | None = None,
        job: Job | None = None,
    ) -> None:
        """Store the changed webhook and the act, if it still is `current`, or is the changed one already.

        Where it names another version of its secret, `sealed` is stored in the same transaction, or what was sealed is
        removed; and so is a `job` that begins with the change. Raises `VersionConflictError`, or `TooManyJobsError`
        where it has as many unfinished jobs as it may have.
        """
        ...

    def record_download(self, webhook: Webhook, activity: Activity) -> None:
        """Store when the webhook's secret is shown, and the act, if it still has this one.

        Raises `VersionConflictError`.

        It is no change of the webhook: the version stays, and no `replace` forgets it but one that drops the secret.
        """
        ...

    def remove(self, webhook: Webhook, activity: Activity) -> None:
        """Remove this version of the webhook and what it keeps sealed, in one transaction with the count, and the act.

        Raises `VersionConflictError`.
        """
        ...


class LimitReachedError(Exception):
    """The account has as many webhooks as it may have."""


class VersionConflictError(Exception):
    """The webhook was changed or removed meanwhile."""


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """Which deliveries of these webhooks to list, newest first.

    Those with `from_ms` ≤ timestamp ≤ `to_ms`, below the place `before`.
    """

    webhook_ids: Sequence[str]
    now_ms: int
    limit: int
    wanted: Wanted = EVERYTHING
    from_ms: int | None = None
    to_ms: int | None = None
    before: LogPlace | None = None


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of deliveries; `next_before` is the place below which the next page starts, None at the end.

    It shows no payloads: the `text` of their events is empty, and they hold no attempt.
    """

    deliveries: list[Delivery]
    next_before: LogPlace | None


@dataclass(frozen=True, slots=True)
class EventDeliveries:
    """What became of one event, by webhook, of the first `looked_at` of those that were named.

    The deliveries have no payload; `event` has its text, as one of them keeps it, None where there is none.
    """

    deliveries: Mapping[str, Delivery]
    event: Event | None
    looked_at: int


@dataclass(frozen=True, slots=True)
class SelectedPage:
    """Deliveries of a selection, oldest first, read as they are asked for, as they stand then.

    `looked_to` is the key up to which was looked, None where that is all.
    """

    deliveries: Iterator[Delivery]
    looked_to: str | None


class ArrivedReader(Protocol):
    """Reads deliveries for the receiver that they are for."""

    def arrived(self, webhook_id: str, window: ArrivedWindow, after: str | None, now_ms: int) -> SelectedPage:
        """The next deliveries above the key `after` that have arrived in this window, wherever they stand.

        A page holds a hundred at most, and may be short, even empty: what one looks at is bounded.
        """
        ...

    def get(self, webhook_id: str, key: str, now_ms: int) -> Delivery | None:
        """One delivery, wherever it stands now."""
        ...


@dataclass(frozen=True, slots=True)
class WaitingSummary:
    """How much waits of a webhook, of that how much set aside, and the time of the oldest event among it."""

    waiting: Waiting
    aside: Waiting
    oldest_ms: int | None = None


class RecentEvents(Protocol):
    """Reads events that happened lately."""

    def recent_events(self, webhook_ids: Sequence[str], limit: int) -> list[Event]:
        """The newest events, each once, of what these webhooks keep, as many as one request may read."""
        ...


class DeliveryReader(Protocol):
    """Reads deliveries for people."""

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """One page of deliveries, newest first."""
        ...

    def of_event(self, webhook_ids: Sequence[str], key: str, now_ms: int) -> EventDeliveries:
        """What became of the event of this key, at as many of the webhooks as one request may look at."""
        ...

    def get(self, webhook_id: str, key: str, now_ms: int) -> Delivery | None:
        """One delivery, wherever it stands now."""
        ...

    def oldest(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, now_ms: int) -> Iterator[Delivery]:
        """Deliveries of a time range above the key `after`, oldest first, read as they are asked for."""
        ...

    def ended(self, webhook_id: str, selection: Selection, after: str | None, now_ms: int) -> SelectedPage:
        """The next deliveries above the key `after` that the log has with the status, names and arrival selected.

        A page may be short, even empty: what one looks at is bounded. What was found to have expired by nobody yet is
        not among them.
        """
        ...

    def waiting(
        self, webhook_id: str, selection: Selection, after: str | None, now_ms: int, requested_at: int | None = None
    ) -> SelectedPage:
        """The next deliveries above the key `after` that wait, in the backlog or aside; a page may be short.

        With `requested_at` only the copies that were asked for at that very time.
        """
        ...

    def waiting_of(self, webhook_id: str) -> WaitingSummary:
        """What waits of a webhook, as far as a look at the first hundred in each place tells."""
        ...

    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """How many deliveries have been skipped since then, as far as one read tells."""
        ...


@dataclass(frozen=True, slots=True)
class AttemptQuery:
    """Which attempts of a webhook to list, newest first: those of `from_ms` to `to_ms`, below the position `before`.

    An attempt that lives in its delivery stands where the event's time is, every other one where it began.
    """

    webhook_id: str
    limit: int
    from_ms: int | None = None
    to_ms: int | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """A page of attempts; `next_before` is the position below which the next page starts, None at the end."""

    attempts: list[Attempt]
    next_before: str | None


class AttemptReader(Protocol):
    """Reads attempts for people."""

    def of_webhook(self, query: AttemptQuery) -> AttemptPage:
        """One page of a webhook's attempts, newest first."""
        ...

    def of_delivery(self, delivery: Delivery, before: str | None, limit: int) -> AttemptPage:
        """One page of the attempts that carried a delivery, newest first."""
        ...
