"""The templates of the examples, deployed beside Recado on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local import aws
from local.deploying import gaps, packaging, translation
from tests.e2e.support.instance import Instance
from tests.e2e.support.receiving_examples import FOLDER
from tests.e2e.support.recipes import RecipeReceiver

LAMBDA = "lambda/app.py"
_PATIENCE = {"Delay": 1, "MaxAttempts": 60}


def deploy(instance: Instance, folder: Path, name: str, parameters: dict[str, str]) -> dict[str, str]:
    """Deploy the template of a folder as the stack of this name, and return its resources: logical id → physical id."""
    packed, packages = packaging.package(_with_code_uris(translation.read(folder / "template.yaml")), folder)
    packaging.upload(packages, instance.settings)
    translated = gaps.expand_http_api(translation.translate(packed, parameters))
    for resource in translated["Resources"].values():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            # Its tags name the one API that the front knows: Recado's.
            del resource["Properties"]["Tags"]
    cloudformation = aws.client("cloudformation", instance.stack.aws_endpoint_url)
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(translated),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=_PATIENCE)
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}


@contextmanager
def deployed_receiver(instance: Instance, secret: str) -> Iterator[RecipeReceiver]:
    """The receiver in Lambda behind an API of its own, as its template has it; what it prints is in its log."""
    endpoint = instance.stack.aws_endpoint_url
    resources = deploy(instance, FOLDER / "lambda", "receiver", {"WebhookSecret": secret})
    logs = aws.client("logs", endpoint)
    group = f"/aws/lambda/{resources['HookFunction']}"

    def printed() -> str:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        return "\n".join(event["message"] for event in pages.search("events[]"))

    try:
        yield RecipeReceiver(f"{endpoint}/_aws/execute-api/{resources['ServerlessHttpApi']}/$default/hook", printed)
    finally:
        cloudformation = aws.client("cloudformation", endpoint)
        cloudformation.delete_stack(StackName="receiver")
        cloudformation.get_waiter("stack_delete_complete").wait(StackName="receiver", WaiterConfig=_PATIENCE)


def _with_code_uris(template: dict[str, Any]) -> dict[str, Any]:
    """The template with the folder of the code in each function, as the local deployment wants it."""
    code = template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"].setdefault("CodeUri", code)
    return template
