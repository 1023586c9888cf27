"""Writes of deliveries, as the stream of their table tells of them."""

from collections.abc import Mapping
from typing import Any

from recado.adapters.dynamodb.deliveries.delivery_items import webhook_of
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, ATTEMPTS_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem
from recado.adapters.dynamodb.webhooks.webhook_items import whole
from recado.rules.delivery.counts import Change, Place, Standing, standing_of
from recado.rules.delivery.delivery import DeliveryStatus

_PLACES = {"": Place.LOG, BACKLOG_SUFFIX: Place.BACKLOG, ASIDE_SUFFIX: Place.ASIDE}
Image = Mapping[str, Any]


class UnreadableRecordError(ValueError):
    """A record of the stream that is not about a delivery; the message holds nothing of it, and may be logged."""


def change_from_record(record: Mapping[str, Any]) -> Change | None:
    """The write of a delivery that a record of the stream tells of, by its old and new image.

    None for an attempt's, and for that of an original that is set aside: the log says of that where it stands.
    Raises `UnreadableRecordError`.
    """
    try:
        return _change(record["dynamodb"])
    # Nobody but Recado writes into the table; what somebody put there by hand must not stop the counting.
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableRecordError(type(error).__name__) from None


def _change(written: Mapping[str, Any]) -> Change | None:
    old, new = written.get("OldImage"), written.get("NewImage")
    item = _item(new or old)
    aside = item.partition.endswith(ASIDE_SUFFIX)
    if item.partition.endswith(ATTEMPTS_SUFFIX) or (aside and not item.key.endswith(COPY_SUFFIX)):
        return None
    webhook_id = webhook_of(item)
    timestamp, _, _ = item.key.partition("#")
    return Change(
        account_id=item.account_id,
        webhook_id=webhook_id,
        place=_PLACES[item.partition.removeprefix(webhook_id)],
        timestamp_ms=int(timestamp),
        sequence=int(written["SequenceNumber"]),
        before=_standing(old),
        after=_standing(new),
    )


def _standing(image: Image | None) -> Standing | None:
    if image is None:
        return None
    item = _item(image)
    return standing_of(
        DeliveryStatus(item.status), whole(item.latency_ms), whole(item.finished_at), int(item.expires_at)
    )


def _item(image: Image | None) -> DeliveryItem:
    return DeliveryItem.from_raw_data(dict(image or {}))
