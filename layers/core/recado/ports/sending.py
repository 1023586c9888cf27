"""What sending needs: registrations to read, health, deliveries, queues, the sender, alerts."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.alert import Alert
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.webhook import Health, Status, Webhook

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


class LeaseState(Enum):
    """What came of asking for a lease."""

    TAKEN = "TAKEN"
    HELD_BY_ANOTHER = "HELD_BY_ANOTHER"
    NO_SUCH_WEBHOOK = "NO_SUCH_WEBHOOK"


@dataclass(frozen=True, slots=True)
class Lease:
    """The answer to asking for a lease; `webhook` is there where it was taken."""

    state: LeaseState
    webhook: Webhook | None = None


class HealthStore(Protocol):
    """Changes a webhook's health, each under the condition that protects it; every change counts its version up."""

    def mark_failing(self, webhook: Webhook, health: Health, status: Status) -> bool:
        """Store the health and status if nothing has changed the health since `webhook` was read, else False."""
        ...

    def take_lease(self, account_id: str, webhook_id: str, holder: str, now_ms: int, until_ms: int) -> Lease:
        """Become the one sender of this webhook until then, and read it in the same step."""
        ...

    def save_under_lease(self, webhook: Webhook, holder: str, health: Health, *, status: Status, release: bool) -> bool:
        """Store the health while `holder` still has the lease and the admin's status is still what it was.

        With `release` the lease ends in the same step. False where the lease or the webhook is gone.
        """
        ...

    def end_alert_under_lease(self, webhook: Webhook, holder: str) -> bool:
        """End the lease, and with it that the recovery is still to be told; False where either was gone already."""
        ...

    def disown(self, webhook: Webhook) -> bool:
        """Let the next wake-up own the retries, if nothing has changed the health since `webhook` was read."""
        ...

    def release_lease(self, webhook: Webhook, holder: str) -> None:
        """End the lease if `holder` still has it."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is known of a delivery: its status, and the name of the event that it brings."""

    status: DeliveryStatus
    event_name: str


class DeliveryStore(Protocol):
    """Keeps deliveries: the log of what is finished, the backlog of what is pending; and attempts."""

    def recorded(self, wanted: Mapping[str, Collection[Event]]) -> dict[tuple[str, str], Recorded]:
        """Which of these deliveries (events by webhook id) are known already, in one batch read.

        The keys of the answer are (webhook id, event key); pending ones are those in a backlog.
        """
        ...

    def record(self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt] = ()) -> None:
        """Write new deliveries: pending ones into their backlogs, the others into their logs; and these attempts.

        All of it in one batch write.
        """
        ...

    def finish(self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt] = ()) -> None:
        """Move deliveries from their backlogs into their logs, each in the same batch write; write these attempts."""
        ...

    def backlog(self, webhook_id: str, limit: int) -> list[Delivery]:
        """The oldest pending deliveries, read consistently."""
        ...

    def backlog_size(self, webhook_id: str, at_most: int) -> int:
        """How many deliveries are pending, counted no further than `at_most`."""
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


class WakeUps(Protocol):
    """The redelivery queue."""

    def send(self, account_id: str, webhook_id: str, delay_seconds: int) -> str:
        """Wake the redelivery of a webhook after the delay; the answer is the message's id."""
        ...

    def send_job(self, job: Job) -> None:
        """Let a redelivery job be carried on at once."""
        ...

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Let a wake-up that was received come back after that many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message of the batch queue."""

    message_id: str
    receipt_handle: str
    body: str


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
        """Make messages visible again at once, for the next drain."""
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
