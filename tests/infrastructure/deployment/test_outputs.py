"""What a deployment tells: the addresses and names that users and operators need."""

import pytest

from tests.infrastructure.cloudformation import FUNCTIONS, Stack

ALWAYS = (
    "ApiUrl",
    "ConsoleUrl",
    "EventBusName",
    "EventBusArn",
    "EventSource",
    "WebhooksTableName",
    "DeliveriesTableName",
    "BatchQueueUrl",
    "RedeliveryQueueUrl",
    "DeadLetterQueueUrl",
    "AlertTopicArn",
    *(f"{function}Name" for function in FUNCTIONS),
)
WITH_OWN_IDENTITY = ("UserPoolId", "MachineClientId", "ConsoleClientId", "SignInUrl", "TokenUrl")


def test_outputs_are_the_documented_ones(stack: Stack) -> None:
    """The stack tells what is documented and nothing else."""
    assert set(stack.document["Outputs"]) == {*ALWAYS, *WITH_OWN_IDENTITY}


@pytest.mark.parametrize("name", [*ALWAYS, *WITH_OWN_IDENTITY])
def test_output_says_what_it_is(stack: Stack, name: str) -> None:
    """An output is described to whoever reads it."""
    assert len(stack.document["Outputs"][name]["Description"]) > 10


@pytest.mark.parametrize("name", ALWAYS)
def test_output_is_always_there(stack: Stack, name: str) -> None:
    """An output that every stack has depends on nothing."""
    assert "Condition" not in stack.document["Outputs"][name]


@pytest.mark.parametrize("name", WITH_OWN_IDENTITY)
def test_output_of_the_user_pool_goes_with_it(stack: Stack, name: str) -> None:
    """A stack with an outside issuer does not tell of a user pool that it has not made."""
    assert stack.document["Outputs"][name]["Condition"] == "OwnIdentity"


def test_no_output_is_a_secret(stack: Stack) -> None:
    """The secret of the machines' client is not told to everybody who may describe the stack."""
    assert not [value for value in stack.document["Outputs"].values() if "ClientSecret" in str(value["Value"])]
