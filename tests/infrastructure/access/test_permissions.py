"""What each function may do; that it does all of it is for `tests/integration/test_permissions`."""

import pytest

from tests.infrastructure.cloudformation import (
    FUNCTIONS,
    MAY_SEND,
    Stack,
    as_list,
    policy_documents,
    referred,
    statements_of,
)

ADMINISTRATION = "AccountAdministersTheKey"
NETWORK_INTERFACES = "AWSLambdaVPCAccessExecutionRole"
NOT_FROM_CODE = "NotFromCode"
SECRETS = "SecretsByTheirName"
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html: for no single stream.
NAMES_NO_STREAM = "ListingNamesNoStream"


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
def test_managed_policies_are_for_logs_and_a_network(stack: Stack, function: str) -> None:
    """A role has no other policy of AWS, as the others reach every resource of the account.

    That of traces, which only sends them, is SAM's wherever there is a choice to trace.
    """
    logs, traces, *others = stack.properties(f"{function}Role")["ManagedPolicyArns"]
    assert logs.endswith(":policy/service-role/AWSLambdaBasicExecutionRole")
    assert traces.endswith(":policy/AWSXrayWriteOnlyAccess")
    assert [policy.rpartition("/")[2] for policy in others] == [NETWORK_INTERFACES] * (function in MAY_SEND)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_role_only_allows(stack: Stack, function: str) -> None:
    """A role allows calls by name on resources of this stack, so that reading it tells what the function may do."""
    for statement in statements_of(stack, f"{function}Role"):
        if statement.get("Sid") in {NOT_FROM_CODE, NAMES_NO_STREAM, "MailFromOneAddress", SECRETS}:
            continue
        assert statement["Effect"] == "Allow"
        assert {referred(resource).split("/")[0] for resource in as_list(statement["Resource"])} <= set(
            stack.document["Resources"]
        )


def test_nothing_is_allowed_by_wildcard(stack: Stack) -> None:
    """No statement allows every call or reaches every resource, but for the key and the names of streams."""
    for document in policy_documents(stack):
        for statement in document["Statement"]:
            if statement["Effect"] == "Deny" or statement.get("Sid") == ADMINISTRATION:
                continue
            assert not [action for action in as_list(statement["Action"]) if "*" in action]
            if statement.get("Sid") == NAMES_NO_STREAM:
                assert statement["Action"] == "dynamodb:ListStreams"
                continue
            if statement.get("Sid") == "MailFromOneAddress":
                assert statement["Action"] == "ses:SendEmail"
                # In the sandbox SES also asks about the recipient's identity; the sender is what counts.
                assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
                continue
            if statement.get("Sid") == SECRETS:
                # Of the stacks of others, of this AWS account and region, by the beginning of their names.
                assert statement["Action"] == "secretsmanager:GetSecretValue"
                of_here = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
                assert statement["Resource"] == {"Fn::Sub": of_here + "recado/*"}
                continue
            if document is not stack.properties("EncryptionKey")["KeyPolicy"]:
                assert not [resource for resource in as_list(statement["Resource"]) if "*" in str(resource)]


def test_nothing_is_open_to_the_world(stack: Stack) -> None:
    """A service gets in for a named source only, and nobody else gets in at all."""
    for document in policy_documents(stack):
        for statement in document["Statement"]:
            principal = statement.get("Principal")
            assert principal != "*" or statement["Effect"] == "Deny"
            if principal and "Service" in principal:
                conditions = {key for condition in statement["Condition"].values() for key in condition}
                assert "aws:SourceArn" in conditions
