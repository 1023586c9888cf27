"""What AWS bounds in bytes, and a template that grows comes to: found here, and not in the middle of a deployment."""

import json
import re

import pytest

from tests.infrastructure.cloudformation import Stack

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_OF_A_POLICY = 20 * 1024
MOST_OF_AN_ENVIRONMENT = 4 * 1024
LONGEST_STACK_NAME = "recado-production-eu"
SOURCE = "arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/*/"


def test_a_functions_policy_has_room_for_its_routes(stack: Stack) -> None:
    """SAM makes a statement for each route, with the stack's name twice in each: it may have twenty characters."""
    permissions = {
        name: permission
        for name, permission in stack.of_type("AWS::Lambda::Permission").items()
        if permission["FunctionName"] == {"Ref": "WebhookApiFunction"}
    }
    function = (
        f"arn:aws:lambda:ap-southeast-2:123456789012:function:{LONGEST_STACK_NAME}-WebhookApiFunction-AbCdEfGhIjKl"
    )
    statements = [
        {
            "Sid": f"{LONGEST_STACK_NAME}-{name}-AbCdEfGhIjKl",
            "Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": function,
            "Condition": {"ArnLike": {"AWS:SourceArn": SOURCE + _route(permission)}},
        }
        for name, permission in permissions.items()
    ]
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}

    assert len(statements) > 40
    assert len(json.dumps(policy, separators=(",", ":"))) <= MOST_OF_A_POLICY


@pytest.mark.parametrize("function", ["ConsoleFunction", "WebhookApiFunction"])
def test_an_environment_has_room_for_the_longest_parameters(stack: Stack, function: str) -> None:
    """Of those that are bounded; the addresses of signing in take some hundred characters each."""
    variables = stack.properties(function)["Environment"]["Variables"]
    longest = {
        "PortalName": 4 * 60,
        "PortalLogo": 1986,
        "PortalColour": 7,
        "PortalRefreshUrl": 150,
        "PortalOrigins": 600,
    }
    parameters = stack.document["Parameters"]
    assert re.search(r"\{1,1950\}", parameters["PortalLogo"]["AllowedPattern"])
    assert re.search(r"\.\{0,600\}\$\)", parameters["PortalOrigins"]["AllowedPattern"])

    size = sum(len(name) + longest.get(_parameter(value), 80) for name, value in variables.items())

    assert size <= MOST_OF_AN_ENVIRONMENT


def _route(permission: dict[str, object]) -> str:
    """Method and path as they stand in the permission."""
    source = json.dumps(permission["SourceArn"])
    return re.search(r"\$\{__Stage__\}/([^\"]+)", source)[1]  # type: ignore[index]  # each has one


def _parameter(value: object) -> str:
    return str(value["Ref"]) if isinstance(value, dict) and "Ref" in value else ""
