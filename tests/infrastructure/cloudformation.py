"""The template as the tests read it: the stack that CloudFormation would be given."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform  # type: ignore[import-untyped]  # it ships no types
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # it ships no types

TEMPLATE_FILE = Path(__file__).parents[2] / "template.yaml"
REGION = "us-east-1"
FUNCTIONS = {
    "WebhookApiFunction": "functions/webhook_api/",
    "RealtimeDispatcherFunction": "functions/realtime_dispatcher/",
    "BatchDispatcherFunction": "functions/batch_dispatcher/",
    "RedeliveryFunction": "functions/redelivery/",
    "DeliveryCounterFunction": "functions/delivery_counter/",
    "AlertMailerFunction": "functions/alert_mailer/",
    "WebhookResourceFunction": "functions/webhook_resource/",
    "ConsoleFunction": "functions/console/",
}
MAY_SEND = ("WebhookApiFunction", "RealtimeDispatcherFunction", "BatchDispatcherFunction", "RedeliveryFunction")
QUEUES = ("BatchQueue", "RedeliveryQueue", "DeadLetterQueue", "UncountedQueue")

Properties = dict[str, Any]


class NoManagedPolicies:
    """Stands for the list of AWS managed policies, which could only be read from AWS."""

    def load(self) -> dict[str, str]:
        """Know no policy."""
        return {}


@dataclass(frozen=True)
class Stack:
    """A template, by its resources."""

    document: dict[str, Any]

    def of_type(self, resource_type: str) -> dict[str, Properties]:
        """Return the properties of every resource of a type, by logical id."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.document["Resources"].items()
            if resource["Type"] == resource_type
        }

    def properties(self, logical_id: str) -> Properties:
        """Return the properties of one resource."""
        properties: Properties = self.document["Resources"][logical_id]["Properties"]
        return properties

    def with_defaults(self, value: Any) -> Any:
        """Return a value with each reference to a parameter replaced by the parameter's default."""
        if isinstance(value, list):
            return [self.with_defaults(item) for item in value]
        if isinstance(value, dict):
            parameter = self.document["Parameters"].get(value.get("Ref"))
            if parameter is not None:
                return parameter["Default"]
            return {key: self.with_defaults(item) for key, item in value.items()}
        return value


def read_source() -> Stack:
    """Return the template as it is written."""
    return Stack(yaml_parse(TEMPLATE_FILE.read_text(encoding="utf-8")))


def translate(source: Stack) -> Stack:
    """Return the stack that SAM makes of a template, whose code counts as uploaded."""
    for resource in source.document["Resources"].values():
        for key in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][key] = {"Bucket": "artifacts", "Key": "package.zip"}
    return Stack(transform(source.document, {}, NoManagedPolicies()))


def referred(value: Any) -> str:
    """Return the logical id that a `Ref` or `Fn::GetAtt` points to, with the path to an index if there is one."""
    if "Ref" in value:
        return str(value["Ref"])
    if "Fn::Sub" in value:
        return str(value["Fn::Sub"]).replace("${", "").replace(".Arn}", "")
    return str(value["Fn::GetAtt"][0])


def as_list(value: Any) -> list[Any]:
    """Return a value that may be one or many as a list."""
    return value if isinstance(value, list) else [value]


def statements_of(stack: Stack, role: str) -> Iterator[Properties]:
    """Yield the statements of every policy that a role has."""
    for policy in stack.properties(role).get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]
    for policy in stack.of_type("AWS::IAM::Policy").values():
        if role in map(referred, policy["Roles"]):
            yield from policy["PolicyDocument"]["Statement"]


def policy_documents(stack: Stack) -> Iterator[Properties]:
    """Yield every policy document of the stack, of roles as of queues, topics, buses and keys."""
    for resource in stack.document["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("PolicyDocument", "KeyPolicy"):
            if key in properties:
                yield properties[key]
        if resource["Type"] == "AWS::Events::EventBusPolicy":
            yield {"Statement": [properties["Statement"]]}
        for policy in properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
            yield policy["PolicyDocument"]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(translate(read_source()).document, indent=2))
