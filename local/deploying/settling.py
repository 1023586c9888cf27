"""What the emulator leaves undone after a deployment and a call can put right, one function a gap."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from local import aws
from local.deploying.deployment import Deployed
from local.settings import MAIL_FROM, Settings

Template = dict[str, Any]


def verify_sender(settings: Settings) -> None:
    """No mail leaves an address that is not verified, which on AWS is for the operator to see to."""
    mails = aws.client("sesv2", settings.aws_endpoint_url)
    with suppress(mails.exceptions.AlreadyExistsException):
        mails.create_email_identity(EmailIdentity=MAIL_FROM)


def allow_recursive_loops(template: Template, deployed: Deployed, settings: Settings) -> None:
    """`RecursiveLoop` in a template is ignored: a function that invokes itself is stopped after 16 hops."""
    functions = aws.client("lambda", settings.aws_endpoint_url)
    for logical_id, resource in template["Resources"].items():
        loop = resource["Properties"].get("RecursiveLoop") if resource["Type"] == "AWS::Lambda::Function" else None
        if loop:
            functions.put_function_recursion_config(FunctionName=deployed.physical_ids[logical_id], RecursiveLoop=loop)
