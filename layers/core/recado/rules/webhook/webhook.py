"""A webhook: one registration of one account, its authentication, status and health."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from recado.rules.sending.attempt import Failure
from recado.rules.webhook.delivery_settings import DeliverySettings

WEBHOOK_ID_PREFIX = "wh_"


class AuthenticationType(StrEnum):
    """How a receiver knows that a POST is ours."""

    NONE = "NONE"
    BASIC = "BASIC"
    SIGNATURE = "SIGNATURE"


class Status(StrEnum):
    """Whether events are sent: `RETIRED` by the admin, `DISABLED` by us after 410 or seven days of failures."""

    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    DISABLED = "DISABLED"


class HealthState(StrEnum):
    """Whether the last attempt succeeded."""

    HEALTHY = "HEALTHY"
    FAILING = "FAILING"


@dataclass(frozen=True, slots=True)
class Health:
    """How a webhook's receiver is doing.

    `attempts` counts the failed attempts in a row. `owner` is the id of the wake-up message that owns the retries;
    where it is None while the webhook fails, the next wake-up becomes the owner. `alerted_at` is when somebody was last
    told that the webhook fails; a healthy webhook that still has it has recovered without anybody having been told.
    `version` is counted up by the store with every change, so that a change can be made conditional on what was read.
    """

    state: HealthState = HealthState.HEALTHY
    version: int = 0
    failing_since: int | None = None
    attempts: int = 0
    next_attempt_at: int | None = None
    last_error: Failure | None = None
    owner: str | None = None
    alerted_at: int | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What only senders and the signature download may see; kept encrypted, never logged."""

    password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    previous_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A registration. Times are milliseconds since 1970.

    `version` counts changes by admins; changes of health have a count of their own, so that a failing receiver does
    not stale what an admin is editing. `sealed` holds the encrypted `Credentials`. An `ordered` webhook gets all its
    events through the backlog, one sender at a time. `delivery` says what a POST to it may be.

    A signing secret leaves a memory: when the webhook got its first one, when that was last replaced, when one was last
    shown. Nothing of it is left when the webhook signs no more.
    """

    account_id: str
    webhook_id: str
    name: str
    target_url: str
    event_names: tuple[str, ...]
    created_at: int
    updated_at: int
    version: int = 1
    description: str = ""
    status: Status = Status.ACTIVE
    ordered: bool = False
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    headers: Mapping[str, str] = field(default_factory=dict)
    authentication: AuthenticationType = AuthenticationType.NONE
    username: str | None = None
    sealed: bytes | None = field(default=None, repr=False)
    secret_created_at: int | None = None
    secret_rotated_at: int | None = None
    secret_downloaded_at: int | None = None
    previous_valid_until: int | None = None
    health: Health = field(default_factory=Health)

    def overlaps(self, now_ms: int) -> bool:
        """Whether the secret before the last rotation still signs too."""
        return self.previous_valid_until is not None and now_ms < self.previous_valid_until

    def wants(self, event_name: str) -> bool:
        """Whether this webhook gets such an event: also while `DISABLED`, where it is recorded as `SKIPPED`."""
        return self.status is not Status.RETIRED and event_name in self.event_names
