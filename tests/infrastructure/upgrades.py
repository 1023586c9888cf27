"""What an update of a deployed stack would lose: its template beside that of the last release.

While a function is updated, its handler runs for seconds on the layers that come: what a handler imports is noted, too.

What cannot be changed is known by others: CloudFormation's resource schemas, which cfn-lint brings along, name what is
given at creation only, and botocore's model of Cognito what `UpdateUserPool` does not take.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]  # it ships no types
from botocore.session import Session
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # it ships no types

from tests.infrastructure.cloudformation import FUNCTIONS, REGION, TEMPLATE_FILE, Stack, read_source

RELEASED_FILE = Path(__file__).with_name("released.yaml")
# Data, what others hold the name or the address of, and what waits in a queue. All else can be made anew unnoticed.
LASTING = {
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolResourceServer",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::Serverless::HttpApi",
}
# Its schema names nothing, and KMS has no call to compare with: https://docs.aws.amazon.com/AWSCloudFormation/latest/
# TemplateReference/aws-resource-kms-key.html says of each that it cannot be changed.
_OF_A_KEY = {"KeySpec", "KeyUsage", "MultiRegion", "Origin"}
_KEPT = ("Type", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Properties")

Resource = dict[str, Any]
Resources = dict[str, Resource]


class Released(NamedTuple):
    """What must live on of a release: its lasting resources, and what its handlers import, by logical id."""

    resources: Resources
    handlers: dict[str, list[str]]


def lasting(source: Stack) -> Resources:
    """Return the resources that must live through an update; of those that SAM makes, that there are such."""
    kept = {}
    for logical_id, resource in source.document["Resources"].items():
        if resource["Type"] in LASTING:
            is_sams = resource["Type"].startswith("AWS::Serverless::")
            keys = [key for key in _KEPT if key in resource and not (is_sams and key == "Properties")]
            kept[logical_id] = {key: resource[key] for key in keys}
    plain: Resources = json.loads(json.dumps(kept))
    return plain


def imports_of_handlers() -> dict[str, list[str]]:
    """Return what each function's handler takes from the layers: `module:name`, by logical id."""
    found = {}
    for function, folder in FUNCTIONS.items():
        tree = ast.parse((TEMPLATE_FILE.parent / folder / "app.py").read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        found[function] = [
            f"{node.module}:{alias.name}"
            for node in imports
            for alias in node.names
            if str(node.module).split(".")[0] in {"recado", "aws_lambda_powertools"}
        ]
    return found


def losses(released: Resources, now: Resources) -> Iterator[str]:
    """Yield what an update from one to the other would lose, or fail at, one sentence each."""
    for logical_id, before in released.items():
        after = now.get(logical_id)
        if after is None:
            yield f"{logical_id} is removed or renamed"
        elif after["Type"] != before["Type"]:
            yield f"{logical_id} is of another type"
        else:
            yield from (f"{logical_id}: {loss}" for loss in _losses(before, after))


def _losses(before: Resource, after: Resource) -> Iterator[str]:
    if before.get("Condition") != after.get("Condition"):
        yield "exists under another condition"
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        if "Retain" in before.get(policy, "") and "Retain" not in after.get(policy, ""):
            yield f"{policy} does not retain it any more"
    old, new = before.get("Properties", {}), after.get("Properties", {})
    for name in sorted(given_at_creation(before["Type"])):
        if old.get(name) != new.get(name):
            yield f"{name} cannot be changed"
    if before["Type"] == "AWS::DynamoDB::Table":
        yield from _losses_of_a_table(old, new)


def given_at_creation(resource_type: str) -> set[str]:
    """Return the properties whose change replaces a resource, or is refused."""
    if resource_type.startswith("AWS::Serverless::"):
        return set()
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema
    paths = [*schema.get("createOnlyProperties", []), *schema.get("conditionalCreateOnlyProperties", [])]
    names = {path.split("/")[2] for path in paths}
    if resource_type == "AWS::Cognito::UserPool":
        cognito = Session().get_service_model("cognito-idp")
        shapes = [cognito.operation_model(name).input_shape for name in ("CreateUserPool", "UpdateUserPool")]
        created, updated = (set(shape.members) if shape else set() for shape in shapes)
        # The schema calls by another name what both calls have.
        names |= (created - updated) - {"PoolName"}
    return names | (_OF_A_KEY if resource_type == "AWS::KMS::Key" else set())


def _losses_of_a_table(old: Resource, new: Resource) -> Iterator[str]:
    types, new_types = (_by(table["AttributeDefinitions"], "AttributeName") for table in (old, new))
    changed = [name for name in types.keys() & new_types.keys() if types[name] != new_types[name]]
    yield from (f"the attribute {name} of a key is of another type" for name in sorted(changed))
    if old.get("LocalSecondaryIndexes") != new.get("LocalSecondaryIndexes"):
        yield "LocalSecondaryIndexes cannot be changed"
    indexes, new_indexes = (_by(table.get("GlobalSecondaryIndexes", []), "IndexName") for table in (old, new))
    for name in sorted(indexes.keys() & new_indexes.keys()):
        if any(indexes[name].get(key) != new_indexes[name].get(key) for key in ("KeySchema", "Projection")):
            yield f"the index {name} would be deleted and made again: give the new one another name"
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
    if len(indexes.keys() ^ new_indexes.keys()) > 1:
        yield "an update makes one index or deletes one: release them one after the other"


def _by(items: list[Resource], key: str) -> Resources:
    return {item[key]: item for item in items}


def read_released() -> Released:
    """Return what was noted of the last release."""
    noted = yaml.safe_load(RELEASED_FILE.read_text(encoding="utf-8"))
    return Released(noted["resources"], noted["handlers"])


if __name__ == "__main__":
    sys.stdout.write(
        "# What was last released; `make released` writes it. Updates of the stacks that run must keep it.\n"
    )
    noted = {"resources": lasting(read_source()), "handlers": imports_of_handlers()}
    yaml.safe_dump(noted, sys.stdout, sort_keys=False, width=110)
