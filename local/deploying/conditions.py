"""Which resources of a template exist under given parameters: CloudFormation's conditions, evaluated."""

from __future__ import annotations

from typing import Any, TypeAlias

Template = dict[str, Any]
# A value in a template may be of any type.
Value: TypeAlias = Any


def wanted_resources(template: Template, parameters: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The template's resources whose condition holds."""
    values = {name: str(spec.get("Default", "")) for name, spec in template.get("Parameters", {}).items()} | parameters
    return {
        logical_id: resource
        for logical_id, resource in template["Resources"].items()
        if "Condition" not in resource or holds(template, {"Condition": resource["Condition"]}, values)
    }


def holds(template: Template, condition: dict[str, Any], values: dict[str, str]) -> bool:
    """Whether one condition expression is true for the parameters' values."""
    (function, argument), *_ = condition.items()
    if function == "Condition":
        return holds(template, template["Conditions"][argument], values)
    if function == "Fn::Equals":
        left, right = (_value(item, values) for item in argument)
        return left == right
    results = (holds(template, item, values) for item in argument)
    if function == "Fn::Not":
        return not next(results)
    if function == "Fn::And":
        return all(results)
    if function == "Fn::Or":
        return any(results)
    raise ValueError(f"a condition cannot use {function}")


def _value(item: Value, values: dict[str, str]) -> str:
    if isinstance(item, dict):
        (function, argument), *_ = item.items()
        if function == "Ref":
            return values.get(str(argument), str(argument))
        if function == "Fn::Join" and isinstance(argument[1], dict):
            # A list is given as one text, its members separated by commas.
            return str(argument[0]).join(_value(argument[1], values).split(","))
        raise ValueError(f"a condition cannot compare {function}")
    return str(item)
