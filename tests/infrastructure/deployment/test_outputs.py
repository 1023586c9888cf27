"""What a deployment tells: the addresses and names that users and operators need."""

from tests.infrastructure.cloudformation import FUNCTIONS, Stack

ALWAYS = (
    "ApiUrl",
    "ConsoleUrl",
    "SignInReturnsTo",
    "EventBusName",
    "EventBusArn",
    "EventSource",
    "EventTypes",
    "WebhooksTableName",
    "DeliveriesTableName",
    "BatchQueueUrl",
    "RedeliveryQueueUrl",
    "DeadLetterQueueUrl",
    "AlertTopicArn",
    "WebhookResourceArn",
    *(f"{function}Name" for function in FUNCTIONS),
)
WITH_OWN_IDENTITY = ("UserPoolId", "MachineClientId", "ConsoleClientId", "CliClientId", "SignInUrl", "TokenUrl")


def test_outputs_are_the_documented_ones(stack: Stack) -> None:
    """The stack tells what is documented and nothing else."""
    assert set(stack.document["Outputs"]) == {*ALWAYS, *WITH_OWN_IDENTITY}


def test_outputs_say_what_they_are(stack: Stack) -> None:
    """An output is described to whoever reads it."""
    assert [name for name, output in stack.document["Outputs"].items() if len(output["Description"]) <= 10] == []


def test_outputs_of_the_user_pool_go_with_it(stack: Stack) -> None:
    """A stack with an outside issuer tells nothing of a user pool that it has not made; all else is always there."""
    conditions = {name: output.get("Condition") for name, output in stack.document["Outputs"].items()}

    assert conditions == {
        **dict.fromkeys(ALWAYS),
        **dict.fromkeys(WITH_OWN_IDENTITY, "OwnIdentity"),
        "AlertMailerFunctionName": "HasMails",
    }


def test_no_output_is_a_secret(stack: Stack) -> None:
    """The secret of the machines' client is not told to everybody who may describe the stack."""
    assert not [value for value in stack.document["Outputs"].values() if "ClientSecret" in str(value["Value"])]
