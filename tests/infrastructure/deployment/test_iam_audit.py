"""What `make audit` makes of what two libraries say about the template's policies; here they say what they are told."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.cloudformation import TEMPLATE_FILE

SCRIPT = TEMPLATE_FILE.parent / ".ci" / "iam.py"
PARLIAMENT = """
from types import SimpleNamespace
def analyze_policy_string(text):
    open("seen.txt", "a").write(text + "\\n")
    found = [("RESOURCE_STAR", "all")] if '"*"' in text else []
    found += [("INVALID_ARN", "few parts")] if "malformed" in text else []
    return SimpleNamespace(findings=[SimpleNamespace(issue=issue, detail=detail) for issue, detail in found])
"""
POLICY_SENTRY = """
KNOWN = {"Query": "arn:aws:dynamodb:table/${TableName}", "ListStreams": "*"}
def get_action_data(service, action):
    return {service: [{"resource_arn_format": KNOWN[action]}]} if action in KNOWN else {}
"""
TABLE = {"Fn::GetAtt": ["Table", "Arn"]}


def audited(folder: Path, action: Any, resource: Any) -> tuple[int, str]:
    """Return how the script ends and what it says when a role may do this; the policy is left in `seen.txt`."""
    folder.mkdir(exist_ok=True)
    (folder / "parliament.py").write_text(PARLIAMENT)
    (folder / "policy_sentry" / "querying").mkdir(parents=True)
    (folder / "policy_sentry" / "querying" / "actions.py").write_text(POLICY_SENTRY)
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
    template = {
        "Parameters": {"Name": {"Default": "malformed"}},
        "Resources": {
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"Policies": [policy], "AssumeRolePolicyDocument": trust},
            },
        },
    }
    (folder / "template.json").write_text(json.dumps(template))
    done = subprocess.run(  # noqa: S603  the command is this project's own
        [sys.executable, SCRIPT, "template.json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr + done.stdout


@pytest.mark.parametrize(
    ("resource", "arn"),
    [
        (TABLE, "table/Table"),
        ({"Fn::GetAtt": ["Table", "StreamArn"]}, "table/Table/stream/label"),
        ({"Fn::Sub": "${Table.Arn}/index/due"}, "table/Table/index/due"),
    ],
)
def test_a_policy_is_looked_at_with_the_arns_that_it_will_have(tmp_path: Path, resource: Any, arn: str) -> None:
    """Both libraries know no CloudFormation."""
    assert audited(tmp_path, ["dynamodb:Query"], resource) == (0, "1 policies, 0 problems\n")
    [seen] = (tmp_path / "seen.txt").read_text().splitlines()
    assert json.loads(seen)["Statement"][0]["Resource"] == f"arn:aws:dynamodb:us-east-1:123456789012:{arn}"


def test_an_unknown_action_fails(tmp_path: Path) -> None:
    """It is named, with the role."""
    code, said = audited(tmp_path, ["dynamodb:Query", "dynamodb:Ask"], TABLE)
    assert (code, said) == (1, "Role: dynamodb:Ask is unknown\n1 policies, 1 problems\n")


def test_an_action_that_knows_no_resources_fails_on_one(tmp_path: Path) -> None:
    """Such a statement grants nothing; for all resources it does."""
    code, said = audited(tmp_path / "one", "dynamodb:ListStreams", TABLE)
    assert code == 1
    assert said.startswith("Role: dynamodb:ListStreams cannot be granted for ['arn:")
    assert audited(tmp_path / "all", "dynamodb:ListStreams", "*")[0] == 0


def test_what_parliament_finds_fails(tmp_path: Path) -> None:
    """With what it calls it."""
    code, said = audited(tmp_path, "dynamodb:Query", {"Fn::Sub": "arn:${Name}"})
    assert (code, said) == (1, "Role: INVALID_ARN: few parts\n1 policies, 1 problems\n")
