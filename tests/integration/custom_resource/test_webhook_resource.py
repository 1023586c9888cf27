"""A webhook of a stack: made, changed and removed as its template says, or refused by name."""

from typing import Any

import boto3
import pytest

from recado.ports.sending import Expect
from recado.rules.webhook.webhook import Status
from tests.support.api.client import ApiClient
from tests.support.aws.cloudformation import STACK_ID, CloudFormation, listed
from tests.support.system import System


def test_a_webhook_is_made_and_told_of(cloudformation: CloudFormation, api: ApiClient) -> None:
    """Its id is the resource's, and `Fn::GetAtt` gives what a stack may need of it."""
    answer = cloudformation.ask("Create")

    (webhook,) = listed(api)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", webhook["webhookId"])
    assert answer["Data"] == {
        "WebhookId": webhook["webhookId"],
        "AccountId": api.account,
        "Name": "Orders",
        "TargetUrl": "https://receiver.example/hooks",
        "Status": "ACTIVE",
    }


def test_numbers_and_truth_values_come_as_text(cloudformation: CloudFormation, api: ApiClient) -> None:
    """CloudFormation makes texts of them, also within others; names of headers are the user's own."""
    cloudformation.made(
        Active="false",
        Delivery={"MaxEvents": "10", "PartialResponses": "true", "Digest": "true", "MaxPostsPerMinute": "60"},
        Headers={"X-Tenant-id": "7", "x-flag": "true"},
        Filter="data.total > `10`",
    )

    (webhook,) = listed(api)
    assert webhook["active"] is False
    assert webhook["delivery"] == {
        "maxEvents": 10,
        "maxBytes": 98304,
        "timeoutSeconds": 5,
        "maxPostsPerMinute": 60,
        "partialResponses": True,
        "digest": True,
    }
    assert webhook["headers"] == {"X-Tenant-id": "7", "x-flag": "true"}
    assert webhook["filter"] == "data.total > `10`"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Colour": "red"}, "Colour is not a property: there are AccountId, Active,"),
        (
            {"Authentication": {"Type": "SIGNATURE", "Colour": "red"}},
            "Authentication.Colour is not a property: there are Algorithm, SecretArn, SecretVersion, "
            "TrustedCertificates, Type.",
        ),
        ({"Filter": ""}, "Filter must not be empty: leave it out to have none."),
        ({"Delivery": {"MaxEvent": "1"}}, "Delivery.MaxEvent is not a property: there are Digest, MaxBytes,"),
        ({"Delivery": {"MaxEvents": "many"}}, "Delivery.MaxEvents must be a whole number from 1 to 100."),
        ({"Active": "yes"}, "Active must be true or false."),
        ({"EventNames": "CI_STATS"}, "EventNames must be a list."),
        ({"EventNames": ["CI_STATZ"]}, "EventNames"),
        ({"TargetUrl": None}, "TargetUrl is required."),
        ({"AccountId": "a b"}, "AccountId must be a whole number, or 1 to 120 of the characters"),
        ({"Authentication": {"Type": "LDAP"}}, "Authentication.Type must be one of BASIC, BEARER, HEADER, NONE,"),
        ({"Authentication": {"Username": "u"}}, "Authentication.Type must be one of BASIC, BEARER, HEADER, NONE,"),
        (
            {"Authentication": {"Type": "BASIC", "Username": "u", "Password": "hunter2"}},
            "Authentication.Password must not stand in a template",
        ),
        (
            {"Authentication": {"Type": "BASIC", "Username": "u"}},
            "Authentication.SecretArn is required where Type is BASIC: the secret holds password.",
        ),
        (
            {
                "Authentication": {
                    "Type": "BEARER",
                    "SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x",
                }
            },
            "Authentication.SecretArn must be the ARN of a secret of Secrets Manager whose name begins with recado/.",
        ),
        (
            {
                "Authentication": {
                    "Type": "BEARER",
                    "SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:recado/none-AbCdEf",
                }
            },
            "Authentication.SecretArn cannot be read: ResourceNotFoundException.",
        ),
        ({"Format": "RAW"}, "Transform must be there where format is RAW"),
        ({"Filter": "data.["}, "Filter must"),
        ({"Headers": {"host": "x"}}, "Headers.host"),
        (
            {"Delivery": {"MaxEvents": 0}, "Headers": {"host": "x"}},
            "Headers.host is reserved: use a name of your own, such as X-Source. Delivery.MaxEvents must be a whole",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    cloudformation: CloudFormation, api: ApiClient, changes: dict[str, Any], reason: str
) -> None:
    """The stack says which property it is and what is accepted, nothing is made, and removing it succeeds."""
    properties = cloudformation.properties(**changes)
    answer = cloudformation.ask("Create", properties)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(reason)
    assert "hunter2" not in answer["Reason"]
    assert listed(api) == []
    removed = cloudformation.ask("Delete", properties, physical_id=answer["PhysicalResourceId"])
    assert removed["Status"] == "SUCCESS"


def test_a_template_says_all_of_a_webhook(cloudformation: CloudFormation, api: ApiClient) -> None:
    """What an update does not name has the API's default again, whoever has changed it meanwhile."""
    webhook_id = cloudformation.made()
    plain = listed(api)[0]
    path = f"{api.webhooks}/{webhook_id}"
    changed = {
        "description": "by hand",
        "headers": {"X-A": "1"},
        "filter": "data.a",
        "transform": "data",
        "format": "RAW",
        "ordered": True,
        "delivery": {"maxEvents": 7, "maxPostsPerMinute": 5},
        "authentication": {"type": "BASIC", "username": "u", "password": "p"},
        "active": False,
    }
    assert api.call("PATCH", path, changed).status == 200

    answer = cloudformation.ask("Update", physical_id=webhook_id, old=cloudformation.properties(Name="Before"))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", webhook_id)
    of_itself = ("version", "updatedAt", "lane")
    assert {k: v for k, v in listed(api)[0].items() if k not in of_itself} == {
        k: v for k, v in plain.items() if k not in of_itself
    }


def test_a_webhook_that_recado_has_switched_off_stays_off(
    cloudformation: CloudFormation, system: System, api: ApiClient
) -> None:
    """After 410, or a week of failures: an update that concerns something else asks its receiver nothing."""
    webhook_id = cloudformation.made(Active="true")
    (made,) = system.registry.of_account(api.account)
    assert system.lanes.change(made, made.switched_off(Status.DISABLED, made.created_at), Expect.ANYTHING)
    old, new = (cloudformation.properties(Active="true", Name=name) for name in ("Orders", "New"))

    answer = cloudformation.ask("Update", new, physical_id=webhook_id, old=old)
    assert (answer["Data"]["Status"], listed(api)[0]["name"]) == ("DISABLED", "New")

    moved = {**new, "TargetUrl": "https://receiver.example/moved"}
    answer = cloudformation.ask("Update", moved, physical_id=webhook_id, old=new)
    assert answer["Data"]["Status"] == "ACTIVE"


def test_the_limit_of_webhooks_holds_for_stacks_too(cloudformation: CloudFormation, api: ApiClient) -> None:
    """And what failed can be removed."""
    for _ in range(5):
        api.create()

    answer = cloudformation.ask("Create")

    assert answer["Reason"] == "The account has as many webhooks as it may have: remove one first."
    assert cloudformation.ask("Delete", physical_id=answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert len(listed(api)) == 5


def test_the_activity_log_names_the_stack(cloudformation: CloudFormation, system: System, api: ApiClient) -> None:
    """Who has made a webhook that a stack has, and changed it, is the stack."""
    webhook_id = cloudformation.made()
    cloudformation.ask("Update", cloudformation.properties(Name="New"), physical_id=webhook_id, old={})
    cloudformation.ask("Delete", physical_id=webhook_id)

    acts = system.acts(api.account)
    assert [act.kind.value for act in acts] == ["REMOVED", "CHANGED", "CREATED"]
    assert {(act.requester.name, act.requester.client) for act in acts} == {(STACK_ID, "cloudformation")}


def test_no_webhook_leads_back_to_the_api(system: System, cloudformation: CloudFormation) -> None:
    """As over HTTP: events would go round for ever."""
    system.stack.change_environment("WebhookResourceFunction", ALLOW_PRIVATE_TARGETS="false")
    url = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/hook"

    answer = cloudformation.ask("Create", cloudformation.properties(TargetUrl=url))

    assert answer["Reason"] == "TargetUrl must not lead to this API itself."


def test_a_fault_of_ours_is_answered_counted_and_not_repeated(
    cloudformation: CloudFormation, aws: Any, log: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stack is told that it was our side, without the cause, which is in the log; and Lambda nothing."""
    aws.refuse("Query", "ResourceNotFoundException")
    aws.refuse("GetItem", "ResourceNotFoundException")

    answer = cloudformation.ask("Create")

    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Something failed on Recado's side")
    assert "ResourceNotFoundException" in log.getvalue()
    assert '"OurFaults":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_settings_that_are_missing_are_answered_too(system: System, cloudformation: CloudFormation) -> None:
    """A deployment that went wrong leaves no stack waiting."""
    system.stack.change_environment("WebhookResourceFunction", KMS_KEY_ID="")

    assert cloudformation.ask("Create")["Reason"].startswith("Something failed on Recado's side")


def test_secrets_manager_is_asked_for_one_secret(cloudformation: CloudFormation, secret: Any) -> None:
    """By the ARN that the template names, and only where it names one."""
    assert boto3.client("secretsmanager").get_secret_value(SecretId=secret("t0ken"))["SecretString"] == "t0ken"
    cloudformation.made(Authentication={"Type": "BEARER", "SecretArn": secret("t0ken")})
