"""Receivers that do not take what they are sent, through the running stack: nobody waits for one event, or one size."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

import pytest

from local.listener import HEALTHY, Answer
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until
from tests.support.receivers.picky import PickyListener, hasty, limited, naming, refusing, working

Picky = Callable[..., PickyListener]

NOON_MS = 1_727_438_400_000
NUL = b"\\u0000"
"""A character that many databases cannot store, as it stands in a body."""
_MANY, _BAD = 60, 25
_SMALL, _LARGE = "COURSE_ENROLLMENT_BATCH", "COURSE_COMPLETED_BATCH"


@pytest.fixture
def picky() -> Iterator[Picky]:
    """`picky(judge)` opens a receiver on loopback that looks at what it gets; all are closed after the test."""
    with ExitStack() as opened:
        yield lambda judge: opened.enter_context(PickyListener(judge))


def accepted(receiver: PickyListener) -> list[str]:
    """Return the ids of the events that it has taken, in the order in which it took them."""
    return [event_id for request in receiver.accepted for event_id in request.event_ids]


def sizes(receiver: PickyListener) -> list[int]:
    """Return how many events each POST held."""
    return [len(request.event_ids) for request in receiver.received]


def await_all(receiver: PickyListener, ids: list[str], what: str) -> None:
    """Wait until it has taken all of these, and see that it took each once."""
    until(lambda: len(accepted(receiver)) >= len(ids), what, 3 * ARRIVES)
    assert sorted(accepted(receiver)) == sorted(ids)


def waiting_of(api: ApiClient, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the deliveries that a webhook waits for, set aside or not."""
    address = f"{WEBHOOKS}/{webhook['webhookId']}/deliveries"
    found: list[dict[str, Any]] = api.get(address, params={"status": "PENDING"}).json()["deliveries"]
    return found


def await_health(api: ApiClient, webhook: dict[str, Any]) -> None:
    """Wait until the webhook is well."""
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    until(lambda: api.get(address).json()["health"] == {"state": "HEALTHY"}, "the webhook is well")


def test_one_bad_event_of_sixty_holds_nobody(
    api: ApiClient, add_webhook: AddWebhook, picky: Picky, publish: Publish, drain: Callable[[], dict[str, Any]]
) -> None:
    """Every receiver gets all that it can take, once and in order; the one that it cannot take is set aside.

    A receiver that works 0.12 s on each event gets them in POSTs that it is done with in time.
    """
    drain()
    stored: list[str] = []
    receivers = {
        "400": picky(refusing(NUL, Answer(HTTPStatus.BAD_REQUEST))),
        "500": picky(refusing(NUL, Answer(HTTPStatus.INTERNAL_SERVER_ERROR))),
        "hasty": picky(hasty(NUL, stored, Answer(HTTPStatus.INTERNAL_SERVER_ERROR))),
        "names": picky(naming(NUL, "no NUL, please")),
        "slow": picky(working(0.12)),
    }
    webhooks = {
        name: add_webhook(receiver.url, _SMALL, delivery={"partialResponses": name == "names"})
        for name, receiver in receivers.items()
    }
    ids = [publish(_SMALL, timestamp=NOON_MS + n, data={"text": "\0" if n == _BAD else "sound"}) for n in range(_MANY)]
    good = [one for one in ids if one != ids[_BAD]]

    assert until(drain, "a drain")["received"] == _MANY

    for name in ("400", "500", "hasty"):
        await_all(receivers[name], good, f"all good events at {name}")
        assert accepted(receivers[name]) == good
    # It has stored those before the bad one with each POST that it refused.
    assert set(stored) == set(good)
    assert max(map(stored.count, good)) <= 3
    assert sizes(receivers["names"]) == [_MANY]
    for name in ("400", "500", "hasty", "names"):
        await_health(api, webhooks[name])
        [waiting] = waiting_of(api, webhooks[name])
        assert (waiting["eventId"], waiting["setAside"]["tries"] >= 1) == (ids[_BAD], True)
    assert "no NUL, please" in str(waiting_of(api, webhooks["names"]))
    until(lambda: accepted_in_time(receivers["slow"]) == ids, "all that is worked through in time", 3 * ARRIVES)
    assert sizes(receivers["slow"]) == [_MANY, *[_MANY // 10] * 10]


def accepted_in_time(receiver: PickyListener) -> list[str]:
    """Leave out what it has worked through for nobody: the sender had given up."""
    return [one for request in receiver.accepted if len(request.event_ids) * 0.12 < 5 for one in request.event_ids]


def test_a_batch_that_is_too_large_for_the_receiver_leaves_in_smaller_ones(
    add_webhook: AddWebhook, picky: Picky, publish: Publish, drain: Callable[[], dict[str, Any]]
) -> None:
    """Express refuses a body of more than 100 KB with 413, until it is told otherwise: nobody waits, nobody is told."""
    drain()
    receiver = picky(limited())
    add_webhook(receiver.url, _LARGE, delivery={"maxBytes": 256 * 1024})
    ids = [publish(_LARGE, timestamp=NOON_MS + n, data={"text": "x" * 40_000}) for n in range(6)]

    assert until(drain, "a drain")["received"] == len(ids)

    await_all(receiver, ids, "all large events")
    assert accepted(receiver) == ids
    assert sizes(receiver)[:2] == [6, 1]
    assert len(receiver.received) <= 7


def test_what_is_set_aside_is_sent_on_request_when_the_receiver_is_mended(
    api: ApiClient, add_webhook: AddWebhook, picky: Picky, publish: Publish
) -> None:
    """Real-time events: the one behind goes through at once, and the bad one as soon as an admin asks for it."""
    receiver = picky(refusing(NUL, Answer(HTTPStatus.BAD_REQUEST)))
    webhook = add_webhook(receiver.url, "CI_STATS", delivery={"maxEvents": 1})
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    bad = publish("CI_STATS", timestamp=NOON_MS, data={"text": "\0"})
    until(lambda: api.get(address).json()["health"]["state"] == "FAILING", "the webhook is failing")
    good = publish("CI_STATS", timestamp=NOON_MS + 1)
    until(lambda: accepted(receiver) == [good], "the good one")
    [found] = until(
        lambda: api.get(f"{address}/deliveries", params={"status": "PENDING"}).json()["deliveries"], "what is aside"
    )
    assert found["eventId"] == bad
    until(lambda: "setAside" in api.get(f"{address}/deliveries/{found['deliveryId']}").json(), "it is set aside")

    receiver.judge = lambda _body: HEALTHY
    answer = api.post(f"{address}/deliveries/{found['deliveryId']}/redeliver")

    assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
    until(lambda: accepted(receiver) == [good, bad], "the bad one")
    until(lambda: api.get(address).json()["health"] == {"state": "HEALTHY"}, "the webhook is well")
