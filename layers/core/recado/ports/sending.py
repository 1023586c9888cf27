"""What sending needs: registrations to read, health, deliveries, queues, the sender, alerts."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from recado.rules.activity.activity import Activity
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.alert import Alert
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook

Clock = Callable[[], int]
"""Milliseconds since 1970."""


class OurFaultError(Exception):
    """Something on our side failed (a throttled table, a refused queue): try again, no receiver is to blame."""


class OutOfTimeError(OurFaultError):
    """The invocation ends before the work could be done."""


class Deadline(Protocol):
    """When the invocation must have ended its work."""

    def remaining_seconds(self) -> float:
        """Seconds left; zero or less when it is over."""
        ...


class WebhookReader(Protocol):
    """Reads registrations, always consistently: a webhook counts from its 201 on."""

    def of_account(self, account_id: str) -> list[Webhook]:
        """All webhooks of an account, in one read."""
        ...

    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """One webhook of an account; None where there is none."""
        ...


class Expect(Enum):
    """What a change of a lane is made on the condition of, beside that the webhook has the status that was read."""

    ANYTHING = "whoever owns it"
    UNOWNED = "nobody owns it"
    UNCHANGED = "it has the owner, and is due at the time, that was read"
    LEASED = "the owner and the lease are those of this run"


@dataclass(frozen=True, slots=True)
class Lease:
    """The answer to asking for a lease: whether it was taken, and the webhook as it is now, None where it is gone."""

    taken: bool
    webhook: Webhook | None


class LaneStore(Protocol):
    """Changes who sends a webhook's backlog; each change is one conditional write."""

    def take_lease(self, wake_up: WakeUp, holder: str, now_ms: int, until_ms: int) -> Lease:
        """Become the one sender of the webhook until then, if this wake-up owns it, is due, and nobody sends.

        One that is off must have unfinished jobs.
        """
        ...

    def change(self, before: Webhook, after: Webhook, expected: Expect, activity: Activity | None = None) -> bool:
        """Store the lane, health and status of `after`, where they differ from those of `before`, and the act.

        False where what was expected does not hold, and nothing was written. A mark of slowness, and the count of quick
        POSTs since, change only if the mark still is what `before` has.
        """
        ...

    def mark_slow(self, webhook: Webhook, at_ms: int) -> bool:
        """Note that the receiver was slow then; what was counted of quick POSTs is forgotten.

        Whether that is to be told: of all who find it out, to one alone, and once in 24 hours.
        """
        ...

    def release(self, webhook: Webhook) -> None:
        """End the lease, if the run that `webhook` names still has it."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many deliveries wait; `more` where there are more than were counted."""

    count: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is known of a delivery: its status, and the name of the event that it brings."""

    status: DeliveryStatus
    event_name: str


Page = tuple[str | None, str]
"""A page of a job: the deliveries above the first key, up to and with the second."""


class DeliveryStore(Protocol):
    """Keeps deliveries: the log of what has ended, the backlog of what is pending; and attempts.

    What cannot be written at once is tried until the deadline.
    """

    def recorded(self, wanted: Mapping[str, Collection[Event]]) -> dict[tuple[str, str], Recorded]:
        """Which of these deliveries (events by webhook id) are known already, in one batch read.

        The keys of the answer are (webhook id, event key); pending ones are those in a backlog.
        """
        ...

    def record(
        self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt], deadline: Deadline
    ) -> Mapping[str, OurFaultError]:
        """Write deliveries: pending ones into their backlogs, the others into their logs; and these attempts.

        The answer has the webhooks of which something was not written, by id, with the reason: one harms no other.
        """
        ...

    def finish(self, deliveries: Sequence[Delivery], attempts: Iterable[Attempt], deadline: Deadline) -> None:
        """Move delivered deliveries of one webhook from its backlog into its log, and write these attempts.

        What is written is confirmed before anything is deleted. A copy takes an original with it that still waits.
        """
        ...

    def expire(self, deliveries: Sequence[Delivery], deadline: Deadline) -> None:
        """Move deliveries of one webhook that have waited for too long into its log, unless their end is there already.

        A copy goes without a trace: the log has how it ended before it was asked for again.
        """
        ...

    def forget_ended(self, delivery: Delivery, deadline: Deadline) -> bool:
        """Delete an original from the backlog whose end the log has already; whether it was so."""
        ...

    def backlog(
        self,
        webhook_id: str,
        at_once: int,
        *,
        copies_of: Page | None = None,
        beside: Page | None = None,
        up_to: str | None = None,
    ) -> Iterator[Delivery]:
        """The pending deliveries, oldest first, read consistently as they are asked for, so many at once.

        With `copies_of` only the copies that a page of a job has put there; with `beside` only what lies before or
        behind such a page; with `up_to` only those up to that key, and with it.
        """
        ...

    def backlog_size(self, webhook_id: str) -> Waiting:
        """How many deliveries are pending, as far as one read tells."""
        ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """Credentials encrypted, bound to their account and webhook; `version` is a token made for them."""

    version: str
    ciphertext: bytes = field(repr=False)


class SecretReader(Protocol):
    """Reads what webhooks keep sealed, always consistently."""

    def sealed_of(self, account_id: str, webhook_id: str) -> Sealed | None:
        """What a webhook keeps sealed now; None where it keeps nothing, or is gone."""
        ...


class Opened(NamedTuple):
    """A webhook, and its credentials of the very version that it names."""

    webhook: Webhook
    credentials: Credentials


class Vault(Protocol):
    """Encrypts credentials, bound to their account and webhook, and opens them."""

    def seal(self, account_id: str, webhook_id: str, credentials: Credentials) -> Sealed:
        """Encrypt, under a new version."""
        ...

    def open(self, webhook: Webhook) -> Opened | None:
        """The webhook with what it keeps sealed; empty credentials where it keeps nothing, None where it is gone.

        Where its secret was changed since it was read, it is the webhook as it now is.
        """
        ...


class Sender(Protocol):
    """Sends one POST. A failed attempt is a result; an exception is our own fault."""

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Send and wait for the status line."""
        ...


class KeepingSender(Sender, Protocol):
    """A sender that can keep connections."""

    def keeping(self) -> AbstractContextManager[Sender]:
        """A sender whose connection to the address that was judged is kept for the next POST, while this is open."""
        ...


class WakeUps(Protocol):
    """The redelivery queue."""

    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Send the wake-up that owns the webhook; it comes after the delay, or somewhat sooner where that is long."""
        ...

    def visible(self) -> int:
        """About how many wake-ups wait to be received."""
        ...

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Let a wake-up that was received come back after that many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message of the batch queue: how often it was received, and when it was sent, in milliseconds since 1970."""

    message_id: str
    receipt_handle: str
    body: str
    receives: int = 1
    sent_at: int = 0


class BatchQueue(Protocol):
    """A queue of events: that in which non-real-time events wait, or the dead-letter queue."""

    def send(self, body: str) -> None:
        """Put one message."""
        ...

    def depth(self) -> int:
        """About how many messages wait."""
        ...

    def receive(self) -> list[QueueMessage]:
        """Up to ten messages; none when the queue is empty."""
        ...

    def delete(self, messages: Sequence[QueueMessage]) -> None:
        """Remove messages whose work is done."""
        ...

    def hand_back(self, messages: Sequence[QueueMessage]) -> None:
        """Let messages come back that our own side failed at: later each time that they have been received."""
        ...


class DeadLetters(Protocol):
    """Where messages end that cannot be read."""

    def put(self, body: str, reason: str) -> None:
        """Keep the message with the reason."""
        ...


class Alerts(Protocol):
    """Where people and programs learn of failing webhooks."""

    def send(self, alert: Alert) -> None:
        """Send the alert."""
        ...
