"""The admin's hand, through the running stack: send now, withdraw, end a job; the receiver gets what was asked for."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from local.listener import Listener
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.jobs import IN_AN_HOUR, NOON_MS, await_state, ids_of
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until

NAME, OTHER_NAME = "CI_STATS", "LEARNING_OBJECT_DELETION"
_BATCHED = "COURSE_ENROLLMENT_BATCH"
_PAGE = 100
"""So many a job puts into the backlog at once."""


def delivery(api: ApiClient, address: str, event_id: str) -> dict[str, Any]:
    """Return what is known of one event on its way to a webhook."""
    found = api.get(f"{address}/deliveries", params={"limit": 100}).json()["deliveries"]
    (one,) = [each for each in found if each["eventId"] == event_id]
    detail: dict[str, Any] = api.get(f"{address}/deliveries/{one['deliveryId']}").json()
    return detail


class Waiting:
    """A webhook whose receiver has asked for an hour, and of which events wait."""

    def __init__(self, api: ApiClient, webhook: dict[str, Any], receiver: Listener, publish: Publish) -> None:
        self._api = api
        self._publish = publish
        self.receiver = receiver
        self.address = f"{WEBHOOKS}/{webhook['webhookId']}"
        receiver.usual_answer = IN_AN_HOUR
        self.ids = [publish(NAME, timestamp=NOON_MS)]
        until(lambda: self._now()["health"]["state"] == "FAILING", "the webhook is failing")
        self.ids += [publish(name, timestamp=NOON_MS + n) for n, name in ((1, NAME), (2, OTHER_NAME))]
        until(lambda: self._now()["waiting"]["count"] == len(self.ids), "all of them wait")
        self.posts = len(receiver.received)

    def _now(self) -> dict[str, Any]:
        webhook: dict[str, Any] = self._api.get(self.address).json()
        return webhook

    def send_what_is_left(self) -> str:
        """Mend the receiver, publish one event more, and let what waits leave; return the new one's id."""
        self.receiver.recover()
        last = self._publish(NAME, timestamp=NOON_MS + 99)
        answer = self._api.post(f"{self.address}/send-now")
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
        self.receiver.wait_until(lambda _: last in ids_of(self.receiver), ARRIVES, "the last event")
        return last


@pytest.fixture
def waiting(api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish) -> Waiting:
    """Give a webhook of which three events wait, the last of another type, for an hour."""
    return Waiting(api, add_webhook(listener.url, NAME, OTHER_NAME), listener, publish)


def test_what_waited_for_an_hour_arrives_at_once_at_a_corrected_address(
    api: ApiClient, waiting: Waiting, listeners: Callable[..., Listener]
) -> None:
    """A receiver said 503 with `Retry-After: 3600`: a change of the URL is enough, and the old one gets no more."""
    right = listeners()

    answer = api.patch(waiting.address, json={"targetUrl": right.url})

    assert answer.status_code == HTTPStatus.OK, answer.text
    right.wait_until(lambda _: len(ids_of(right)) >= len(waiting.ids), ARRIVES, "what waited")
    assert ids_of(right) == waiting.ids
    assert len(waiting.receiver.received) == waiting.posts
    until(lambda: api.get(waiting.address).json()["waiting"]["count"] == 0, "nothing waits")


def test_what_waited_for_an_hour_arrives_when_it_is_sent_now(api: ApiClient, waiting: Waiting) -> None:
    """The receiver was mended: one request is enough, and its answer says how many leave."""
    waiting.receiver.recover()

    answer = api.post(f"{waiting.address}/send-now")

    assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
    assert (answer.json()["waiting"]["count"], answer.json()["waiting"]["more"]) == (3, False)
    waiting.receiver.wait_until(lambda _: len(ids_of(waiting.receiver)) >= len(waiting.ids), ARRIVES, "what waited")
    assert ids_of(waiting.receiver) == waiting.ids


def test_of_an_ended_job_the_receiver_gets_nothing_more(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish, drain: Callable[[], dict[str, Any]]
) -> None:
    """More than a page is asked for again, one a POST and a POST in two seconds; it is ended after the second.

    What it has put into the backlog, and was not sent, is withdrawn. The list of jobs says so, and how many that were;
    what was delivered before stays delivered.
    """
    drain()
    webhook = add_webhook(listener.url, _BATCHED, NAME)
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    ids = [publish(_BATCHED, timestamp=NOON_MS + n) for n in range(_PAGE + 5)]
    until(lambda: drain()["received"] == 0 and len(ids_of(listener)) >= len(ids), "all of them")
    slow = {"delivery": {"maxEvents": 1, "maxPostsPerMinute": 30}}
    assert api.patch(address, json=slow).status_code == HTTPStatus.OK
    job = api.post(f"{address}/redeliver", json={"status": "DELIVERED", "from": NOON_MS}).json()
    listener.wait_until(lambda _: len(ids_of(listener)) >= len(ids) + 2, ARRIVES, "the first two again")

    answer = api.delete(f"{address}/redeliver", params={"jobId": job["jobId"]})

    assert (answer.status_code, answer.json()["state"]) == (HTTPStatus.ACCEPTED, "ENDING"), answer.text
    ended = await_state(api, address, job, "ENDED")
    again = ids_of(listener)[len(ids) :]
    assert again == ids[: len(again)]
    assert (ended["requeued"], ended["cancelled"]) == (_PAGE, _PAGE - len(again))
    last = publish(NAME, timestamp=NOON_MS + 999)
    api.post(f"{address}/send-now")
    listener.wait_until(lambda _: last in ids_of(listener), ARRIVES, "the next event")
    assert ids_of(listener)[len(ids) :] == [*again, last]
    assert delivery(api, address, ids[-1])["status"] == "DELIVERED"
    assert api.delete(f"{address}/redeliver").status_code == HTTPStatus.CONFLICT
    told = [one["kind"] for one in api.get(f"{address}/activity").json()["activity"]]
    assert told == ["SENT_NOW", "JOB_ENDED", "REDELIVERY_STARTED", "CHANGED", "CREATED"]


def test_what_is_withdrawn_during_a_wait_never_arrives(api: ApiClient, waiting: Waiting) -> None:
    """Everything that waits is withdrawn by one request: `CANCELLED`, with the reason."""
    job = api.post(f"{waiting.address}/cancel", json={}).json()

    done = await_state(api, waiting.address, job, "DONE")

    assert (done["kind"], done["cancelled"]) == ("CANCELLATION", 3)
    for event_id in waiting.ids:
        found = delivery(api, waiting.address, event_id)
        assert (found["status"], found["cancelReason"]) == ("CANCELLED", "WITHDRAWN")
    assert len(waiting.receiver.received) == waiting.posts
    last = waiting.send_what_is_left()
    assert ids_of(waiting.receiver) == [last]


def test_a_single_one_that_is_withdrawn_during_a_wait_never_arrives(api: ApiClient, waiting: Waiting) -> None:
    """The others wait on, and leave without it."""
    found = delivery(api, waiting.address, waiting.ids[1])

    answer = api.post(f"{waiting.address}/deliveries/{found['deliveryId']}/cancel")

    assert answer.status_code == HTTPStatus.OK, answer.text
    assert (answer.json()["status"], answer.json()["cancelReason"]) == ("CANCELLED", "WITHDRAWN")
    assert len(waiting.receiver.received) == waiting.posts
    last = waiting.send_what_is_left()
    assert ids_of(waiting.receiver) == [waiting.ids[0], waiting.ids[2], last]


def test_a_type_that_is_taken_out_while_one_waits_is_not_sent(api: ApiClient, waiting: Waiting) -> None:
    """What the webhook does not want any more when it would leave is `CANCELLED`, as `UNSUBSCRIBED`."""
    assert api.patch(waiting.address, json={"eventNames": [NAME]}).status_code == HTTPStatus.OK

    last = waiting.send_what_is_left()

    assert ids_of(waiting.receiver) == [*waiting.ids[:2], last]
    until(lambda: delivery(api, waiting.address, waiting.ids[2])["status"] == "CANCELLED", "it is cancelled")
    assert delivery(api, waiting.address, waiting.ids[2])["cancelReason"] == "UNSUBSCRIBED"
