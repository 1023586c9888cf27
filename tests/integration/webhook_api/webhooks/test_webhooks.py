"""Webhooks over HTTP: register, list, read, change, retire, switch on again and remove."""

import re
from dataclasses import replace
from typing import Any

import pytest

from recado.ports.sending import Expect
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.sending.attempt import Failure, FailureClass
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Health, HealthState, Status
from tests.support.api.client import ApiClient, draft
from tests.support.aws.aws_calls import COUNT, USED, AwsCalls
from tests.support.delivery_log import delivery, record


def with_status(api: ApiClient, webhook: Any, status: Status, **health: Any) -> None:
    """Give a webhook a status and a health, as senders do; one that fails and is active waits until 2,000."""
    registry = api.system.registry
    current = registry.get(api.account, webhook["webhookId"])
    assert current is not None
    lane = owned(current.lane, "an owner", 2_000) if status is Status.ACTIVE and health else current.lane
    changed = replace(current, status=status, health=Health(**health), lane=lane)
    assert api.system.lanes.change(current, changed, Expect.ANYTHING)


REGISTERED = {
    "name": "Pedidos 😀",
    "description": "first\nsecond",
    "delivery": {
        "maxEvents": 100,
        "maxBytes": 98_304,
        "timeoutSeconds": 5,
        "partialResponses": False,
        "digest": False,
    },
    "targetUrl": "https://receiver.example:8443/a?b=c",
    "authentication": {"type": "NONE"},
    "eventNames": ["COURSE_COMPLETED", "CI_STATS"],
    "headers": {"X-Tenant": "a b"},
    "active": True,
    "ordered": False,
    "format": "ENVELOPE",
    "status": "ACTIVE",
    "lane": {"mode": "DIRECT", "reasons": []},
    "health": {"state": "HEALTHY"},
    "backlog": 0,
    "version": 1,
}


def test_a_webhook_is_registered_with_what_was_entered(api: ApiClient) -> None:
    """The answer shows it as a reading does, with its address and its version."""
    entered = draft(
        name="  Pedidos 😀 ",
        description="first\r\nsecond",
        targetUrl="https://receiver.example:8443/a?b=c",
        eventNames=["COURSE_COMPLETED", "CI_STATS", "COURSE_COMPLETED"],
        headers={"X-Tenant": "a b"},
        active=True,
        authentication={"type": "NONE"},
    )

    answer = api.call("POST", api.webhooks, entered)

    webhook = answer.json
    assert answer.status == 201
    assert re.fullmatch(r"wh_[0-9a-f]{32}", webhook["webhookId"])
    assert (answer.headers["Location"], answer.headers["ETag"]) == (api.path(webhook), '"1"')
    assert webhook["createdAt"] == webhook["updatedAt"]
    shown = {name: webhook[name] for name in webhook if name not in ("webhookId", "createdAt", "updatedAt")}
    assert shown == {"accountId": api.account, **REGISTERED}
    assert api.as_registered(webhook) == webhook


def test_what_is_left_out_has_a_default(api: ApiClient) -> None:
    """Name, target and event names are enough."""
    webhook = api.create()

    assert (webhook["description"], webhook["headers"], webhook["authentication"], webhook["active"]) == (
        "",
        {},
        {"type": "NONE"},
        True,
    )


def test_a_webhook_may_be_registered_switched_off(api: ApiClient) -> None:
    """It gets nothing until it is switched on."""
    assert (api.create(active=False)["status"], api.create(active=False)["active"]) == ("RETIRED", False)


def test_the_list_holds_the_accounts_webhooks_oldest_first(api: ApiClient) -> None:
    """With the number that an account may have; another account's are not in it."""
    assert api.get(api.webhooks).json == {"webhooks": [], "limit": 5}
    webhooks = []
    for name in "abc":
        webhooks.append(api.create(name=name))
        api.system.clock.advance(1)
    ApiClient(api.system, api.document).create()

    assert api.get(api.webhooks).json == {"webhooks": webhooks, "limit": 5}


def test_a_change_keeps_what_it_does_not_name(api: ApiClient) -> None:
    """Only the time of the change and the version go on."""
    webhook = api.create(description="d", headers={"X-A": "1"})
    api.system.clock.advance(60)

    answer = api.call("PATCH", api.path(webhook), {"name": "Other"})

    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json["updatedAt"] > webhook["updatedAt"]
    assert answer.json == {**webhook, "name": "Other", "version": 2, "updatedAt": answer.json["updatedAt"]}
    assert api.as_registered(webhook) == answer.json


def test_a_change_replaces_lists_and_objects_as_a_whole(api: ApiClient) -> None:
    """What a new value does not hold is gone."""
    webhook = api.create(headers={"X-A": "1", "X-B": "2"}, eventNames=["CI_STATS", "COURSE_COMPLETED"], description="d")

    changed = api.call(
        "PATCH",
        api.path(webhook),
        {
            "headers": {"X-C": "3"},
            "eventNames": ["LEARNER_PROGRESS"],
            "description": "",
            "targetUrl": "https://b.example",
        },
    ).json

    assert (changed["headers"], changed["eventNames"]) == ({"X-C": "3"}, ["LEARNER_PROGRESS"])
    assert (changed["description"], changed["targetUrl"]) == ("", "https://b.example")


@pytest.mark.parametrize("status", list(Status))
def test_switching_off_retires(api: ApiClient, status: Status) -> None:
    """Whatever the status was, and as often as it is asked for."""
    webhook = api.create()
    with_status(api, webhook, status)

    for _ in range(2):
        changed = api.call("PATCH", api.path(webhook), {"active": False}).json
        assert (changed["status"], changed["active"]) == ("RETIRED", False)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_switching_on_starts_with_a_clean_health_and_wakes_the_backlog(api: ApiClient, status: Status) -> None:
    """Also a webhook that was disabled; who repeats the request changes nothing, a wake-up is on its way."""
    webhook = api.create()
    with_status(api, webhook, status, state=HealthState.FAILING, failing_since=1, attempts=3)
    shown = api.get(api.path(webhook)).json
    assert (shown["active"], shown["health"]["state"], shown["health"]["attempts"]) == (False, "FAILING", 3)
    waiting = api.system.waiting_in("RedeliveryQueue")

    for _ in range(2):
        changed = api.call("PATCH", api.path(webhook), {"active": True}).json

        assert (changed["status"], changed["active"], changed["health"]) == ("ACTIVE", True, {"state": "HEALTHY"})
        assert api.system.waiting_in("RedeliveryQueue") == waiting + 1


def test_what_waits_goes_first_when_a_webhook_is_switched_on(api: ApiClient) -> None:
    """Until its backlog has been sent its events leave through that, so that nothing overtakes."""
    webhook = api.create(active=False)
    pending = delivery(webhook["webhookId"], "e", status=DeliveryStatus.PENDING, created_at=1)
    record(api.system, pending)

    changed = api.call("PATCH", api.path(webhook), {"active": True}).json

    assert (changed["status"], changed["health"]) == ("ACTIVE", {"state": "HEALTHY"})
    assert changed["lane"] == {"mode": "QUEUED", "reasons": ["CATCHING_UP"]}


def test_a_webhook_may_be_ordered(api: ApiClient) -> None:
    """From the start, or by a change."""
    webhook = api.create(ordered=True)
    assert webhook["ordered"] is True
    assert api.call("PATCH", api.path(webhook), {"ordered": False}).json["ordered"] is False
    assert api.call("PATCH", api.path(webhook), {"name": "x"}).json["ordered"] is False


def test_only_switching_on_wakes_the_backlog(api: ApiClient, aws: AwsCalls) -> None:
    """No other change, and no new webhook, has one."""
    webhook = api.create()
    api.call("PATCH", api.path(webhook), {"name": "Other"})
    api.call("PATCH", api.path(webhook), {"active": False})

    assert aws.of("SendMessage") == []


def test_a_failing_webhook_shows_why(api: ApiClient) -> None:
    """The last failure, since when, how often, and when the next attempt is due."""
    webhook = api.create()
    failure = Failure(FailureClass.SERVER_ERROR, "The receiver answered with status 500.", 500)
    failing = {"failing_since": 1_000, "attempts": 2, "last_error": failure}
    with_status(api, webhook, Status.ACTIVE, state=HealthState.FAILING, **failing)

    assert api.get(api.path(webhook)).json["health"] == {
        "state": "FAILING",
        "failingSince": "1970-01-01T00:00:01.000Z",
        "attempts": 2,
        "nextAttemptAt": "1970-01-01T00:00:02.000Z",
        "lastError": {
            "failureClass": "SERVER_ERROR",
            "detail": "The receiver answered with status 500.",
            "hint": failure.hint,
            "statusCode": 500,
        },
    }


def test_a_removed_webhook_is_gone(api: ApiClient) -> None:
    """From every route, and a second removal finds nothing either."""
    webhook = api.create(authentication={"type": "SIGNATURE"})

    answer = api.call("DELETE", api.path(webhook))

    assert (answer.status, answer.text) == (204, "")
    assert api.get(api.webhooks).json["webhooks"] == []
    for method, rest, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/signature", None),
        ("GET", "/signature", None),
        ("GET", "/deliveries", None),
        ("GET", "/deliveries/000000000000001-e", None),
        ("GET", "/attempts", None),
    ):
        options = {} if body is None else {"body": body}
        assert api.call(method, api.path(webhook, rest), **options).status == 404, (method, rest)


@pytest.mark.parametrize(
    "webhook_id",
    ["wh_", "wh_0", "x", "%23count", "wh_%2523", "wh_a%20b", "wh_" + "a" * 2000, "wh_é", "wh_%0A", "WH_0", "..", "%00"],
)
def test_an_id_that_is_none_is_not_found(api: ApiClient, aws: AwsCalls, webhook_id: str) -> None:
    """Whatever stands there, and mostly without asking the table for more than what the account may do."""
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        options = {} if body is None else {"body": body}
        assert api.call(method, f"{api.webhooks}/{webhook_id}", **options).status == 404
    assert len([call for call in aws.seen if call.name not in (USED, COUNT)]) in (0, 3)
