"""What calls need of IAM, and what the template's roles allow: pairs of an action and a resource of the template."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from tests.infrastructure.cloudformation import as_list, referred, statements_of
from tests.support.aws.aws_calls import Call
from tests.support.aws.stack import Stack, template


class Grant(NamedTuple):
    """The right to one IAM action on one resource, by its logical id; `<table>/index/<name>`, `<table>/stream`, `*`."""

    action: str
    resource: str


# A batch call needs the right to the single one
# (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html).
_ACTIONS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "Invoke": "InvokeFunction",
}
_PREFIXES = {"sesv2": "ses"}
# A transaction needs the rights to its parts
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html).
_PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


@cache
def granted(function: str) -> set[Grant]:
    """Return what the role of a function allows, the policy for its log apart."""
    return {
        Grant(action, _name_of(resource, statement))
        for statement in statements_of(template(), f"{function}Role")
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def _name_of(resource: Any, statement: dict[str, Any]) -> str:
    if resource == "*":
        return "*"
    # Of mails the sender is what counts: on whose identities, is SES's choice.
    if str(resource.get("Fn::Sub", "")).endswith(f":secret:{_SECRETS}"):
        return _SECRETS
    sender = statement.get("Condition", {}).get("StringEquals", {}).get("ses:FromAddress")
    return referred(sender or resource) + ("/stream" if _is_stream(resource) else "")


def _is_stream(resource: dict[str, Any]) -> bool:
    return bool(resource.get("Fn::GetAtt", [""])[-1] == "StreamArn")


def needed(calls: Iterable[Call], stack: Stack, function: str) -> set[Grant]:
    """Return what those of the calls need that the function made.

    Raises `LookupError` for a service that is not known here, or a resource that the function is not told of.
    """
    names = _names(stack, function)
    grants = set()
    for call in calls:
        for action, resource in _rights(call) if call.function == function else ():
            name, slash, index = resource.partition("/index/")
            if name not in names:
                raise LookupError(f"{function}: {call.service}:{action} on {resource}, which is not in its environment")
            grants.add(Grant(f"{_PREFIXES.get(call.service, call.service)}:{action}", names[name] + slash + index))
    return grants


def _rights(call: Call) -> Iterator[tuple[str, str]]:
    """The actions and the physical resources of a call."""
    if call.service not in _RESOURCES:
        raise LookupError(f"tests/support/aws/permissions.py does not know what {call.service} calls are made on")
    if call.operation.startswith("Transact"):
        for entry in call.parameters["TransactItems"]:
            for part, settings in entry.items():
                yield _PARTS[part], settings["TableName"]
        return
    for resource in _RESOURCES[call.service](call.parameters):
        yield _ACTIONS.get(call.operation, call.operation), resource


def _tables(parameters: dict[str, Any]) -> list[str]:
    if "RequestItems" in parameters:
        return list(parameters["RequestItems"])
    index = parameters.get("IndexName")
    return [parameters["TableName"] + (f"/index/{index}" if index else "")]


# A decryption names no key, the ciphertext does; the template has one key.
_KEY = "the key of the ciphertext"
# Secrets are of the stacks of others: the template knows the beginning of their names.
_SECRETS = "recado/*"
_RESOURCES: dict[str, Callable[[dict[str, Any]], Iterable[str]]] = {
    "dynamodb": _tables,
    "sqs": lambda parameters: [parameters["QueueUrl"]],
    "kms": lambda parameters: [parameters.get("KeyId", _KEY)],
    "sns": lambda parameters: [parameters["TopicArn"]],
    "events": lambda parameters: {entry["EventBusName"] for entry in parameters["Entries"]},
    "lambda": lambda parameters: [parameters["FunctionName"]],
    "sesv2": lambda parameters: [parameters["FromEmailAddress"]],
    "secretsmanager": lambda parameters: [
        _SECRETS if ":secret:recado/" in parameters["SecretId"] else parameters["SecretId"]
    ],
}


def _names(stack: Stack, function: str) -> dict[str, str]:
    """The logical ids of the resources that a function is told of, by what it is told."""
    environment = stack.environment(function)
    variables = template().properties(function)["Environment"]["Variables"]
    (only_key,) = template().of_type("AWS::KMS::Key")
    told = {
        value: referred(variables[name])
        for name, value in environment.items()
        if isinstance(variables.get(name), dict) and variables[name].keys() & {"Ref", "Fn::GetAtt"}
    }
    return {environment["AWS_LAMBDA_FUNCTION_NAME"]: function, _KEY: only_key, _SECRETS: _SECRETS, **told}
