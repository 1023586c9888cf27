"""Jobs as an admin asks for them, and what they find."""

from typing import Any

from local.listener import Answer, Listener
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from tests.support.api.client import Answer as ApiAnswer
from tests.support.api.client import ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.redeliveries import publish
from tests.support.system import System

HOUR_MS = 60 * 60 * 1000
GONE = Answer(status=400)


def path(rest: str = "") -> str:
    """Return a path below the webhook's."""
    return f"/accounts/{ACCOUNT}/webhooks/wh_1{rest}"


def jobs(api: ApiClient) -> list[Any]:
    """Return the webhook's jobs, newest first."""
    listed: list[Any] = api.get(path("/redeliver")).json["jobs"]
    return listed


def start(api: ApiClient, what: str, **selection: Any) -> Any:
    """Start a job, which must succeed; `from_` stands for `from`."""
    body = {name.rstrip("_"): value for name, value in selection.items()}
    answer = api.call("POST", path(f"/{what}"), body)
    assert answer.status == 202, answer.text
    return answer.json


def end(api: ApiClient, job: Any = None) -> ApiAnswer:
    """End a job, or the one that is carried on."""
    return api.call("DELETE", path("/redeliver"), query=None if job is None else {"jobId": job["jobId"]})


def now_of(system: System) -> int:
    """Return the time that the functions go by."""
    return int(system.clock.milliseconds())


def ended(status: DeliveryStatus = DeliveryStatus.CANCELLED, **others: Any) -> list[Delivery]:
    """Build four deliveries that have ended so, an hour apart by their events' time, and by their arrival."""
    names = ("CI_STATS", "COURSE_ENROLLMENT")
    return [
        delivery(
            "wh_1",
            f"e{number}",
            name=names[number % 2],
            timestamp=NOON_MS + number * HOUR_MS,
            created_at=NOON_MS + (3 - number) * HOUR_MS,
            status=status,
            finished_at=NOON_MS + 4 * HOUR_MS,
            **others,
        )
        for number in range(4)
    ]


def set_aside(system: System, receiver: Listener, *event_ids: str) -> None:
    """Let a receiver refuse each of these events, as often as it takes to set it aside, while it takes others."""
    for event_id in event_ids:
        receiver.answers.extend([GONE, GONE])
        publish(system, event_id, f"behind-{event_id}")
        system.redeliver()
    assert system.store.backlog_size("wh_1").count == 0


def waiting_events(system: System) -> None:
    """Let four events wait, of two names, an hour apart by their events' time and by their arrival."""
    now = now_of(system)
    for number in range(4):
        one = delivery(
            "wh_1",
            f"e{number}",
            name=("CI_STATS", "COURSE_ENROLLMENT")[number % 2],
            timestamp=NOON_MS + number * HOUR_MS,
            created_at=now - (number + 1) * HOUR_MS,
            status=DeliveryStatus.PENDING,
        )
        record(system, one)
