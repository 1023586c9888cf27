"""What each function may do: the calls it makes, on the resources it makes them on, and no more."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.infrastructure.cloudformation import FUNCTIONS, Stack, as_list, referred

Grant = tuple[str, str]

READ_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes")
ALERT = {
    "EncryptionKey": ("kms:Decrypt", "kms:GenerateDataKey"),
    "AlertTopic": ("sns:Publish",),
    "EventBus": ("events:PutEvents",),
}
DISPATCHER: dict[str, tuple[str, ...]] = {
    "WebhooksTable": ("dynamodb:Query", "dynamodb:GetItem", "dynamodb:UpdateItem"),
    "DeliveriesTable": ("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:Query"),
    **ALERT,
    "RedeliveryQueue": ("sqs:SendMessage",),
    "DeadLetterQueue": ("sqs:SendMessage",),
}
GRANTS: dict[str, dict[str, tuple[str, ...]]] = {
    "WebhookApiFunction": {
        "WebhooksTable": (
            "dynamodb:Query",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        ),
        "DeliveriesTable": ("dynamodb:Query", "dynamodb:GetItem", "dynamodb:BatchWriteItem"),
        "EncryptionKey": ("kms:Encrypt", "kms:Decrypt"),
        "EventBus": ("events:PutEvents",),
        "RedeliveryQueue": ("sqs:SendMessage",),
    },
    "RealtimeDispatcherFunction": {**DISPATCHER, "BatchQueue": ("sqs:SendMessage",)},
    "BatchDispatcherFunction": {
        **DISPATCHER,
        "BatchQueue": ("sqs:SendMessage", *READ_QUEUE),
        "DeadLetterQueue": ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"),
        "BatchDispatcherFunction": ("lambda:InvokeFunction",),
    },
    "RedeliveryFunction": {
        "WebhooksTable": ("dynamodb:GetItem", "dynamodb:UpdateItem"),
        "WebhooksTable/index/failing": ("dynamodb:Query",),
        "DeliveriesTable": ("dynamodb:Query", "dynamodb:BatchWriteItem"),
        **ALERT,
        "RedeliveryQueue": ("sqs:SendMessage", *READ_QUEUE),
    },
    "ConsoleFunction": {},
}
ADMINISTRATION = "AccountAdministersTheKey"


def statements_of(stack: Stack, role: str) -> Iterator[dict[str, Any]]:
    """Yield the statements of every policy that a role has."""
    for policy in stack.properties(role).get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]
    for policy in stack.of_type("AWS::IAM::Policy").values():
        if role in map(referred, policy["Roles"]):
            yield from policy["PolicyDocument"]["Statement"]


@pytest.mark.parametrize(("function", "expected"), GRANTS.items())
def test_function_may_do_what_it_does(stack: Stack, function: str, expected: dict[str, tuple[str, ...]]) -> None:
    """A function may make exactly the calls it makes."""
    granted: set[Grant] = set()
    for statement in statements_of(stack, f"{function}Role"):
        assert statement["Effect"] == "Allow"
        for resource in as_list(statement["Resource"]):
            granted |= {(referred(resource), action) for action in as_list(statement["Action"])}
    assert granted == {(resource, action) for resource, actions in expected.items() for action in actions}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_has_a_role_of_its_own(stack: Stack, function: str) -> None:
    """A function runs with its own role, which only Lambda may take on."""
    assert referred(stack.properties(function)["Role"]) == f"{function}Role"
    (trust,) = stack.properties(f"{function}Role")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["lambda.amazonaws.com"]}


def test_roles_are_those_of_the_functions(stack: Stack) -> None:
    """There is no role that these tests do not know."""
    assert set(stack.of_type("AWS::IAM::Role")) == {f"{function}Role" for function in FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_managed_policy_is_for_logs(stack: Stack, function: str) -> None:
    """A role has no policy of AWS but the one for writing logs, as the others reach every resource of the account."""
    (policy,) = stack.properties(f"{function}Role")["ManagedPolicyArns"]
    assert policy.endswith(":policy/service-role/AWSLambdaBasicExecutionRole")


def documents(stack: Stack) -> Iterator[dict[str, Any]]:
    """Yield every policy document of the stack, of roles as of queues, topics and keys."""
    for resource in stack.document["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("PolicyDocument", "KeyPolicy"):
            if key in properties:
                yield properties[key]
        for policy in properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
            yield policy["PolicyDocument"]


def test_no_policy_has_a_wildcard(stack: Stack) -> None:
    """No statement allows every call or reaches every resource, but for the one that lets the account keep its key."""
    for document in documents(stack):
        for statement in document["Statement"]:
            if statement.get("Sid") == ADMINISTRATION:
                continue
            assert not [action for action in as_list(statement["Action"]) if "*" in action]
            if document is not stack.properties("EncryptionKey")["KeyPolicy"]:
                assert not [resource for resource in as_list(statement["Resource"]) if "*" in str(resource)]


def test_no_policy_is_open_to_the_world(stack: Stack) -> None:
    """A service gets in for a named source only, and nobody else gets in at all."""
    for document in documents(stack):
        for statement in document["Statement"]:
            principal = statement.get("Principal")
            assert principal != "*"
            if principal and "Service" in principal:
                conditions = {key for condition in statement["Condition"].values() for key in condition}
                assert "aws:SourceArn" in conditions
