"""`stack.json`, written and read."""

import json
from pathlib import Path

import pytest

from local import stack_file
from local.deploying.deployment import Deployed
from local.errors import LocalStackError
from local.settings import Settings

RESOURCES = {
    "EventBus": ("recado", "AWS::Events::EventBus"),
    "AlertTopic": ("arn:topic", "AWS::SNS::Topic"),
    "BatchQueue": ("http://127.0.0.1:1/000000000000/batch", "AWS::SQS::Queue"),
    "WebhooksTable": ("webhooks-1", "AWS::DynamoDB::Table"),
    "WebhookApiFunction": ("api-1", "AWS::Lambda::Function"),
    "UserPool": ("us-east-1_x", "AWS::Cognito::UserPool"),
    "ConsoleClient": ("client-1", "AWS::Cognito::UserPoolClient"),
}
TEMPLATE = {"Parameters": {"EventSource": {"Type": "String", "Default": "recado.publisher"}}}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A stack whose files lie in a directory of the test's own."""
    return Settings.from_env({"LOCAL_DIR": str(tmp_path), "PORT": "18000", "AWS_PORT": "14000"})


@pytest.fixture
def deployed() -> Deployed:
    """A stack with one resource of each kind that the file tells of."""
    return Deployed(
        {key: value for key, (value, _) in RESOURCES.items()}, {key: kind for key, (_, kind) in RESOURCES.items()}
    )


def test_what_is_written_can_be_read(settings: Settings, deployed: Deployed) -> None:
    """Nothing gets lost between the processes."""
    stack = stack_file.describe(TEMPLATE, {}, deployed, settings)

    stack_file.write(stack, settings)

    assert stack_file.read(settings) == stack
    assert [path.name for path in settings.directory.iterdir()] == ["stack.json"]


def test_the_names_in_the_file_are_the_documented_ones(settings: Settings, deployed: Deployed) -> None:
    """Logical ids lead to physical names, queues to URLs on today's port."""
    stack_file.write(stack_file.describe(TEMPLATE, {}, deployed, settings), settings)

    content = json.loads(settings.stack_file.read_text())

    assert content.pop("signIn")["clientIds"] == {"ConsoleClient": "client-1"}
    assert content == {
        "apiUrl": "http://127.0.0.1:18000",
        "consoleUrl": "http://127.0.0.1:18000/console",
        "awsEndpointUrl": "http://127.0.0.1:14000",
        "region": "us-east-1",
        "eventBusName": "recado",
        "eventSource": "recado.publisher",
        "alertTopicArn": "arn:topic",
        "functions": {"WebhookApiFunction": "api-1"},
        "tables": {"WebhooksTable": "webhooks-1"},
        "queues": {"BatchQueue": "http://127.0.0.1:14000/000000000000/batch"},
    }


def test_no_file_means_no_stack(settings: Settings) -> None:
    """The message says how to get one."""
    with pytest.raises(LocalStackError, match=r"no stack is running in .*; start it with `make start`"):
        stack_file.read(settings)
