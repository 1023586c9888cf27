"""Items of the webhooks table as another writer would change them."""

from typing import Any

import boto3
from boto3.dynamodb.types import TypeSerializer

from tests.support.events import ACCOUNT
from tests.support.system import System


def changed_item(system: System, key: str, **values: Any) -> Any:
    """Change attributes of an item, None takes one out; return the item as it then is, None where there is none."""
    table = boto3.client("dynamodb")
    name = system.stack.physical_id("WebhooksTable")
    of = {"account_id": {"S": str(ACCOUNT)}, "webhook_id": {"S": key}}
    write = TypeSerializer().serialize
    updates: Any = {
        attribute: {"Action": "DELETE"} if value is None else {"Action": "PUT", "Value": write(value)}
        for attribute, value in values.items()
    }
    if updates:
        table.update_item(TableName=name, Key=of, AttributeUpdates=updates)
    return table.get_item(TableName=name, Key=of, ConsistentRead=True).get("Item")
