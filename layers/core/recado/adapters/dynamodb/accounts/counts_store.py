"""Counts in the webhooks table, under the account's key: `counts#…` for an hour, `sums#…` for all hours."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import COUNTS_KEY_PREFIX, SUMS_KEY_PREFIX, WebhookItem, connection_of
from recado.adapters.dynamodb.webhooks.webhook_items import whole
from recado.adapters.faults import as_our_fault
from recado.ports.sending import OurFaultError
from recado.rules.delivery.counts import Counts, CountsKey, Place, together

_AFTER_PLACES = "~"  # above the names of both places


class CountsItem(Model):
    """Counts of deliveries, in the webhooks table: `counts#<webhook id>#<hour>#<place>`, `sums#<webhook id>#<place>`.

    A model of its own, because a model takes time for each of its attributes, whether an item has it or not.
    """

    account_id = UnicodeAttribute(hash_key=True)
    webhook_id = UnicodeAttribute(range_key=True)

    delivered = NumberAttribute(null=True)
    pending = NumberAttribute(null=True)
    expired = NumberAttribute(null=True)
    skipped = NumberAttribute(null=True)
    cancelled = NumberAttribute(null=True)
    latencies: ListAttribute[float] = ListAttribute(null=True)
    longest_ms = NumberAttribute(null=True)
    last_delivered_at = NumberAttribute(null=True)
    counted_to = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class DynamoCounts:
    """Keeps counts; fills the ports `CountsStore` and `CountsReader`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = _counts_of(table)

    @as_our_fault("reading counts")
    def read(self, keys: Collection[CountsKey]) -> dict[CountsKey, Counts]:
        """Those of these counts that are there; one consistent batch read for up to 100."""
        by_place = {(key.account_id, _sort_key(key)): key for key in keys}
        found = self._table.batch_get(list(by_place), consistent_read=True)
        return {by_place[item.account_id, item.webhook_id]: _counts(item) for item in found}

    @as_our_fault("writing counts")
    def write(self, key: CountsKey, before: Counts, after: Counts) -> None:
        """Put the counts, if those that are there still are of the write that was counted last."""
        table = self._table
        unchanged = (
            table.counted_to == str(before.counted_to) if before.counted_to else table.counted_to.does_not_exist()
        )
        item = table(key.account_id, _sort_key(key), **_attributes(after))
        if not accepted(lambda: item.save(condition=unchanged)):
            raise OurFaultError("others are counting the same deliveries")

    @as_our_fault("reading the counts of hours")
    def by_hour(self, account_id: str, webhook_id: str, first_hour_ms: int, last_hour_ms: int) -> dict[int, Counts]:
        """The counts of a webhook's hours, in one query."""
        prefix = f"{COUNTS_KEY_PREFIX}{webhook_id}#"
        hours = self._table.webhook_id.between(
            f"{prefix}{first_hour_ms:015d}", f"{prefix}{last_hour_ms:015d}#{_AFTER_PLACES}"
        )
        found: defaultdict[int, list[Counts]] = defaultdict(list)
        for item in self._table.query(account_id, hours):
            hour, _, _ = item.webhook_id.removeprefix(prefix).partition("#")
            found[int(hour)].append(_counts(item))
        return {hour: together(counts) for hour, counts in found.items()}

    @as_our_fault("reading the counts of webhooks")
    def of_all_hours(self, account_id: str, webhook_ids: Collection[str]) -> dict[str, Counts]:
        """The counts of all hours of these webhooks, in one batch read for up to 33."""
        keys = [CountsKey(account_id, webhook_id, place, None) for webhook_id in webhook_ids for place in Place]
        found: defaultdict[str, list[Counts]] = defaultdict(list)
        for key, counts in self.read(keys).items():
            found[key.webhook_id].append(counts)
        return {webhook_id: together(found[webhook_id]) for webhook_id in webhook_ids}


def _counts_of(webhooks: type[WebhookItem]) -> type[CountsItem]:
    """The counts that lie in this table."""

    class Counts(CountsItem):
        class Meta:
            table_name = webhooks.Meta.table_name

    # What the connection knows of the table, with its index, is known from the webhooks.
    Counts._get_connection().connection = connection_of(webhooks)  # noqa: SLF001 - PynamoDB has no public name for it
    return Counts


def _sort_key(key: CountsKey) -> str:
    if key.hour_ms is None:
        return f"{SUMS_KEY_PREFIX}{key.webhook_id}#{key.place}"
    return f"{COUNTS_KEY_PREFIX}{key.webhook_id}#{key.hour_ms:015d}#{key.place}"


def _attributes(counts: Counts) -> dict[str, Any]:
    return {
        "delivered": counts.delivered,
        "pending": counts.pending,
        "expired": counts.expired,
        "skipped": counts.skipped,
        "cancelled": counts.cancelled or None,
        "latencies": list(counts.latencies),
        "longest_ms": counts.longest_ms,
        "last_delivered_at": counts.last_delivered_at,
        # As a text, because a sequence number may have more digits than a number of DynamoDB's.
        "counted_to": str(counts.counted_to),
        "expires_at": counts.kept_until,
    }


def _counts(item: CountsItem) -> Counts:
    return Counts(
        delivered=int(item.delivered),
        pending=int(item.pending),
        expired=int(item.expired),
        skipped=int(item.skipped),
        cancelled=int(item.cancelled or 0),
        latencies=tuple(map(int, item.latencies)),
        longest_ms=whole(item.longest_ms),
        last_delivered_at=whole(item.last_delivered_at),
        counted_to=int(item.counted_to),
        kept_until=int(item.expires_at),
    )
