"""Requests that change something: what each promises where it comes twice, and what it brings about."""

import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from local.listener import BROKEN
from recado.ports.activity import ActivityQuery
from recado.rules.activity.activity import ActivityKind
from tests.faults.killing.kill_world import SECRET, World
from tests.support.api.client import ApiClient, draft
from tests.support.api.document import ApiDocument
from tests.support.events import NOON_MS

Request = tuple[str, str, object]
"""Method, path below the account's webhooks, body; None for none."""


@dataclass(frozen=True)
class Route:
    """A request, and what holds of it after a death and a repetition.

    `begin` lets a world begin and says what is asked of it. `effects` is how many acts of `kind` there may be without
    an `Idempotency-Key`, `later` what a repetition without one may be answered with. `check` gets how often it had its
    effect. `only_at_once`: when everything has settled, what it is about has been sent.
    """

    begin: Callable[[World], Request]
    kind: ActivityKind
    effects: Collection[int]
    check: Callable[[World, int], None]
    takes_key: bool = True
    later: Collection[int] = ()
    only_at_once: bool = False

    @property
    def name(self) -> str:
        """Its name in reports."""
        return self.begin.__name__


def event_of(world: World, request: Request, key: str | None) -> dict[str, Any]:
    """Return the event of API Gateway's for a request."""
    method, path, body = request
    api = ApiClient(world.system, ApiDocument(), str(world.account))
    headers = {} if key is None else {"idempotency-key": key}
    text = None if body is None else json.dumps(body)
    return api.request(method, api.webhooks + path, text, headers=headers)


def acts(world: World) -> Counter[ActivityKind]:
    """Return how often what was done, in the world's account."""
    now = int(world.system.clock.milliseconds())
    found = world.system.activities.newest(ActivityQuery(str(world.account), 100, now))
    return Counter(one.kind for one in found.activities)


# What is asked for


def create(world: World) -> Request:
    """A webhook."""
    return "POST", "", draft(name=f"of {world.account}")


def rotate(world: World) -> Request:
    """A new secret."""
    webhook = world.subscribe(world.healthy, secret=SECRET)
    return "POST", f"/{webhook.webhook_id}/signature", None


def start_a_job(world: World) -> Request:
    """Three events again."""
    webhook = world.subscribe(world.healthy)
    world.publish(3)
    world.infrastructure.deliver()
    world.again = True
    return "POST", f"/{webhook.webhook_id}/redeliver", {"status": "DELIVERED", "from": NOON_MS}


def redeliver_one(world: World) -> Request:
    """One event again."""
    webhook = world.subscribe(world.healthy)
    world.publish(1)
    world.infrastructure.deliver()
    return "POST", f"/{webhook.webhook_id}/deliveries/{first_delivery(world)}/redeliver", None


def cancel_one(world: World) -> Request:
    """One of two that wait withdrawn."""
    begin_with_two_that_wait(world)
    return "POST", f"/{world.webhooks[0].webhook_id}/deliveries/{first_delivery(world)}/cancel", None


def cancel_many(world: World) -> Request:
    """All that waits withdrawn."""
    begin_with_two_that_wait(world)
    return "POST", f"/{world.webhooks[0].webhook_id}/cancel", {}


def send_now(world: World) -> Request:
    """What waits sent now."""
    begin_with_two_that_wait(world)
    return "POST", f"/{world.webhooks[0].webhook_id}/send-now", None


def change(world: World) -> Request:
    """A webhook changed of which two events wait."""
    begin_with_two_that_wait(world)
    return "PATCH", f"/{world.webhooks[0].webhook_id}", {"delivery": {"maxEvents": 50}}


def begin_with_two_that_wait(world: World) -> None:
    """Let two events wait for a receiver that has failed once."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)
    world.infrastructure.deliver()


def first_delivery(world: World) -> str:
    """Return the id of the oldest delivery."""
    return world.system.deliveries(world.webhooks[0])[0].delivery_id


# What has come of it


def as_many_webhooks(world: World, effects: int) -> None:
    """Each effect is a webhook."""
    assert len(world.system.registry.of_account(str(world.account))) == effects


def as_many_earlier_secrets(world: World, effects: int) -> None:
    """Each effect has replaced a secret, and those before sign still: no receiver is cut off."""
    credentials = world.system.credentials(world.webhooks[0])
    assert len(credentials.previous) == effects
    assert credentials.previous[-1].secret == SECRET or credentials.previous[0].secret == SECRET


def again_as_often(world: World, effects: int) -> None:
    """Each event comes once more, and once for each further effect at most: two copies that wait are one."""
    ((path, expected),) = world.expected.items()
    times = world.arrived(path)
    assert times.keys() == expected
    assert all(2 <= times[name] <= 1 + effects for name in expected)


def first_withdrawn(world: World, _effects: int) -> None:
    """It never arrives, and the other does once."""
    ((path, expected),) = world.expected.items()
    withdrawn = f"{world.account}-0"
    assert world.arrived(path) == dict.fromkeys(expected - {withdrawn}, 1)
    assert world.system.outcomes(world.webhooks[0])[withdrawn] == "CANCELLED"


def all_withdrawn(world: World, _effects: int) -> None:
    """None arrives, and each is in the log."""
    ((path, expected),) = world.expected.items()
    assert not world.arrived(path)
    assert world.system.outcomes(world.webhooks[0]) == dict.fromkeys(expected, "CANCELLED")


def each_once(world: World, _effects: int) -> None:
    """Both arrive, once."""
    ((path, expected),) = world.expected.items()
    assert world.arrived(path) == dict.fromkeys(expected, 1)


def changed_and_each_once(world: World, effects: int) -> None:
    """It is as was asked for, and what waited has arrived, once."""
    assert world.system.webhook(world.webhooks[0]).delivery.max_events == 50
    each_once(world, effects)


ROUTES = (
    Route(create, ActivityKind.CREATED, (1, 2), as_many_webhooks),
    Route(rotate, ActivityKind.SECRET_ROTATED, (1, 2), as_many_earlier_secrets),
    Route(start_a_job, ActivityKind.REDELIVERY_STARTED, (1, 2), again_as_often),
    Route(redeliver_one, ActivityKind.REDELIVERED, (1, 2), again_as_often),
    Route(cancel_one, ActivityKind.CANCELLED, (1,), first_withdrawn, later=(HTTPStatus.CONFLICT,), only_at_once=True),
    Route(cancel_many, ActivityKind.CANCELLATION_STARTED, (1, 2), all_withdrawn, only_at_once=True),
    Route(send_now, ActivityKind.SENT_NOW, (1, 2), each_once),
    Route(change, ActivityKind.CHANGED, (1, 2), changed_and_each_once, takes_key=False),
)
"""What each promises without a key: what is made twice is two webhooks, two secrets, two jobs, or one copy; what is
withdrawn, sent or set is so once, however often it is asked for."""
