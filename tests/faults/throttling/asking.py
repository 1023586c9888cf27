"""What the tests of the double ask it for, through PynamoDB."""

from typing import Any

from recado.adapters.dynamodb.tables import DeliveryItem
from tests.faults.throttling.buckets import Place
from tests.faults.throttling.throttling_dynamodb import ThrottlingDynamoDB

THROTTLED = "ProvisionedThroughputExceededException"
BOTOCORE_TRIES = 5


def item(table: type[DeliveryItem], number: int, kilobytes: int = 1, partition: str = "log") -> DeliveryItem:
    """Return an item that costs so many units."""
    return table(partition, f"{number:04}", event=b"x" * (1024 * kilobytes - 100), expires_at=1)


def batch(table: type[DeliveryItem], *items: DeliveryItem) -> Any:
    """Put items with one call; return the keys that it has left out."""
    answer = table._get_connection().batch_write_item(put_items=[each.serialize() for each in items])
    left_out = answer["UnprocessedItems"].get(table.Meta.table_name, [])
    return [request["PutRequest"]["Item"]["key"]["S"] for request in left_out]


def keys(dynamodb: ThrottlingDynamoDB, table: type[DeliveryItem], partition: str = "log") -> list[str]:
    """Return what is stored of a partition."""
    return sorted(dynamodb.stored.partition(table.Meta.table_name, partition))


def place(table: Any, partition: str, *, index: str | None = None, kind: Any = "write") -> Place:
    """Return a partition of a table."""
    return Place(table.Meta.table_name, index, partition, kind)


def code(error: Any) -> str:
    """Return DynamoDB's word for what went wrong."""
    return str(error.value.cause.response["Error"]["Code"])


def keep_empty(dynamodb: ThrottlingDynamoDB, *places: Place) -> None:
    """Let others take all of these partitions from now on."""

    def taken(_operation: str, _body: Any) -> None:
        for each in places:
            dynamodb.buckets.empty(each)

    dynamodb.troubles = taken
