"""An account as it might look after a working day: webhooks and deliveries in every state."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from local import identity
from local.listener import BROKEN, Answer, Listener
from tests.e2e.support import accounts
from tests.e2e.support.client import ApiClient
from tests.e2e.support.waiting import until

ACCOUNT = str(4700 + int(accounts.ACCOUNT) - int(identity.ACCOUNTS[0]))
"""One for each process of the tests, all of which share a stack."""
CRM, REPORTING, ARCHIVE, DISABLED = "CRM sync", "Reporting", "Archive", "Old intranet"
GONE = Answer(status=HTTPStatus.GONE, body=b"This address is no longer in use.")
MINUTE_MS = 60_000
# How long the events of a day may take.
_A_DAY_SECONDS = 60.0
# The events of an hour are the first few of these, and how many, hour by hour backwards.
EVENTS = ("COURSE_ENROLLMENT", "COURSE_COMPLETED", "COURSE_ENROLLMENT", "CERTIFICATION_COMPLETED", "COURSE_COMPLETED")
EVENTS_AN_HOUR = (5, 3, 4, 2, 5, 4, 1, 3, 2, 2, 1, 3)

SAMPLES: dict[str, dict[str, Any]] = {
    "COURSE_ENROLLMENT": {"userId": 4279332, "loId": "course:7374992", "enrollmentSource": "SELF_ENROLL"},
    "CERTIFICATION_COMPLETED": {"userId": 4279332, "loId": "certification:88421", "score": 92},
    "COURSE_COMPLETED": {"userId": 4279332, "loId": "course:7374992", "grade": "A"},
}


@dataclass
class Showcase:
    """The account, with its admin's session and the ids of what is in it."""

    session: str
    api: ApiClient
    put: Callable[..., str]
    listeners: dict[str, Listener] = field(default_factory=dict)
    webhooks: dict[str, str] = field(default_factory=dict)
    deliveries: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The path of the account's webhooks, in the API; the console's is the same below `/console`."""
        return f"/accounts/{ACCOUNT}/webhooks"

    def webhook(self, name: str) -> str:
        """The path of a webhook, in the API; the console's is the same below `/console`."""
        return f"{self.root}/{self.webhooks[name]}"

    def delivery(self, name: str) -> str:
        """The path of a webhook's first delivery."""
        return f"{self.webhook(name)}/deliveries/{self.deliveries[name]}"

    def add(self, name: str, *event_names: str, path: str, **fields: Any) -> None:
        """Register a webhook with this name at its own receiver."""
        url = self.listeners[name].url + path
        body = {"name": name, "targetUrl": url, "eventNames": event_names, **fields}
        answer = self.api.post(self.root, json=body)
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        self.webhooks[name] = answer.json()["webhookId"]

    def publish(self, *names: str, minutes_ago: int = 0) -> None:
        """Publish events of these names, a minute apart, the last so many minutes ago."""
        now = int(time.time() * 1000)
        for age, name in enumerate(reversed(names), start=minutes_ago):
            self.put(name, int(ACCOUNT), data=SAMPLES[name], timestamp=now - age * MINUTE_MS)

    def wait_for(self, name: str, status: str, count: int = 1) -> None:
        """Wait for so many deliveries of this status, and remember the newest."""

        def found() -> list[dict[str, Any]]:
            shown = self.api.get(f"{self.webhook(name)}/deliveries", params={"status": status}).json()["deliveries"]
            return list(shown) if len(shown) >= count else []

        self.deliveries[name] = until(found, f"{count} deliveries {status} of {name}")[0]["deliveryId"]


def fill(showcase: Showcase, listeners: Callable[[], Listener], hours: int) -> None:
    """Bring the account into its state, after so many hours in which events came and all was well.

    `listeners()` opens a receiver that outlives this call.
    """
    showcase.listeners = {name: listeners() for name in (CRM, REPORTING, ARCHIVE, DISABLED)}
    showcase.listeners[DISABLED].usual_answer = GONE
    _register(showcase)
    events = [name for hour in range(hours) for name in EVENTS[: EVENTS_AN_HOUR[hour % len(EVENTS_AN_HOUR)]]]
    for hour in reversed(range(hours)):
        count = EVENTS_AN_HOUR[hour % len(EVENTS_AN_HOUR)]
        showcase.publish(*EVENTS[:count], minutes_ago=60 * hour + 20)
    _until_received(showcase.listeners[CRM], events.count("COURSE_ENROLLMENT") + events.count("COURSE_COMPLETED"))
    _until_received(showcase.listeners[REPORTING], len(events) - events.count("COURSE_COMPLETED"))
    showcase.listeners[REPORTING].usual_answer = BROKEN
    showcase.publish("CERTIFICATION_COMPLETED", "COURSE_ENROLLMENT", "COURSE_ENROLLMENT", minutes_ago=3)
    showcase.wait_for(CRM, "DELIVERED")
    showcase.wait_for(REPORTING, "PENDING", 3)


def _register(showcase: Showcase) -> None:
    signed = {"authentication": {"type": "SIGNATURE"}, "headers": {"X-Tenant": "north"}}
    basic = {"authentication": {"type": "BASIC", "username": "recado", "password": "correct horse battery"}}
    about = "Enrolments and completions, for the sales team"
    showcase.add(CRM, "COURSE_ENROLLMENT", "COURSE_COMPLETED", path="/hooks/learning", description=about, **signed)
    showcase.add(REPORTING, "COURSE_ENROLLMENT", "CERTIFICATION_COMPLETED", path="/ingest", **basic)
    # Of an event that never comes: what a webhook that is off would get is listed as skipped.
    showcase.add(ARCHIVE, "LEARNER_PROGRESS", path="/archive", ordered=True)
    showcase.add(DISABLED, "COURSE_COMPLETED", path="/")
    showcase.api.patch(showcase.webhook(ARCHIVE), json={"active": False})


def _until_received(listener: Listener, count: int) -> None:
    listener.wait_until(lambda requests: sum(len(request.event_ids) for request in requests) >= count, _A_DAY_SECONDS)
