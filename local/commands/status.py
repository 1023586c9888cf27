"""`make status` and `make drain`: what runs and what waits, and the batch queue emptied now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from local import aws, identity, lifecycle, stack_file, tokens
from local.errors import LocalStackError
from local.settings import Settings
from local.stack_file import Stack

_SECONDS = 35.0
_DEPTHS = {
    "ApproximateNumberOfMessages": "ready",
    "ApproximateNumberOfMessagesNotVisible": "being handled or put off",
    "ApproximateNumberOfMessagesDelayed": "delayed",
}


def running_stack(settings: Settings) -> Stack:
    """The running stack, or a clear word that none runs."""
    if not lifecycle.is_running(settings):
        raise LocalStackError("no stack is running; start it with `make start`")
    return stack_file.read(settings)


def status(settings: Settings) -> str:
    """Addresses, processes, the depths of the queues, and what waits for each webhook; or that nothing runs."""
    if not lifecycle.is_running(settings):
        left = ", ".join(f"{name} {pid}" for name, pid in lifecycle.process_ids(settings).items())
        return "no stack is running; start it with `make start`" + (f" (left over: {left})" if left else "")
    stack = stack_file.read(settings)
    return "\n".join(
        (
            f"console  {stack.console_url}",
            f"API      {stack.api_url}",
            f"AWS      {stack.aws_endpoint_url}",
            "processes",
            *(f"  {name}: {pid}" for name, pid in lifecycle.process_ids(settings).items()),
            "queues",
            *(f"  {name}: {depth(stack, url)}" for name, url in sorted(stack.queues.items())),
            "webhooks",
            *(_webhook_lines(stack, settings) or ["  none"]),
        )
    )


def depth(stack: Stack, queue_url: str) -> str:
    """How many messages a queue holds, in words."""
    sqs = aws.client("sqs", stack.aws_endpoint_url)
    told = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(_DEPTHS))["Attributes"]
    counts = [f"{told[name]} {what}" for name, what in _DEPTHS.items() if int(told.get(name, 0))]
    return ", ".join(counts) or "empty"


def drain(settings: Settings) -> str:
    """Invoke the batch dispatcher once, and say what it did."""
    stack = running_stack(settings)
    functions = aws.client("lambda", stack.aws_endpoint_url)
    answer = functions.invoke(FunctionName=stack.functions["BatchDispatcherFunction"], Payload=b"{}")
    report: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise LocalStackError(f"the drain failed: {report.get('errorMessage', report)}")
    return told(report)


def told(report: dict[str, Any]) -> str:
    """A drain's report in words."""
    parts = [
        f"{report['received']} events taken from the batch queue and sent to their webhooks",
        *([f"{report['deadLetters']} of them now dead letters"] if report["deadLetters"] else []),
        *([f"{report['handedBack']} of them handed back to the queue"] if report["handedBack"] else []),
    ]
    return "; ".join(parts) if report["received"] else "the batch queue was empty"


def _webhook_lines(stack: Stack, settings: Settings) -> list[str]:
    token = tokens.token(stack, settings, identity.ACCOUNTS[0], tokens.ADMIN_SCOPE)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, trust_env=False, timeout=_SECONDS) as api:
        return [line for account in identity.ACCOUNTS for line in _lines_of(api, account)]


def _lines_of(api: httpx.Client, account: str) -> Iterator[str]:
    for webhook in api.get(f"/accounts/{account}/webhooks").raise_for_status().json()["webhooks"]:
        health = webhook["health"]["state"] if webhook["active"] else webhook["status"]
        name, waiting = webhook["name"], webhook.get("backlog", 0)
        yield f"  {account} {name} → {webhook['targetUrl']}: {health}, {waiting} waiting"
