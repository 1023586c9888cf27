"""Downloads of a signing secret: who asks for which key, and what the log has of it."""

from io import StringIO

from tests.integration.webhook_api.signatures.signing import BASIC, SIGNATURE, acts_in, credentials, download
from tests.support.api.client import ApiClient, token
from tests.support.aws.aws_calls import AwsCalls


def test_the_key_is_asked_with_account_and_webhook(api: ApiClient, aws: AwsCalls) -> None:
    """A ciphertext that is moved to another webhook or account cannot be opened."""
    webhook = api.create(authentication=SIGNATURE)
    download(api, webhook)

    asked = [call for call in aws.seen if call.service == "kms"]
    assert [call.operation for call in asked] == ["GenerateDataKey", "Decrypt"]
    context = {"account": api.account, "webhook": webhook["webhookId"]}
    assert [call.parameters["EncryptionContext"] for call in asked] == [context] * 2


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
    for method, kind in (("GET", "SECRET_DOWNLOADED"), ("POST", "SECRET_ROTATED")):
        event = api.request(method, api.path(webhook, "/signature"), claims=claims)
        assert api.send(event).status == 200
        secrets.append(credentials(api, webhook).secret)

        (line,) = (line for line in acts_in(log) if line["kind"] == kind)
        assert (line["account_id"], line["webhook_id"]) == (api.account, webhook["webhookId"])
        assert (line["by"], line["client"]) == ("user-7", "client-8")
        assert line["correlation_id"] == event["requestContext"]["requestId"]
    assert not any(secret in log.getvalue() for secret in secrets if secret)


def test_a_download_that_fails_is_not_logged_as_one(api: ApiClient, aws: AwsCalls, log: StringIO) -> None:
    """Nor does it show anything: what was shown is recorded first."""
    webhook = api.create(authentication=SIGNATURE)
    secret = credentials(api, webhook).secret or ""
    aws.refuse("TransactWriteItems")

    answer = api.get(api.path(webhook, "/signature"))

    assert (answer.status, secret in answer.text) == (503, False)
    assert "SECRET_DOWNLOADED" not in log.getvalue()
    aws.allow("TransactWriteItems")
    assert "secretDownloadedAt" not in api.get(api.path(webhook)).json["authentication"]
