"""A stack of somebody else's, and the secrets that it shares with Recado."""

import json
from collections.abc import Callable, Iterator

import boto3
import pytest

from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.cloudformation import AnswerPlace, CloudFormation
from tests.support.system import System


@pytest.fixture
def api(system: System) -> ApiClient:
    """Give the API, for the account that the webhook is to be of."""
    return ApiClient(system, ApiDocument())


@pytest.fixture
def cloudformation(system: System, api: ApiClient) -> Iterator[CloudFormation]:
    """Give CloudFormation, with a resource of this account."""
    with AnswerPlace() as place:
        yield CloudFormation(system, place, api.account)


@pytest.fixture
def secret(system: System) -> Iterator[Callable[[object], str]]:
    """`secret(value)` keeps a text, or an object as JSON, as the secret `recado/orders`, and returns its ARN."""
    assert system
    client = boto3.client("secretsmanager")
    arns: list[str] = []

    def keep(value: object) -> str:
        text = value if isinstance(value, str) else json.dumps(value)
        if arns:
            client.put_secret_value(SecretId=arns[0], SecretString=text)
        else:
            arns.append(client.create_secret(Name="recado/orders", SecretString=text)["ARN"])
        return arns[0]

    yield keep
    for arn in arns:
        client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
