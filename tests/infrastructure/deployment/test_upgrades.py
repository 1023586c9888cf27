"""A stack that runs the last release can be updated to this template, and loses nothing."""

import copy
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from tests.infrastructure.cloudformation import Stack
from tests.infrastructure.upgrades import LASTING, given_at_creation, lasting, losses, read_released

INDEX = {
    "IndexName": "name",
    "KeySchema": [{"AttributeName": "account_id", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
Change = Callable[[dict[str, Any]], object]


def index(resources: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the indexes of the table of webhooks."""
    indexes: list[dict[str, Any]] = resources["WebhooksTable"]["Properties"]["GlobalSecondaryIndexes"]
    return indexes


def properties(logical_id: str, **changed: Any) -> Change:
    """Return the change of some properties of a resource."""
    return lambda resources: resources[logical_id].setdefault("Properties", {}).update(changed)


def test_an_update_from_the_last_release_loses_nothing(source: Stack) -> None:
    """No table, pool, key or queue is replaced, no address changes, and no index is made while another one goes."""
    assert list(losses(read_released().resources, lasting(source))) == []


def test_handlers_of_the_last_release_find_what_they_import() -> None:
    """Lambda changes layers and code by two calls: for seconds the earlier handler runs on the later layers."""
    gone = [
        (function, name)
        for function, names in read_released().handlers.items()
        for module, name in (name.split(":") for name in names)
        if not hasattr(import_module(module), name) and find_spec(f"{module}.{name}") is None
    ]

    assert gone == []


def test_the_release_is_noted_whole() -> None:
    """What must live on was noted of each kind; a kind that is new since is noted with the next release."""
    assert {resource["Type"] for resource in read_released().resources.values()} == LASTING
    assert all(read_released().handlers.values())


KEY = [{"AttributeName": "account_id", "KeyType": "HASH"}]
SHORT_TYPES = [{"AttributeName": "due_at", "AttributeType": "S"}]
REFUSED: dict[str, Change] = {
    "DeliveriesTable is removed or renamed": lambda resources: resources.pop("DeliveriesTable"),
    "EventBus is of another type": lambda resources: resources["EventBus"].update(Type="AWS::SQS::Queue"),
    "UserPool: exists under another condition": lambda resources: resources["UserPool"].update(Condition="Other"),
    "WebhooksTable: DeletionPolicy does not retain": lambda resources: resources["WebhooksTable"].pop("DeletionPolicy"),
    "EncryptionKey: UpdateReplacePolicy does not": lambda resources: resources["EncryptionKey"].update(
        UpdateReplacePolicy="Delete"
    ),
    "WebhooksTable: KeySchema cannot be changed": properties("WebhooksTable", KeySchema=KEY),
    "WebhooksTable: TableName cannot be changed": properties("WebhooksTable", TableName="webhooks"),
    "WebhooksTable: the attribute due_at of a key": properties("WebhooksTable", AttributeDefinitions=SHORT_TYPES),
    "WebhooksTable: LocalSecondaryIndexes cannot": properties("WebhooksTable", LocalSecondaryIndexes=[INDEX]),
    "WebhooksTable: the index due would be deleted": lambda resources: index(resources)[0].update(KeySchema=KEY),
    "WebhooksTable: an update makes one index or": lambda resources: index(resources)[0].update(IndexName="soon"),
    "WebhooksTable: an update makes one index or deletes one": lambda resources: index(resources).extend(
        [INDEX, {**INDEX, "IndexName": "second"}]
    ),
    "UserPool: UsernameAttributes cannot be changed": properties("UserPool", UsernameAttributes=["phone_number"]),
    "UserPoolDomain: Domain cannot be changed": properties("UserPoolDomain", Domain="recado"),
    "MachineClient: GenerateSecret cannot be changed": properties("MachineClient", GenerateSecret=False),
    "EncryptionKey: KeyUsage cannot be changed": properties("EncryptionKey", KeyUsage="SIGN_VERIFY"),
    "EventBus: Name cannot be changed": properties("EventBus", Name="events"),
    "BatchQueue: QueueName cannot be changed": properties("BatchQueue", QueueName="batch"),
    "HttpApiLogGroup: LogGroupName cannot": properties("HttpApiLogGroup", LogGroupName="api"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_an_update_that_would_lose_something_is_refused(reason: str) -> None:
    """With the resource, and what is wrong."""
    released = read_released().resources
    changed = copy.deepcopy(released)
    REFUSED[reason](changed)

    [loss] = losses(released, changed)
    assert loss.startswith(reason)


@pytest.mark.parametrize(
    "change",
    [
        lambda resources: index(resources).append(INDEX),
        lambda resources: index(resources).clear(),
        lambda resources: resources["EncryptionKey"].update(DeletionPolicy="RetainExceptOnCreate"),
        properties("UserPool", DeletionProtection="INACTIVE", UserPoolName="people"),
        properties("BatchQueue", VisibilityTimeout=3600),
    ],
    ids=["an index more", "an index less", "kept otherwise", "pool changed", "queue changed"],
)
def test_what_an_update_can_do_is_allowed(change: Change) -> None:
    """One index at a time, and whatever is changed in place."""
    released = read_released().resources
    changed = copy.deepcopy(released)
    change(changed)

    assert list(losses(released, changed)) == []


def test_what_a_pool_is_created_with_is_known_from_its_calls() -> None:
    """CloudFormation's schema of a user pool names nothing, and an update of these fails half-way."""
    fixed = given_at_creation("AWS::Cognito::UserPool")

    assert {"UsernameAttributes", "AliasAttributes", "UsernameConfiguration", "Schema"} <= fixed
    assert fixed.isdisjoint({"MfaConfiguration", "Policies", "UserPoolName", "DeletionProtection"})
