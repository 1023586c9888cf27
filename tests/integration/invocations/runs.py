"""Runs an invocation of `events/` through its function, and looks at what a user would see."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from recado.ports.sending import Expect
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.webhook.lane import owned
from tests.integration.invocations.api_answers import ANSWERS
from tests.integration.invocations.world import UNREADABLE, WEBHOOK_ID, World
from tests.support.aws.cloudformation import AnswerPlace
from tests.support.catalogue import READER
from tests.support.delivery_log import record
from tests.support.functions import FUNCTIONS, ROOT

EVENTS = ROOT / "events"
FILES = sorted(EVENTS.glob("*/*.json"))
BATCH_QUEUE = "batch_queue"
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
