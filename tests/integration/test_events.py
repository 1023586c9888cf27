"""The invocations in `events/`: each is run through its function, as `sam local invoke` would run it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from local.listener import Listener
from recado.ports.sending import Expect
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.catalogue import Category
from recado.rules.webhook.lane import owned
from tests.support.aws.cloudformation import AnswerPlace
from tests.support.aws.stack import template
from tests.support.catalogue import READER, SHIPPED
from tests.support.delivery_log import record
from tests.support.functions import FUNCTIONS, ROOT
from tests.support.system import System

EVENTS = ROOT / "events"
FILES = sorted(EVENTS.glob("*/*.json"))
BATCH_QUEUE = "batch_queue"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VERBS = {"x-amazon-apigateway-any-method": "ANY"}
WEBHOOK_ID = "wh_0f5d1c9a7b3e4d2f8a6c5b4e3d2c1b0a"

UNREADABLE = {
    "unreadable_data_missing": "data: must be a JSON object",
    "unreadable_unknown_name": "eventName: is not in the catalogue of event types (GET /event-types)",
    "unreadable_event_id_missing": "eventId: must be 1 to 128 letters, digits, '_', '-' or ':' (a UUID is best)",
}

# What an HTTP client sees: the status, and some members of the answer.
ANSWERS: dict[str, tuple[int, dict[str, Any]]] = {
    "list_event_types": (200, {}),
    "read_event_schema": (200, {"type": "object", "properties": ANY}),
    "create_webhook": (201, {"authentication": {"type": "NONE"}, "status": "ACTIVE", "version": 1}),
    "create_basic_webhook": (201, {"authentication": {"type": "BASIC", "username": "recado"}}),
    "create_signed_webhook": (
        201,
        {
            "authentication": {
                "type": "SIGNATURE",
                "algorithm": "HMAC_SHA256",
                "secretCreatedAt": ANY,
                "previousSecrets": [],
            },
            "headers": {"X-Tenant": "north"},
        },
    ),
    "create_webhook_with_limits": (
        201,
        {
            "delivery": {
                "maxEvents": 10,
                "maxBytes": 32768,
                "timeoutSeconds": 8,
                "partialResponses": False,
                "digest": False,
            }
        },
    ),
    "create_webhook_not_json": (400, {"status": 400}),
    "create_webhook_unknown_event": (422, {"status": 422}),
    "create_webhook_wrong_target": (422, {"status": 422}),
    "list_webhooks": (200, {"limit": 5}),
    "list_webhooks_as_admin": (200, {"limit": 5}),
    "list_webhooks_as_member_of_many": (200, {"limit": 5}),
    "list_webhooks_of_another_account": (404, {"status": 404}),
    "read_webhook": (200, {"webhookId": WEBHOOK_ID, "accountId": "1010", "active": True}),
    "open_portal_session": (
        201,
        {"accountId": "1010", "capabilities": ["read", "resend"], "user": "ana@customer.example"},
    ),
    "end_portal_sessions": (204, {}),
    "use_portal_without_a_session": (401, {"status": 401}),
    "read_unknown_webhook": (404, {"status": 404}),
    "change_webhook": (200, {"name": "All courses", "version": 2}),
    "change_webhook_stale": (412, {"status": 412}),
    "change_webhook_wrong_limit": (422, {"detail": "delivery.timeoutSeconds must be a whole number from 1 to 15."}),
    "retire_webhook": (200, {"active": False, "status": "RETIRED"}),
    "remove_webhook": (204, {}),
    "preview_draft": (200, {"warnings": []}),
    "preview_webhook": (200, {"warnings": []}),
    "test_draft": (200, {"delivered": False}),
    "test_draft_own_event": (200, {"delivered": False}),
    "test_webhook": (200, {"delivered": True, "statusCode": 204}),
    "test_webhook_wrong_target": (422, {"status": 422}),
    "rotate_signature": (200, {"webhookId": WEBHOOK_ID, "scheme": "standard-webhooks"}),
    "rotate_to_own_secret": (200, {"webhookId": WEBHOOK_ID, "previous": [{"validUntil": ANY}]}),
    "end_previous_secrets": (204, {}),
    "download_signature": (200, {"secret": SECRET, "algorithm": "HMAC-SHA256"}),
    "list_deliveries": (200, {}),
    "list_deliveries_filtered": (200, {"deliveries": []}),
    "list_deliveries_bad_filter": (422, {"status": 422}),
    "list_deliveries_of_account": (200, {"deliveries": [ANY]}),
    "trace_event": (200, {"eventName": "COURSE_ENROLLMENT", "webhooks": [ANY]}),
    "trace_event_without_its_time": (200, {"timestamp": "2024-09-27T05:24:03.000Z", "webhooks": [ANY]}),
    "list_attempts": (200, {}),
    "list_attempts_of_delivery": (200, {}),
    "read_delivery": (200, {"webhookId": WEBHOOK_ID, "eventName": "COURSE_ENROLLMENT", "status": "DELIVERED"}),
    "count_deliveries": (200, {"from": "2024-09-27T00:00:00.000Z", "to": "2024-09-28T00:00:00.000Z"}),
    "list_activity": (200, {"activity": ANY}),
    "list_activity_of_webhook": (200, {"activity": ANY}),
    "list_alert_addresses": (200, {"mails": True, "addresses": []}),
    "replace_alert_addresses": (200, {"mails": True, "addresses": [ANY, ANY]}),
    "replace_alert_addresses_not_an_address": (422, {"status": 422}),
    "remove_alert_addresses": (204, {}),
    "confirm_unknown_alert_address": (404, {"status": 404}),
    "unsubscribe_unknown_alert_address": (404, {"status": 404}),
    "open_unsubscribe_page": (302, {}),
    # The signature of a file is of its own time.
    "list_arrived": (401, {"status": 401}),
    "resend": (401, {"status": 401}),
    "cancel": (409, {"status": 409}),
    "redeliver": (
        202,
        {
            "webhookId": WEBHOOK_ID,
            "status": "DELIVERED",
            "redelivery": {"requestedAt": ANY, "requestedBy": ANY, "waiting": True},
        },
    ),
    "redeliver_unknown_delivery": (404, {"status": 404}),
    "start_redelivery": (202, {"webhookId": WEBHOOK_ID, "state": "RUNNING", "requeued": 0}),
    "start_redelivery_wrong_range": (422, {"status": 422}),
    "start_cancellation": (202, {"webhookId": WEBHOOK_ID, "kind": "CANCELLATION", "state": "RUNNING", "cancelled": 0}),
    "list_jobs": (200, {"jobs": [ANY]}),
    "list_jobs_unknown_webhook": (404, {"status": 404}),
    "end_job": (202, {"webhookId": WEBHOOK_ID, "kind": "REDELIVERY", "state": "ENDING"}),
    "send_now": (
        202,
        {"webhookId": WEBHOOK_ID, "waiting": {"count": 0, "more": False, "setAside": 0, "setAsideMore": False}},
    ),
    "publish_events": (202, {}),
    "publish_invalid_event": (422, {"status": 422}),
    "read_egress": (200, {"addresses": []}),
    "read_health": (200, {"status": "ok"}),
    "read_openapi": (200, {"openapi": "3.1.0"}),
    "read_public_keys": (200, {"keys": []}),
}

# What the webhook shows: its backlog, and when an event was last delivered.
COUNTED = {
    "attempt": (0, None),
    "delivered": (0, "2024-09-27T05:24:05.087Z"),
    "joins_backlog": (1, None),
    "redelivered": (0, "2024-09-27T05:29:07.041Z"),
    "removed_by_age": (0, None),
}


# What CloudFormation is answered, and which webhooks the account has then.
RESOURCES = {
    "create": ("SUCCESS", {"Orders"}),
    "create_refused": ("FAILED", set()),
    "update": ("SUCCESS", {"All orders"}),
    "delete": ("SUCCESS", set()),
}


class World:
    """An account with one signed webhook that wants everything, and its receiver."""

    def __init__(self, system: System, receiver: Listener) -> None:
        self.system = system
        self.receiver = receiver
        self.webhook = system.add_signed_webhook(f"{receiver.url}/hook", SECRET, name=WEBHOOK_ID)
        receiver.secrets["/hook"] = SECRET

    def assert_delivered(self, *events: dict[str, Any]) -> None:
        """Assert that the receiver got exactly these events, in one verified POST, and that the log says so."""
        [request] = self.receiver.received
        assert request.verified
        assert [event["detail"]["eventId"] for event in events] == request.event_ids
        assert [event["detail"]["data"] for event in events] == [got["data"] for got in request.payload["events"]]
        assert set(self.system.outcomes(self.webhook).values()) == {"DELIVERED"}

    def assert_unreadable(self, scenario: str) -> None:
        """Assert that nothing was sent, and that the dead-letter queue tells why."""
        [(_, reason)] = self.system.dead_letters()
        assert reason == UNREADABLE[scenario]
        assert self.receiver.received == []


def run_realtime(world: World, scenario: str, event: Any) -> None:
    """The event is delivered, or kept as unreadable."""
    world.system.invoke("realtime_dispatcher", event)
    if scenario in UNREADABLE:
        world.assert_unreadable(scenario)
    else:
        world.assert_delivered(event)


def run_batch_queue(world: World, scenario: str, event: Any) -> None:
    """The message waits in the queue, and the next drain delivers it or keeps it as unreadable."""
    world.system.put_into_batch_queue(event)
    world.system.invoke("batch_dispatcher", load("batch_dispatcher", "scheduled"))
    if scenario in UNREADABLE:
        world.assert_unreadable(scenario)
    else:
        world.assert_delivered(event.get("requestPayload", event))


def run_batch_dispatcher(world: World, scenario: str, event: Any) -> None:
    """The drain delivers what waits; a redrive puts dead letters before it."""
    waiting = load(BATCH_QUEUE, "learner_progress")
    if scenario == "redrive":
        world.system.put_into("DeadLetterQueue", waiting)
        assert world.system.invoke("batch_dispatcher", event) == {"moved": 1, "unreadable": 0}
        assert world.system.waiting_in("BatchQueue") == 1
        return
    world.system.put_into_batch_queue(waiting)
    report = world.system.invoke("batch_dispatcher", event)
    assert (report["received"], report["deadLetters"], report["handedBack"]) == (1, 0, 0)
    world.assert_delivered(waiting)


def run_redelivery(world: World, scenario: str, event: Any) -> None:
    """The backlog of the webhook that is woken is sent, if the wake-up owns it; none comes back."""
    if scenario == "sweep":
        assert world.system.invoke("redelivery", event) == {"woken": 0, "leftAlone": 0}
        return
    waiting = load("realtime_dispatcher", "course_enrollment")
    now = int(world.system.clock.milliseconds())
    record(world.system, Delivery(WEBHOOK_ID, READER.of_envelope(waiting), DeliveryStatus.PENDING, now))
    owner = json.loads(load("redelivery", "wake_up")["Records"][0]["body"])["token"]
    with_owner = replace(world.webhook, lane=owned(world.webhook.lane, owner, now))
    assert world.system.lanes.change(world.webhook, with_owner, Expect.UNOWNED)
    assert world.system.invoke("redelivery", event) == {"batchItemFailures": []}
    if scenario == "wake_up":
        world.assert_delivered(waiting)
    else:
        assert world.receiver.received == []


def run_delivery_counter(world: World, scenario: str, event: Any) -> None:
    """The webhook shows what waits, and when the last event was delivered."""
    world.system.invoke("delivery_counter", event)
    shown = json.loads(world.system.invoke("webhook_api", load("webhook_api", "read_webhook"))["body"])
    assert (shown["backlog"], shown.get("lastDeliveredAt")) == COUNTED[scenario]


def run_alert_mailer(world: World, scenario: str, event: Any) -> None:
    """Nobody is mailed who is not there, or has not confirmed."""
    assert scenario in ("address_added", "webhook_failing")
    assert world.system.invoke("alert_mailer", event) is None


def run_webhook_resource(world: World, scenario: str, event: Any) -> None:
    """CloudFormation is answered; what it asks for of one webhook of a stack is done."""
    with AnswerPlace() as place:
        created = {**load("webhook_resource", "create"), "ResponseURL": place.url}
        for request in ([] if scenario == "create_refused" else [created], [{**event, "ResponseURL": place.url}]):
            for each in request:
                world.system.invoke("webhook_resource", each)
        answer = json.loads(place.bodies[-1])
    status, webhooks = RESOURCES[scenario]
    assert answer["Status"] == status, answer
    names = {webhook.name for webhook in world.system.registry.of_account("2020")}
    assert names == webhooks


def run_console(world: World, scenario: str, event: Any) -> None:
    """The root leads to the page; page and icon are served, or their absence explained where none was built."""
    answer = world.system.invoke("console", event)
    if scenario == "open_root":
        assert (answer["statusCode"], answer["headers"]["Location"]) == (302, "/console")
        return
    built = (FUNCTIONS / "console" / "static").is_dir()
    if scenario == "get_icon":
        expected = (200, "image/svg+xml") if built else (404, "text/plain")
    else:
        expected = (200, "text/html") if built else (503, "text/plain")
    assert (answer["statusCode"], answer["headers"]["Content-Type"].split(";")[0]) == expected


def run_webhook_api(world: World, scenario: str, event: Any) -> None:
    """The request gets its answer."""
    world.system.invoke("realtime_dispatcher", load("realtime_dispatcher", "course_enrollment"))
    if scenario in ("list_jobs", "end_job"):
        world.system.invoke("webhook_api", load("webhook_api", "start_redelivery"))
    status, members = ANSWERS[scenario]
    answer = world.system.invoke("webhook_api", event)
    assert answer["statusCode"] == status, answer["body"]
    body = json.loads(answer["body"]) if answer["body"] else {}
    assert members == {name: body[name] for name in members}


RUNS: dict[str, Callable[[World, str, Any], None]] = {
    "realtime_dispatcher": run_realtime,
    "batch_dispatcher": run_batch_dispatcher,
    BATCH_QUEUE: run_batch_queue,
    "redelivery": run_redelivery,
    "delivery_counter": run_delivery_counter,
    "alert_mailer": run_alert_mailer,
    "console": run_console,
    "webhook_resource": run_webhook_resource,
    "webhook_api": run_webhook_api,
}


def load(folder: str, scenario: str) -> Any:
    """Return the invocation of a file."""
    return json.loads((EVENTS / folder / f"{scenario}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_invocation_leads_to_what_a_user_would_see(system: System, receiver: Listener, file: Path) -> None:
    """Each file of `events/` is a sound invocation of its function."""
    RUNS[file.parent.name](World(system, receiver), file.stem, load(file.parent.name, file.stem))


def test_every_function_has_invocations() -> None:
    """Each function has files, and so has the queue that a drain empties; nothing else has."""
    functions = {path.parent.name for path in FUNCTIONS.glob("*/app.py")}

    assert functions | {BATCH_QUEUE} == {file.parent.name for file in FILES}


@pytest.mark.parametrize(
    ("folder", "category"), [("realtime_dispatcher", Category.REAL_TIME), (BATCH_QUEUE, Category.NON_REAL_TIME)]
)
def test_every_event_type_has_an_invocation(folder: str, category: Category) -> None:
    """Each of the 27 event types has a file by its name, where its rule would bring it, with the catalogue's sample."""
    for entry in SHIPPED:
        if entry.category is category:
            event = load(folder, entry.name.lower())
            assert event["detail-type"] == entry.name
            assert event["detail"]["data"] == entry.sample


def test_every_route_has_an_invocation() -> None:
    """Each route of the template has a file, and no file asks for a route that is not there."""
    paths = template().of_type("AWS::ApiGatewayV2::Api")["HttpApi"]["Body"]["paths"]
    routes = {f"{VERBS.get(method, method.upper())} {path}" for path, methods in paths.items() for method in methods}
    asked = {load(file.parent.name, file.stem).get("routeKey") for file in FILES} - {None}

    assert asked == routes
