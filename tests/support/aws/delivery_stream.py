"""The stream of the deliveries table, handed to the delivery counter as Lambda's event source does it."""

from typing import Any

import boto3

from tests.support.system import System

FUNCTION = "delivery_counter"


class DeliveryStream:
    """Reads the table's stream from its beginning on, each record once; tests hand them on as often as they like."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._client = boto3.client("dynamodbstreams")
        table = boto3.client("dynamodb").describe_table(TableName=system.stack.physical_id("DeliveriesTable"))
        self._arn: str = table["Table"]["LatestStreamArn"]
        (shard,) = self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        self._iterator: str = self._client.get_shard_iterator(
            StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def take(self) -> list[dict[str, Any]]:
        """Return the records since the last time, oldest first, as the function gets them."""
        taken: list[dict[str, Any]] = []
        while True:
            answer = self._client.get_records(ShardIterator=self._iterator)
            self._iterator = answer["NextShardIterator"]
            if not answer["Records"]:
                return taken
            for record in answer["Records"]:
                record["dynamodb"].pop("ApproximateCreationDateTime", None)
                taken.append({**record, "eventSource": "aws:dynamodb", "eventSourceARN": self._arn})

    def count(self) -> None:
        """Let the function count what was written since the last time."""
        records = self.take()
        if records:
            self.hand_on(records)

    def hand_on(self, records: list[dict[str, Any]]) -> None:
        """Invoke the function with these records."""
        self._system.invoke(FUNCTION, {"Records": records})
