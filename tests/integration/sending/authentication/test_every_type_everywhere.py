"""Every type of authentication by every way out, at a receiver that lets nobody in without its proof."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from local.listener import BROKEN, Received
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import ACCOUNT, NOON_MS, batch_event
from tests.support.receivers.guarded import EVERY_TYPE, OF_THE_CONNECTION, REFUSED, Ed25519, Guarded, OAuth2
from tests.support.redeliveries import publish
from tests.support.system import System

pytestmark = pytest.mark.deep

NAMES = ["COURSE_ENROLLMENT", "LEARNER_PROGRESS"]
SAMPLE = {"eventName": NAMES[0]}
DOCUMENT = ApiDocument()
A_DAY = 24 * 60 * 60
SECRET_FIELDS = ("password", "token", "value", "secret", "clientSecret", "clientCertificate", "trustedCertificates")
ROTATING = ("HMAC_SHA256", "ED25519")
each_type = pytest.mark.parametrize("receiver", EVERY_TYPE, indirect=True)
each_that_rotates = pytest.mark.parametrize("receiver", ROTATING, indirect=True)
each_other = pytest.mark.parametrize("receiver", [name for name in EVERY_TYPE if name not in ROTATING], indirect=True)


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Guarded]:
    """Give a receiver that wants this type."""
    with EVERY_TYPE[request.param]() as receiver:
        yield receiver


@pytest.fixture
def api(system: System, monkeypatch: pytest.MonkeyPatch) -> ApiClient:
    """Give a client for the account of the events; receivers go by the system's clock."""
    clock = SimpleNamespace(
        now=lambda tz: datetime.fromtimestamp(system.clock.milliseconds() / 1000, tz),
        fromtimestamp=datetime.fromtimestamp,
    )
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", clock)
    return ApiClient(system, DOCUMENT, str(ACCOUNT))


def registered(api: ApiClient, receiver: Guarded) -> Any:
    """Register a webhook with the receiver's first secret; a receiver that goes by keys reads them."""
    webhook = api.create(targetUrl=receiver.url, eventNames=NAMES, authentication=receiver.entered())
    if isinstance(receiver, Ed25519):
        receiver.keys[0] = served_keys(api)
    return webhook


def served_keys(api: ApiClient) -> Any:
    """Read the keys of the account, newest first."""
    return api.get(f"/accounts/{api.account}/webhook-keys.json").json["keys"]


def without_secret(entered: dict[str, Any]) -> dict[str, Any]:
    """What is entered to keep the secrets."""
    return {name: value for name, value in entered.items() if name not in SECRET_FIELDS}


def in_real_time(api: ApiClient, _receiver: Guarded, _webhook: Any) -> int:
    """Two events, each by itself."""
    publish(api.system, "e1", "e2")
    return 2


def many_again(api: ApiClient, receiver: Guarded, webhook: Any) -> int:
    """A job that takes all that was delivered: the two from before."""
    asked = {"status": "DELIVERED", "from": 0}
    assert api.call("POST", api.path(webhook, "/redeliver"), asked).status == 202
    api.system.redeliver()
    again = [one for one in receiver.received if one.headers.get("recado-resend") == "requested"]
    assert [event for one in again for event in one.event_ids] == ["e1", "e2"]
    return len(again)


def one_again(api: ApiClient, receiver: Guarded, webhook: Any) -> int:
    """A delivery that somebody asks for once more."""
    path = api.path(webhook, f"/deliveries/{NOON_MS:015d}-e1/redeliver")
    assert api.call("POST", path).status == 202
    api.system.redeliver()
    assert receiver.received[-1].headers["recado-resend"] == "requested"
    return 1


def in_a_batch(api: ApiClient, receiver: Guarded, _webhook: Any) -> int:
    """Two events in one POST of a drain."""
    api.system.put_into_batch_queue(batch_event("b1"), batch_event("b2"))
    api.system.invoke("batch_dispatcher", {})
    assert receiver.received[-1].event_ids == ["b1", "b2"]
    return 1


def from_the_backlog(api: ApiClient, receiver: Guarded, _webhook: Any) -> int:
    """An event whose first POST fails."""
    receiver.answers.append(BROKEN)
    publish(api.system, "e3")
    api.system.clock.advance(5)
    api.system.redeliver()
    assert [one.event_ids for one in receiver.received[-2:]] == [["e3"]] * 2
    return 2


def as_a_test(api: ApiClient, _receiver: Guarded, webhook: Any) -> int:
    """A sample for the saved webhook."""
    return tried(api, api.path(webhook, "/test"))


def as_a_test_of_changes(api: ApiClient, receiver: Guarded, webhook: Any) -> int:
    """A sample for the saved webhook as it would be changed, its secrets left out."""
    kept = without_secret(receiver.entered())
    return tried(api, api.path(webhook, "/test"), targetUrl=f"{receiver.url}/new", authentication=kept)


def tried(api: ApiClient, path: str, **fields: Any) -> int:
    """Send a test, which must come through."""
    answer = api.call("POST", path, {**SAMPLE, **fields})
    assert (answer.status, answer.json.get("error"), answer.json["delivered"]) == (200, None, True)
    return 1


WAYS = [in_real_time, many_again, one_again, in_a_batch, from_the_backlog, as_a_test, as_a_test_of_changes]


@each_type
def test_it_is_let_in_by_every_way(api: ApiClient, receiver: Guarded, subtests: pytest.Subtests) -> None:
    """And none of these POSTs would have been without its proof."""
    webhook = registered(api, receiver)
    for way in WAYS:
        with subtests.test(way.__name__):
            before = len(receiver.received)
            posts = way(api, receiver, webhook)
            let_in_for_its_proof_alone(receiver, receiver.received[before:], posts)


@pytest.mark.deep
@each_type
def test_a_draft_is_let_in(api: ApiClient, receiver: Guarded) -> None:
    """With the secrets that were entered; a receiver that goes by keys has none yet, and verifies `v1`."""
    tried(api, f"{api.webhooks}/test", targetUrl=receiver.url, authentication=receiver.entered())

    let_in_for_its_proof_alone(receiver, receiver.received, 1)


def let_in_for_its_proof_alone(receiver: Guarded, received: list[Received], posts: int) -> None:
    """Hold so many POSTs against the receiver once more: with what proves, and without."""
    assert [one.answered for one in received if one.answered != BROKEN.status][-1] == 204
    assert {one.answered for one in received} <= {204, BROKEN.status}
    assert [receiver.proven(one) for one in received] == [[0]] * posts
    assert receiver.sent_again(received[-1], with_proof=False) in REFUSED
    assert receiver.sent_again(received[-1], with_proof=True) == 204


@each_that_rotates
def test_two_secrets_prove_for_a_day_after_a_rotation(api: ApiClient, receiver: Guarded) -> None:
    """Whoever knows one of them lets every POST in, that from the backlog, too; after the day the earlier one is over.

    A receiver that keeps the key set from before verifies by it, and so does one that reads it afterwards.
    """
    webhook = registered(api, receiver)
    receiver.answers.append(BROKEN)
    publish(api.system, "e1")

    rotated = api.call("POST", api.path(webhook, "/signature"), {"secret": receiver.entered(1)["secret"]})
    assert rotated.status == 200
    if isinstance(receiver, Ed25519):
        new, old = served_keys(api)
        assert receiver.keys == {0: [old]}
        receiver.keys[1] = [new]
    api.system.clock.advance(5)
    api.system.redeliver()
    tried(api, api.path(webhook, "/test"))
    receiver.know(1)
    publish(api.system, "e2")
    api.system.clock.advance(A_DAY)
    publish(api.system, "e3")
    if isinstance(receiver, Ed25519):
        assert [served_keys(api)] == [receiver.keys[1]]

    assert [one.answered for one in receiver.received] == [503, 204, 204, 204, 204]
    assert receiver.proven(receiver.received[-1]) == [1]


@each_other
def test_another_secret_counts_from_the_next_post_on(api: ApiClient, receiver: Guarded) -> None:
    """Nothing rotates, which is told. What a receiver refused that was changed first is let in with the new secret."""
    webhook = registered(api, receiver)
    publish(api.system, "e1")
    refused = api.call("POST", api.path(webhook, "/signature"))
    assert (refused.status, "type SIGNATURE" in refused.json["detail"]) == (409, True)

    receiver.know(1)
    publish(api.system, "e2")
    changed = api.call("PATCH", api.path(webhook), {"authentication": receiver.entered(1)})
    assert changed.status == 200
    api.system.redeliver()
    publish(api.system, "e3")

    assert [(one.event_ids, one.answered) for one in receiver.received] == [
        (["e1"], 204),
        (["e2"], 401),
        (["e2"], 204),
        (["e3"], 204),
    ]
    assert [receiver.proven(one) for one in receiver.received[2:]] == [[1]] * 2


@pytest.mark.deep
@each_type
def test_what_is_shown_is_what_is_sent(api: ApiClient, receiver: Guarded) -> None:
    """Of a delivery, an attempt and tests: all headers and the body; of a secret no more than that it is there."""
    draft = {"targetUrl": receiver.url, "authentication": receiver.entered()}
    tests = [api.call("POST", f"{api.webhooks}/test", {**SAMPLE, **draft}).json["request"]]
    webhook = registered(api, receiver)
    tests.append(api.call("POST", api.path(webhook, "/test"), SAMPLE).json["request"])
    publish(api.system, "e1")
    delivery = api.get(api.path(webhook, f"/deliveries/{NOON_MS:015d}-e1")).json["request"]
    (attempt,) = api.get(api.path(webhook, "/attempts")).json["attempts"]

    *samples, event = receiver.received
    assert [one["body"] for one in (*tests, delivery)] == [one.body.decode() for one in receiver.received]
    assert attempt["request"]["bytes"] == len(event.body)
    assert [seen(one["headers"]) for one in (*tests, delivery)] == [sent(one, receiver) for one in (*samples, event)]
    assert seen(attempt["request"]["headers"]) == sent(event, receiver)
    for answer in api.answers:
        assert not [secret for secret in secrets_of(receiver) if secret in answer.text]


def secrets_of(receiver: Guarded) -> list[str]:
    """What no answer may hold."""
    entered = receiver.entered()
    keys = [entered["clientCertificate"]["privateKey"].splitlines()[1]] if "clientCertificate" in entered else []
    texts = [entered[name] for name in ("password", "token", "value", "secret", "clientSecret") if name in entered]
    return [*keys, *texts, *(receiver.server.given if isinstance(receiver, OAuth2) else [])]


def seen(headers: dict[str, str]) -> dict[str, str]:
    """Headers as they are shown, without case."""
    return {name.lower(): value for name, value in headers.items()}


def sent(received: Received, receiver: Guarded) -> dict[str, str]:
    """Headers as they came, what proves hidden, without those of the connection."""
    hidden = {receiver.header: "[hidden]"}
    headers = {**received.headers, **hidden}
    return {name: value for name, value in headers.items() if name not in (*OF_THE_CONNECTION, "x-client")}


@pytest.mark.deep
@each_type
def test_it_costs_no_call_once_warm(aws: AwsCalls, api: ApiClient, receiver: Guarded) -> None:
    """An event reads what it reads for any webhook; what is sealed is read and opened once an environment.

    A token, too, once the environments have one: its item, and its key.
    """
    registered(api, receiver)
    publish(api.system, "e1")
    api.system.cold_start()
    aws.clear()
    publish(api.system, "e2")
    first = dict(aws.counts)
    aws.clear()

    publish(api.system, "e3")

    sealed = 2 if isinstance(receiver, OAuth2) else 1
    usual = {"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1, "dynamodb.BatchWriteItem": 1}
    assert not isinstance(receiver, OAuth2) or len(receiver.server.given) == 1
    assert first == {**usual, "dynamodb.GetItem": sealed, "kms.Decrypt": sealed}
    assert aws.counts == usual
