"""Who reaches the queues, the topic and the bus from outside, and over what."""

from typing import Any

import pytest

from tests.infrastructure.cloudformation import QUEUES, Stack, referred

PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}


def refusals(stack: Stack, policy_type: str, attached_to: str, resource: str) -> list[dict[str, Any]]:
    """Return the statements of a resource's policies that refuse something to everybody."""
    return [
        statement
        for policy in stack.of_type(policy_type).values()
        if resource in map(referred, policy[attached_to])
        for statement in policy["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    ]


@pytest.mark.parametrize("queue", QUEUES)
def test_queue_takes_tls_only(stack: Stack, queue: str) -> None:
    """A call to a queue over plain HTTP, which SQS would answer, is refused whoever makes it."""
    (statement,) = refusals(stack, "AWS::SQS::QueuePolicy", "Queues", queue)
    assert (statement["Action"], referred(statement["Resource"])) == ("sqs:*", queue)
    assert statement["Condition"] == PLAIN_HTTP


def test_topic_takes_tls_only(stack: Stack) -> None:
    """An alert over plain HTTP, which SNS would take, is refused whoever sends it."""
    (statement,) = refusals(stack, "AWS::SNS::TopicPolicy", "Topics", "AlertTopic")
    assert (statement["Action"], referred(statement["Resource"])) == ("sns:Publish", "AlertTopic")
    assert statement["Condition"] == PLAIN_HTTP


def test_bus_is_closed_to_other_accounts_by_default(stack: Stack) -> None:
    """Other AWS accounts publish only if the parameter names them."""
    assert list(stack.of_type("AWS::Events::EventBusPolicy")) == ["EventBusPolicy"]
    assert stack.document["Resources"]["EventBusPolicy"]["Condition"] == "HasPublisherAccounts"
    assert stack.document["Conditions"]["HasPublisherAccounts"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "PublisherAccounts"}, ""]}]
    }
    assert stack.document["Parameters"]["PublisherAccounts"]["Default"] == ""


def test_other_accounts_may_publish_and_nothing_else(stack: Stack) -> None:
    """The named accounts may put events onto this bus; they can neither read it nor change its rules."""
    policy = stack.properties("EventBusPolicy")
    statement = policy["Statement"]
    assert referred(policy["EventBusName"]) == referred(statement["Resource"]) == "EventBus"
    assert (statement["Effect"], statement["Action"]) == ("Allow", "events:PutEvents")
    assert statement["Principal"] == {"AWS": {"Fn::Split": [",", {"Ref": "PublisherAccounts"}]}}


def test_other_accounts_cannot_forge_another_source(stack: Stack) -> None:
    """Every entry of another account has the publisher's source, so none can pass for an alert of Recado's."""
    assert stack.properties("EventBusPolicy")["Statement"]["Condition"] == {
        "ForAllValues:StringEquals": {"events:source": {"Ref": "EventSource"}},
        "Null": {"events:source": "false"},
    }
