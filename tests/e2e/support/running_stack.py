"""One stack for the end-to-end tests and the browser's, and what they talk to it with.

A plugin, named in `tests/conftest.py`: fixtures that two folders import would exist, and start a stack, twice.
Tests may run in several processes (`pytest -n`): the first that needs the stack starts it, all share it, each in
accounts of its own, and it is ended with the run.
"""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from local import aws, tokens
from local.listener import Listener
from local.processes import one_at_a_time
from local.stack_file import Stack
from tests.e2e.support import accounts, run
from tests.e2e.support.accounts import ACCOUNT, OTHER_ACCOUNT
from tests.e2e.support.client import EXCHANGES, WEBHOOKS, ApiClient
from tests.e2e.support.instance import Instance

TokenFor = Callable[..., str]
ApiFor = Callable[..., ApiClient]
AwsClient = Any
AddWebhook = Callable[..., dict[str, Any]]
Publish = Callable[..., str]


def pytest_configure() -> None:
    """Let what the tests start be interrupted, also where the tests run in the background of a shell.

    A shell makes its background ignore Ctrl-C, and so does whatever is started there, until somebody handles it again.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what this process has sent and got; the process that began the run ends the stack."""
    if hasattr(session.config, "workerinput"):
        run.leave(EXCHANGES)
    else:
        run.end()


@pytest.fixture(scope="session")
def instance() -> Instance:
    """The shared stack's commands, files and settings."""
    return run.shared_instance()


@pytest.fixture(scope="session")
def stack(instance: Instance) -> Stack:
    """The running stack, as `stack.json` tells of it."""
    return instance.stack


@pytest.fixture(scope="session")
def token_for(instance: Instance) -> TokenFor:
    """`token_for(ACCOUNT)` or `token_for(ACCOUNT, "recado/admin")`; each token is fetched once."""

    @cache
    def token(account: str, scope: str = tokens.DEFAULT_SCOPE) -> str:
        return accounts.token(instance.stack, instance.settings, account, scope)

    return token


@pytest.fixture(scope="session")
def api_for(stack: Stack, token_for: TokenFor) -> ApiFor:
    """`api_for(ACCOUNT)` or `api_for(ACCOUNT, scope)`: a client of the HTTP API for that account's admin."""
    return lambda *wanted: ApiClient(stack.api_url, token_for(*wanted))


@pytest.fixture(scope="session")
def api(api_for: ApiFor) -> ApiClient:
    """The HTTP API for the admin of this process's account."""
    return api_for(ACCOUNT)


@pytest.fixture(scope="session")
def other_api(api_for: ApiFor) -> ApiClient:
    """The HTTP API for the admin of this process's other account."""
    return api_for(OTHER_ACCOUNT)


@pytest.fixture(scope="session")
def admin_api(api_for: ApiFor) -> ApiClient:
    """The HTTP API for a machine that administers every account."""
    return api_for(ACCOUNT, tokens.ADMIN_SCOPE)


@pytest.fixture(scope="session")
def anonymous_api(stack: Stack) -> ApiClient:
    """The HTTP API without a token."""
    return ApiClient(stack.api_url)


@pytest.fixture
def listeners() -> Iterator[Callable[..., Listener]]:
    """`listeners(secrets=…)` opens a receiver on loopback; all are closed after the test."""
    with ExitStack() as opened:
        yield lambda *args, **kwargs: opened.enter_context(Listener(*args, **kwargs))


@pytest.fixture
def listener(listeners: Callable[..., Listener]) -> Listener:
    """One receiver on loopback that answers with success until told otherwise."""
    return listeners()


@pytest.fixture(scope="session")
def aws_client(stack: Stack) -> Callable[[str], AwsClient]:
    """`aws_client("sqs")`: a boto3 client of the emulated service."""
    return partial(aws.client, endpoint_url=stack.aws_endpoint_url)


@pytest.fixture(scope="session")
def publish(stack: Stack, aws_client: Callable[[str], AwsClient]) -> Callable[..., str]:
    """`publish("CI_STATS", 7, data={…}, eventId=…)` puts an event on the bus and returns its id."""
    events = aws_client("events")

    def put(name: str, account: int | str = int(ACCOUNT), **fields: object) -> str:
        usual = {"eventId": str(uuid4()), "timestamp": int(time.time() * 1000), "data": {}}
        detail = {"accountId": account, **usual, **fields}
        entry = {"Source": stack.event_source, "DetailType": name, "Detail": json.dumps(detail)}
        answer = events.put_events(Entries=[{**entry, "EventBusName": stack.event_bus_name}])
        assert answer["FailedEntryCount"] == 0
        return str(detail["eventId"])

    return put


@pytest.fixture
def queues_alone(instance: Instance) -> Iterator[None]:
    """Keep the tests of other processes from receiving what this one looks for in the queues that all share."""
    with one_at_a_time(instance.settings.directory.parent / "queues.lock"):
        yield


@pytest.fixture
def drain(
    stack: Stack,
    aws_client: Callable[[str], AwsClient],
    queues_alone: None,  # noqa: ARG001  nobody else drains meanwhile
) -> Callable[[], dict[str, Any]]:
    """`drain()` invokes the batch dispatcher at once, instead of waiting for its schedule, and returns its report."""
    functions = aws_client("lambda")

    def invoke() -> dict[str, Any]:
        answer = functions.invoke(FunctionName=stack.functions["BatchDispatcherFunction"], Payload=b"{}")
        report: dict[str, Any] = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, report
        return report

    return invoke


@pytest.fixture
def add_webhook(api: ApiClient) -> Iterator[AddWebhook]:
    """`add_webhook(url, "COURSE_ENROLLMENT")` registers a webhook, removed after the test."""
    added: list[str] = []

    def add(target_url: str, *event_names: str, **fields: object) -> dict[str, Any]:
        body = {"name": "test", "targetUrl": target_url, "eventNames": event_names, **fields}
        answer = api.post(WEBHOOKS, json=body)
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        webhook: dict[str, Any] = answer.json()
        added.append(webhook["webhookId"])
        return webhook

    yield add
    for webhook_id in added:
        api.delete(f"{WEBHOOKS}/{webhook_id}")
