"""A delivery: one event on its way to one webhook."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from recado.rules.delivery.attempt_record import Attempt
from recado.rules.event.event import Event
from recado.rules.sending.attempt import Failure, FailureClass
from recado.rules.shaping.trouble import ExpressionKind, ExpressionTrouble

RETENTION_MS = 7 * 24 * 60 * 60 * 1000
_DELIVERY_ID = re.compile(r"([0-9]{15})-([A-Za-z0-9_:-]{1,128})")


class DeliveryStatus(StrEnum):
    """Where a delivery stands.

    `SKIPPED` came while the webhook was off, `EXPIRED` waited for seven days, `CANCELLED` was withdrawn.
    """

    DELIVERED = "DELIVERED"
    PENDING = "PENDING"
    EXPIRED = "EXPIRED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


class CancelReason(StrEnum):
    """Why a delivery was cancelled: somebody withdrew it, or its webhook wants such events no more."""

    WITHDRAWN = "WITHDRAWN"
    UNSUBSCRIBED = "UNSUBSCRIBED"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook; times are milliseconds since 1970.

    `created_at` is when the event first arrived for this webhook, `requested_at` when it was last asked for again, and
    `requested_by` who did; a pending delivery that has them is a copy of one that had ended. `finished_at` is when
    nothing more was to be done (where it was skipped: when the webhook was found to be off), `withdrawn_at` when a copy
    was last cancelled, `cancelled_because` why it or its copy was. What follows is of the last attempt that the
    delivery was written after: `error` where it failed alone, `refused_with` how many others there were in a POST that
    was refused as a whole. `attempt` is one that carried nothing else, and lives here; all others have items of their
    own. `trouble` is what went wrong in an expression of the webhook, so that the event went as if there were none.

    A pending delivery that the receiver does not take while it takes others is set aside: since `set_aside_at`, and
    tried alone from `retry_at` on, after so many `tries` in a row that it led.
    """

    webhook_id: str
    event: Event
    status: DeliveryStatus
    created_at: int
    requested_at: int | None = None
    requested_by: str | None = None
    finished_at: int | None = None
    withdrawn_at: int | None = None
    cancelled_because: CancelReason | None = None
    message_id: str | None = None
    last_attempt_at: int | None = None
    latency_ms: int | None = None
    status_code: int | None = None
    error: Failure | None = None
    refused_with: int = 0
    attempt: Attempt | None = None
    trouble: ExpressionTrouble | None = None
    set_aside_at: int | None = None
    retry_at: int | None = None
    tries: int = 0

    @property
    def delivery_id(self) -> str:
        """The id in addresses: the key, with a sign that needs no escaping."""
        return id_of(self.event.key)

    def status_at(self, now_ms: int) -> DeliveryStatus:
        """The status at that time: a pending delivery past its seven days has expired, whoever reads it."""
        if self.status is DeliveryStatus.PENDING and now_ms >= self.expires_at:
            return DeliveryStatus.EXPIRED
        return self.status

    @property
    def is_copy(self) -> bool:
        """Whether this waits because somebody asked for a delivery again that had ended."""
        return self.status is DeliveryStatus.PENDING and self.requested_at is not None

    @property
    def is_aside(self) -> bool:
        """Whether this waits, out of the way of the others."""
        return self.status is DeliveryStatus.PENDING and self.set_aside_at is not None

    @property
    def waits_again(self) -> bool:
        """Whether this has ended, and a copy of it waits.

        Clocks differ: whoever asks does so at the end at the earliest, and what was asked for ends after that.
        """
        if self.status is DeliveryStatus.PENDING or self.requested_at is None:
            return False
        return self.finished_at is None or self.requested_at >= self.finished_at

    @property
    def wanted_since(self) -> int:
        """When it was last asked for: by the event's arrival, or by somebody who wanted it again."""
        return self.created_at if self.requested_at is None else self.requested_at

    @property
    def expires_at(self) -> int:
        """When a delivery that is still pending is given up."""
        return self.wanted_since + RETENTION_MS

    def again(self, now_ms: int, requested_by: str) -> "Delivery":
        """The copy of an ended delivery that waits, because somebody asked for it then: its seven days begin."""
        return replace(
            self,
            status=DeliveryStatus.PENDING,
            requested_at=now_ms,
            requested_by=requested_by,
            finished_at=None,
            withdrawn_at=None,
            cancelled_because=None,
            set_aside_at=None,
            retry_at=None,
            tries=0,
        )

    def waiting_copy(self) -> "Delivery":
        """The copy that waits of this ended delivery."""
        return replace(self, status=DeliveryStatus.PENDING, finished_at=None, withdrawn_at=None, cancelled_because=None)

    def expired(self) -> "Delivery":
        """The delivery as it ends where its seven days are over: at that moment, whoever finds it so, and when."""
        return replace(self, status=DeliveryStatus.EXPIRED, finished_at=self.expires_at)

    def cancelled(self, now_ms: int, because: CancelReason) -> "Delivery":
        """The delivery as it ends where it is withdrawn."""
        return replace(self, status=DeliveryStatus.CANCELLED, finished_at=now_ms, cancelled_because=because)

    def set_aside(self, at_ms: int, retry_at: int, tries: int) -> "Delivery":
        """The pending delivery out of the way of the others, or once more there after another try."""
        first = at_ms if self.set_aside_at is None else self.set_aside_at
        return replace(self, set_aside_at=first, retry_at=retry_at, tries=tries)

    def moved_back(self) -> "Delivery":
        """The delivery that was set aside, among the others again."""
        return replace(self, set_aside_at=None, retry_at=None, tries=0)

    def requested_like(self, copy: "Delivery") -> "Delivery":
        """This ended delivery, with what there is to say of the copy of it that waits: who asked for it, and when."""
        return replace(
            self,
            requested_at=copy.requested_at,
            requested_by=copy.requested_by,
            set_aside_at=copy.set_aside_at,
            retry_at=copy.retry_at,
            tries=copy.tries,
        )


def attempted(deliveries: Sequence[Delivery], attempt: Attempt) -> tuple[list[Delivery], list[Attempt]]:
    """Deliveries as they stand after the attempt that carried them, and the attempt where it needs an item of its own.

    It lives in its delivery where it carried nothing else and no other attempt does: that saves a write.
    """
    alone = len(deliveries) == 1
    lives_there = alone and deliveries[0].attempt is None
    after = [
        replace(
            delivery,
            status=DeliveryStatus.DELIVERED if attempt.delivered else DeliveryStatus.PENDING,
            finished_at=max(attempt.ended_at, (delivery.requested_at or 0) + 1) if attempt.delivered else None,
            message_id=attempt.message_id,
            last_attempt_at=attempt.started_at,
            latency_ms=attempt.latency_ms,
            status_code=attempt.status_code,
            error=attempt.failure if alone else None,
            refused_with=0 if attempt.delivered else len(deliveries) - 1,
            attempt=attempt if lives_there else delivery.attempt,
            trouble=_trouble(delivery, attempt),
        )
        for delivery in deliveries
    ]
    return after, [] if lives_there else [attempt]


def _trouble(delivery: Delivery, attempt: Attempt) -> ExpressionTrouble | None:
    """What went wrong in the transform of this attempt, or else in the filter when the event arrived."""
    reason = attempt.transform_errors.get(delivery.event.key)
    if reason is not None:
        return ExpressionTrouble(ExpressionKind.TRANSFORM, reason)
    was_filter = delivery.trouble is not None and delivery.trouble.expression is ExpressionKind.FILTER
    return delivery.trouble if was_filter else None


def refused(delivery: Delivery, attempt: Attempt, word: str | None) -> Delivery:
    """The delivery as it stands that the receiver has named as one that it did not take, in its own words if any."""
    named = "The receiver did not take this event"
    return replace(
        delivery,
        message_id=attempt.message_id,
        last_attempt_at=attempt.started_at,
        latency_ms=attempt.latency_ms,
        status_code=attempt.status_code,
        error=Failure(
            FailureClass.CLIENT_ERROR, f"{named}." if word is None else f"{named}: {word}", attempt.status_code
        ),
    )


def id_of(key: str) -> str:
    """The delivery id of a sort key."""
    return key.replace("#", "-", 1)


def key_of(delivery_id: str) -> str | None:
    """The sort key behind a delivery id; None if it cannot be one."""
    match = _DELIVERY_ID.fullmatch(delivery_id)
    return f"{match[1]}#{match[2]}" if match else None
