"""What the emulator leaves undone after a deployment and a call can put right, one function a gap."""

from __future__ import annotations

from typing import Any

from local import aws
from local.deploying.deployment import Deployed
from local.settings import Settings

Template = dict[str, Any]


def allow_recursive_loops(template: Template, deployed: Deployed, settings: Settings) -> None:
    """`RecursiveLoop` in a template is ignored: a function that invokes itself is stopped after 16 hops."""
    functions = aws.client("lambda", settings.aws_endpoint_url)
    for logical_id, resource in template["Resources"].items():
        loop = resource["Properties"].get("RecursiveLoop") if resource["Type"] == "AWS::Lambda::Function" else None
        if loop:
            functions.put_function_recursion_config(FunctionName=deployed.physical_ids[logical_id], RecursiveLoop=loop)
