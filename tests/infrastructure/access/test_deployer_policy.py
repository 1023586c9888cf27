"""The policy of who deploys: enough for what the template makes, and for nothing that is called otherwise."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # it ships no types

from local.settings import PROJECT_DIR
from tests.infrastructure.cloudformation import REGION, Stack, as_list

TEXT = (PROJECT_DIR / "docs" / "deployer-policy.json").read_text(encoding="utf-8")
STATEMENTS: list[dict[str, Any]] = json.loads(TEXT)["Statement"]
# What handlers ask for in the name of settings that the template does not have.
NOT_USED = (
    *("cloudfront:*", "elasticfilesystem:*", "firehose:*", "kinesis:*", "s3files:*"),
    *("iam:*RolePermissionsBoundary", "iam:*GroupPolicy", "iam:*UserPolicy"),
    *("cognito-idp:AddCustomAttributes", "kms:DisableKeyRotation", "kms:ReEncrypt*", "kms:RevokeGrant"),
    # Replicas, imports, resource policies, streams to Kinesis, and metrics of keys.
    *("dynamodb:*TableReplica", "dynamodb:*Item", "dynamodb:Query", "dynamodb:Scan", "dynamodb:ImportTable"),
    *("dynamodb:*tResourcePolicy", "dynamodb:DeleteResourcePolicy", "dynamodb:*KinesisStreamingDestination"),
    "dynamodb:UpdateContributorInsights",
    *(
        "lambda:*RuntimeAlias",
        "lambda:PutRuntimeManagementConfig",
        "lambda:PassCapacityProvider",
        "lambda:*CodeSigning*",
        "lambda:*ProvisionedConcurrencyConfig",
    ),
    *("logs:*KmsKey", "logs:*LogStream*", "logs:PutLogEvents", "logs:PutBearerTokenAuthentication"),
    *("s3:REST.PUT.OBJECT", "s3:GetObjectMetadata", "sns:PutDataProtectionPolicy"),
)
# What a deployment in steps makes besides.
OF_STEPS = {
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
}
# Nothing of these is called after a stack, or the call names nothing.
NOT_NAMED = {
    *("Templates", "EventSourcesAreNamedByIds", "DescribingAlarmsNamesNone", "LogsOfTheApi"),
    *("PoolsAreNamedByIds", "KeysAreNamedByIds", "Networks"),
}


def is_allowed(permission: str) -> bool:
    """Tell whether a statement allows an action; IAM reads the names without regard to case."""
    patterns = [pattern.lower() for statement in STATEMENTS for pattern in as_list(statement["Action"])]
    return any(fnmatchcase(permission.lower(), pattern) for pattern in patterns)


def test_all_that_cloudformation_calls_is_allowed(stack: Stack) -> None:
    """For every type of the template, as its schema lists it for making, changing and removing."""
    missing = {}
    for resource_type in OF_STEPS | {resource["Type"] for resource in stack.document["Resources"].values()}:
        handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema["handlers"]
        needed = {
            each for name in ("create", "update", "delete") for each in handlers.get(name, {}).get("permissions", [])
        }
        used = {each for each in needed if not any(fnmatchcase(each, pattern) for pattern in NOT_USED)}
        missing[resource_type] = sorted(each for each in used if not is_allowed(each))

    assert {name: each for name, each in missing.items() if each} == {}


def test_it_reaches_what_is_called_recado() -> None:
    """A statement names what it is for by name or kind, but where there is nothing to name."""
    for statement in STATEMENTS:
        resources = as_list(statement["Resource"])
        assert ("*" in resources) == (statement["Sid"] in NOT_NAMED), statement["Sid"]
        assert all(resource == "*" or resource.startswith("arn:aws:") for resource in resources)


@pytest.mark.parametrize(
    "action", ["iam:CreateUser", "iam:CreatePolicy", "dynamodb:GetItem", "sqs:ReceiveMessage", "lambda:InvokeFunction"]
)
def test_it_is_for_deploying(action: str) -> None:
    """It reads no data, and makes no user."""
    assert not is_allowed(action)


def test_roles_are_given_to_two_services_alone() -> None:
    """Whoever may pass a role may act as it: here no other service gets one, and no policy of AWS that reaches far."""
    by_sid = {statement["Sid"]: statement for statement in STATEMENTS}
    passed = by_sid["RolesAreForLambdaAndCodeDeploy"]["Condition"]["StringEquals"]["iam:PassedToService"]
    assert passed == ["lambda.amazonaws.com", "codedeploy.amazonaws.com"]
    attached = by_sid["RolesGetPoliciesForThoseOnly"]["Condition"]["ArnLike"]["iam:PolicyARN"]
    assert [arn.rpartition("/")[2] for arn in attached] == ["AWSLambda*ExecutionRole", "AWSCodeDeployRoleForLambda*"]


def test_it_fits_into_one_managed_policy() -> None:
    """Which has room for 6,144 characters, blanks apart."""
    assert len("".join(TEXT.split())) <= 6144
