"""The two DynamoDB tables as PynamoDB models, bound to the names of this deployment."""

import threading
from typing import TYPE_CHECKING, Any, cast

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from recado.adapters.aws_client import AwsClient

if TYPE_CHECKING:
    from pynamodb.connection._botocore_private import BotocoreBaseClientPrivate

COUNT_KEY = "#count"
BACKLOG_SUFFIX = "#backlog"
ASIDE_SUFFIX = "#aside"
COPY_SUFFIX = "##again"  # no event id holds a "#", so that no event has such a key
ATTEMPTS_SUFFIX = "#attempts"
JOB_KEY_PREFIX = "job#"
SECRET_KEY_PREFIX = "secret#"  # noqa: S105  # nosec B105 - a key of a table
COUNTS_KEY_PREFIX = "counts#"
SUMS_KEY_PREFIX = "sums#"
ACTIVITY_KEY_PREFIX = "activity#"
ONCE_KEY_PREFIX = "once#"
TOKEN_KEY_PREFIX = "token#"  # noqa: S105  # nosec B105 - a key of a table
PORTAL_KEY_PREFIX = "portal#"
DIGEST_KEY_PREFIX = "digest#"
ALERTS_KEY = "alerts"
LINK_KEY_PREFIX = "link#"
MAIL_KEY_PREFIX = "mail#"
OPT_OUT_KEY_PREFIX = "optout#"
DUE_PARTITIONS = 16
ENDINGS_PARTITION = DUE_PARTITIONS  # behind those of webhooks
DIGESTS_PARTITION = DUE_PARTITIONS + 1
_READS = frozenset({"GetItem", "BatchGetItem", "Query"})


class DueIndex(GlobalSecondaryIndex["WebhookItem"]):  # type: ignore[no-untyped-call]  # PynamoDB's own hook
    """The sparse index of the webhooks that a sweep has to look at, by when: those with `due_at`.

    In 16 partitions, because a partition takes a thousand writes a second and a hot one throttles its table. One more
    has the client certificates that end, by when that is to be told, and one the digests, by when each is due.
    """

    class Meta:
        """Its name and what it holds, as in the template."""

        index_name = "due"
        projection = IncludeProjection(["owner", "health", "slow_at", "has_aside"])

    due_partition = NumberAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class WebhookItem(Model):
    """An item of the webhooks table.

    A webhook; or under the key `#count` the number of an account's webhooks; or under `secret#<webhook id>` what a
    webhook keeps sealed; or under `job#<webhook id>#<job id>` a job; or under `limit#<kind>#<minute>` how much of a
    limit is used; or under `activity#<time>#<id>` what somebody did; or under `once#<token>` what a request with an
    `Idempotency-Key` has done; or under `token#<webhook id>` a token of a webhook's token server; or under
    `digest#<webhook id>` when its next digest is due; or under
    `portal#<id>` a portal session; or under `alerts` the addresses that an account's alerts are mailed to; or under
    `link#<digest>` a link of such a mail; or under `mail#<event id>` whom an event has let be mailed; or under
    `mails#…` the mails of a day; or under `optout#<digest>` that an address has unsubscribed. Counts of deliveries have
    a model of their own. The table removes what has `expires_at`: all but webhooks, secrets, their number, digests
    and the addresses.
    """

    due_index = DueIndex()

    account_id = UnicodeAttribute(hash_key=True)
    webhook_id = UnicodeAttribute(range_key=True)

    webhooks = NumberAttribute(null=True)

    name = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    target_url = UnicodeAttribute(null=True)
    event_names: ListAttribute[str] = ListAttribute(null=True)
    headers = JSONAttribute(null=True)
    authentication = UnicodeAttribute(null=True)
    username = UnicodeAttribute(null=True)
    header_name = UnicodeAttribute(null=True)
    algorithm = UnicodeAttribute(null=True)
    public_keys = JSONAttribute(null=True)
    oauth2 = JSONAttribute(null=True)
    client_certificate = JSONAttribute(null=True)
    trusted_certificates = JSONAttribute(null=True)
    secret_version = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    secret_created_at = NumberAttribute(null=True)
    secret_rotated_at = NumberAttribute(null=True)
    secret_downloaded_at = NumberAttribute(null=True)
    previous_until: ListAttribute[float] = ListAttribute(null=True)
    declared_as = UnicodeAttribute(null=True)
    ordered = BooleanAttribute(null=True)
    delivery = JSONAttribute(null=True)
    filter = UnicodeAttribute(null=True)
    transform = UnicodeAttribute(null=True)
    format = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    off_since = NumberAttribute(null=True)
    created_at = NumberAttribute(null=True)
    updated_at = NumberAttribute(null=True)
    version = NumberAttribute(null=True)

    health = UnicodeAttribute(null=True)
    failing_since = NumberAttribute(null=True)
    attempts = NumberAttribute(null=True)
    last_error = JSONAttribute(null=True)
    alerted_at = NumberAttribute(null=True)
    stuck = JSONAttribute(null=True)

    owner = UnicodeAttribute(null=True)
    lease_holder = UnicodeAttribute(null=True)
    lease_until = NumberAttribute(null=True)
    slow_at = NumberAttribute(null=True)
    quick = NumberAttribute(null=True)
    turn_at = NumberAttribute(null=True)
    aside_gives_way = BooleanAttribute(null=True)
    copies_give_way = BooleanAttribute(null=True)
    faults = NumberAttribute(null=True)
    cut = JSONAttribute(null=True)
    asked_at = NumberAttribute(null=True)
    rest_until = NumberAttribute(null=True)
    has_aside = BooleanAttribute(null=True)
    aside_after = UnicodeAttribute(null=True)
    jobs = UnicodeSetAttribute(null=True)
    slow_told_at = NumberAttribute(null=True)
    aside_told_at = NumberAttribute(null=True)

    job_id = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    selection = JSONAttribute(null=True)
    requested_by = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    page_after = UnicodeAttribute(null=True)
    position = UnicodeAttribute(null=True)
    requeued = NumberAttribute(null=True)
    cancelled = NumberAttribute(null=True)

    of_webhook = UnicodeAttribute(null=True)
    activity = JSONAttribute(null=True)
    request = UnicodeAttribute(null=True)

    bound_to = UnicodeAttribute(null=True)
    token_version = UnicodeAttribute(null=True)
    token_until = NumberAttribute(null=True)
    refused_until = NumberAttribute(null=True)

    portal_session = JSONAttribute(null=True)
    portal_digest = UnicodeAttribute(null=True)
    alert_addresses = JSONAttribute(null=True)
    link = JSONAttribute(null=True)
    mailed = UnicodeSetAttribute(null=True)
    mails = JSONAttribute(null=True)
    asked_by = UnicodeAttribute(null=True)

    used = NumberAttribute(null=True)
    expires_at = NumberAttribute(null=True)

    due_partition = NumberAttribute(null=True)
    due_at = NumberAttribute(null=True)


class DeliveryItem(Model):
    """An item of the deliveries table.

    A delivery in a webhook's log (`partition` is the webhook's id), in its backlog (`…#backlog`) or set aside
    (`…#aside`), where the key of a copy that somebody asked for ends with `##again`; or an attempt that does not live
    in a delivery (`…#attempts`). What is set aside stands in the log as `PENDING`, too, but for a copy.
    """

    partition = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)

    status = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)
    account_text = UnicodeAttribute(null=True)
    event_name = UnicodeAttribute(null=True)
    event = BinaryAttribute(null=True, legacy_encoding=False)
    traceparent = UnicodeAttribute(null=True)
    created_at = NumberAttribute(null=True)
    requested_at = NumberAttribute(null=True)
    requested_by = UnicodeAttribute(null=True)
    finished_at = NumberAttribute(null=True)
    withdrawn_at = NumberAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    last_attempt_at = NumberAttribute(null=True)
    latency_ms = NumberAttribute(null=True)
    status_code = NumberAttribute(null=True)
    error = JSONAttribute(null=True)
    refused_with = NumberAttribute(null=True)
    trouble = JSONAttribute(null=True)
    set_aside_at = NumberAttribute(null=True)
    retry_at = NumberAttribute(null=True)
    tries = NumberAttribute(null=True)
    cancelled_because = UnicodeAttribute(null=True)

    first_key = UnicodeAttribute(null=True)
    last_key = UnicodeAttribute(null=True)
    keys = BinaryAttribute(null=True, legacy_encoding=False)

    attempt = BinaryAttribute(null=True, legacy_encoding=False)
    expires_at = NumberAttribute()


class SharedConnection(Connection):
    """A connection to DynamoDB for several tables, over one client.

    By itself PynamoDB makes a client of botocore's for each table, and one more for each thread that asks before the
    first is ready. Region, credentials and endpoint come from the environment, as for any client.
    """

    def __init__(self) -> None:
        super().__init__()
        self._aws = AwsClient("dynamodb")
        self._of_thread = threading.local()

    @property
    def read_units(self) -> float:
        """What this thread's reads have consumed so far, in read units, as DynamoDB reported it with each answer.

        It only grows: what somebody has used is the difference of two looks. A read that was not answered is not in it.
        """
        return getattr(self._of_thread, "read_units", 0.0)

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        """Make a call, and note what a read has consumed. PynamoDB's own tells signals of it, each with a random id."""
        if operation_name not in _READS:
            return self._make_api_call(operation_name, operation_kwargs)
        answer = self._make_api_call(operation_name, {**operation_kwargs, "ReturnConsumedCapacity": "TOTAL"})
        self._of_thread.read_units = self.read_units + _consumed(answer.get("ConsumedCapacity"))
        return answer

    @property
    def client(self) -> "BotocoreBaseClientPrivate":
        """What makes the calls."""
        return cast("BotocoreBaseClientPrivate", self._aws)


def webhooks_table(name: str, connection: SharedConnection) -> type[WebhookItem]:
    """The webhooks table of this name."""

    class Webhooks(WebhookItem):
        class Meta:
            table_name = name

    _bind(Webhooks, connection)
    return Webhooks


def deliveries_table(name: str, connection: SharedConnection) -> type[DeliveryItem]:
    """The deliveries table of this name."""

    class Deliveries(DeliveryItem):
        class Meta:
            table_name = name

    _bind(Deliveries, connection)
    return Deliveries


def connection_of(table: type[Model]) -> SharedConnection:
    """The connection of a table."""
    # PynamoDB has no public name for it; `_bind` has set it.
    return cast("SharedConnection", table._get_connection().connection)  # noqa: SLF001


def _consumed(capacity: Any) -> float:  # noqa: ANN401 - as botocore gives it
    """The units of an answer: of one table, or of each table of a batch; 0 where nothing is said."""
    each = capacity if isinstance(capacity, list) else [capacity or {}]
    return sum(float(one.get("CapacityUnits", 0)) for one in each)


def _bind(table: type[Model], connection: SharedConnection) -> None:
    own = table._get_connection()  # noqa: SLF001 - PynamoDB has no public name for it
    connection.add_meta_table(own.get_meta_table())
    own.connection = connection
