"""Secrets of webhooks that stacks have: kept in Secrets Manager, read from there, and nowhere else to be seen."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.support.api.client import ApiClient
from tests.support.aws.cloudformation import CloudFormation
from tests.support.secret_search import Secret, SecretSearch
from tests.support.system import System

KEPT = "kept-in-Secrets-Manager-0"
GENERATED = "f3TzQ8kLmN0pRsTuVwXyZ1aB2cD4eG5h"
"""What GenerateSecretString makes of PasswordLength 32 and ExcludePunctuation: base64 of 24 bytes."""

Keep = Callable[[object], str]


def credentials_of(system: System, api: ApiClient) -> Any:
    """Return what the senders find of the account's only webhook."""
    (webhook,) = system.registry.of_account(api.account)
    return system.credentials(webhook)


@pytest.mark.parametrize(
    ("template", "value", "field"),
    [
        ({"Type": "BASIC", "Username": "shop"}, KEPT, "password"),
        ({"Type": "BASIC"}, {"username": "shop", "password": KEPT}, "password"),
        ({"Type": "BEARER"}, KEPT, "token"),
        ({"Type": "BEARER"}, {"type": "BEARER", "token": KEPT}, "token"),
        ({"Type": "HEADER", "Name": "X-Key"}, KEPT, "header_value"),
        ({"Type": "OAUTH2", "TokenUrl": "https://login.example/token", "ClientId": "c"}, KEPT, "client_secret"),
    ],
)
def test_a_secret_comes_from_secrets_manager(
    cloudformation: CloudFormation,
    system: System,
    api: ApiClient,
    secret: Keep,
    *,
    template: dict[str, str],
    value: object,
    field: str,
) -> None:
    """As a text, which is the one that its type needs, or as JSON with the fields of `authentication`."""
    authentication = {**template, "SecretArn": secret(value)}

    answer = cloudformation.ask("Create", cloudformation.properties(Authentication=authentication))

    assert answer["Status"] == "SUCCESS", answer
    assert getattr(credentials_of(system, api), field) == KEPT


@pytest.mark.parametrize("value", [GENERATED, {"secret": GENERATED}, f"whsec_{GENERATED}"])
def test_sender_and_receiver_read_the_same_signing_secret(
    cloudformation: CloudFormation, system: System, api: ApiClient, secret: Keep, value: object
) -> None:
    """What GenerateSecretString makes is the base64 that libraries of Standard Webhooks read."""
    authentication = {"Type": "SIGNATURE", "SecretArn": secret(value)}
    cloudformation.ask("Create", cloudformation.properties(Authentication=authentication))

    now = datetime.now(UTC)
    signed = Webhook(credentials_of(system, api).secret).sign("msg_1", now, "{}")
    assert Webhook(GENERATED).sign("msg_1", now, "{}") == signed


def test_a_changed_signing_secret_is_rotated(
    cloudformation: CloudFormation, system: System, api: ApiClient, secret: Keep
) -> None:
    """Another `SecretVersion` has it read again; the one before signs along for a day. The same one changes nothing."""
    new = "whsec_" + base64.b64encode(b"n" * 32).decode()

    def properties(version: str) -> dict[str, Any]:
        authentication = {"Type": "SIGNATURE", "SecretArn": secret(value), "SecretVersion": version}
        return cloudformation.properties(Authentication=authentication)

    value = GENERATED
    webhook_id = cloudformation.ask("Create", properties("1"))["PhysicalResourceId"]
    cloudformation.ask("Update", properties("2"), physical_id=webhook_id, old=properties("1"))
    assert credentials_of(system, api).previous == ()

    value = new
    answer = cloudformation.ask("Update", properties("3"), physical_id=webhook_id, old=properties("2"))

    assert answer["Status"] == "SUCCESS", answer
    credentials = credentials_of(system, api)
    assert credentials.secret == new
    assert [earlier.secret for earlier in credentials.previous] == [f"whsec_{GENERATED}"]


def test_a_webhook_that_signs_needs_no_secret_of_ones_own(
    cloudformation: CloudFormation, system: System, api: ApiClient
) -> None:
    """Recado makes one, which an update keeps."""
    properties = cloudformation.properties(Authentication={"Type": "SIGNATURE"})
    webhook_id = cloudformation.ask("Create", properties)["PhysicalResourceId"]
    made = credentials_of(system, api).secret

    cloudformation.ask("Update", {**properties, "Name": "New"}, physical_id=webhook_id, old=properties)

    assert made is not None
    assert credentials_of(system, api).secret == made


@pytest.mark.parametrize(
    ("template", "value", "reason"),
    [
        ({"Type": "BASIC"}, {"password": KEPT, "engine": "x"}, "leads to a secret with other fields than there are"),
        ({"Type": "BASIC", "Username": "u"}, {"username": "u", "password": KEPT}, "holds username, which the template"),
        ({"Type": "BASIC"}, {"username": KEPT}, "leads to a secret without password"),
        ({"Type": "NONE"}, "[" * 50_000, "must be left out where Type is NONE"),
        ({"Type": "BEARER"}, {"type": "BASIC", "token": KEPT}, "leads to a secret whose type is not BEARER."),
        (
            {"Type": "BEARER"},
            {"token": 7, "trustedCertificates": KEPT},
            "leads to a secret whose token must be a text.",
        ),
        ({"Type": "BEARER"}, f"{KEPT} ä", "leads to a secret whose token must be 1 to 4096 visible ASCII characters"),
        ({"Type": "SIGNATURE"}, f"{KEPT}!", "leads to a secret whose secret must be 24 to 64 bytes in base64"),
        ({"Type": "NONE"}, KEPT, "must be left out where Type is NONE"),
    ],
)
def test_what_a_secret_cannot_hold_is_refused_without_a_word_of_it(
    cloudformation: CloudFormation,
    api: ApiClient,
    secret: Keep,
    log: StringIO,
    *,
    template: dict[str, str],
    value: object,
    reason: str,
) -> None:
    """The stack's events are read by many; neither they nor the log nor what an error holds tell it."""
    authentication = {**template, "SecretArn": secret(value)}

    answer = cloudformation.ask("Create", cloudformation.properties(Authentication=authentication))

    assert answer["Status"] == "FAILED"
    assert reason in answer["Reason"]
    assert KEPT not in str(answer) + log.getvalue()
    assert api.get(api.webhooks).json["webhooks"] == []


def test_no_secret_and_no_address_of_an_answer_is_told(
    cloudformation: CloudFormation, system: System, api: ApiClient, secret: Keep, log: StringIO
) -> None:
    """In answers, in the log, in the activity: also where the receiver of the answer refuses it."""
    authentication = {"Type": "BEARER", "SecretArn": secret(KEPT)}
    properties = cloudformation.properties(Authentication=authentication)
    cloudformation.place.statuses[:] = [500]
    webhook_id = cloudformation.ask("Create", properties)["PhysicalResourceId"]
    cloudformation.ask("Update", {**properties, "Name": "New"}, physical_id=webhook_id, old=properties)

    search = SecretSearch([Secret("token", KEPT), Secret("address", "s1gn%2Fed")])
    assert search.names_in(cloudformation.place.bodies) == set()
    assert search.names_in([log.getvalue(), repr(system.acts(api.account))]) == set()
    assert KEPT not in api.get(api.webhooks).text
