"""Authentication and signatures: switch, rotate, download."""

import json
import re
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from recado.rules.webhook.credentials import Credentials
from tests.support.api_client import OF_EVERY_ANSWER, ApiClient, token
from tests.support.aws_calls import AwsCalls

SIGNATURE = {"type": "SIGNATURE"}
BASIC = {"type": "BASIC", "username": "Zoë", "password": "päss: w0rd €"}
NONE = {"type": "NONE"}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
A_DAY = 24 * 60 * 60


def credentials(api: ApiClient, webhook: Any) -> Credentials:
    """Return what the senders find."""
    current = api.system.registry.get(api.account, webhook["webhookId"])
    assert current is not None
    return api.system._vault.open(current)


def download(api: ApiClient, webhook: Any) -> Any:
    """Download a signature, which must be there."""
    answer = api.get(api.path(webhook, "/signature"))
    assert answer.status == 200, answer.text
    return answer.json


def switch(api: ApiClient, webhook: Any, authentication: dict[str, str]) -> Any:
    """Change how a webhook authenticates."""
    answer = api.call("PATCH", api.path(webhook), {"authentication": authentication})
    assert answer.status == 200, answer.text
    return answer.json


def test_a_signature_is_generated_and_downloaded_as_a_file(api: ApiClient) -> None:
    """The download is the one place where the secret is shown, and no cache may keep it."""
    webhook = api.create(authentication=SIGNATURE)
    assert webhook["authentication"] == {"type": "SIGNATURE", "secretCreatedAt": webhook["createdAt"]}

    answer = api.get(api.path(webhook, "/signature"))

    assert answer.headers == {
        "Content-Type": "application/json",
        "Content-Disposition": f'attachment; filename="{webhook["webhookId"]}-signature.json"',
        **OF_EVERY_ANSWER,
    }
    secret = answer.json["secret"]
    assert SECRET.fullmatch(secret)
    assert answer.json == {
        "webhookId": webhook["webhookId"],
        "scheme": "standard-webhooks",
        "algorithm": "HMAC-SHA256",
        "secret": secret,
        "createdAt": webhook["createdAt"],
    }
    assert credentials(api, webhook) == Credentials(secret=secret)


def test_each_webhook_has_a_secret_of_its_own(api: ApiClient) -> None:
    """And each download shows the same one."""
    first, second = api.create(authentication=SIGNATURE), api.create(authentication=SIGNATURE)

    assert download(api, first)["secret"] != download(api, second)["secret"]
    assert download(api, first) == download(api, first)


def test_the_old_secret_signs_for_a_day_after_a_rotation(api: ApiClient) -> None:
    """The answer tells until when; the download has both, and afterwards only the new one."""
    webhook = api.create(authentication=SIGNATURE)
    old = download(api, webhook)["secret"]
    api.system.clock.advance(60)

    rotated = api.call("POST", api.path(webhook, "/signature"))

    assert (rotated.status, rotated.headers["ETag"]) == (200, '"2"')
    valid_until = rotated.json["previousValidUntil"]
    assert rotated.json == {
        "webhookId": webhook["webhookId"],
        "scheme": "standard-webhooks",
        "algorithm": "HMAC-SHA256",
        "createdAt": rotated.json["createdAt"],
        "previousValidUntil": valid_until,
    }
    created = datetime.fromisoformat(rotated.json["createdAt"])
    assert created > datetime.fromisoformat(webhook["createdAt"])
    assert datetime.fromisoformat(valid_until) - created == timedelta(days=1)

    both = download(api, webhook)
    assert (both["previousSecret"], both["previousValidUntil"]) == (old, valid_until)
    assert both["secret"] not in (old, None)
    assert credentials(api, webhook) == Credentials(secret=both["secret"], previous_secret=old)

    api.system.clock.advance(A_DAY)
    after = download(api, webhook)
    assert after["secret"] == both["secret"]
    assert not {"previousSecret", "previousValidUntil"} & after.keys()


def test_a_second_rotation_drops_the_oldest_secret(api: ApiClient) -> None:
    """Two are the most that sign."""
    webhook = api.create(authentication=SIGNATURE)
    secrets = [download(api, webhook)["secret"]]
    for _ in range(2):
        assert api.call("POST", api.path(webhook, "/signature")).status == 200
        secrets.append(download(api, webhook)["secret"])

    assert len(set(secrets)) == 3
    assert credentials(api, webhook) == Credentials(secret=secrets[2], previous_secret=secrets[1])


@pytest.mark.parametrize("authentication", [NONE, BASIC], ids=["NONE", "BASIC"])
def test_without_a_signature_there_is_nothing_to_rotate_or_download(
    api: ApiClient, authentication: dict[str, str]
) -> None:
    """409 says what to do first; the webhook stays as it is."""
    webhook = api.create(authentication=authentication)

    for method in ("GET", "POST"):
        answer = api.call(method, api.path(webhook, "/signature"))
        assert (answer.status, "type SIGNATURE" in answer.json["detail"]) == (409, True)
    assert api.get(api.path(webhook)).json == webhook


def test_a_password_is_kept_but_never_shown(api: ApiClient) -> None:
    """The user name is; the senders find both."""
    webhook = api.create(authentication=BASIC)

    assert webhook["authentication"] == {"type": "BASIC", "username": BASIC["username"]}
    assert credentials(api, webhook) == Credentials(password=BASIC["password"])


def test_a_change_without_a_password_keeps_it(api: ApiClient) -> None:
    """While another user name is taken."""
    webhook = api.create(authentication=BASIC)

    changed = switch(api, webhook, {"type": "BASIC", "username": "other"})

    assert changed["authentication"] == {"type": "BASIC", "username": "other"}
    assert credentials(api, webhook) == Credentials(password=BASIC["password"])
    switch(api, webhook, {"type": "BASIC", "username": "other", "password": "new"})
    assert credentials(api, webhook) == Credentials(password="new")


def test_signature_again_keeps_the_secret(api: ApiClient) -> None:
    """A form that sends all fields back must not break the receiver."""
    webhook = api.create(authentication=SIGNATURE)
    api.call("POST", api.path(webhook, "/signature"))
    before = download(api, webhook)

    switch(api, webhook, SIGNATURE)

    assert download(api, webhook) == before


def test_other_changes_keep_the_credentials(api: ApiClient) -> None:
    """And what is shown of them."""
    for authentication in (NONE, BASIC, SIGNATURE):
        webhook = api.create(authentication=authentication)
        before = credentials(api, webhook)

        changed = api.call("PATCH", api.path(webhook), {"name": "Other", "active": False}).json

        assert changed["authentication"] == webhook["authentication"]
        assert credentials(api, webhook) == before


@pytest.mark.parametrize(
    ("first", "second"), [(BASIC, NONE), (BASIC, SIGNATURE), (SIGNATURE, NONE), (SIGNATURE, BASIC)]
)
def test_switching_drops_the_old_secret(api: ApiClient, first: dict[str, str], second: dict[str, str]) -> None:
    """There and back again makes new ones; a rotation before leaves nothing behind."""
    webhook = api.create(authentication=first)
    if first is SIGNATURE:
        api.call("POST", api.path(webhook, "/signature"))
    before = credentials(api, webhook)

    switch(api, webhook, second)

    after = credentials(api, webhook)
    assert not {before.secret, before.previous_secret, before.password} & {after.secret, after.previous_secret} - {None}
    assert after.password == second.get("password")
    assert (after.secret is not None, after.previous_secret) == (second is SIGNATURE, None)
    if second is SIGNATURE:
        assert "previousValidUntil" not in download(api, webhook)
    switch(api, webhook, first)
    assert credentials(api, webhook) != before or first is BASIC


def test_switching_to_basic_needs_a_password(api: ApiClient) -> None:
    """There is none that could be kept."""
    for authentication in (NONE, SIGNATURE):
        webhook = api.create(authentication=authentication)
        answer = api.call("PATCH", api.path(webhook), {"authentication": {"type": "BASIC", "username": "u"}})
        assert (answer.status, answer.fields) == (422, ["authentication.password"])
        assert api.get(api.path(webhook)).json == webhook


def test_the_key_is_asked_with_account_and_webhook(api: ApiClient, aws: AwsCalls) -> None:
    """A ciphertext that is moved to another webhook or account cannot be opened."""
    webhook = api.create(authentication=SIGNATURE)
    download(api, webhook)

    contexts = [call.parameters["EncryptionContext"] for call in aws.seen if call.service == "kms"]
    assert contexts == [{"account": api.account, "webhook": webhook["webhookId"]}] * 2


def test_a_download_does_not_ask_for_credentials_that_are_no_secret(api: ApiClient, aws: AwsCalls) -> None:
    """A password is for senders."""
    webhook = api.create(authentication=BASIC)
    aws.clear()

    assert api.get(api.path(webhook, "/signature")).status == 409
    assert [call for call in aws.seen if call.service == "kms"] == []


def test_a_download_is_logged_without_the_secret(api: ApiClient, log: StringIO) -> None:
    """Nor is a rotation: who reads the log knows which webhook of which account, and whose token it was."""
    webhook = api.create(authentication=SIGNATURE)
    claims = token(api.account, sub="user-7", client_id="client-8")
    secrets = []
    for method, what in (("GET", "signature downloaded"), ("POST", "signature rotated")):
        event = api.request(method, api.path(webhook, "/signature"), claims=claims)
        assert api.send(event).status == 200
        secrets.append(credentials(api, webhook).secret)

        (line,) = (json.loads(line) for line in log.getvalue().splitlines() if what in line)
        assert (line["account_id"], line["webhook_id"]) == (api.account, webhook["webhookId"])
        assert (line["sub"], line["client_id"]) == ("user-7", "client-8")
        assert line["correlation_id"] == event["requestContext"]["requestId"]
    assert not any(secret in log.getvalue() for secret in secrets if secret)


def test_a_download_that_fails_is_not_logged_as_one(api: ApiClient, aws: AwsCalls, log: StringIO) -> None:
    """Nor does it show anything: what was shown is recorded first."""
    webhook = api.create(authentication=SIGNATURE)
    secret = credentials(api, webhook).secret or ""
    aws.refuse("UpdateItem")

    answer = api.get(api.path(webhook, "/signature"))

    assert (answer.status, secret in answer.text) == (503, False)
    assert "signature downloaded" not in log.getvalue()
    aws.allow("UpdateItem")
    assert "secretDownloadedAt" not in api.get(api.path(webhook)).json["authentication"]
