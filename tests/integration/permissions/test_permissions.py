"""Least privilege: a role allows what its function calls, action by action and resource by resource, and nothing more.

That no function calls more is held against every test of this folder (`conftest.py`). Here each function goes through
all of its calls, so that what its role allows beyond them shows.
"""

from collections.abc import Callable

import pytest

from local.listener import Listener
from tests.integration.permissions.asking import (
    bring_a_stack,
    count_deliveries,
    every_route,
    mail_an_alert,
    open_the_console,
)
from tests.integration.permissions.scene import Scene
from tests.integration.permissions.sending import dispatch_in_real_time, drain_and_redrive, redeliver_and_sweep
from tests.support.aws.aws_calls import AwsCalls, Call
from tests.support.aws.permissions import Grant, granted, needed
from tests.support.aws.stack import template
from tests.support.system import System

SCENARIOS: dict[str, Callable[[Scene], None]] = {
    "WebhookApiFunction": every_route,
    "RealtimeDispatcherFunction": dispatch_in_real_time,
    "BatchDispatcherFunction": drain_and_redrive,
    "RedeliveryFunction": redeliver_and_sweep,
    "DeliveryCounterFunction": count_deliveries,
    "AlertMailerFunction": mail_an_alert,
    "WebhookResourceFunction": bring_a_stack,
    "ConsoleFunction": open_the_console,
}
ALERTING = ("RealtimeDispatcherFunction", "BatchDispatcherFunction", "RedeliveryFunction")
# What AWS does in the name of a role, and no code of ours: the reason of each. SNS asks for a data key in the name of
# who publishes to its topic, as a sender does itself for a token.
BY_AWS: dict[str, dict[Grant, str]] = {
    "RealtimeDispatcherFunction": {
        Grant("sqs:SendMessage", "BatchQueue"): "Lambda sends what failed to the failure destination",
    },
    "RedeliveryFunction": {
        Grant("sqs:ReceiveMessage", "RedeliveryQueue"): "Lambda's event source reads the queue",
        Grant("sqs:DeleteMessage", "RedeliveryQueue"): "Lambda's event source deletes what was answered",
    },
    "DeliveryCounterFunction": {
        Grant("dynamodb:ListStreams", "*"): "Lambda's event source looks for the stream",
        Grant("dynamodb:DescribeStream", "DeliveriesTable/stream"): "Lambda's event source looks for its shards",
        Grant("dynamodb:GetShardIterator", "DeliveriesTable/stream"): "Lambda's event source reads a shard",
        Grant("dynamodb:GetRecords", "DeliveriesTable/stream"): "Lambda's event source reads a shard",
        Grant("sqs:SendMessage", "UncountedQueue"): "Lambda tells the failure destination what was given up",
    },
}


def test_every_function_has_a_scenario() -> None:
    """A new function goes through its calls here too."""
    assert set(SCENARIOS) == set(template().of_type("AWS::Lambda::Function"))


@pytest.mark.parametrize("function", SCENARIOS)
def test_a_role_allows_what_is_called_and_nothing_more(
    system: System, aws: AwsCalls, receiver: Listener, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    """Each right of the role is used in the scenario of the function, or by AWS for a reason, and never by both."""
    if function in ALERTING:
        system.stack.change_environment(function, ALERT_AFTER_SECONDS="0")
    SCENARIOS[function](Scene(system, aws, receiver, monkeypatch))

    called, by_aws = needed(aws.all, system.stack, function), BY_AWS.get(function, {})
    assert called | by_aws.keys() == granted(function)
    assert not called & by_aws.keys()


def test_a_call_that_no_role_allows_is_noticed(system: System) -> None:
    """What the tests of this folder are held against does see a call that is missing in a policy."""
    table = system.stack.physical_id("DeliveriesTable")
    check = {"ConditionCheck": {"TableName": table}}
    calls = [
        Call("dynamodb", "Scan", {"TableName": table}, "RedeliveryFunction"),
        Call("dynamodb", "TransactWriteItems", {"TransactItems": [check]}, "RedeliveryFunction"),
        Call("dynamodb", "DeleteTable", {"TableName": table}),
    ]

    assert needed(calls, system.stack, "RedeliveryFunction") - granted("RedeliveryFunction") == {
        Grant("dynamodb:Scan", "DeliveriesTable"),
        Grant("dynamodb:ConditionCheckItem", "DeliveriesTable"),
    }


@pytest.mark.parametrize(
    "call",
    [
        Call("ssm", "GetParameter", {}, "RedeliveryFunction"),
        Call("sqs", "PurgeQueue", {"QueueUrl": "https://another"}, "RedeliveryFunction"),
    ],
)
def test_a_call_on_something_unknown_is_noticed(system: System, call: Call) -> None:
    """A service that nobody has thought of, or a resource that is not this stack's."""
    with pytest.raises(LookupError, match=r"ssm|https://another"):
        needed([call], system.stack, "RedeliveryFunction")
