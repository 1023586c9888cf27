"""Every attempt is kept, and can be read: of a delivery, and of its webhook."""

from dataclasses import replace
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado.rules.delivery.delivery import attempted
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, batch_event
from tests.support.redeliveries import publish
from tests.support.system import System
from tests.unit.builders import NOW, attempt, event, pending

UNAVAILABLE = Answer(
    503, headers={"Retry-After": "7", "Content-Type": "text/html", "Server": "x"}, body=b"<h1>later</h1>"
)
REFUSED = Answer(401, headers={"Content-Type": "application/json"}, body=b'{"why":"no"}')


def attempts(api: ApiClient, path: str, **query: str) -> list[dict[str, Any]]:
    """Read attempts to the last page, with no cursor that leads in circles."""
    found: list[dict[str, Any]] = []
    while True:
        answer = api.get(f"{api.webhooks}/wh_1{path}/attempts", query).json
        found += answer["attempts"]
        if "nextCursor" not in answer:
            return found
        query["cursor"] = answer["nextCursor"]
        assert len(found) < 1000


def of_event(api: ApiClient, event_id: str, at: int = NOON_MS, **query: str) -> list[dict[str, Any]]:
    """Read the attempts that carried an event."""
    return attempts(api, f"/deliveries/{at:015d}-{event_id}", **query)


def drained(system: System, count: int) -> None:
    """Send so many events of the batch queue."""
    for number in range(count):
        system.put_into_batch_queue(batch_event(f"e{number}", timestamp=NOON_MS + number))
    system.invoke("batch_dispatcher", {})


def redelivered(system: System, *waits: int) -> None:
    """Let wake-ups come after each of these waits."""
    for seconds in waits:
        system.clock.advance(seconds)
        system.redeliver()


@pytest.mark.usefixtures("webhook")
def test_a_delivery_that_failed_twice_shows_three_attempts(system: System, api: ApiClient, receiver: Listener) -> None:
    """Newest first, each with what was answered; the first one lives in the delivery, the others are items."""
    receiver.answers += [UNAVAILABLE, REFUSED, Answer(204)]
    publish(system, "e1")

    redelivered(system, 7, 10)

    newest, middle, oldest = of_event(api, "e1")
    assert [one["statusCode"] for one in (newest, middle, oldest)] == [204, 401, 503]
    assert [one["delivered"] for one in (newest, middle, oldest)] == [True, False, False]
    assert oldest["response"] == {
        "headers": {"content-type": "text/html", "retry-after": "7"},
        "body": "<h1>later</h1>",
        "truncated": False,
    }
    assert middle["response"]["body"] == '{"why":"no"}'
    assert middle["error"]["failureClass"] == "CLIENT_ERROR"
    assert "error" not in newest
    assert {one["address"] for one in (newest, middle, oldest)} == {"127.0.0.1"}
    assert oldest["request"]["url"] == receiver.url
    assert oldest["request"]["headers"]["webhook-id"] == "e1"
    assert oldest["request"]["bytes"] == len(receiver.received[0].body)
    assert [one["deliveryIds"] for one in (newest, middle, oldest)] == [[f"{NOON_MS:015d}-e1"]] * 3
    assert attempts(api, "", limit="1") == [newest, middle, oldest]
    assert attempts(api, "/deliveries/001727438400000-e1", limit="1") == [newest, middle, oldest]


@pytest.mark.usefixtures("webhook")
def test_a_batch_that_failed_twice_says_what_it_carried(system: System, api: ApiClient, receiver: Listener) -> None:
    """An event that was merely in it carries no error, and says with how many others it was refused."""
    receiver.answers += [UNAVAILABLE, REFUSED]
    drained(system, 3)

    shown = api.get(f"{api.webhooks}/wh_1/deliveries").json["deliveries"]
    assert [(one["status"], one["refusedWith"], "error" in one) for one in shown] == [("PENDING", 2, False)] * 3

    redelivered(system, 7, 10)

    shown = api.get(f"{api.webhooks}/wh_1/deliveries").json["deliveries"]
    assert [(one["status"], "refusedWith" in one) for one in shown] == [("DELIVERED", False)] * 3
    for number in range(3):
        found = of_event(api, f"e{number}", NOON_MS + number)
        assert [one["statusCode"] for one in found] == [204, 401, 503]
        assert [one["events"] for one in found] == [3, 3, 3]
        assert found == attempts(api, "")


def test_a_failed_post_rewrites_no_delivery(
    system: System, calls: AwsCalls, webhook: Webhook, receiver: Listener
) -> None:
    """A dead receiver's backlog is left as it is: one item is written, the attempt."""
    receiver.answers += [UNAVAILABLE, UNAVAILABLE]
    drained(system, 100)
    before = system.deliveries(webhook)
    system.clock.advance(7)
    calls.clear()

    system.redeliver()

    [write] = [call.parameters for call in calls.seen if call.operation == "BatchWriteItem"]
    [[put]] = write["RequestItems"].values()
    assert put["PutRequest"]["Item"]["partition"]["S"] == f"{webhook.webhook_id}#attempts"
    assert system.deliveries(webhook) == before


@pytest.mark.usefixtures("webhook", "receiver")
def test_an_attempt_says_who_asked_for_it(system: System, api: ApiClient) -> None:
    """Where a person did; the delivery says when."""
    publish(system, "e1")
    system.clock.advance(60)

    api.call("POST", f"{api.webhooks}/wh_1/deliveries/{NOON_MS:015d}-e1/redeliver")
    system.redeliver()

    again, first = of_event(api, "e1")
    assert (again["requestedBy"], "requestedBy" in first) == ("5f2c", False)
    shown = api.get(f"{api.webhooks}/wh_1/deliveries/{NOON_MS:015d}-e1").json
    assert shown["redelivery"]["requestedBy"] == "5f2c"
    assert shown["status"] == "DELIVERED"


def test_what_proves_who_sends_is_kept_nowhere(system: System, api: ApiClient, receiver: Listener) -> None:
    """Neither sent nor echoed: it is in no item."""
    password = "correct horse battery staple"
    system.add_webhook(
        receiver.url,
        authentication=AuthenticationType.BASIC,
        username="recado",
        credentials=Credentials(password=password),
    )
    receiver.answers.append(Answer(401, body=f"not {password}".encode()))
    publish(system, "e1")

    [attempt] = of_event(api, "e1")

    assert attempt["request"]["headers"]["Authorization"] == "[hidden]"
    assert attempt["response"]["body"] == "[hidden] The answer holds the password, so none of it is shown."


@pytest.mark.usefixtures("webhook", "receiver")
def test_attempts_stand_in_one_order_over_items_and_deliveries(system: System, api: ApiClient) -> None:
    """Those that live in a delivery, in log or backlog, and those that are items; a time range takes some of them."""
    publish(system, "e0", "e1", "e2")
    drained_at = int(system.clock.milliseconds())
    system.put_into_batch_queue(batch_event("b0", timestamp=NOON_MS), batch_event("b1", timestamp=NOON_MS))
    system.invoke("batch_dispatcher", {})

    found = attempts(api, "", limit="2")
    assert [one["events"] for one in found] == [2, 1, 1, 1]
    assert [one["messageId"] for one in found[1:]] == ["e2", "e1", "e0"]
    assert found == attempts(api, "")
    assert [one["messageId"] for one in attempts(api, "", to=str(NOON_MS + 1))] == ["e1", "e0"]
    assert [one["events"] for one in attempts(api, "", **{"from": str(drained_at)})] == [2]


@pytest.mark.usefixtures("webhook", "receiver")
@pytest.mark.parametrize("path", ["", f"/deliveries/{NOON_MS:015d}-e1"])
def test_a_cursor_of_another_list_is_refused(system: System, api: ApiClient, path: str) -> None:
    """That of the deliveries leads nowhere among the attempts."""
    publish(system, "e0", "e1")
    cursor = api.get(f"{api.webhooks}/wh_1/deliveries", {"limit": "1"}).json["nextCursor"]

    answer = api.get(f"{api.webhooks}/wh_1{path}/attempts", {"cursor": cursor})

    assert (answer.status, answer.fields) == (422, ["cursor"])


@pytest.mark.usefixtures("webhook")
def test_a_webhook_that_was_never_sent_to_has_no_attempts(api: ApiClient) -> None:
    """Nor is there anything behind an id that does not exist."""
    assert attempts(api, "") == []
    assert api.get(f"{api.webhooks}/wh_1/deliveries/{NOON_MS:015d}-e1/attempts").is_nothing
    assert api.get(f"{api.webhooks}/wh_2/attempts").is_nothing


@pytest.mark.usefixtures("webhook")
def test_pages_neither_repeat_nor_leave_out_what_lives_in_the_delivery(system: System, api: ApiClient) -> None:
    """Wherever it stands among the others; one that began a second after the end is there, too."""
    one, other = event("e1"), event("e2")
    own = attempt(one, token="00000002")
    [delivery], _ = attempted([pending(one, created_at=NOW - 10_000)], own)
    before = replace(attempt(one, other, token="00000001"), started_at=NOW - 5_000)
    after = replace(attempt(one, other, token="00000003"), started_at=NOW + 1_000)
    system.record(delivery, attempts=[before, after])

    found = of_event(api, "e1", limit="1")

    assert [shown["attemptId"] for shown in found] == [after.attempt_id, own.attempt_id, before.attempt_id]
