"""Holds the template's policies against AWS's list of actions: `iam.py TRANSLATED_TEMPLATE`.

Ends with 1 if an action is unknown, if an ARN is malformed, or of a kind that an action knows nothing of, so that the
statement grants nothing. Both libraries carry AWS's list with them, of different dates; nobody is asked.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from parliament import analyze_policy_string
from policy_sentry.querying.actions import get_action_data

# Which statements may name everything is said by tests/infrastructure/access; a resource's own policy always does.
_EXPECTED = {"RESOURCE_STAR"}
_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": "recado",
    "AWS::NoValue": "",
}
_ARNS = {
    "AWS::DynamoDB::Table": "dynamodb:us-east-1:123456789012:table/{}",
    "AWS::Events::EventBus": "events:us-east-1:123456789012:event-bus/{}",
    "AWS::Events::Rule": "events:us-east-1:123456789012:rule/{}",
    "AWS::KMS::Key": "kms:us-east-1:123456789012:key/{}",
    "AWS::Lambda::Function": "lambda:us-east-1:123456789012:function:{}",
    "AWS::Logs::LogGroup": "logs:us-east-1:123456789012:log-group:{}:*",
    "AWS::SNS::Topic": "sns:us-east-1:123456789012:{}",
    "AWS::SQS::Queue": "sqs:us-east-1:123456789012:{}",
}


def resolved(value: Any, template: dict[str, Any]) -> Any:  # noqa: ANN401 # whatever JSON holds
    """A value with what it refers to, as ARNs of an example; raises `KeyError` for a resource without an example."""
    if isinstance(value, list):
        return [resolved(each, template) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(function, argument)] = value.items()
        if function in _FUNCTIONS:
            return _FUNCTIONS[function](argument, template)
    return {key: resolved(each, template) for key, each in value.items()}


def _referred(name: str, template: dict[str, Any]) -> str:
    if name in _PSEUDO:
        return _PSEUDO[name]
    if name in template.get("Parameters", {}):
        return str(template["Parameters"][name].get("Default") or _PSEUDO["AWS::AccountId"])
    is_topic = template["Resources"][name]["Type"] == "AWS::SNS::Topic"
    return _attribute([name, "TopicArn"], template) if is_topic else name


def _attribute(of: list[str], template: dict[str, Any]) -> str:
    name, attribute = of
    arn = "arn:aws:" + _ARNS[template["Resources"][name]["Type"]].format(name)
    return f"{arn}/stream/label" if attribute == "StreamArn" else arn


def _substituted(text: str, template: dict[str, Any]) -> str:
    def value_of(found: re.Match[str]) -> str:
        name, attribute = found.groups()
        return _attribute([name, attribute], template) if attribute else _referred(name, template)

    return re.sub(r"\$\{([\w:]+)(?:\.(\w+))?\}", value_of, text)


_FUNCTIONS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "Ref": _referred,
    "Fn::GetAtt": _attribute,
    "Fn::Sub": _substituted,
    "Fn::If": lambda argument, template: resolved(argument[1], template),
    "Fn::Split": lambda argument, template: resolved(argument[1], template).split(argument[0]),
}


def documents(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy document of a template, and the resource that has it."""
    for name, resource in template["Resources"].items():
        for found in _documents_in(resource.get("Properties", {})):
            yield name, resolved(found, template)


def _documents_in(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 # as above
    if isinstance(value, list):
        for each in value:
            yield from _documents_in(each)
    elif isinstance(value, dict):
        if "Statement" in value:
            yield {"Version": "2012-10-17", "Statement": _as_list(value["Statement"])}
        else:
            for key, each in value.items():
                if key != "AssumeRolePolicyDocument":  # what SAM writes, and without a resource
                    yield from _documents_in(each)


def problems(document: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a document, a line each."""
    for finding in analyze_policy_string(json.dumps(document)).findings:
        if finding.issue not in _EXPECTED:
            yield f"{finding.issue}: {finding.detail}"
    for statement in document["Statement"]:
        for action in _as_list(statement["Action"]):
            if not action.endswith("*"):
                yield from _problems_of(action, _as_list(statement.get("Resource", [])))


def _problems_of(action: str, resources: list[str]) -> Iterator[str]:
    known = get_action_data(*action.split(":"))
    if not known:
        yield f"{action} is unknown"
    elif resources not in ([], ["*"]) and all(
        each["resource_arn_format"] == "*" for each in next(iter(known.values()))
    ):
        yield f"{action} cannot be granted for {resources}, only for all resources"


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 # as above
    return value if isinstance(value, list) else [value]


def main(file: str) -> int:
    """Check a translated template, and say what came of it."""
    found = list(documents(json.loads(Path(file).read_text("utf-8"))))
    wrong = [f"{name}: {problem}" for name, document in found for problem in problems(document)]
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    sys.stdout.write(f"{len(found)} policies, {len(wrong)} problems\n")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
