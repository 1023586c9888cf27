"""Signatures: generated, rotated, and replaced by a secret of one's own."""

from datetime import datetime, timedelta
from io import StringIO

import pytest

from recado.rules.webhook.authentication.credentials import Credentials
from tests.integration.webhook_api.signatures.signing import (
    A_DAY,
    BASIC,
    NONE,
    OWN,
    SECRET,
    SIGNATURE,
    acts_in,
    credentials,
    download,
    switch,
)
from tests.support.api.client import OF_EVERY_ANSWER, ApiClient, draft


def test_a_signature_is_generated_and_downloaded_as_a_file(api: ApiClient) -> None:
    """The download is the one place where the secret is shown, and no cache may keep it."""
    webhook = api.create(authentication=SIGNATURE)
    assert webhook["authentication"] == {
        "type": "SIGNATURE",
        "algorithm": "HMAC_SHA256",
        "secretCreatedAt": webhook["createdAt"],
        "previousSecrets": [],
    }

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
        "previous": [],
    }
    assert credentials(api, webhook) == Credentials(secret=secret)


def test_each_webhook_has_a_secret_of_its_own(api: ApiClient) -> None:
    """And each download shows the same one."""
    first, second = api.create(authentication=SIGNATURE), api.create(authentication=SIGNATURE)

    assert download(api, first)["secret"] != download(api, second)["secret"]
    assert download(api, first) == download(api, first)


def test_the_old_secret_signs_for_a_day_after_a_rotation(api: ApiClient) -> None:
    """The answer tells until when, and so does the download, which has only the new one."""
    webhook = api.create(authentication=SIGNATURE)
    old = download(api, webhook)["secret"]
    api.system.clock.advance(60)

    rotated = api.call("POST", api.path(webhook, "/signature"))

    assert (rotated.status, rotated.headers["ETag"]) == (200, '"2"')
    ((_, valid_until),) = (each for earlier in rotated.json["previous"] for each in earlier.items())
    assert rotated.json == {
        "webhookId": webhook["webhookId"],
        "scheme": "standard-webhooks",
        "algorithm": "HMAC-SHA256",
        "createdAt": rotated.json["createdAt"],
        "previous": [{"validUntil": valid_until}],
    }
    created = datetime.fromisoformat(rotated.json["createdAt"])
    assert created > datetime.fromisoformat(webhook["createdAt"])
    assert datetime.fromisoformat(valid_until) - created == timedelta(days=1)

    new = download(api, webhook)
    assert new["previous"] == [{"validUntil": valid_until}]
    assert new["secret"] not in (old, None)
    kept = credentials(api, webhook)
    assert kept.secret == new["secret"]
    assert [earlier.secret for earlier in kept.previous] == [old]

    api.system.clock.advance(A_DAY)
    after = download(api, webhook)
    assert (after["secret"], after["previous"]) == (new["secret"], [])


def test_a_sixth_rotation_waits_for_the_first_of_five_to_end(api: ApiClient) -> None:
    """409 says when that is, and what ends them; nothing is changed by it."""
    webhook = api.create(authentication=SIGNATURE)
    path = api.path(webhook, "/signature")
    for _ in range(5):
        api.system.clock.advance(60)
        last = api.call("POST", path)
    previous = last.json["previous"]
    assert len(previous) == 5

    refused = api.call("POST", path)

    assert refused.status == 409
    assert previous[-1]["validUntil"] in refused.json["detail"]
    assert "DELETE …/signature/previous" in refused.json["detail"]
    assert api.get(api.path(webhook)).headers["ETag"] == last.headers["ETag"]
    api.system.clock.advance(A_DAY - 4 * 60)
    assert [each["validUntil"] for each in api.call("POST", path).json["previous"]][1:] == [
        each["validUntil"] for each in previous[:-1]
    ]


def test_earlier_secrets_are_ended_early(api: ApiClient, log: StringIO) -> None:
    """Harmless twice; the secret stays, and the log knows who it was."""
    webhook = api.create(authentication=SIGNATURE)
    api.call("POST", api.path(webhook, "/signature"))
    secret = download(api, webhook)["secret"]
    path = api.path(webhook, "/signature/previous")
    assert api.call("DELETE", path, headers={"If-Match": '"1"'}).status == 412

    assert [api.call("DELETE", path).status for _ in range(2)] == [204, 204]

    shown = api.get(api.path(webhook))
    assert (shown.json["authentication"]["previousSecrets"], shown.headers["ETag"]) == ([], '"3"')
    assert download(api, webhook)["previous"] == []
    assert credentials(api, webhook) == Credentials(secret=secret)
    assert [line["kind"] for line in acts_in(log)][-2:] == ["EARLIER_SECRETS_ENDED", "SECRET_DOWNLOADED"]


@pytest.mark.parametrize("spelled", [OWN, OWN.removeprefix("whsec_"), f"v1,{OWN}", OWN.rstrip("=")])
def test_a_secret_of_ones_own_needs_no_change_of_the_receiver(api: ApiClient, spelled: str) -> None:
    """On create, when the type changes, and on rotation; again, it changes nothing."""
    created = api.create(authentication={**SIGNATURE, "secret": spelled})
    switched = api.create()
    switch(api, switched, {**SIGNATURE, "secret": spelled})
    switch(api, switched, {**SIGNATURE, "secret": spelled})
    rotated = api.create(authentication=SIGNATURE)
    body = {"secret": spelled}
    first, second = (api.call("POST", api.path(rotated, "/signature"), body) for _ in range(2))
    assert (first.json, first.headers["ETag"]) == (second.json, second.headers["ETag"])

    assert [download(api, webhook)["secret"] for webhook in (created, switched, rotated)] == [OWN] * 3


@pytest.mark.parametrize("secret", ["whsec_AAAA", "whsec_" + "-" * 32, "a" * 64, 5, None, ""])
def test_a_secret_that_may_be_read_as_another_key_is_refused(api: ApiClient, secret: object) -> None:
    """The field is named, with what is accepted."""
    webhook = api.create(authentication=SIGNATURE)

    rotation = api.call("POST", api.path(webhook, "/signature"), {"secret": secret})
    creation = api.call("POST", api.webhooks, draft(authentication={**SIGNATURE, "secret": secret}))

    assert (rotation.status, rotation.fields) == (422, ["secret"])
    assert (creation.status, creation.fields) == (422, ["authentication.secret"])
    if isinstance(secret, str):
        assert "24 to 64 bytes in base64" in rotation.json["detail"]


def test_a_secret_is_replaced_by_a_rotation_alone(api: ApiClient) -> None:
    """A change that names another one would cut receivers off without a word."""
    webhook = api.create(authentication=SIGNATURE)

    answer = api.call("PATCH", api.path(webhook), {"authentication": {**SIGNATURE, "secret": OWN}})

    assert (answer.status, answer.fields) == (422, ["authentication.secret"])
    assert "POST …/signature" in answer.json["detail"]


@pytest.mark.parametrize("authentication", [NONE, BASIC], ids=["NONE", "BASIC"])
def test_without_a_signature_there_is_nothing_to_rotate_or_download(
    api: ApiClient, authentication: dict[str, str]
) -> None:
    """409 says what to do first; the webhook stays as it is."""
    webhook = api.create(authentication=authentication)

    for method in ("GET", "POST"):
        answer = api.call(method, api.path(webhook, "/signature"))
        assert (answer.status, "type SIGNATURE" in answer.json["detail"]) == (409, True)
    assert api.as_registered(webhook) == webhook
