"""The network that the functions that send run in: none of the operator's, unless subnets are given."""

from typing import Any

import pytest

from local.deploying.conditions import holds
from tests.infrastructure.cloudformation import FUNCTIONS, MAY_SEND, Stack, referred

SUBNETS = "subnet-01234567,subnet-89abcdef"
# What https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html allows.
INTERFACES = {
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
}


@pytest.mark.parametrize(("subnets", "inside"), [("", False), (SUBNETS, True)])
def test_functions_are_in_a_vpc_only_if_subnets_are_given(source: Stack, subnets: str, inside: bool) -> None:
    """Without the parameter there is no VPC."""
    assert holds(source.document, {"Condition": "InVpc"}, {"VpcSubnetIds": subnets}) is inside


GROUP = "sg-01234567"


def passes(source: Stack, rule: str, **lists: list[str]) -> bool:
    """Tell whether a rule lets lists of parameters through, as CloudFormation reads it."""

    def truth(expression: Any) -> bool:
        (function, argument), *_ = expression.items()
        if function == "Fn::Not":
            return not truth(argument[0])
        assert function == "Fn::EachMemberEquals"
        return all(member == argument[1] for member in lists[argument[0]["Ref"]])

    written = source.document["Rules"][rule]
    return not truth(written["RuleCondition"]) or all(truth(each["Assert"]) for each in written["Assertions"])


@pytest.mark.parametrize("none", [[""], []], ids=["one empty text", "no text"])
@pytest.mark.parametrize("rule", ["SubnetsHaveSecurityGroups", "SecurityGroupsHaveSubnets"])
def test_subnets_and_security_groups_come_together(source: Stack, rule: str, none: list[str]) -> None:
    """One without the other is refused before anything is made, whichever way an empty list is read."""
    given = {"VpcSubnetIds": SUBNETS.split(","), "VpcSecurityGroupIds": [GROUP]}
    alone = "VpcSubnetIds" if rule.startswith("Subnets") else "VpcSecurityGroupIds"

    assert passes(source, rule, **given)
    assert passes(source, rule, VpcSubnetIds=none, VpcSecurityGroupIds=none)
    assert not passes(source, rule, **{name: members if name == alone else none for name, members in given.items()})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_that_send_may_be_in_a_vpc(stack: Stack, function: str) -> None:
    """Those that POST to receivers, test sends included, and no others."""
    config: Any = stack.properties(function).get("VpcConfig")
    if function not in MAY_SEND:
        assert config is None
        return
    condition, inside, outside = config["Fn::If"]
    assert (condition, outside) == ("InVpc", {"Ref": "AWS::NoValue"})
    assert inside == {"SubnetIds": {"Ref": "VpcSubnetIds"}, "SecurityGroupIds": {"Ref": "VpcSecurityGroupIds"}}


def test_network_interfaces_are_for_lambda_and_not_for_code(stack: Stack) -> None:
    """Whatever SAM lets the roles do with network interfaces, no call of a function's code may."""
    policy = stack.properties("NetworkInterfacesAreForLambdaPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert {referred(role) for role in policy["Roles"]} == {f"{function}Role" for function in MAY_SEND}
    assert (statement["Effect"], statement["Resource"]) == ("Deny", "*")
    assert set(statement["Action"]) == INTERFACES
    assert statement["Condition"] == {"Null": {"lambda:SourceFunctionArn": "false"}}
