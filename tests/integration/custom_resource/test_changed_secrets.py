"""Updates and rollbacks of a webhook whose secret changes, is spoilt, or is gone."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from tests.support.api.client import ApiClient
from tests.support.aws.cloudformation import CloudFormation, listed
from tests.support.system import System

FIRST, SECOND, BAD = "firstSigningSecretOf32Letters000", "secondSigningSecretOf32Letters00", "bad value!"


@dataclass
class Scene:
    """One webhook of a stack, and the secret that it is declared with."""

    cloudformation: CloudFormation
    system: System
    api: ApiClient
    keep: Callable[[object], str]
    kind: str = "SIGNATURE"
    webhook_id: str = ""

    def properties(self, version: str, **changes: Any) -> dict[str, Any]:
        """The webhook's properties, with this `SecretVersion`."""
        (secret,) = boto3.client("secretsmanager").list_secrets()["SecretList"]
        authentication = {"Type": self.kind, "SecretArn": secret["ARN"], "SecretVersion": version}
        return self.cloudformation.properties(Authentication=authentication, **changes)

    def create(self, value: object, kind: str = "SIGNATURE", version: str = "1") -> None:
        """Make it, with a secret of this value."""
        self.kind = kind
        self.keep(value)
        answer = self.cloudformation.ask("Create", self.properties(version))
        assert answer["Status"] == "SUCCESS", answer
        self.webhook_id = answer["PhysicalResourceId"]

    def update(self, new: dict[str, Any], old: dict[str, Any]) -> Any:
        """Change it, or roll it back."""
        return self.cloudformation.ask("Update", new, physical_id=self.webhook_id, old=old)

    @property
    def credentials(self) -> Any:
        """What the senders find."""
        (webhook,) = self.system.registry.of_account(self.api.account)
        return self.system.credentials(webhook)


@pytest.fixture
def scene(cloudformation: CloudFormation, system: System, api: ApiClient, secret: Callable[[object], str]) -> Scene:
    """Give a stack without a webhook yet."""
    return Scene(cloudformation, system, api, secret)


@pytest.mark.parametrize(("kind", "name"), [("SIGNATURE", "secret"), ("BEARER", "token")])
def test_an_update_with_a_bad_secret_changes_nothing_and_rolls_back(scene: Scene, kind: str, name: str) -> None:
    """What it has already needs no secret: the one in Secrets Manager is still the bad one."""
    scene.create(FIRST, kind)
    made, before = listed(scene.api)[0], scene.credentials
    old = scene.properties("1")
    new = scene.properties("2", Name="New", TargetUrl="https://receiver.example/other")
    scene.keep(BAD)

    failed = scene.update(new, old)

    assert failed["Reason"].startswith(f"Authentication.SecretArn leads to a secret whose {name} must be ")
    assert (listed(scene.api)[0], scene.credentials) == (made, before)
    assert scene.update(old, new)["Status"] == "SUCCESS"
    assert (listed(scene.api)[0], scene.credentials) == (made, before)


def test_too_many_rotations_change_nothing(scene: Scene) -> None:
    """Five earlier secrets sign along at most: what comes with the sixth waits with it."""
    scene.create(FIRST)
    for number in range(5):
        scene.keep(base64.b64encode(bytes([number]) * 32).decode())
        answer = scene.update(scene.properties(f"2.{number}"), scene.properties("1"))
        assert answer["Status"] == "SUCCESS", answer
    made = listed(scene.api)[0]
    scene.keep(SECOND)
    new = scene.properties("3", Name="New")

    failed = scene.update(new, scene.properties("2.4"))

    assert failed["Reason"].startswith("Too many earlier secrets of this webhook still sign along")
    assert listed(scene.api)[0] == made
    assert scene.update(scene.properties("2.4"), new)["Status"] == "SUCCESS"


@pytest.mark.parametrize("kind", ["SIGNATURE", "BEARER"])
def test_an_update_that_does_not_concern_the_secret_does_not_need_it(scene: Scene, kind: str) -> None:
    """It may be gone: the webhook has it."""
    scene.create(FIRST, kind)
    old, new = scene.properties("1"), scene.properties("1", Name="New")
    before = scene.credentials
    boto3.client("secretsmanager").delete_secret(SecretId=old["Authentication"]["SecretArn"])

    answers = [scene.update(new, old), scene.update(old, new)]

    assert [answer["Status"] for answer in answers] == ["SUCCESS", "SUCCESS"]
    assert scene.credentials == before


def test_another_host_needs_the_secret_again(scene: Scene) -> None:
    """What may no longer be read is not sent to somebody else."""
    scene.create(FIRST, "BEARER")
    old = scene.properties("1")
    new = scene.properties("1", TargetUrl="https://other.example/hooks")
    scene.keep(SECOND)

    assert scene.update(new, old)["Status"] == "SUCCESS"
    assert scene.credentials.token == SECOND

    boto3.client("secretsmanager").delete_secret(SecretId=old["Authentication"]["SecretArn"])
    assert scene.update(old, new)["Reason"].startswith("Authentication.SecretArn cannot be read")


@pytest.mark.parametrize("kind", ["SIGNATURE", "BEARER"])
def test_a_version_of_the_secret_brings_its_value_back(scene: Scene, kind: str) -> None:
    """Where `SecretVersion` is the id of a version, a rollback reads that one, and not the current one."""
    arn = scene.keep(FIRST)
    secrets = boto3.client("secretsmanager")
    first = secrets.get_secret_value(SecretId=arn)["VersionId"]
    scene.create(FIRST, kind, first)
    before = scene.credentials
    scene.keep(SECOND)
    second = secrets.get_secret_value(SecretId=arn)["VersionId"]
    old, new = scene.properties(first), scene.properties(second, Name="New")

    assert scene.update(new, old)["Status"] == "SUCCESS"
    changed = scene.credentials
    assert scene.update(old, new)["Status"] == "SUCCESS"

    assert changed != before
    assert (scene.credentials.secret, scene.credentials.token) == (before.secret, before.token)
    refused = scene.update(scene.properties("0" * 32), old)
    assert refused["Reason"].startswith("Authentication.SecretVersion of 32 to 64 characters is the id of a version")


@pytest.mark.parametrize(
    "by_hand",
    [
        ("PATCH", "", {"authentication": {"type": "BEARER", "token": "by-hand"}}),
        ("PATCH", "", {"authentication": {"type": "NONE"}}),
        ("POST", "/signature", {}),
    ],
)
def test_what_somebody_has_changed_of_the_authentication_is_brought_back(
    scene: Scene, by_hand: tuple[str, str, dict[str, Any]]
) -> None:
    """By the next update, which reads the secret again."""
    scene.create(FIRST)
    method, path, body = by_hand
    answer = scene.api.call(method, f"{scene.api.webhooks}/{scene.webhook_id}{path}", body)
    assert answer.status in (200, 201), answer.text

    assert scene.update(scene.properties("1", Name="New"), scene.properties("1"))["Status"] == "SUCCESS"

    assert scene.credentials.secret == f"whsec_{FIRST}"
