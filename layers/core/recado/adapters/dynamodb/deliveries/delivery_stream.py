"""Writes of deliveries, as the stream of their table tells of them.

Of an item only what counts is looked at, as DynamoDB writes it: to make whole items of both images took most of the
time of counting.
"""

from collections.abc import Mapping
from typing import Any

from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, ATTEMPTS_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX
from recado.rules.delivery.counts import Change, Place, Standing, standing_of
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.event.own import is_own

_PLACES = {"": Place.LOG, BACKLOG_SUFFIX: Place.BACKLOG, ASIDE_SUFFIX: Place.ASIDE}
Image = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB writes it, such as `{"status": {"S": "PENDING"}}`."""


class UnreadableRecordError(ValueError):
    """A record of the stream that is not about a delivery; the message holds nothing of it, and may be logged."""


def change_from_record(record: Mapping[str, Any]) -> Change | None:
    """The write of a delivery that a record of the stream tells of, by its old and new image.

    None for an attempt's, for that of an original that is set aside, since the log says of that where it stands, and
    for an event of Recado's own: counts are of what was published.
    Raises `UnreadableRecordError`.
    """
    try:
        return _change(record["dynamodb"])
    # Nobody but Recado writes into the table; what somebody put there by hand must not stop the counting.
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableRecordError(type(error).__name__) from None


def _change(written: Mapping[str, Any]) -> Change | None:
    old, new = written.get("OldImage"), written.get("NewImage")
    image: Image = new or old or {}
    partition, key = image["partition"]["S"], image["key"]["S"]
    webhook_id = partition.partition("#")[0]
    suffix = partition[len(webhook_id) :]
    if suffix == ATTEMPTS_SUFFIX or (suffix == ASIDE_SUFFIX and not key.endswith(COPY_SUFFIX)):
        return None
    if is_own(image["event_name"]["S"]):
        return None
    return Change(
        account_id=image["account_id"]["S"],
        webhook_id=webhook_id,
        place=_PLACES[suffix],
        timestamp_ms=int(key.partition("#")[0]),
        sequence=int(written["SequenceNumber"]),
        before=_standing(old),
        after=_standing(new),
    )


def _standing(image: Image | None) -> Standing | None:
    if image is None:
        return None
    return standing_of(
        DeliveryStatus(image["status"]["S"]),
        _number(image, "latency_ms"),
        _number(image, "finished_at"),
        int(image["expires_at"]["N"]),
    )


def _number(image: Image, name: str) -> int | None:
    # A null is an attribute, too: {"NULL": True}.
    number = image.get(name, {}).get("N")
    return None if number is None else int(number)
