"""Jobs that withdraw, from the request over HTTP to what the receiver does not get."""

from collections.abc import Callable
from typing import Any

import pytest

from local.listener import Listener
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.integration.over_http.asked_jobs import HOUR_MS, jobs, now_of, path, set_aside, start, waiting_events
from tests.support.api.client import ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS
from tests.support.redeliveries import publish
from tests.support.system import System


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (lambda _now: {}, ["e0", "e1", "e2", "e3"]),
        (lambda _now: {"from_": NOON_MS + HOUR_MS, "to": NOON_MS + 2 * HOUR_MS}, ["e1", "e2"]),
        (lambda _now: {"eventNames": ["COURSE_ENROLLMENT"]}, ["e1", "e3"]),
        (lambda now: {"arrivedFrom": now - 2 * HOUR_MS - 60_000, "arrivedTo": now - HOUR_MS - 60_000}, ["e1"]),
        (lambda _now: {"setAside": True}, []),
    ],
    ids=["everything", "time", "names", "arrival", "what is set aside"],
)
def test_a_job_withdraws_what_is_selected(  # noqa: PLR0917 - fixtures and what is varied
    system: System,
    api: ApiClient,
    webhook: Webhook,
    receiver: Listener,
    selection: Callable[[int], dict[str, Any]],
    expected: list[str],
    off: bool,
) -> None:
    """Before anything is sent, and also while the webhook is off; the rest is sent, or goes on waiting."""
    waiting_events(system)
    if off:
        api.call("PATCH", path(), {"active": False})

    job = start(api, "cancel", **selection(now_of(system)))
    system.redeliver()

    outcomes = system.outcomes(webhook)
    assert [one for one in sorted(outcomes) if outcomes[one] == "CANCELLED"] == expected
    assert (job["kind"], jobs(api)[0]["state"], jobs(api)[0]["cancelled"]) == ("CANCELLATION", "DONE", len(expected))
    rest = [one for one in sorted(outcomes) if one not in expected]
    assert sorted(receiver.event_ids) == ([] if off else rest)
    assert {outcomes[one] for one in rest} <= {"PENDING" if off else "DELIVERED"}
    for one in expected:
        shown = api.get(path(f"/deliveries/{NOON_MS + int(one[1]) * HOUR_MS:015d}-{one}")).json
        assert (shown["status"], shown["cancelReason"]) == ("CANCELLED", "WITHDRAWN")
    if off:
        api.call("PATCH", path(), {"active": True})
        system.redeliver()
        assert sorted(receiver.event_ids) == rest, "what was withdrawn is sent by no switching on"


def test_what_is_set_aside_is_withdrawn_alone(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """What waits beside it stays."""
    set_aside(system, receiver, "e0")
    api.call("PATCH", path(), {"active": False})
    record(system, delivery("wh_1", "w", status=DeliveryStatus.PENDING, created_at=now_of(system)))
    system.clock.advance(1)

    start(api, "cancel", setAside=True)
    system.redeliver()

    outcomes = system.outcomes(webhook)
    assert (outcomes["e0"], outcomes["w"]) == ("CANCELLED", "PENDING")


def test_what_a_webhook_wants_no_more_is_cancelled(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """When its turn comes; the log tells why, and nobody can ask for it again without subscribing anew."""
    receiver.break_down()
    publish(system, "e0")
    receiver.recover()
    before = len(receiver.received)
    api.call("PATCH", path(), {"eventNames": ["CI_STATS"]})

    assert api.call("POST", path("/send-now")).status == 202
    system.redeliver()

    assert (len(receiver.received), system.outcomes(webhook)) == (before, {"e0": "CANCELLED"})
    one = path(f"/deliveries/{NOON_MS:015d}-e0")
    assert api.get(one).json["cancelReason"] == "UNSUBSCRIBED"
    refused = api.call("POST", f"{one}/redeliver")
    assert (refused.status, "eventNames" in refused.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "DELIVERED"}, "status"),
        ({"setAside": 1}, "setAside"),
        ({"from": "soon"}, "from"),
        ({"arrivedFrom": NOON_MS, "arrivedTo": 0}, "arrivedTo"),
        ({"eventNames": ["NO SUCH"]}, "eventNames[0]"),
        ({"eventNames": []}, "eventNames"),
    ],
)
@pytest.mark.usefixtures("webhook")
def test_a_wrong_field_of_a_cancellation_is_named(api: ApiClient, body: dict[str, Any], field: str) -> None:
    """And nothing is withdrawn."""
    answer = api.call("POST", path("/cancel"), body)

    assert (answer.status, answer.fields) == (422, [field])
    assert jobs(api) == []
