"""Counting what waits: one page of DynamoDB's, and then "more"."""

import pytest

from recado.adapters.dynamodb.pages import counted_page
from recado.adapters.dynamodb.tables import BACKLOG_SUFFIX, SharedConnection, deliveries_table
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.system import System

WEBHOOK = "wh_1"


def waiting(count: int, characters: int) -> list[Delivery]:
    """Make pending deliveries whose texts do not compress to less than this."""
    return [
        delivery(WEBHOOK, f"e{n}", status=DeliveryStatus.PENDING, message_id="m" * characters) for n in range(count)
    ]


@pytest.mark.parametrize(("count", "found"), [(0, (0, False)), (3, (3, False)), (40, (33, True))])
def test_a_partition_is_counted_in_one_query(
    system: System, aws: AwsCalls, count: int, found: tuple[int, bool]
) -> None:
    """Of 30 KB each, a megabyte holds 33: there are more, and nobody looks for them."""
    record(system, *waiting(count, 30_000))
    table = deliveries_table(system.stack.physical_id("DeliveriesTable"), SharedConnection())
    aws.clear()

    assert counted_page(table, WEBHOOK + BACKLOG_SUFFIX) == found

    (call,) = aws.seen
    assert (call.operation, call.parameters["Select"], call.parameters["ConsistentRead"]) == ("Query", "COUNT", True)
