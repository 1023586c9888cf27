"""What a receiver is shown of its deliveries."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from standardwebhooks import Webhook as StandardWebhook

from recado.rules.delivery.delivery import CancelReason, DeliveryStatus
from recado.rules.event.timestamps import to_iso
from tests.support.api.client import Answer, ApiClient
from tests.support.api.receiver_client import ReceiverClient
from tests.support.clock import Clock
from tests.support.delivery_log import delivery, record

HOUR_MS = 60 * 60 * 1000


def ids(answer: Answer) -> list[str]:
    """Return the ids of the events that were shown."""
    assert answer.status == 200, answer.text
    return [one["eventId"] for one in answer.json["deliveries"]]


def walked(receiver: ReceiverClient, query: str, most: int = 50) -> Iterator[Answer]:
    """Ask for one page after another."""
    cursor = ""
    for _ in range(most):
        page = receiver.events(query + cursor)
        yield page
        if "nextCursor" not in page.json:
            return
        cursor = f"&cursor={page.json['nextCursor']}"
    raise AssertionError("the pages do not end")


def in_every_state(now: int) -> dict[str, dict[str, Any]]:
    """Return what is kept of deliveries that ended or wait in each way, by the id of their event."""
    return {
        "delivered": {"status": DeliveryStatus.DELIVERED, "finished_at": now - 4000},
        "skipped": {"status": DeliveryStatus.SKIPPED, "finished_at": now - 3000},
        "cancelled": {
            "status": DeliveryStatus.CANCELLED,
            "finished_at": now - 2000,
            "cancelled_because": CancelReason.WITHDRAWN,
        },
        "aside": {"status": DeliveryStatus.PENDING, "set_aside_at": now - 2000, "retry_at": now + 1000, "tries": 1},
        "waiting": {"status": DeliveryStatus.PENDING},
    }


def test_what_was_missed_is_shown_oldest_first(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """In whatever way it ended or waits; with the body that a POST of it alone would have, byte for byte."""
    own = webhook["webhookId"]
    standing = in_every_state(now)
    deliveries = [
        delivery(own, event_id, timestamp=now - 9000 + at, account=int(api.account), data={"é": at}, **fields)
        for at, (event_id, fields) in enumerate(standing.items())
    ]
    record(api.system, *deliveries)

    answer = receiver.events()

    assert ids(answer) == list(standing)
    shown = answer.json["deliveries"]
    assert [one["status"] for one in shown] == ["DELIVERED", "SKIPPED", "CANCELLED", "PENDING", "PENDING"]
    assert shown[0] == {
        "deliveryId": deliveries[0].delivery_id,
        "eventId": "delivered",
        "eventName": "COURSE_ENROLLMENT",
        "timestamp": to_iso(now - 9000),
        "arrivedAt": to_iso(now - 9000),
        "status": "DELIVERED",
        "finishedAt": to_iso(now - 4000),
        "contentType": "application/json",
        "body": f'{{"accountId":{api.account},"events":[{deliveries[0].event.text}]}}',
    }
    assert "finishedAt" not in shown[4]
    # What was withdrawn is nothing to take in.
    assert (
        ["body" in one for one in shown] == ["contentType" in one for one in shown] == [True, True, False, True, True]
    )
    assert "nextCursor" not in answer.json


def test_pages_show_everything_once(api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int) -> None:
    """However many a page has, also where what waits and what has ended lie between each other."""
    names = [f"e-{at:03d}" for at in range(230)]
    status = (DeliveryStatus.SKIPPED, DeliveryStatus.PENDING, DeliveryStatus.DELIVERED)
    record(
        api.system,
        *(
            delivery(webhook["webhookId"], name, timestamp=now - 60_000 + at, status=status[at % 3])
            for at, name in enumerate(names)
        ),
    )

    for limit in (7, 100):
        pages = list(walked(receiver, f"limit={limit}"))
        assert [event_id for page in pages for event_id in ids(page)] == names
        assert len({page.json["resumeFrom"] for page in pages}) == 1


def test_a_walk_shows_the_day_before_its_beginning(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, clock: Clock, now: int
) -> None:
    """However long it takes: a page later is of the same list."""
    day = 24 * HOUR_MS
    record(
        api.system,
        *(
            delivery(webhook["webhookId"], f"e-{at}", timestamp=now - 2000 + at, created_at=now - day + 5000)
            for at in range(4)
        ),
    )
    first = receiver.events("limit=2")
    clock.advance(60)

    assert ids(receiver.events(f"limit=2&cursor={first.json['nextCursor']}")) == ["e-2", "e-3"]


def test_what_arrives_late_is_found_by_its_arrival(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """An event's own time may lie before those that were read already: the next walk shows it, by `resumeFrom`."""
    own = webhook["webhookId"]
    record(api.system, delivery(own, "first", timestamp=now - 1000, created_at=now - 20 * 60_000))
    [walk] = walked(receiver, "limit=10")
    assert ids(walk) == ["first"]
    record(api.system, delivery(own, "late", timestamp=now - 50 * 60_000, created_at=now + 1000))

    again = receiver.events(f"arrivedFrom={walk.json['resumeFrom']}")

    assert ids(again) == ["late"]
    assert walk.json["resumeFrom"] <= to_iso(now)


def test_a_time_to_come_is_not_gone_on_from(receiver: ReceiverClient, now: int) -> None:
    """The receiver's clock was ahead: what arrives meanwhile is of the next walk."""
    answer = receiver.events(f"arrivedFrom={now + HOUR_MS}")

    assert ids(answer) == []
    assert to_iso(now) <= answer.json["resumeFrom"] < to_iso(now + HOUR_MS // 2)


def test_from_and_arrived_from_bound_what_is_looked_through(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """A day is usual; what is published later than an hour and a drain after its time is found by `from`."""
    own = webhook["webhookId"]
    record(
        api.system,
        delivery(own, "days-ago", timestamp=now - 72 * HOUR_MS),
        delivery(own, "long-on-its-way", timestamp=now - 30 * HOUR_MS, created_at=now - HOUR_MS),
        delivery(own, "now", timestamp=now - HOUR_MS),
    )

    assert ids(receiver.events()) == ["now"]
    assert ids(receiver.events(f"arrivedFrom={now - HOUR_MS}&from={now - HOUR_MS}")) == ["now"]
    assert ids(receiver.events(f"arrivedFrom={now - HOUR_MS + 1}")) == []
    assert ids(receiver.events(f"arrivedFrom={now - 100 * HOUR_MS}")) == ["days-ago", "long-on-its-way", "now"]
    assert ids(receiver.events(f"from={now - 100 * HOUR_MS}")) == ["long-on-its-way", "now"]


def test_nothing_is_shown_but_what_the_webhook_would_send(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """Not another webhook's, nor what it is registered for no more; the transform takes out what it always does."""
    own = webhook["webhookId"]
    sibling = api.create(name="Other", targetUrl="https://receiver.example/o", eventNames=["COURSE_ENROLLMENT"])
    record(
        api.system,
        delivery(own, "shown", timestamp=now - 9, data={"id": 7, "secret": "not for them"}),
        delivery(own, "unwanted", timestamp=now - 8, name="USER_LOGIN"),
        delivery(sibling["webhookId"], "theirs", timestamp=now - 7),
    )
    shaped = {"transform": "{id: data.id}", "format": "STANDARD"}
    assert api.call("PATCH", api.path(webhook), shaped).status == 200

    [shown] = receiver.events().json["deliveries"]

    assert shown["eventId"] == "shown"
    assert json.loads(shown["body"]) == {
        "type": "COURSE_ENROLLMENT",
        "timestamp": to_iso(now - 9),
        "data": {"id": 7},
    }


def test_a_transform_that_takes_much_ends_a_page_early(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """All of a page share what its expressions may take: none is shown without the transform, as it is sent alone."""
    transform = {"transform": "{id: data.id, many: length(data.list[?@ > `5`])}", "format": "RAW"}
    assert api.call("PATCH", api.path(webhook), transform).status == 200
    names = [f"e-{at:02d}" for at in range(40)]
    record(
        api.system,
        *(
            delivery(webhook["webhookId"], name, timestamp=now - 100 + at, data={"id": at, "list": [9] * 5000})
            for at, name in enumerate(names)
        ),
    )

    pages = list(walked(receiver, "limit=100"))

    assert [event_id for page in pages for event_id in ids(page)] == names
    bodies = [json.loads(one["body"]) for page in pages for one in page.json["deliveries"]]
    assert bodies == [{"id": at, "many": 5000} for at in range(len(names))]
    assert len(pages) > 1


def test_large_bodies_end_a_page_early(api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int) -> None:
    """What a function hands over holds six megabytes, the answer as a text in JSON: the cursor goes on."""
    names = [f"large-{at:02d}" for at in range(20)]
    record(
        api.system,
        *(
            delivery(webhook["webhookId"], name, timestamp=now - 100 + at, data={"text": '"' * 110_000})
            for at, name in enumerate(names)
        ),
    )

    pages = list(walked(receiver, "limit=100"))

    assert [event_id for page in pages for event_id in ids(page)] == names
    assert len(pages) > 1
    assert max(len(json.dumps(page.text)) for page in pages) < 6_000_000


def test_a_cursor_or_a_time_that_is_none_is_named(receiver: ReceiverClient) -> None:
    """And so is a parameter that there is not, which would be ignored otherwise."""
    place = f"{receiver.webhook_id}:arrived/{1:015d}-e/{10**15 - 1}"
    beyond = base64.urlsafe_b64encode(place.encode())
    for query, field in (
        ("cursor=AAAA", "cursor"),
        (f"cursor={base64.urlsafe_b64encode(b'wh_1:arrived/1-e/1').decode()}", "cursor"),
        (f"cursor={beyond.decode().rstrip('=')}", "cursor"),
        ("arrivedFrom=yesterday", "arrivedFrom"),
        ("from=never", "from"),
        ("limit=0", "limit"),
        ("after=x", "after"),
    ):
        refused = receiver.events(query)
        assert (refused.status, refused.fields) == (422, [field]), query


def test_a_webhook_that_is_off_shows_what_its_receiver_was_to_blame_for(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """Its admin has switched it off: then its receiver sees nothing, and asks for nothing."""
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=now, status=DeliveryStatus.SKIPPED))
    assert api.call("PATCH", api.path(webhook), {"active": False}).status == 200

    assert receiver.events().status == 409
    assert receiver.resend("000000000001000-e").status == 409


def test_a_body_can_be_verified_as_a_post_would_be(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, now: int
) -> None:
    """So that a receiver takes it in by the very function that takes POSTs in."""
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=now, account=int(api.account)))
    [shown] = receiver.events().json["deliveries"]

    headers = receiver.signed(shown["body"])

    assert StandardWebhook(receiver.secret).verify(shown["body"], headers)["events"][0]["eventId"] == "e"
