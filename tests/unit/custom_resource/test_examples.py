"""Webhooks in templates, as examples and documentation show them: read as the custom resource reads them.

The CDK's example runs on a stand-in for the CDK's library, which is larger than everything else that the tests install;
Terraform's is parsed. The template of SAM is deployed by `tests/e2e/test_webhook_resource.py`.
"""

import runpy
import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import hcl2
import pytest
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # it ships no types

from recado.custom_resource.webhook_properties import wanted_changes
from recado.rules.webhook.registration import Changes
from tests.support.catalogue import SHIPPED
from tests.support.documentation.pages import blocks
from tests.support.functions import ROOT

INFRASTRUCTURE = ROOT / "examples" / "infrastructure"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:recado/courses-AbCdEf"
GENERATED = "f3TzQ8kLmN0pRsTuVwXyZ1aB2cD4eG5h"
TOKEN = "arn:aws:lambda:us-east-1:123456789012:function:recado"


def wanted(properties: dict[str, Any], references: dict[str, Any]) -> Changes:
    """Return the webhook of properties, with what they refer to in its place, as CloudFormation hands it on."""
    texts = as_text(properties, references)
    assert texts["AccountId"] == "1010"
    return wanted_changes(texts, lambda arn, _version: GENERATED if arn == ARN else "")


def as_text(value: Any, references: dict[str, Any]) -> Any:
    """Return a value with references resolved, and every number as text."""
    if isinstance(value, dict):
        if value.keys() == {"Ref"}:
            return as_text(references[value["Ref"]], references)
        return {name: as_text(each, references) for name, each in value.items()}
    if isinstance(value, list):
        return [as_text(each, references) for each in value]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return references.get(text, text.strip('"'))


def check(changes: Changes, name: str) -> None:
    """Hold what all examples have: events that there are, a signing secret by reference, and ten events a POST."""
    assert changes.name == name
    assert set(changes.event_names or ()) <= set(SHIPPED.names)
    assert changes.delivery["max_events"] == 10
    assert changes.authentication is not None
    assert changes.authentication.secret == GENERATED


def test_the_template_is_of_a_webhook() -> None:
    """SAM's and CloudFormation's own."""
    template = yaml_parse((INFRASTRUCTURE / "sam" / "template.yaml").read_text(encoding="utf-8"))
    defaults = {name: parameter.get("Default", TOKEN) for name, parameter in template["Parameters"].items()}
    webhook = template["Resources"]["CoursesWebhook"]

    assert webhook["Type"] == "Custom::RecadoWebhook"
    check(wanted(webhook["Properties"], {**defaults, "SigningSecret": ARN}), "Courses")
    assert template["Resources"]["SigningSecret"]["Properties"]["Name"] == {"Fn::Sub": "recado/${AWS::StackName}"}


def test_what_the_documentation_shows_is_a_webhook() -> None:
    """Its two resources together."""
    resources: dict[str, Any] = {}
    for block in blocks("docs/infrastructure.md", "yaml"):
        resources |= yaml_parse(block.text)

    secret = resources["SigningSecret"]["Properties"]
    assert (secret["Name"], secret["GenerateSecretString"]["PasswordLength"]) == ("recado/orders", len(GENERATED))
    check(
        wanted(resources["OrdersWebhook"]["Properties"], {"SigningSecret": ARN, "WebhookResourceArn": TOKEN}), "Orders"
    )


def unquoted(value: Any) -> Any:
    """Return what the parser gives, whose texts and names are in quotes, without them."""
    if isinstance(value, dict):
        return {name.strip('"'): unquoted(each) for name, each in value.items()}
    if isinstance(value, list):
        return [unquoted(each) for each in value]
    return value.strip('"') if isinstance(value, str) else value


def test_terraform_makes_a_stack_with_a_webhook() -> None:
    """By a template in JSON, of which the parts that Terraform knows are in their places."""
    read = unquoted(hcl2.loads((INFRASTRUCTURE / "terraform" / "main.tf").read_text(encoding="utf-8")))
    (local,) = read["locals"]
    made = [block.get("aws_cloudformation_stack", {}).get("courses_webhook") for block in read["resource"]]
    references = {
        "${var.webhook_resource_arn}": TOKEN,
        "${aws_secretsmanager_secret.signing.arn}": ARN,
        "${aws_secretsmanager_secret_version.signing.version_id}": "terraform-20260101000000000000000001",
    }

    (stack,) = filter(None, made)
    assert stack["template_body"] == "${jsonencode(local.template)}"
    webhook = local["template"]["Resources"]["Webhook"]
    assert webhook["Type"] == "Custom::RecadoWebhook"
    check(wanted(webhook["Properties"], references), "Courses")


@dataclass
class StandIn:
    """What takes the place of the CDK's constructs: it notes what it is made with."""

    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    def construct(self, kind: str, **members: Any) -> Any:
        """Return a class of this name."""

        def make(*_scope_and_id: Any, **settings: Any) -> Any:
            self.made[kind] = settings
            return SimpleNamespace(**members)

        return make


def test_the_cdk_makes_a_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its construct for custom resources, which hands properties on as they are."""
    cdk, secrets, noted = ModuleType("aws_cdk"), ModuleType("aws_cdk.aws_secretsmanager"), StandIn()
    cdk.__dict__.update(
        App=noted.construct("App", synth=lambda: None),
        Stack=noted.construct("Stack"),
        CustomResource=noted.construct("CustomResource"),
        Duration=SimpleNamespace(minutes=lambda minutes: f"{minutes} minutes"),
    )
    secrets.__dict__.update(
        Secret=noted.construct("Secret", secret_arn=ARN), SecretStringGenerator=noted.construct("SecretStringGenerator")
    )
    monkeypatch.setitem(sys.modules, "aws_cdk", cdk)
    monkeypatch.setitem(sys.modules, "aws_cdk.aws_secretsmanager", secrets)
    monkeypatch.setenv("WEBHOOK_RESOURCE_ARN", TOKEN)

    runpy.run_path(str(INFRASTRUCTURE / "cdk" / "app.py"))

    resource = noted.made["CustomResource"]
    assert (resource["resource_type"], resource["service_token"]) == ("Custom::RecadoWebhook", TOKEN)
    assert noted.made["Secret"]["secret_name"].startswith("recado/")
    assert noted.made["SecretStringGenerator"] == {"password_length": len(GENERATED), "exclude_punctuation": True}
    check(wanted(resource["properties"], {}), "Courses")
