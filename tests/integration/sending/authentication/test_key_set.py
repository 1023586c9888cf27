"""Signatures by keys: what a receiver verifies by the set that everybody may read."""

from typing import Any

import standardwebhooks
import svix.webhooks

from local.listener import Listener, Received
from tests.support.api.client import Answer as ApiAnswer
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.receivers.public_keys import Jwk, verified_by
from tests.support.redeliveries import publish

ED25519 = {"type": "SIGNATURE", "algorithm": "ED25519"}
NAMES = ["COURSE_ENROLLMENT", "LEARNER_PROGRESS"]
SAMPLE = {"eventName": NAMES[0]}


def asked(api: ApiClient, account: str, query: dict[str, str] | None = None) -> ApiAnswer:
    """Ask for the keys of an account as anybody may, without a token."""
    path = f"/accounts/{account}/webhook-keys.json"
    event = api.request("GET", path, query=query)
    del event["requestContext"]["authorizer"]
    answer = api.send(event)
    api.document.check("GET", "/accounts/{accountId}/webhook-keys.json", answer)
    return answer


def key_set(api: ApiClient, webhook: Any) -> list[Jwk]:
    """Return the keys of a webhook."""
    keys: list[Jwk] = asked(api, api.account, {"webhookId": webhook["webhookId"]}).json["keys"]
    return keys


def verifying(keys: list[Jwk], received: Received) -> list[str]:
    """Return the ids of the keys by which a POST is genuine."""
    return verified_by(keys, received.headers, received.body)


def test_libraries_that_know_the_secret_alone_take_it(api: ApiClient, receiver: Listener) -> None:
    """The signature by key stands beside theirs."""
    webhook = api.create(targetUrl=receiver.url, eventNames=NAMES, authentication=ED25519)
    assert webhook["authentication"]["algorithm"] == "ED25519"
    secret = api.get(api.path(webhook, "/signature")).json["secret"]

    publish(api.system, "e1")

    (received,) = receiver.received
    assert standardwebhooks.Webhook(secret).verify(received.body, received.headers) == received.payload
    svix.webhooks.Webhook(secret).verify(received.body, received.headers)


def test_a_draft_is_signed_with_a_key_made_for_it(api: ApiClient, receiver: Listener) -> None:
    """So is a test of another algorithm; nobody can verify it yet, but see what will come. Nothing is stored."""
    webhook = api.create(targetUrl=receiver.url, eventNames=NAMES, authentication={"type": "SIGNATURE"})
    for path, fields in ((f"{api.webhooks}/test", {"targetUrl": receiver.url}), (api.path(webhook, "/test"), {})):
        answer = api.call("POST", path, {**SAMPLE, **fields, "authentication": ED25519})
        assert answer.json["delivered"] is True

    signatures = [one.headers["webhook-signature"].split() for one in receiver.received]
    assert [[one.partition(",")[0] for one in each] for each in signatures] == [["v1", "v1a"]] * 2
    assert key_set(api, webhook) == []


def test_a_rotation_changes_keys_under_a_receiver_that_keeps_the_set(api: ApiClient, receiver: Listener) -> None:
    """Its set verifies through it, and the new one is there at once; after a day the earlier one is gone."""
    webhook = api.create(targetUrl=receiver.url, eventNames=NAMES, authentication=ED25519)
    path = api.path(webhook, "/signature")
    before = key_set(api, webhook)

    rotated = api.call("POST", path)
    publish(api.system, "e1")
    after = key_set(api, webhook)

    assert [verifying(keys, receiver.received[0]) for keys in (before, after)] == [
        [key["kid"] for key in keys] for keys in (before, after)
    ]
    assert (len(after), after[1:]) == (2, before)
    assert rotated.json["keyIds"] == api.get(path).json["keyIds"] == [key["kid"] for key in after]
    for _ in range(4):
        assert api.call("POST", path).status == 200
    sixth = api.call("POST", path)
    assert (sixth.status, len(key_set(api, webhook))) == (409, 6)

    assert api.call("DELETE", f"{path}/previous").status == 204
    publish(api.system, "e2")
    (last,) = key_set(api, webhook)
    assert verifying([last, *after], receiver.received[1]) == [last["kid"]]


def test_the_set_tells_nothing_of_what_is_not_there(api: ApiClient) -> None:
    """An account without keys, one that is not there, a webhook of another account: all are answered alike."""
    api.create(authentication={"type": "SIGNATURE"})
    signing = api.create(authentication=ED25519)
    other = ApiClient(api.system, api.document, "2020")
    other.create()

    nothing = [
        asked(api, "2020"),
        asked(api, "3030"),
        asked(api, "3030", {"webhookId": signing["webhookId"]}),
        asked(api, api.account, {"webhookId": "wh_0"}),
        asked(api, api.account, {"webhookId": "#count"}),
    ]

    assert {(one.status, one.text, str(one.headers)) for one in nothing} == {
        (200, '{"keys":[]}', str(nothing[0].headers))
    }
    assert nothing[0].headers["Cache-Control"] == "public, max-age=3600"
    assert len(asked(api, api.account).json["keys"]) == 1
    assert (asked(api, "no account").status, asked(api, api.account, {"webhook": "w"}).status) == (400, 422)


def test_the_set_is_one_read_that_nobody_s_budget_pays(api: ApiClient, aws: AwsCalls) -> None:
    """Nothing sealed is opened for it, and whoever asks takes nothing of what the account may read."""
    webhook = api.create(authentication=ED25519)
    api.system.cold_start()
    aws.clear()

    asked(api, api.account)

    assert aws.counts == {"dynamodb.Query": 1}
    aws.clear()

    key_set(api, webhook)

    assert aws.counts == {"dynamodb.GetItem": 1}  # of its own webhook alone, however many the account has


def test_the_keys_go_with_their_webhook(api: ApiClient) -> None:
    """They are gone when it is removed, and when it signs with them no more; off, it may be switched on again."""
    webhook = api.create(authentication=ED25519)
    path = api.path(webhook)
    assert api.call("PATCH", path, {"active": False}).status == 200
    (first,) = key_set(api, webhook)

    changed = api.call("PATCH", path, {"authentication": {"type": "SIGNATURE", "algorithm": "HMAC_SHA256"}})
    assert (changed.json["authentication"]["algorithm"], key_set(api, webhook)) == ("HMAC_SHA256", [])
    assert api.call("PATCH", path, {"authentication": ED25519}).status == 200
    (second,) = key_set(api, webhook)
    assert first != second
    assert api.call("DELETE", path).status == 204

    assert asked(api, api.account).json == {"keys": []}


def test_another_algorithm_keeps_the_secret(api: ApiClient) -> None:
    """And the algorithm stays where it is left out; the acts tell of it, and of no secret."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    path = api.path(webhook)
    before = api.get(f"{path}/signature").json

    assert api.call("PATCH", path, {"authentication": ED25519}).status == 200
    again = api.call("PATCH", path, {"authentication": {"type": "SIGNATURE"}})

    after = api.get(f"{path}/signature").json
    assert after["secret"] == before["secret"]
    assert (again.json["authentication"]["algorithm"], "keyIds" in before) == ("ED25519", False)
    assert after["keyIds"] == [key["kid"] for key in key_set(api, webhook)]
    acts = api.get(f"/accounts/{api.account}/activity").json["activity"]
    (changes,) = [one["changes"] for one in acts if one["kind"] == "CHANGED" and "changes" in one]
    assert changes == [{"field": "authentication.algorithm", "before": "HMAC_SHA256", "after": "ED25519"}]
