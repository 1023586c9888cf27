"""Activity: what was done to a webhook, by whom, when and from where."""

from dataclasses import dataclass
from enum import StrEnum


class ActivityKind(StrEnum):
    """What was done. `DISABLED` is what Recado does itself; everything else somebody has asked for."""

    CREATED = "CREATED"
    CHANGED = "CHANGED"
    RETIRED = "RETIRED"
    SWITCHED_ON = "SWITCHED_ON"
    DISABLED = "DISABLED"
    REMOVED = "REMOVED"
    SECRET_ROTATED = "SECRET_ROTATED"  # noqa: S105  # nosec B105 - the name of an act
    SECRET_DOWNLOADED = "SECRET_DOWNLOADED"  # noqa: S105  # nosec B105 - the name of an act
    EARLIER_SECRETS_ENDED = "EARLIER_SECRETS_ENDED"  # nosec B105
    TESTED = "TESTED"
    SENT_NOW = "SENT_NOW"
    REDELIVERED = "REDELIVERED"
    CANCELLED = "CANCELLED"
    REDELIVERY_STARTED = "REDELIVERY_STARTED"
    CANCELLATION_STARTED = "CANCELLATION_STARTED"
    JOB_ENDED = "JOB_ENDED"
    ALERT_ADDRESSES_CHANGED = "ALERT_ADDRESSES_CHANGED"


@dataclass(frozen=True, slots=True)
class Once:
    """That a request is to have its effect once, however often it comes.

    `token` follows from account, method, path and `Idempotency-Key`, `request` from key and body: the same key with
    another body is another request, and refused. Neither tells what it was made of.
    """

    token: str
    request: str


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, and from where: the token's subject or client as `name`, its client, the network address.

    `once` is there where the request carries an `Idempotency-Key`.
    """

    name: str
    client: str | None = None
    address: str | None = None
    once: Once | None = None


RECADO = Requester("recado")
"""What is done without anybody having asked."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that was changed, named as in the API, and its old and new value: text, number, truth value or list.

    Of a `hidden` one nobody is told more than that it was changed; None stands for a value that is not there, and
    `[hidden]` for one that nobody is told.
    """

    field: str
    before: object = None
    after: object = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that was done; `at` is in milliseconds since 1970.

    `webhook_id` is None where it concerned none (the test of a draft). `delivery_id` and `job_id` are there where it
    concerned one.
    """

    activity_id: str
    account_id: str
    webhook_id: str | None
    kind: ActivityKind
    at: int
    requester: Requester
    changes: tuple[FieldChange, ...] = ()
    delivery_id: str | None = None
    job_id: str | None = None
