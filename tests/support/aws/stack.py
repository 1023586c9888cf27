"""The template's tables, queues, key and bus on moto, made by moto's CloudFormation from the template itself.

Making them takes longer than most tests do, so a process makes them once and empties them for each test.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Self

import boto3
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.infrastructure.cloudformation import REGION, read_source, translate
from tests.infrastructure.cloudformation import Stack as Template
from tests.support.aws.api_calls import in_turns
from tests.support.aws.transactions import cheap_transactions
from tests.support.catalogue import FOLDER

STACK_NAME = "recado"
MAIL_FROM = "alerts@platform.example"
API_ID = "a1b2c3d4e5"
_DEPLOYED_TYPES = (
    "AWS::DynamoDB::Table",
    "AWS::SQS::Queue",
    "AWS::KMS::Key",
    "AWS::Events::EventBus",
    "AWS::SNS::Topic",
)

CONSOLE_ENVIRONMENT = {
    "CONSOLE_CLIENT_ID": "console-client",
    "CLI_CLIENT_ID": "cli-client",
    "CONSOLE_SCOPES": "openid recado/webhooks.read recado/webhooks.write",
    "ISSUER": "https://login.example.com",
    "AUTHORIZATION_URL": "https://login.example.com/oauth2/authorize",
    "TOKEN_URL": "https://login.example.com/oauth2/token",
    "LOGOUT_URL": "https://login.example.com/logout",
    "REVOCATION_URL": "https://login.example.com/oauth2/revoke",
    "GROUPS_CLAIM": "cognito:groups",
}


class Stack:
    """The deployed stack: physical names, and each function's environment as CloudFormation resolves it."""

    def __init__(self, resources: dict[str, str], environments: dict[str, dict[str, str]]) -> None:
        self._resources = resources
        self._environments = environments

    @classmethod
    def deploy(cls, parameters: dict[str, str], stack_name: str = STACK_NAME) -> Self:
        """Create what the functions need; the functions themselves run in the test's process."""
        variables = {
            logical_id: function["Environment"]["Variables"]
            for logical_id, function in template().of_type("AWS::Lambda::Function").items()
            if logical_id != "ConsoleFunction"  # its settings are those of the sign-in, which is not made here
        }
        # CloudFormation resolves what the variables refer to, if they are outputs; those have names without a sign.
        names = {
            f"{function}{position}": (function, name)
            for function in variables
            for position, name in enumerate(variables[function])
        }
        document = {
            "Parameters": template().document["Parameters"],
            "Resources": {k: v for k, v in template().document["Resources"].items() if v["Type"] in _DEPLOYED_TYPES},
            "Outputs": {
                output: {"Value": _as_moto_resolves(variables[function][name])}
                for output, (function, name) in names.items()
            },
        }
        cloudformation = boto3.client("cloudformation")
        cloudformation.create_stack(
            StackName=stack_name,
            TemplateBody=json.dumps(document),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in {"MailFrom": MAIL_FROM, **parameters}.items()
            ],
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack_name, WaiterConfig={"Delay": 1})
        resources = cloudformation.describe_stack_resources(StackName=stack_name)["StackResources"]
        outputs = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]["Outputs"]
        environments: dict[str, dict[str, str]] = {function: {} for function in variables}
        for output in outputs:
            function, name = names[output["OutputKey"]]
            environments[function][name] = output["OutputValue"]
        environments["ConsoleFunction"] = CONSOLE_ENVIRONMENT
        return cls({r["LogicalResourceId"]: r.get("PhysicalResourceId", "") for r in resources}, environments)

    def physical_id(self, logical_id: str) -> str:
        """Return a table's name, a queue's URL or a key's id."""
        return self._resources[logical_id]

    @property
    def names(self) -> dict[str, str]:
        """The logical ids of all that was made, by physical id."""
        return {physical: logical for logical, physical in self._resources.items()}

    def environment(self, function: str) -> dict[str, str]:
        """Return the variables that a function is given, those of Lambda itself included."""
        variables = {**self._environments[function], "AWS_LAMBDA_FUNCTION_NAME": f"{STACK_NAME}-{function}"}
        # Where the layer is on AWS.
        return variables | ({"CATALOGUE": FOLDER} if variables.get("CATALOGUE") == "/opt" else {})

    def functions_with(self, variable: str) -> list[str]:
        """Return the functions that are given a variable."""
        return [function for function, variables in self._environments.items() if variable in variables]

    def change_environment(self, function: str, **variables: str) -> None:
        """Give a function other variables, which count from its next cold start on."""
        self._environments[function] |= variables

    def timeout_seconds(self, function: str) -> float:
        """Return how long a function may run."""
        return float(template().properties(function)["Timeout"])


@contextmanager
def deployed(**parameters: str) -> Iterator[Stack]:
    """Give a stack with these parameters, as empty as a new one."""
    with aws():
        made = _made(*parameters.items())
        empty()
        yield Stack(made._resources, {function: dict(variables) for function, variables in made._environments.items()})


@contextmanager
def aws() -> Iterator[None]:
    """Give AWS as it is in this process, with the stacks that were made before; moto breaks under threads."""
    mocked = mock_aws()
    mocked.start(reset=False)
    try:
        with in_turns(), cheap_transactions():
            yield
    finally:
        mocked.stop(remove_data=False)


@cache
def _made(*parameters: tuple[str, str]) -> Stack:
    return Stack.deploy(dict(parameters), "-".join([STACK_NAME, *(name for name, _ in parameters)]))


def empty() -> None:
    """Forget every item, change, message and subscription, and the queues that a test has made for itself."""
    for table in _backend(dynamodb_backends).tables.values():
        table.items.clear()
        if table.stream_shard:
            table.stream_shard.items.clear()
    sqs = _backend(sqs_backends)
    for name, queue in list(sqs.queues.items()):
        if name.startswith(STACK_NAME):
            queue._messages, queue._pending_messages, queue.last_purged_at = [], set(), None
        else:
            del sqs.queues[name]
    _backend(sns_backends).subscriptions.clear()


def _backend(backends: BackendDict[Any]) -> Any:
    return backends[DEFAULT_ACCOUNT_ID][REGION]


def _as_moto_resolves(value: Any) -> Any:
    """Return the value without what moto gets wrong: a `Ref` to a bus is an object of its own there, an API is not."""
    if isinstance(value, dict) and value.get("Ref") in template().of_type("AWS::Events::EventBus"):
        return {"Fn::GetAtt": [value["Ref"], "Name"]}
    return API_ID if value == {"Ref": "HttpApi"} else value


@cache
def template() -> Template:
    """Return the template, translated once."""
    return translate(read_source())


def sqs_event(queue_arn: str, messages: list[Any]) -> dict[str, Any]:
    """Return the event with which Lambda hands these received messages to a function."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": "us-east-1",
            }
            for message in messages
        ]
    }
