"""The scenarios of `make test`, and the wider ones of `FAULTS=long`."""

from typing import Any

from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.faults.interleaving.lane_item import Lane
from tests.faults.interleaving.scenario import Budget, Scenario

ORDERED: tuple[tuple[str, Any], ...] = (("ordered", True),)
ONE_BY_ONE = (("delivery", DeliverySettings(max_events=1)),)
SLOWLY = (("delivery", DeliverySettings(max_events=1, timeout_seconds=10)),)
PACED = (("delivery", DeliverySettings(max_events=1, max_posts_per_minute=10)),)
OWNED = Lane(owner=1, due="now", over=True)
FAILING = Lane(owner=1, due="wait", failing=True, since=True, attempts=True, alerted=True)
GIVEN_UP = Lane(due="late", over=True)
ONE_DELIVERED = ("DELIVERED", "", "")
TWO_DELIVERED = ("DELIVERED", "DELIVERED", "")

SCENARIOS = {
    "a slow receiver, found by its owner": Scenario(
        events=(1,), runs=1, settings=ORDERED + ONE_BY_ONE, budget=Budget(slow=1)
    ),
    "an event that expires": Scenario(events=(1,), runs=1, budget=Budget(refusals=1, expiries=1)),
    "off": Scenario(events=(1,), runs=1, asks=(("admin", "off"),), budget=Budget(refusals=1)),
}
LONG: dict[str, Scenario] = {}
