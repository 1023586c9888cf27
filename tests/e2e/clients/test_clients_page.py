"""The page about the clients: its programs, run as they stand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local import aws
from local.listener import Listener
from local.stack_file import Stack
from tests.e2e.clients.programs import ran_by_node
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import ARRIVES, until
from tests.support.documentation import pages

NAME = "COURSE_ENROLLMENT"


def blocks(language: str) -> list[str]:
    """The page's code blocks in this language."""
    return [block.text for block in pages.blocks("docs/clients.md", language)]


@pytest.fixture
def delivered(
    add_webhook: Callable[..., dict[str, Any]], listener: Listener, publish: Callable[..., str], api: ApiClient
) -> tuple[str, str]:
    """A webhook with a filter, and the event that it got."""
    webhook_id = add_webhook(listener.url, NAME, filter="data.total")["webhookId"]
    event_id = publish(NAME, data={"total": 1})
    listener.wait_for(1, ARRIVES)
    log = f"{WEBHOOKS}/{webhook_id}/deliveries?status=DELIVERED"
    until(lambda: api.get(log).json()["deliveries"], "a delivery in the log")
    return webhook_id, event_id


def test_python_reads_changes_and_publishes(
    delivered: tuple[str, str],
    stack: Stack,
    token_for: Callable[..., str],
    *,
    listener: Listener,
    api: ApiClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The deliveries are printed, the filter is gone, and an event that the page's helper published arrives."""
    webhook_id, event_id = delivered
    client, _receiver, publisher = blocks("python")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("boto3.client", lambda service: aws.client(service, stack.aws_endpoint_url))
    account = {"account_id": ACCOUNT, "webhook_id": webhook_id}
    exec(client, {"api_url": stack.api_url, "token": token_for(ACCOUNT), **account})  # noqa: S102  the page's own
    exec(  # noqa: S102  the page's own
        publisher.replace("order.paid", NAME),
        {"bus_name": stack.event_bus_name, "event_source": stack.event_source, **account},
    )

    assert f"{event_id} DELIVERED" in capsys.readouterr().out
    assert "filter" not in api.get(f"{WEBHOOKS}/{webhook_id}").json()
    assert listener.wait_for(2, ARRIVES)[1].event_ids == ["o-1001-paid"]


@pytest.mark.deep
def test_a_receiver_reads_what_it_missed(
    add_webhook: Callable[..., dict[str, Any]],
    publish: Callable[..., str],
    stack: Stack,
    *,
    api: ApiClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the secret alone: what came while its webhook was off, and it is on again."""
    webhook_id = add_webhook("http://127.0.0.1:9/hook", NAME, authentication={"type": "SIGNATURE"})["webhookId"]
    address = f"{WEBHOOKS}/{webhook_id}"
    api.patch(address, json={"active": False}).raise_for_status()
    event_id = publish(NAME)
    until(lambda: api.get(f"{address}/deliveries?status=SKIPPED").json()["deliveries"], "a delivery in the log")
    api.patch(address, json={"active": True}).raise_for_status()
    _client, program, _publisher = blocks("python")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    secret = api.get(f"{address}/signature").json()["secret"]
    told = {"api_url": stack.api_url, "secret": secret, "account_id": ACCOUNT, "webhook_id": webhook_id}
    exec(program, {**told, "since": "1700000000"})  # noqa: S102  the page's own

    assert capsys.readouterr().out == f"{event_id} SKIPPED\n"


@pytest.mark.deep
def test_typescript_reads_and_changes(
    delivered: tuple[str, str], stack: Stack, token_for: Callable[..., str], api: ApiClient, tmp_path: Path
) -> None:
    """The deliveries are printed, and the filter is gone."""
    webhook_id, event_id = delivered
    [program] = blocks("js")
    told = {"apiUrl": stack.api_url, "token": token_for(ACCOUNT), "accountId": ACCOUNT, "webhookId": webhook_id}

    printed = ran_by_node(f"const {{ {', '.join(told)} }} = process.env;\n{program}", tmp_path, told)

    assert printed.splitlines() == [f"{event_id} DELIVERED"]
    assert "filter" not in api.get(f"{WEBHOOKS}/{webhook_id}").json()
