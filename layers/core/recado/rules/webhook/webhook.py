"""A webhook: one registration of one account, its authentication, status and health."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from recado.rules.event.own import DIGEST
from recado.rules.sending.attempt import Failure
from recado.rules.sending.stuck import NOT_STUCK, Stuck
from recado.rules.shaping.formats import Format, Shape
from recado.rules.webhook.authentication.authentication import (
    AuthenticationType,
    CertificateFacts,
    OAuth2,
    PublicKey,
    SignatureAlgorithm,
)
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.subscription import covers

WEBHOOK_ID_PREFIX = "wh_"
LONGEST_DIRECT_SECONDS = 5
"""A receiver that may take longer to answer is sent to by one owner alone, so that it holds nobody else up."""


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
    """How a webhook's receiver is doing, from a failed attempt to the next that succeeds.

    `attempts` counts the failed attempts in a row. `alerted_at` is when somebody was last told that the webhook fails.
    `stuck` is what its POSTs fail with in the lead.
    """

    state: HealthState = HealthState.HEALTHY
    failing_since: int | None = None
    attempts: int = 0
    last_error: Failure | None = None
    alerted_at: int | None = None
    stuck: Stuck = NOT_STUCK


@dataclass(frozen=True, slots=True)
class Webhook:
    """A registration. Times are milliseconds since 1970.

    `version` counts changes by admins; a failing receiver does not stale what an admin is editing. `secret_version`
    names the version of its `Credentials`, which are kept sealed beside it; None where there are none. `off_since` is
    when a webhook that is off was last switched off, by whomever; None where that is not known. An `ordered` webhook
    gets all its events through the backlog, one sender at a time. `delivery` says what a POST to it may be, `lane` who
    sends what waits.

    `filter` and `transform` are JMESPath expressions: which events it gets, and what stands for their data. `format` is
    the shape of its POSTs.

    `header_name` is the header that type `HEADER` sends its value in, `oauth2` where and as whom a token is fetched.
    `public_keys` are those of the keys that sign with `ED25519`: the current one, then the earlier ones. Of
    certificates only what everybody may know is here.

    A signing secret leaves a memory: when the webhook got its first one, when that was last replaced, when one was last
    shown, and until when each of the earlier ones signs along, newest first. Nothing of it is left when the webhook
    signs no more.

    `declared_as` is a digest of what a stack's template says of the authentication; None where somebody else has
    entered or replaced it since.
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
    off_since: int | None = None
    ordered: bool = False
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    filter: str | None = None
    transform: str | None = None
    format: Format = Format.ENVELOPE
    headers: Mapping[str, str] = field(default_factory=dict)
    authentication: AuthenticationType = AuthenticationType.NONE
    username: str | None = None
    header_name: str | None = None
    algorithm: SignatureAlgorithm = SignatureAlgorithm.HMAC_SHA256
    public_keys: tuple[PublicKey, ...] = ()
    oauth2: OAuth2 | None = None
    client_certificate: CertificateFacts | None = None
    trusted_certificates: tuple[CertificateFacts, ...] = ()
    secret_version: str | None = None
    secret_created_at: int | None = None
    secret_rotated_at: int | None = None
    secret_downloaded_at: int | None = None
    previous_until: tuple[int, ...] = ()
    declared_as: str | None = None
    health: Health = field(default_factory=Health)
    lane: Lane = field(default_factory=Lane)

    @property
    def slow(self) -> bool:
        """Whether it may take its time: as it was asked for, or as it was found to do."""
        return self.delivery.timeout_seconds > LONGEST_DIRECT_SECONDS or self.lane.slow_at is not None

    @property
    def queued(self) -> bool:
        """Whether its events leave through its backlog alone, sent by one owner at a time."""
        paced = self.delivery.max_posts_per_minute is not None
        return self.ordered or paced or self.slow or self.lane.owner is not None

    @property
    def limits(self) -> DeliverySettings:
        """What a POST to it may be, by its settings and its format."""
        return replace(self.delivery, max_events=1) if self.format.takes_one else self.delivery

    @property
    def shape(self) -> Shape:
        """How its events are written."""
        return Shape(self.format, self.transform, alone=self.limits.max_events == 1)

    def wants(self, event_name: str) -> bool:
        """Whether this webhook gets such an event: also while it is off, where it is recorded as `SKIPPED`.

        A digest is a setting of its own, whatever event names it is registered for.
        """
        return self.delivery.digest if event_name == DIGEST else covers(self.event_names, event_name)

    def switched_off(self, status: Status, now_ms: int) -> "Webhook":
        """The webhook, off; one that is off already has been so since then."""
        return replace(self, status=status, off_since=now_ms if self.status is Status.ACTIVE else self.off_since)

    def switched_on(self) -> "Webhook":
        """The webhook, on, with a clean health."""
        return replace(self, status=Status.ACTIVE, off_since=None, health=Health())
