"""What a receiver is sent again when it asks for it."""

import json
from typing import Any

import pytest

from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.delivery import DeliveryStatus
from tests.support.api.client import ApiClient
from tests.support.api.receiver_client import ReceiverClient
from tests.support.clock import Clock
from tests.support.delivery_log import delivery, record


def test_what_is_asked_for_comes_again(api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int) -> None:
    """What has ended as a copy in the backlog, noted as the receiver's wish; what waits is sent sooner."""
    own = webhook["webhookId"]
    names = record(
        api.system,
        delivery(own, "skipped", timestamp=now - 4, status=DeliveryStatus.SKIPPED, finished_at=now - 3),
        delivery(own, "waiting", timestamp=now - 3, status=DeliveryStatus.PENDING),
        delivery(own, "unwanted", timestamp=now - 2, name="USER_LOGIN"),
    )
    unwanted, waiting, skipped = names

    answer = receiver.resend(skipped, waiting, unwanted, skipped, "000000000000001-nobodys", "no id at all")

    assert (answer.status, answer.json) == (
        202,
        {
            "results": [
                {"deliveryId": skipped, "result": "ASKED"},
                {"deliveryId": waiting, "result": "WAITING"},
                {"deliveryId": unwanted, "result": "UNWANTED"},
                {"deliveryId": "000000000000001-nobodys", "result": "NOT_FOUND"},
                {"deliveryId": "no id at all", "result": "NOT_FOUND"},
            ]
        },
    )
    shown = api.get(api.path(webhook, f"/deliveries/{skipped}")).json["redelivery"]
    assert (shown["requestedBy"], shown["waiting"]) == ("receiver", True)
    activity = api.get(api.path(webhook, "/activity")).json["activity"]
    assert [(one["kind"], one["by"]) for one in activity[:2]] == [
        (ActivityKind.SENT_NOW, "receiver"),
        (ActivityKind.REDELIVERED, "receiver"),
    ]


def test_the_same_request_again_changes_nothing_more(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """By its `webhook-id`, as a POST of Recado's is known; somebody who has seen one cannot have it all sent again."""
    [skipped] = record(
        api.system,
        delivery(webhook["webhookId"], "e", timestamp=now, status=DeliveryStatus.SKIPPED, finished_at=now),
    )
    payload = f"POST /receive/{api.account}/{webhook['webhookId']}/resend\n" + json.dumps({"deliveryIds": [skipped]})
    headers = {name.replace("-", "_"): value for name, value in receiver.signed(payload).items()}

    answers = [receiver.resend(skipped, **headers) for _ in range(2)]

    assert [answer.json["results"][0]["result"] for answer in answers] == ["ASKED", "ASKED"]
    kinds = [one["kind"] for one in api.get(api.path(webhook, "/activity")).json["activity"]]
    assert (kinds.count("REDELIVERED"), kinds.count("SENT_NOW")) == (1, 0)


def test_what_had_waited_is_not_sent_again_by_the_same_request(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """It has ended meanwhile: the second request, whose first answer was lost, brings no copy of it."""
    own = webhook["webhookId"]
    [delivery_id] = record(api.system, delivery(own, "w", timestamp=now, status=DeliveryStatus.PENDING))
    payload = f"POST /receive/{api.account}/{own}/resend\n" + json.dumps({"deliveryIds": [delivery_id]})
    headers = {name.replace("-", "_"): value for name, value in receiver.signed(payload).items()}
    assert receiver.resend(delivery_id, **headers).json["results"][0]["result"] == "WAITING"
    assert api.call("POST", api.path(webhook, f"/deliveries/{delivery_id}/cancel")).status == 200

    again = receiver.resend(delivery_id, **headers)

    assert (again.status, again.json["results"][0]["result"]) == (202, "WAITING")
    kinds = [one["kind"] for one in api.get(api.path(webhook, "/activity")).json["activity"]]
    assert (kinds.count("SENT_NOW"), kinds.count("REDELIVERED")) == (1, 0)
    assert receiver.resend(delivery_id).json["results"][0]["result"] == "UNWANTED"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{}", "deliveryIds"),
        ('{"deliveryIds":[]}', "deliveryIds"),
        (json.dumps({"deliveryIds": ["x"] * 21}), "deliveryIds"),
        ('{"deliveryIds":[1]}', "deliveryIds[0]"),
        ('{"deliveryIds":["x"],"all":true}', "all"),
    ],
)
def test_a_wish_that_cannot_be_read_is_named(receiver: ReceiverClient, body: str, field: str) -> None:
    """Once it is known to be the receiver's."""
    refused = receiver.call("POST", "resend", body=body)

    assert (refused.status, refused.fields) == (422, [field])


def test_a_copy_whose_days_are_over_waits_no_more(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, clock: Clock, now: int
) -> None:
    """Also before anybody has noticed: another is asked for."""
    [skipped] = record(
        api.system,
        delivery(webhook["webhookId"], "e", timestamp=now, status=DeliveryStatus.SKIPPED, finished_at=now),
    )
    assert receiver.resend(skipped).json["results"][0]["result"] == "ASKED"
    assert receiver.resend(skipped).json["results"][0]["result"] == "WAITING"
    clock.advance(7 * 24 * 60 * 60 + 1)

    assert receiver.resend(skipped).json["results"][0]["result"] == "ASKED"
