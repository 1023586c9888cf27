"""The first and the last event of an hour, for digests."""

from collections.abc import Iterator

from recado.adapters.dynamodb.deliveries.delivery_items import event_key
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.rules.delivery.digest import Ends
from recado.rules.event.own import is_own

# The log last: what is finished meanwhile is found there.
_PLACES = (BACKLOG_SUFFIX, ASIDE_SUFFIX, "")
# An hour begins with the digest of the one before.
_LOOKED_AT = 2


class DynamoEnds:
    """Asks each place for two items from either end; fills the port `EndsReader`."""

    def __init__(self, table: type[DeliveryItem]) -> None:
        self._table = table

    @as_our_fault("reading the first and the last event of an hour")
    def ends(self, webhook_id: str, from_ms: int, to_ms: int) -> Ends:
        """The first and the last event of a time, wherever they stand."""
        first = [key for place in _PLACES for key in self._keys(webhook_id + place, from_ms, to_ms, forward=True)]
        last = [key for place in _PLACES for key in self._keys(webhook_id + place, from_ms, to_ms, forward=False)]
        return Ends(min(first, default=None), max(last, default=None))

    def _keys(self, partition: str, from_ms: int, to_ms: int, *, forward: bool) -> Iterator[str]:
        # No key is as short as a time alone: the end is not included.
        hour = self._table.key.between(f"{from_ms:015d}", f"{to_ms:015d}")
        found = self._table.query(
            partition,
            hour,
            consistent_read=True,
            scan_index_forward=forward,
            limit=_LOOKED_AT,
            attributes_to_get=["partition", "key", "event_name"],
        )
        return (event_key(item) for item in found if not is_own(item.event_name))
