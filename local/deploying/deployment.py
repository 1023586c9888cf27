"""The CloudFormation stack: created the first time, updated after that."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from local import aws
from local.aws import AwsClient
from local.deploying import packaging
from local.errors import LocalStackError
from local.settings import STACK_NAME, Settings

Template = dict[str, Any]

_POLL_SECONDS = 0.2
_MAX_POLLS = 600
# A stack in one of these states cannot be updated, and what it retains stands in the way of a new one.
_BEYOND_REPAIR = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED"}


@dataclass(frozen=True)
class Deployed:
    """What the stack consists of: logical id → physical id, and logical id → type."""

    physical_ids: dict[str, str]
    types: dict[str, str]

    def of_type(self, resource_type: str) -> dict[str, str]:
        """The physical ids of one type of resource, by logical id."""
        return {key: value for key, value in self.physical_ids.items() if self.types[key] == resource_type}


def deploy(template: Template, parameters: dict[str, str], settings: Settings) -> Deployed:
    """Create or update the stack and wait until it stands."""
    cloudformation = aws.client("cloudformation", settings.aws_endpoint_url)
    request = {
        "StackName": STACK_NAME,
        "TemplateURL": _store(template, settings),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }
    status = _status(cloudformation)
    if status in _BEYOND_REPAIR:
        raise LocalStackError(f"the stack is {status} since an earlier start; `make reset` deletes it")
    if status is None:
        cloudformation.create_stack(**request)
        _wait(cloudformation, "stack_create_complete")
    else:
        _update(cloudformation, request)
    return describe(settings)


def describe(settings: Settings) -> Deployed:
    """What the stack consists of now."""
    cloudformation = aws.client("cloudformation", settings.aws_endpoint_url)
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    resources = [item for page in pages for item in page["StackResourceSummaries"]]
    standing = [item for item in resources if item["ResourceStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}]
    return Deployed(
        {item["LogicalResourceId"]: item.get("PhysicalResourceId", "") for item in standing},
        {item["LogicalResourceId"]: item["ResourceType"] for item in standing},
    )


def _store(template: Template, settings: Settings) -> str:
    body = json.dumps(template).encode()
    key = f"template/{hashlib.sha256(body).hexdigest()[:32]}.json"
    aws.client("s3", settings.aws_endpoint_url).put_object(Bucket=packaging.CODE_BUCKET, Key=key, Body=body)
    return f"{settings.aws_endpoint_url}/{packaging.CODE_BUCKET}/{key}"


def _update(cloudformation: AwsClient, request: dict[str, Any]) -> None:
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return
        raise LocalStackError(f"the stack cannot be updated: {error}") from error
    _wait(cloudformation, "stack_update_complete")


def _wait(cloudformation: AwsClient, waiter: str) -> None:
    try:
        cloudformation.get_waiter(waiter).wait(
            StackName=STACK_NAME, WaiterConfig={"Delay": _POLL_SECONDS, "MaxAttempts": _MAX_POLLS}
        )
    except WaiterError as error:
        raise LocalStackError(f"the stack was not deployed: {_first_failure(cloudformation)}") from error


def _first_failure(cloudformation: AwsClient) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    failures = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    ]
    return failures[-1] if failures else "CloudFormation gives no reason"


def _status(cloudformation: AwsClient) -> str | None:
    try:
        status: str = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return status
