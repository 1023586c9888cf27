"""CloudFormation's conditions, evaluated."""

from typing import Any

import pytest

from local.deploying.conditions import wanted_resources

TEMPLATE: dict[str, Any] = {
    "Parameters": {"Issuer": {"Type": "String", "Default": ""}, "Email": {"Type": "String", "Default": ""}},
    "Conditions": {
        "OwnIdentity": {"Fn::Equals": [{"Ref": "Issuer"}, ""]},
        "HasEmail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Email"}, ""]}]},
        "Both": {"Fn::And": [{"Condition": "OwnIdentity"}, {"Condition": "HasEmail"}]},
        "Either": {"Fn::Or": [{"Condition": "OwnIdentity"}, {"Condition": "HasEmail"}]},
    },
    "Resources": {
        "Always": {"Type": "A"},
        "Pool": {"Type": "A", "Condition": "OwnIdentity"},
        "Mail": {"Type": "A", "Condition": "HasEmail"},
        "Two": {"Type": "A", "Condition": "Both"},
        "One": {"Type": "A", "Condition": "Either"},
    },
}


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [
        ({}, {"Always", "Pool", "One"}),
        ({"Email": "a@example.com"}, {"Always", "Pool", "Mail", "Two", "One"}),
        ({"Issuer": "https://issuer"}, {"Always"}),
        ({"Issuer": "https://issuer", "Email": "a@example.com"}, {"Always", "Mail", "One"}),
    ],
)
def test_only_resources_whose_condition_holds_are_wanted(parameters: dict[str, str], wanted: set[str]) -> None:
    """Parameters override defaults, and conditions may build on each other."""
    assert set(wanted_resources(TEMPLATE, parameters)) == wanted


def test_an_unknown_function_is_refused() -> None:
    """A condition that is not understood must not count as true or false."""
    template = {**TEMPLATE, "Conditions": {"OwnIdentity": {"Fn::Contains": []}}}

    with pytest.raises(ValueError, match="Fn::Contains"):
        wanted_resources(template, {})


@pytest.mark.parametrize(("given", "wanted"), [({}, set()), ({"Subnets": "subnet-1,subnet-2"}, {"Network"})])
def test_a_list_is_given_if_it_has_a_member(given: dict[str, str], wanted: set[str]) -> None:
    """A list cannot be compared: its members are joined."""
    template = {
        "Parameters": {"Subnets": {"Type": "CommaDelimitedList", "Default": ""}},
        "Conditions": {"InVpc": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Subnets"}]}, ""]}]}},
        "Resources": {"Network": {"Type": "A", "Condition": "InVpc"}},
    }

    assert set(wanted_resources(template, given)) == wanted
