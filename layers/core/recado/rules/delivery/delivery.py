"""A delivery: one event on its way to one webhook."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult, Failure

RETENTION_MS = 7 * 24 * 60 * 60 * 1000
_DELIVERY_ID = re.compile(r"([0-9]{15})-([A-Za-z0-9_:-]{1,128})")


class DeliveryStatus(StrEnum):
    """Where a delivery stands: `SKIPPED` came while the webhook was disabled, `EXPIRED` waited for seven days."""

    DELIVERED = "DELIVERED"
    PENDING = "PENDING"
    EXPIRED = "EXPIRED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook; times are milliseconds since 1970.

    `created_at` is when the event first arrived for this webhook, `finished_at` when nothing more was to be done.
    """

    webhook_id: str
    event: Event
    status: DeliveryStatus
    created_at: int
    attempts: int = 0
    message_id: str | None = None
    finished_at: int | None = None
    last_attempt_at: int | None = None
    latency_ms: int | None = None
    status_code: int | None = None
    error: Failure | None = None

    def attempted(self, result: AttemptResult, message_id: str) -> "Delivery":
        """This delivery after one more attempt, made under that message id."""
        ended_at = result.started_ms + result.latency_ms
        return replace(
            self,
            status=DeliveryStatus.DELIVERED if result.delivered else DeliveryStatus.PENDING,
            attempts=self.attempts + 1,
            message_id=message_id,
            finished_at=ended_at if result.delivered else None,
            last_attempt_at=result.started_ms,
            latency_ms=result.latency_ms,
            status_code=result.status_code,
            error=result.failure,
        )

    @property
    def delivery_id(self) -> str:
        """The id in addresses: the key, with a sign that needs no escaping."""
        return self.event.key.replace("#", "-", 1)

    def status_at(self, now_ms: int) -> DeliveryStatus:
        """The status at that time: a pending delivery past its seven days has expired, whoever reads it."""
        if self.status is DeliveryStatus.PENDING and now_ms >= self.expires_at:
            return DeliveryStatus.EXPIRED
        return self.status

    @property
    def expires_at(self) -> int:
        """When a delivery that is still pending is given up."""
        return self.created_at + RETENTION_MS


def key_of(delivery_id: str) -> str | None:
    """The sort key behind a delivery id; None if it cannot be one."""
    match = _DELIVERY_ID.fullmatch(delivery_id)
    return f"{match[1]}#{match[2]}" if match else None
